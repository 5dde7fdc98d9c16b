//! A redline clause by clause: which changed, came, went, or only got another number.

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
    /// What happened.
    pub kind: Kind,
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
            Self::Renumbered => "renumbered",
        }
    }
}

/// The clauses to which something happened, in the order of the redline.
#[must_use]
pub fn clauses(redline: &Redline<'_>) -> Vec<ClauseChange> {
    let mut tally = Tally { clauses: Vec::new(), current: 0, deleted: None };
    tally.clauses.push(Clause::default());
    for (index, entry) in redline.entries.iter().enumerate() {
        tally.add(index, entry, redline.leaves(entry));
    }
    tally.clauses.into_iter().filter_map(Clause::finish).collect()
}

#[derive(Default)]
struct Clause {
    title: String,
    number: String,
    kind: Option<Kind>,
    entry: usize,
}

impl Clause {
    fn finish(self) -> Option<ClauseChange> {
        Some(ClauseChange { title: self.title, number: self.number, kind: self.kind?, entry: self.entry })
    }

    /// Something happened in the clause: the weightiest word wins, and a clause that came or went stays so.
    fn mark(&mut self, kind: Kind, entry: usize) {
        if self.kind.is_none() {
            self.entry = entry;
        }
        let whole = matches!(self.kind, Some(Kind::Inserted | Kind::Deleted));
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
        if let Some(Leaf { kind: LeafKind::Heading { number, .. }, cells, .. }) = leaf {
            let title = cells.first().map_or_else(String::new, |runs| words(runs));
            self.clauses.push(Clause {
                title,
                number: number.trim_end_matches('.').to_owned(),
                kind: None,
                entry: index,
            });
            let new = self.clauses.len() - 1;
            if entry.class == Class::Deleted {
                self.deleted = Some(new);
            } else {
                self.current = new;
            }
            if entry.class != Class::Inserted && entry.class != Class::Deleted {
                self.deleted = None;
            }
            return self.mark(new, heading_kind(entry.class), index);
        }
        let clause = match (entry.class, self.deleted) {
            (Class::Deleted, Some(deleted)) => deleted,
            _ => self.current,
        };
        self.mark(clause, leaf_kind(entry.class), index);
    }

    fn mark(&mut self, clause: usize, kind: Option<Kind>, entry: usize) {
        if let (Some(clause), Some(kind)) = (self.clauses.get_mut(clause), kind) {
            clause.mark(kind, entry);
        }
    }
}

fn heading_kind(class: Class) -> Option<Kind> {
    match class {
        Class::Inserted => Some(Kind::Inserted),
        Class::Deleted => Some(Kind::Deleted),
        other => leaf_kind(other),
    }
}

fn leaf_kind(class: Class) -> Option<Kind> {
    match class {
        Class::Equal => None,
        Class::Renumbered => Some(Kind::Renumbered),
        Class::Format | Class::Link => Some(Kind::Format),
        Class::Changed | Class::Inserted | Class::Deleted => Some(Kind::Changed),
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
}
