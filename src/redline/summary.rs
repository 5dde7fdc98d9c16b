//! A redline clause by clause: which changed, came, went, moved, or only got another number.

use std::collections::BTreeMap;

use super::flat::{Leaf, LeafKind};
use super::{Class, Entry, Redline};
use crate::site::doc::words;

/// What happened to a clause.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClauseChange {
    /// Its heading; nothing for what stands before the first.
    pub title: String,
    /// Its number in the new text, else in the old.
    pub number: String,
    /// Its number in the old text, where it has one there.
    pub old_number: String,
    /// Its id in the new text, else in the old; nothing for what stands before the first.
    pub id: String,
    /// What happened.
    pub kind: Kind,
    /// Whether words of it changed, whatever else happened.
    pub words: bool,
    /// The first entry of the redline that shows it.
    pub entry: usize,
}

/// What happened to a clause.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Its words changed.
    Changed,
    /// It came.
    Inserted,
    /// It went.
    Deleted,
    /// It stands elsewhere, or blocks of it do.
    Moved,
    /// Only format or links changed.
    Format,
    /// Only its number changed.
    Renumbered,
}

impl Kind {
    /// The word in texts and data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Inserted => "inserted",
            Self::Deleted => "deleted",
            Self::Format => "format",
            Self::Moved => "moved",
            Self::Renumbered => "renumbered",
        }
    }
}

/// The clauses to which something happened, in the order of the redline.
#[must_use]
pub fn clauses(redline: &Redline<'_>) -> Vec<ClauseChange> {
    let mut tally = Tally { clauses: vec![Clause::default()], current: 0, deleted: None };
    for (index, entry) in redline.entries.iter().enumerate() {
        tally.add(index, entry, redline.leaves(entry));
    }
    tally.join();
    tally.clauses.into_iter().filter_map(Clause::finish).collect()
}

#[derive(Default)]
struct Clause {
    title: String,
    number: String,
    old_number: String,
    id: String,
    kind: Option<Kind>,
    words: bool,
    entry: usize,
    /// The entry of its heading, and where that heading moved to.
    heading: (Option<usize>, Option<usize>),
    is_new: bool,
}

impl Clause {
    fn finish(self) -> Option<ClauseChange> {
        let Self { title, number, old_number, id, kind, words, entry, .. } = self;
        Some(ClauseChange { title, number, old_number, id, kind: kind?, words, entry })
    }

    /// Something happened in the clause: the weightiest word wins, and a clause that came, went or moved stays so.
    fn mark(&mut self, kind: Kind, entry: usize) {
        if self.kind.is_none() {
            self.entry = entry;
        }
        self.words |= kind <= Kind::Deleted;
        let moved = self.heading.1.is_some() && self.kind == Some(Kind::Moved);
        let whole = moved || matches!(self.kind, Some(Kind::Inserted | Kind::Deleted));
        if !whole && self.kind.is_none_or(|known| kind < known) {
            self.kind = Some(kind);
        }
    }
}

struct Tally {
    clauses: Vec<Clause>,
    current: usize,
    deleted: Option<usize>,
}

impl Tally {
    fn add(&mut self, index: usize, entry: &Entry, leaves: (Option<&Leaf<'_>>, Option<&Leaf<'_>>)) {
        let leaf = leaves.1.or(leaves.0);
        if let Some(Leaf { kind: LeafKind::Heading { .. }, .. }) = leaf {
            return self.heading(index, entry, leaves);
        }
        let clause = match (leaves.1, self.deleted) {
            (None, Some(deleted)) => deleted,
            _ => self.current,
        };
        self.mark(clause, leaf_kind(entry), index);
    }

    fn heading(&mut self, index: usize, entry: &Entry, leaves: (Option<&Leaf<'_>>, Option<&Leaf<'_>>)) {
        let Some(leaf) = leaves.1.or(leaves.0) else { return };
        let number = |leaf: &Leaf<'_>| leaf.number().unwrap_or_default().to_owned();
        self.clauses.push(Clause {
            title: leaf.cells.iter().map(|cell| words(cell)).collect(),
            number: number(leaf),
            old_number: leaves.0.map(number).unwrap_or_default(),
            id: leaf.id().unwrap_or_default().to_owned(),
            entry: index,
            is_new: leaves.1.is_some(),
            heading: (Some(index), entry.other.filter(|_| entry.class == Class::Moved)),
            ..Clause::default()
        });
        let own = self.clauses.len() - 1;
        match leaves {
            (Some(_), None) => self.deleted = Some(own),
            (Some(_), Some(_)) => (self.current, self.deleted) = (own, None),
            _ => self.current = own,
        }
        let kind = match entry.class {
            Class::Inserted => Some(Kind::Inserted),
            Class::Deleted => Some(Kind::Deleted),
            Class::Moved => Some(Kind::Moved),
            _ => leaf_kind(entry),
        };
        self.mark(own, kind, index);
    }

    fn mark(&mut self, clause: usize, kind: Option<Kind>, entry: usize) {
        if let (Some(clause), Some(kind)) = (self.clauses.get_mut(clause), kind) {
            clause.mark(kind, entry);
        }
    }

    /// A clause that moved is one: what happened at its old place is told with its new one.
    fn join(&mut self) {
        let at: BTreeMap<usize, usize> =
            self.clauses.iter().enumerate().filter_map(|(at, one)| Some((one.heading.0?, at))).collect();
        let gone = |one: &Clause| Some((one.heading.0?, one.heading.1.filter(|_| !one.is_new)?));
        let moved: Vec<(usize, usize)> = self.clauses.iter().filter_map(gone).collect();
        for (from, to) in moved {
            let old = at.get(&from).and_then(|at| self.clauses.get_mut(*at)).map(std::mem::take);
            if let (Some(old), Some(new)) = (old, at.get(&to).and_then(|at| self.clauses.get_mut(*at))) {
                new.old_number = old.number;
                new.words |= old.words;
            }
        }
    }
}

fn leaf_kind(entry: &Entry) -> Option<Kind> {
    let words = || entry.cells.iter().flatten().any(|change| change.is_words() && !change.is_blank());
    match entry.class {
        Class::Equal => None,
        Class::Renumbered => Some(Kind::Renumbered),
        Class::Joined | Class::Split if !words() => Some(Kind::Format),
        Class::Moved if !words() => Some(Kind::Moved),
        Class::Format | Class::Link => Some(Kind::Format),
        _ => Some(Kind::Changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redline::redline;
    use crate::site::body::{HtmlRule, Manner, Numbering, parse};

    fn found(old: &str, new: &str) -> Vec<(String, String, Kind)> {
        let manner = Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse };
        let (old, new) = (parse(old, manner), parse(new, manner));
        clauses(&redline(&old, &new)).into_iter().map(|clause| (clause.number, clause.title, clause.kind)).collect()
    }

    #[test]
    fn clauses_are_named_by_what_happened_to_them() {
        let old = "intro\n\n## A\n\none\n\n## Gone\n\nold words\n\n## B\n\ntwo three four\n";
        let new = "intro\n\n## A\n\none\n\n## B\n\ntwo three five\n\n## C\n\nnew\n";
        let expected = [("2", "Gone", Kind::Deleted), ("2", "B", Kind::Changed), ("3", "C", Kind::Inserted)];
        assert_eq!(found(old, new), expected.map(|(number, title, kind)| (number.into(), title.into(), kind)));
    }

    #[test]
    fn a_clause_that_moved_is_one_and_what_only_follows_is_no_change_of_words() {
        let one = "## One\n\nThe first clause says this and that.\n\n";
        let two = "## Two\n\nAnother clause, [](#three), says more.\n\n";
        let three = "## Three\n\nThe last of all clauses ends it.\n\n";
        let expected = [("1", "Two", Kind::Renumbered), ("2", "Three", Kind::Renumbered), ("3", "One", Kind::Moved)];
        let old = [one, two, three].concat();
        let new = [two, three, one].concat();
        assert_eq!(found(&old, &new), expected.map(|(number, title, kind)| (number.into(), title.into(), kind)));
    }
}
