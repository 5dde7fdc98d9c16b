//! Two documents → what changed. Pure, and knows no HTML.
//!
//! The laws, held by property tests and on real texts: take out what is deleted, and the words are exactly the new
//! document's; take out what is inserted, and they are exactly the old one's. Equal documents give no change. The
//! order of both documents is kept. Numbers that Vellum computes are not compared.

pub mod align;
pub mod change;
pub mod flat;
pub mod semantic;
pub mod summary;
pub mod words;

use crate::site::doc::Doc;
use align::{Pair, align};
use change::{Change, Op, compare};
use flat::{Leaf, LeafKind, leaves};

/// What changed between two documents.
#[derive(Debug)]
pub struct Redline<'a> {
    /// The leaves of the old document.
    pub old: Vec<Leaf<'a>>,
    /// The leaves of the new document.
    pub new: Vec<Leaf<'a>>,
    /// The leaves of both, in one order.
    pub entries: Vec<Entry>,
}

/// One leaf, or two states of one.
#[derive(Debug)]
pub struct Entry {
    /// Which leaves.
    pub pair: Pair,
    /// What happened.
    pub class: Class,
    /// What happened to the words, by cell; nothing where they are the same.
    pub cells: Vec<Vec<Change>>,
}

/// What happened to a leaf.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// Some of its words changed.
    Changed,
    /// It went.
    Deleted,
    /// Nothing.
    Equal,
    /// Its format changed, its words did not.
    Format,
    /// It came.
    Inserted,
    /// A link in it leads elsewhere, its words are the same.
    Link,
    /// Its number changed because of others.
    Renumbered,
}

/// Compares two documents.
#[must_use]
pub fn redline<'a>(old: &'a Doc, new: &'a Doc) -> Redline<'a> {
    let (old, new) = (leaves(old), leaves(new));
    let pairs = align(&old, &new);
    let entries = pairs.into_iter().map(|pair| entry(&old, &new, pair)).collect();
    Redline { old, new, entries }
}

impl<'a> Redline<'a> {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.iter().all(|entry| entry.class == Class::Equal)
    }

    /// The old and the new leaf of an entry.
    #[must_use]
    pub fn leaves(&self, entry: &Entry) -> (Option<&Leaf<'a>>, Option<&Leaf<'a>>) {
        let old = entry.pair.old.and_then(|index| self.old.get(index));
        let new = entry.pair.new.and_then(|index| self.new.get(index));
        (old, new)
    }
}

fn entry(old: &[Leaf<'_>], new: &[Leaf<'_>], pair: Pair) -> Entry {
    let was = pair.old.and_then(|index| old.get(index));
    let is = pair.new.and_then(|index| new.get(index));
    let (class, cells) = match (was, is) {
        (Some(was), Some(is)) => both(was, is),
        (Some(_), None) => (Class::Deleted, Vec::new()),
        _ => (Class::Inserted, Vec::new()),
    };
    Entry { pair, class, cells }
}

fn both(was: &Leaf<'_>, is: &Leaf<'_>) -> (Class, Vec<Vec<Change>>) {
    if was.cells == is.cells {
        return (frame(was, is), Vec::new());
    }
    let cells: Vec<Vec<Change>> = was.cells.iter().zip(&is.cells).map(|(was, is)| compare(was, is)).collect();
    let any = |wanted: &[Op]| cells.iter().flatten().any(|change| wanted.contains(&change.op));
    let class = if any(&[Op::Insert, Op::Delete]) {
        Class::Changed
    } else if any(&[Op::Format]) {
        Class::Format
    } else if any(&[Op::Link]) {
        Class::Link
    } else {
        frame(was, is)
    };
    (class, cells)
}

/// What happened to a leaf whose words are the same.
fn frame(was: &Leaf<'_>, is: &Leaf<'_>) -> Class {
    match (was.kind, is.kind) {
        (LeafKind::Heading { level: one, .. }, LeafKind::Heading { level: two, .. }) if one != two => Class::Format,
        (LeafKind::Heading { number: one, .. }, LeafKind::Heading { number: two, .. }) if one != two => {
            Class::Renumbered
        }
        _ => Class::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::body::{HtmlRule, Manner, Numbering, parse};

    fn classes(old: &str, new: &str) -> Vec<Class> {
        let manner = Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse };
        let (old, new) = (parse(old, manner), parse(new, manner));
        redline(&old, &new).entries.iter().map(|entry| entry.class).collect()
    }

    #[test]
    fn a_clause_inserted_before_others_is_one_insertion_and_renumbering() {
        let old = "## A\n\none\n\n## B\n\ntwo\n";
        let new = "## A\n\none\n\n## New\n\nmore\n\n## B\n\ntwo\n";
        assert_eq!(
            classes(old, new),
            [Class::Equal, Class::Equal, Class::Inserted, Class::Inserted, Class::Renumbered, Class::Equal]
        );
    }

    #[test]
    fn rewrapping_changes_nothing() {
        let found = classes("one two\nthree\n\n- a\n- b\n", "one\ntwo three\n\n* a\n* b\n");
        assert!(found.iter().all(|class| *class == Class::Equal));
    }

    #[test]
    fn a_heading_that_keeps_its_id_is_changed_not_replaced() {
        assert_eq!(classes("## Sharing {#s}\n", "## Who receives it {#s}\n"), [Class::Changed]);
    }

    #[test]
    fn bold_alone_and_a_link_alone_are_named_as_such() {
        assert_eq!(classes("a b\n", "a **b**\n"), [Class::Format]);
        assert_eq!(classes("[a](https://x.example)\n", "[a](https://y.example)\n"), [Class::Link]);
    }
}
