//! The ids that links to a policy may name. Those of few versions are kept, so that a site of many fits in memory.

use std::collections::BTreeMap;

use super::timeline::{Entry, Timeline};
use crate::base::date::Moment;
use crate::site::body;
use crate::site::doc::Doc;
use crate::site::ids::{Moved, carried};
use crate::site::policy::Policy;
use crate::site::shelf::Shelf;

/// The ids of the version in force, of those that will be, of the newest one, and of the draft.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    versions: BTreeMap<usize, Vec<String>>,
    draft: Option<Vec<String>>,
}

impl Anchors {
    /// Reads the ids of a policy; a shelf may know its texts already.
    #[must_use]
    pub fn new(policy: &Policy, (timeline, now): (&Timeline, Moment), shelf: &Shelf) -> Self {
        let mut kept = timeline.upcoming(now);
        kept.extend(timeline.in_force(now));
        kept.extend(timeline.entries.len().checked_sub(1));
        let read = |index| Some((index, published(policy, timeline.entries.get(index)?, shelf)));
        let versions = kept.into_iter().filter_map(read).collect();
        let draft = policy.draft.as_ref().map(|draft| ids(&draft.doc, &policy.settings.ids));
        Self { versions, draft }
    }

    /// The ids of a version, by its place in the order of versions, if they are kept.
    #[must_use]
    pub fn version(&self, index: usize) -> Option<&[String]> {
        self.versions.get(&index).map(Vec::as_slice)
    }

    /// Whether the draft has an id.
    #[must_use]
    pub fn in_draft(&self, id: &str) -> bool {
        self.draft.as_ref().is_some_and(|ids| ids.iter().any(|own| own == id))
    }

    /// Whether there is a draft.
    #[must_use]
    pub fn has_draft(&self) -> bool {
        self.draft.is_some()
    }
}

/// The ids of a version as its page has them.
#[must_use]
pub fn published(policy: &Policy, entry: &Entry, shelf: &Shelf) -> Vec<String> {
    let file = policy.file(&entry.version).filter(|_| !entry.redacted());
    file.map_or_else(Vec::new, |(file, front)| {
        let text = file.body.text();
        ids(&body::parse_read(&shelf.read(text), text, front.manner()), &policy.settings.ids)
    })
}

/// The ids of a text as its page has them: its own, and those that its clauses had before.
#[must_use]
pub fn ids(doc: &Doc, moved: &[Moved]) -> Vec<String> {
    let mut ids: Vec<String> = doc.headings().into_iter().map(|heading| heading.id.to_string()).collect();
    let old: Vec<String> =
        carried(moved, &|id| ids.iter().any(|own| own == id)).into_iter().map(|(old, _)| old.to_owned()).collect();
    ids.extend(old);
    ids
}
