//! Two documents → what changed. Pure, and knows no HTML.
//!
//! The laws, held by property tests and on real texts: take out what is deleted, and the words are exactly the new
//! document's; take out what is inserted, and they are exactly the old one's. Equal documents give no change. The
//! order of both documents is kept. Numbers that Vellum computes are not compared.
//!
//! What follows from the laws: a block that moved is deleted at one place and inserted at the other, a number in a
//! reference that follows its clause is deleted and inserted too. That it is no change of words is said by the class of
//! the entry and by `change::Why`.

pub mod align;
pub mod chain;
pub mod change;
pub mod class;
pub mod clauses;
pub mod columns;
pub mod flat;
pub mod index;
pub mod likeness;
pub mod line;
pub mod moves;
pub mod segment;
pub mod semantic;
pub mod split;
pub mod summary;
pub mod words;

pub use class::Class;

use crate::site::doc::{Doc, words};
use crate::site::ids::Moved;
use align::{Pair, align};
use change::{Change, Op, Why, compare};
use clauses::Clauses;
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
    /// What happened to the words, by cell; nothing where they are the same. What moved has the comparison of both
    /// places at each of them.
    pub cells: Vec<Vec<Change>>,
    /// The entry that this one belongs to: the other end of a move, the whole of a part, a part of the whole.
    pub other: Option<usize>,
}

/// Compares two documents.
#[must_use]
pub fn redline<'a>(old: &'a Doc, new: &'a Doc) -> Redline<'a> {
    redline_by(old, new, &[])
}

/// Compares two documents; `moved` says what became of ids that went.
#[must_use]
pub fn redline_by<'a>(old: &'a Doc, new: &'a Doc, moved: &'a [Moved]) -> Redline<'a> {
    let (mut old, mut new) = (leaves(old), leaves(new));
    columns::widen(&mut old, &mut new);
    let clauses = Clauses::new(&old, &new, moved);
    let pairs = align(&old, &new, &clauses);
    let entries = pairs.into_iter().map(|pair| entry((&old, &new), pair, &clauses)).collect();
    let mut redline = Redline { old, new, entries };
    split::mark(&mut redline, &clauses);
    redline.mark_moves(&clauses);
    redline
}

impl<'a> Redline<'a> {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.iter().all(|entry| entry.class == Class::Equal)
    }

    /// Marks what went from one place and came to another.
    fn mark_moves(&mut self, clauses: &Clauses<'_>) {
        let loose = |class| {
            let entries = self.entries.iter().enumerate().filter(move |(_, entry)| entry.class == class);
            entries.filter_map(|(at, entry)| Some((at, self.leaves(entry).1.or(self.leaves(entry).0)?))).collect()
        };
        let (gone, came): (Vec<_>, Vec<_>) = (loose(Class::Deleted), loose(Class::Inserted));
        let words = |from: usize, to: usize| {
            let was = self.entries.get(from).and_then(|entry| self.leaves(entry).0)?;
            let is = self.entries.get(to).and_then(|entry| self.leaves(entry).1)?;
            Some((from, to, cells(was, is, clauses)))
        };
        let found: Vec<_> =
            moves::moves(&gone, &came, clauses).into_iter().filter_map(|(from, to)| words(from, to)).collect();
        for (from, to, cells) in found {
            for (at, other) in [(from, to), (to, from)] {
                self.put(at, Class::Moved, (cells.clone(), other));
            }
        }
    }

    /// The number and the title of the clause that an entry stands in; both are empty before the first.
    #[must_use]
    pub fn place(&self, at: usize) -> (String, String) {
        let heading = self.clause(at).map(|leaf| {
            let title = leaf.cells.iter().map(|cell| words(cell)).collect::<String>();
            (leaf.number().unwrap_or_default().to_owned(), title)
        });
        heading.unwrap_or_default()
    }

    /// The heading that an entry stands under: in the new text, or in the old one if it only stood there.
    #[must_use]
    pub fn clause(&self, at: usize) -> Option<&Leaf<'a>> {
        let is_old = self.entries.get(at)?.pair.new.is_none();
        let side = |entry: &Entry| if is_old { self.leaves(entry).0 } else { self.leaves(entry).1 };
        let before = self.entries.get(..=at)?.iter().rev();
        before.filter_map(side).find(|leaf| leaf.id().is_some())
    }

    /// Says of an entry what it belongs to.
    fn put(&mut self, at: usize, class: Class, (cells, other): (Vec<Vec<Change>>, usize)) {
        if let Some(entry) = self.entries.get_mut(at) {
            *entry = Entry { pair: entry.pair, class, cells, other: Some(other) };
        }
    }

    /// The old and the new leaf of an entry.
    #[must_use]
    pub fn leaves(&self, entry: &Entry) -> (Option<&Leaf<'a>>, Option<&Leaf<'a>>) {
        let old = entry.pair.old.and_then(|index| self.old.get(index));
        let new = entry.pair.new.and_then(|index| self.new.get(index));
        (old, new)
    }
}

fn entry((old, new): (&[Leaf<'_>], &[Leaf<'_>]), pair: Pair, clauses: &Clauses<'_>) -> Entry {
    let was = pair.old.and_then(|index| old.get(index));
    let is = pair.new.and_then(|index| new.get(index));
    let (class, cells) = match (was, is) {
        (Some(was), Some(is)) => both(was, is, clauses),
        (Some(_), None) => (Class::Deleted, Vec::new()),
        _ => (Class::Inserted, Vec::new()),
    };
    Entry { pair, class, cells, other: None }
}

fn both(was: &Leaf<'_>, is: &Leaf<'_>, clauses: &Clauses<'_>) -> (Class, Vec<Vec<Change>>) {
    if was.cells == is.cells {
        return (frame(was, is), Vec::new());
    }
    let cells = cells(was, is, clauses);
    let any = |wanted: &dyn Fn(&Change) -> bool| cells.iter().flatten().any(wanted);
    let class = if any(&Change::is_words) {
        Class::Changed
    } else if any(&|change| change.op == Op::Format) {
        Class::Format
    } else if any(&|change| change.op == Op::Link) {
        Class::Link
    } else if any(&|change| change.why == Why::Follows) {
        Class::Renumbered
    } else {
        frame(was, is)
    };
    (class, cells)
}

fn cells(was: &Leaf<'_>, is: &Leaf<'_>, clauses: &Clauses<'_>) -> Vec<Vec<Change>> {
    was.cells.iter().zip(&is.cells).map(|(was, is)| compare(was, is, clauses)).collect()
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

    fn shown(old: &str, new: &str, ids: &[(&str, &str)]) -> Vec<(Class, String)> {
        use crate::base::span::Place;
        use crate::site::ids::Fate;
        let manner = Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse };
        let (old, new) = (parse(old, manner), parse(new, manner));
        let moved = ids.iter().map(|(old, new)| Moved {
            old: (*old).to_owned(),
            fate: Fate::Renamed((*new).to_owned()),
            place: Place::of_file("policy.yaml"),
        });
        let moved: Vec<Moved> = moved.collect();
        let found = redline_by(&old, &new, &moved);
        let sign = |change: &Change| match (change.op, change.why) {
            (Op::Delete, Why::Words) => format!("[-{}-]", words(&change.runs)),
            (Op::Insert, Why::Words) => format!("{{+{}+}}", words(&change.runs)),
            (Op::Delete, _) => format!("(-{}-)", words(&change.runs)),
            (Op::Insert, _) => format!("(+{}+)", words(&change.runs)),
            _ => words(&change.runs),
        };
        let line = |entry: &Entry| (entry.class, entry.cells.iter().flatten().map(sign).collect());
        found.entries.iter().filter(|entry| entry.class != Class::Equal).map(line).collect()
    }

    fn is(class: Class, text: &str) -> (Class, String) {
        (class, text.to_owned())
    }

    #[test]
    fn a_reference_that_only_follows_is_renumbered() {
        let old = "## A\n\nSee [section 2](#b), it is 2.\n\n## B\n";
        let new = "## A\n\nSee [section 3](#b), it is 2.\n\n## New\n\n## B\n";
        let expected = [
            is(Class::Renumbered, "See section (-2-)(+3+), it is 2."),
            is(Class::Inserted, ""),
            is(Class::Renumbered, ""),
        ];
        assert_eq!(shown(old, new, &[]), expected);
        // A number that leads to another clause, or that does not follow, is a change of words.
        let other = new.replace("[section 3](#b)", "[section 1](#a)");
        assert_eq!(shown(old, &other, &[]).first().map(|(class, _)| *class), Some(Class::Changed));
        let wrong = new.replace("[section 3]", "[section 4]");
        assert_eq!(shown(old, &wrong, &[]).first().map(|(class, _)| *class), Some(Class::Changed));
    }

    #[test]
    fn a_renamed_clause_is_the_same_and_so_is_what_refers_to_it() {
        let old = "See [section 1](#b).\n\n## Sharing with others {#b}\n";
        let new = "See [section 2](#c).\n\n## New\n\n## Recipients {#c}\n";
        let expected = [
            is(Class::Renumbered, "See section (-1-)(+2+)."),
            is(Class::Inserted, ""),
            is(Class::Changed, "[-Sharing with others-]{+Recipients+}"),
        ];
        assert_eq!(shown(old, new, &[("b", "c")]), expected);
    }

    #[test]
    fn a_paragraph_that_moved_with_a_word_edited_is_moved_at_both_ends() {
        let moved = "We keep what you send for 12 months at most.";
        let rest = "Another paragraph stands here.\n\nA third one follows it now.\n\nThe fourth ends all of this.\n";
        let (old, new) = (format!("{moved}\n\n{rest}"), format!("{rest}\n{}\n", moved.replace("12", "24")));
        let line = "We keep what you send for [-12-]{+24+} months at most.";
        assert_eq!(shown(&old, &new, &[]), [is(Class::Moved, line), is(Class::Moved, line)]);
    }

    #[test]
    fn a_split_and_a_join_are_named_and_their_words_stay() {
        let whole = "We keep your data safe. We tell nobody about it.\n";
        let parts = "We keep your data safe.\n\nWe tell no one about it.\n";
        let expected = [
            is(Class::Split, "We keep your data safe.(- We tell -)[-nobody-](- about it.-)"),
            is(Class::Split, "(+We tell +){+no one+}(+ about it.+)"),
        ];
        assert_eq!(shown(whole, parts, &[]), expected);
        let expected = [
            is(Class::Joined, "We keep your data safe.(+ We tell +){+nobody+}(+ about it.+)"),
            is(Class::Joined, "(-We tell -)[-no one-](- about it.-)"),
        ];
        assert_eq!(shown(parts, whole, &[]), expected);
    }

    #[test]
    fn an_inserted_definition_changes_nothing_after_it() {
        let old = "Controller\n: who decides\n\nProcessor\n: who acts for another\n\nSubject\n: whom data are about\n";
        let new = old.replace("Processor\n", "Recipient\n: who receives\n\nProcessor\n");
        assert_eq!(shown(old, &new, &[]), [is(Class::Inserted, ""), is(Class::Inserted, "")]);
    }
}
