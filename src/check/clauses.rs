//! Clauses of a draft: ids that went, and what policy.yaml says became of them.

use super::Subject;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::path::SitePath;
use crate::base::span::Span;
use crate::redline::flat::{Leaf, LeafKind};
use crate::redline::redline;
use crate::site::doc::{Doc, Heading};
use crate::site::draft::Draft;
use crate::site::front::VersionFile;
use crate::site::ids::{Fate, Moved, chain, fate_of};
use crate::site::policy::FOLDER;
use crate::site::raw::nearest;
use crate::site::{body, heading_id};

/// The newest version whose text is shown, and its text.
fn newest<'a>(subject: &Subject<'a>) -> Option<(&'a VersionFile, Doc)> {
    let entries = &subject.record.entries;
    let index = subject.record.compared_with(entries.len())?;
    let (file, front) = subject.policy.file(&entries.get(index)?.version)?;
    Some((file, body::parse(file.body.text(), front.manner())))
}

/// No id of the newest version goes in silence.
pub fn gone(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(draft) = &subject.policy.draft else { return };
    let Some((file, old)) = newest(subject) else { return };
    let moved = &subject.policy.settings.ids;
    let new = draft.doc.headings();
    let kept = |id: &str| new.iter().any(|heading| *heading.id == *id) || fate_of(moved, id).is_some();
    let headings = old.headings();
    let missing: Vec<&&Heading> = headings.iter().filter(|heading| !kept(&heading.id)).collect();
    if missing.is_empty() {
        return;
    }
    let heirs = heirs(&old, draft);
    for heading in missing {
        let heir = heirs.iter().find(|(id, _)| **id == *heading.id).map(|(_, heir)| *heir);
        let place = draft.body.place(heir.map_or_else(Span::default, |heir| heir.span));
        let message = format!("the id `{}` of version {} is not in the draft", heading.id, file.path.stem());
        let finding = Diagnostic::new(Code::V302, place, message).help(help(heading, heir, moved));
        findings.push(finding.related(file.body.place(heading.span), "it stands here in the newest version"));
    }
}

/// The exact line to add, and the way that needs none.
fn help(gone: &Heading, heir: Option<&Heading>, moved: &[Moved]) -> String {
    let key = quoted(&gone.id);
    let line = heir.map_or_else(|| format!("{key}: {{gone: \"why\"}}"), |heir| format!("{key}: {}", quoted(&heir.id)));
    let line = if moved.is_empty() {
        format!("add to policy.yaml `ids: {{{line}}}`")
    } else {
        format!("add under `ids:` in policy.yaml `{line}`")
    };
    if !heading_id::is_id(&gone.id) {
        return line;
    }
    match heir {
        Some(_) => format!("{line}, or keep the id: write `{{#{}}}` behind this heading", gone.id),
        None => format!("{line}, or give the heading that goes on with it `{{#{}}}`", gone.id),
    }
}

/// An id as YAML takes it for a text.
fn quoted(id: &str) -> String {
    let word = heading_id::is_id(id) && !matches!(id.to_lowercase().as_str(), "true" | "false" | "null");
    if word { id.to_owned() } else { format!("\"{id}\"") }
}

/// Which heading of the draft most likely goes on with one that went: the same by its words, else by its place.
fn heirs<'a>(old: &'a Doc, draft: &'a Draft) -> Vec<(&'a str, &'a Heading)> {
    let (was, is) = (old.headings(), draft.doc.headings());
    let at = |id: &str| is.iter().position(|heading| *heading.id == *id);
    let new = |place: usize| is.get(place).copied().filter(|new| !was.iter().any(|old| old.id == new.id));
    let found = redline(old, &draft.doc);
    let pairs = found.entries.iter().filter_map(|entry| {
        let (old, heir) = found.leaves(entry);
        let old = id(old?)?;
        at(old).is_none().then_some((old, new(at(id(heir?)?)?)?))
    });
    let mut heirs: Vec<(&str, &Heading)> = pairs.collect();
    let mut next = 0;
    for heading in &was {
        let known = heirs.iter().find(|(old, _)| **old == *heading.id).map_or(&*heading.id, |(_, heir)| &heir.id);
        if let Some(place) = at(known) {
            next = place + 1;
        } else if let Some(heir) = new(next).filter(|heir| !heirs.iter().any(|(_, taken)| taken.id == heir.id)) {
            heirs.push((&heading.id, heir));
            next += 1;
        }
    }
    heirs
}

fn id<'a>(leaf: &Leaf<'a>) -> Option<&'a str> {
    match leaf.kind {
        LeafKind::Heading { id, .. } => Some(id),
        _ => None,
    }
}

/// What policy.yaml says an id became is there: in the draft, or in the newest version while there is no draft.
pub fn renamed(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let moved = &subject.policy.settings.ids;
    if moved.is_empty() {
        return;
    }
    let (what, ids) = match &subject.policy.draft {
        Some(draft) => ("the draft", ids(&draft.doc)),
        None if has_draft(subject) => return,
        None => match newest(subject) {
            Some((_, doc)) => ("the newest version", ids(&doc)),
            None => return,
        },
    };
    findings.extend(moved.iter().filter_map(|one| astray(one, moved, (what, &ids))));
}

/// A draft that cannot be read is no reason to doubt what policy.yaml says of it.
fn has_draft(subject: &Subject<'_>) -> bool {
    let path = SitePath::parse(&format!("{FOLDER}/{}/draft.md", subject.policy.slug));
    path.is_some_and(|path| subject.source.read(&path).is_ok())
}

fn ids(doc: &Doc) -> Vec<String> {
    doc.headings().into_iter().map(|heading| heading.id.to_string()).collect()
}

/// Says what is wrong with a line of `ids`, given a text and its ids.
fn astray(one: &Moved, moved: &[Moved], (what, ids): (&str, &[String])) -> Option<Diagnostic> {
    let Fate::Renamed(new) = &one.fate else { return None };
    if chain(moved, &one.old).any(|id| id == one.old) {
        let message = format!("the ids `{}` and `{new}` lead to each other", one.old);
        let finding = Diagnostic::new(Code::V105, one.place.clone(), message);
        return Some(finding.help("keep the line that says what the text has now"));
    }
    let last = chain(moved, &one.old).last().unwrap_or(new);
    let gone = matches!(fate_of(moved, last), Some(Fate::Gone(_)));
    if gone || ids.iter().any(|id| id == last) {
        return None;
    }
    let message = format!("`{}` is said to be `{last}` now, and {what} has no such id", one.old);
    let near = nearest(last, ids.iter().map(String::as_str)).map(|id| format!("did you mean `{id}`?"));
    let help = near.unwrap_or_else(|| "name an id that is there, or say `{gone: why}`".to_owned());
    Some(Diagnostic::new(Code::V105, one.place.clone(), message).help(help))
}
