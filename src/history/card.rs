//! A card: what other pages need to know of a policy, so that its texts need not be in memory for them.

use std::collections::BTreeMap;

use crate::base::date::Moment;
use crate::base::slug::Slug;
use crate::base::span::{Place, SourceText, Span};
use crate::base::version::Version;
use crate::site::body;
use crate::site::disclose::{Disclosures, Purpose};
use crate::site::doc::{Doc, Heading, words};
use crate::site::ids::Moved;
use crate::site::policy::Policy;
use crate::site::shelf::Shelf;

use super::anchors::Anchors;
use super::ledger::Ledger;
use super::timeline::Timeline;

/// What other pages need to know of a policy.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its title: that of the version in force, else of the newest, else of its settings.
    pub title: String,
    /// What kind of policy it is.
    pub kind: String,
    /// Addresses that lead to it.
    pub aliases: Vec<String>,
    /// What became of ids that went.
    pub moved: Vec<Moved>,
    /// The ids that links may name.
    pub anchors: Anchors,
    /// Its versions in order.
    pub timeline: Timeline,
    /// The summaries of the versions, in the order of the timeline.
    pub summaries: Vec<Vec<String>>,
    /// The titles of the versions, in the order of the timeline.
    pub titles: Vec<String>,
    /// Which versions disclose anything, in the order of the timeline.
    pub discloses: Vec<bool>,
    /// Whether it has a draft.
    pub draft: bool,
    /// What the versions disclose. It is kept only for a policy that a form names.
    pub disclosures: BTreeMap<Version, Disclosed>,
    /// What the draft discloses, if there is a draft and it discloses anything; kept in the same way.
    pub draft_disclosures: Option<Disclosed>,
}

/// What a version discloses, with the words and places that others need of it.
#[derive(Clone, Debug)]
pub struct Disclosed {
    /// The disclosures.
    pub discloses: Disclosures,
    /// The headings of clauses, by id, with their numbers.
    pub clauses: BTreeMap<String, String>,
    /// Where each purpose stands, by its id.
    pub places: BTreeMap<String, Place>,
    /// Where the disclosures begin.
    pub start: Place,
}

impl Disclosed {
    /// Puts together what a text discloses.
    #[must_use]
    pub fn new(discloses: &Disclosures, front: &SourceText, doc: &Doc) -> Self {
        let title = |heading: &Heading| format!("{} {}", heading.number, words(&heading.runs)).trim().to_owned();
        let place = |purpose: &Purpose| (purpose.id.clone(), front.place(purpose.span));
        Self {
            clauses: doc.headings().into_iter().map(|heading| (heading.id.to_string(), title(heading))).collect(),
            places: discloses.purposes.iter().map(place).collect(),
            start: front.place(Span { end: discloses.span.start, ..discloses.span }),
            discloses: discloses.clone(),
        }
    }
}

impl Card {
    /// Makes the card of a policy; a shelf may know its texts already.
    #[must_use]
    pub fn new(policy: &Policy, (ledger, now): (&Ledger, Moment), shelf: &Shelf) -> Self {
        let timeline = Timeline::new(&ledger.events, now);
        let front = |version: &Version| policy.file(version).map(|(_, front)| front);
        let fronts: Vec<_> = timeline.entries.iter().map(|entry| front(&entry.version)).collect();
        let summaries = fronts.iter().map(|front| front.map_or_else(Vec::new, |front| front.summary.clone())).collect();
        let titles: Vec<String> =
            fronts.iter().map(|front| front.map_or(&policy.settings.title, |front| &front.title).clone()).collect();
        let discloses = fronts.iter().map(|front| front.is_some_and(|front| front.discloses.is_some())).collect();
        let shown = timeline.in_force(now).or(timeline.entries.len().checked_sub(1));
        let title = shown.and_then(|index| titles.get(index)).unwrap_or(&policy.settings.title).clone();
        let aliases = policy.settings.aliases.iter().map(|alias| alias.value.clone()).collect();
        Self {
            slug: policy.slug.clone(),
            title,
            kind: policy.settings.kind.clone(),
            aliases,
            moved: policy.settings.ids.clone(),
            anchors: Anchors::new(policy, (&timeline, now), shelf),
            timeline,
            summaries,
            titles,
            discloses,
            disclosures: BTreeMap::new(),
            draft_disclosures: None,
            draft: policy.draft.is_some(),
        }
    }

    /// Keeps what the versions of a policy, and its draft, disclose.
    #[must_use]
    pub fn disclosing(mut self, policy: &Policy) -> Self {
        for entry in self.timeline.entries.iter().filter(|entry| !entry.redacted()) {
            let Some((file, front)) = policy.file(&entry.version) else { continue };
            if let Some(discloses) = &front.discloses {
                let doc = body::parse(file.body.text(), front.manner());
                let disclosed = Disclosed::new(discloses, &file.front_source, &doc);
                self.disclosures.insert(entry.version.clone(), disclosed);
            }
        }
        self.draft_disclosures = policy.draft.as_ref().and_then(|draft| {
            let discloses = draft.front.disclosures.as_ref()?;
            Some(Disclosed::new(discloses, &draft.front.source, &draft.doc))
        });
        self
    }

    /// What a version discloses, if anything.
    #[must_use]
    pub fn disclosed(&self, version: &Version) -> Option<&Disclosed> {
        self.disclosures.get(version)
    }
}
