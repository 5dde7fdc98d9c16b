//! Two lines of runs → what happened to each piece of them: the ops of `words` joined to text and format.

use std::ops::Range;

use super::clauses::{Clauses, Side};
use super::line::Line;
use super::words::{Hunk, difference, join_coincidences, letters};
use crate::site::doc::{Mark, Run, words};

/// A stretch of a line and what happened to it.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happened.
    pub op: Op,
    /// Why it was deleted or inserted.
    pub why: Why,
    /// The stretch: of the old line where it was deleted, else of the new one.
    pub runs: Vec<Run>,
}

/// Why a stretch was deleted or inserted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Why {
    /// The words changed.
    Words,
    /// It is the number or title of a clause in a reference, and only follows the clause.
    Follows,
    /// The words stay; they stand in another block now.
    Place,
}

/// What happened to a stretch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Op {
    /// It went.
    Delete,
    /// Nothing.
    Equal,
    /// Its words are the same, its format is not.
    Format,
    /// It came.
    Insert,
    /// Its words are the same, its link leads elsewhere.
    Link,
}

/// A line below this share of equal letters (in thousandths) is replaced as a whole.
const KEEP: usize = 250;

/// Compares two lines.
#[must_use]
pub fn compare(old: &[Run], new: &[Run], clauses: &Clauses<'_>) -> Vec<Change> {
    let (old, new) = (Line::new(old, Side::Old, clauses), Line::new(new, Side::New, clauses));
    let mut both = Both { old: &old, new: &new, clauses, changes: Vec::new() };
    let mut at = (0, 0);
    for hunk in hunks(&old, &new) {
        both.unchanged(at, (hunk.old.start, hunk.new.start));
        both.push(Op::Delete, Why::Words, old.slice(&old.bytes(&hunk.old)));
        both.push(Op::Insert, Why::Words, new.slice(&new.bytes(&hunk.new)));
        at = (hunk.old.end, hunk.new.end);
    }
    both.unchanged(at, (old.tokens.len(), new.tokens.len()));
    both.changes
}

/// Where two lines differ, in tokens.
fn hunks(old: &Line<'_>, new: &Line<'_>) -> Vec<Hunk> {
    let weight = |range: Range<usize>| letters(new.text.get(new.bytes(&range)).unwrap_or_default());
    let hunks = join_coincidences(difference(old.keys(), new.keys()), weight);
    if worthless(&hunks, old, new) {
        return vec![Hunk { old: 0..old.tokens.len(), new: 0..new.tokens.len() }];
    }
    hunks
}

/// Whether so little is equal that the line is better shown as replaced.
fn worthless(hunks: &[Hunk], old: &Line<'_>, new: &Line<'_>) -> bool {
    let changed = |line: &Line<'_>, range: &Range<usize>| letters(line.text.get(line.bytes(range)).unwrap_or_default());
    let inserted: usize = hunks.iter().map(|hunk| changed(new, &hunk.new)).sum();
    let deleted: usize = hunks.iter().map(|hunk| changed(old, &hunk.old)).sum();
    let total = letters(&old.text) + letters(&new.text);
    let kept = total.saturating_sub(inserted + deleted);
    hunks.len() > 1 && kept * 1000 < total * KEEP
}

/// What a block shows of a comparison where only one of the texts can be shown: its words that stay are deleted here
/// and inserted there.
#[must_use]
pub fn one_side(changes: &[Change], side: Side) -> Vec<Change> {
    let (own, other) = match side {
        Side::Old => (Op::Delete, Op::Insert),
        Side::New => (Op::Insert, Op::Delete),
    };
    let mut shown: Vec<Change> = Vec::new();
    for change in changes.iter().filter(|change| change.op != other) {
        let stays = change.op != own || change.is_blank();
        let why = if stays { Why::Place } else { change.why };
        match shown.last_mut() {
            Some(last) if last.why == why => last.runs.extend(change.runs.iter().cloned()),
            _ => shown.push(Change { op: own, why, runs: change.runs.clone() }),
        }
    }
    shown
}

impl Change {
    /// Whether it is a change of words.
    #[must_use]
    pub fn is_words(&self) -> bool {
        matches!(self.op, Op::Delete | Op::Insert) && self.why == Why::Words
    }

    /// Whether nothing of it can be seen.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        words(&self.runs).trim().is_empty()
    }
}

struct Both<'a> {
    old: &'a Line<'a>,
    new: &'a Line<'a>,
    clauses: &'a Clauses<'a>,
    changes: Vec<Change>,
}

impl Both<'_> {
    fn push(&mut self, op: Op, why: Why, runs: Vec<Run>) {
        if runs.is_empty() {
            return;
        }
        match self.changes.last_mut() {
            Some(last) if (last.op, last.why) == (op, why) => last.runs.extend(runs),
            _ => self.changes.push(Change { op, why, runs }),
        }
    }

    /// Tokens that are the same: the words between references, and references that follow their clauses.
    fn unchanged(&mut self, mut from: (usize, usize), to: (usize, usize)) {
        let new = self.new;
        for at in new.references(&(from.1..to.1)) {
            let was = from.0 + (at - from.1);
            self.words(from, (was, at));
            self.push(Op::Delete, Why::Follows, self.old.slice(&self.old.bytes(&(was..was + 1))));
            self.push(Op::Insert, Why::Follows, self.new.slice(&self.new.bytes(&(at..at + 1))));
            from = (was + 1, at + 1);
        }
        self.words(from, to);
    }

    /// Words that stayed: what is left is to compare what they are marked as.
    fn words(&mut self, from: (usize, usize), to: (usize, usize)) {
        let was = self.old.bytes(&(from.0..to.0));
        let is = self.new.bytes(&(from.1..to.1));
        let mut offset = 0;
        while is.start + offset < is.end {
            let (before, old_left) = self.old.marks_at(was.start + offset);
            let (after, new_left) = self.new.marks_at(is.start + offset);
            let length = old_left.min(new_left).min(is.end - is.start - offset).max(1);
            let bytes = is.start + offset..is.start + offset + length;
            let blank = self.new.text.get(bytes.clone()).is_none_or(|text| text.trim().is_empty());
            let op = if blank { Op::Equal } else { format_op(before, after, self.clauses) };
            self.push(op, Why::Words, self.new.slice(&bytes));
            offset += length;
        }
    }
}

fn format_op(old: &[Mark], new: &[Mark], clauses: &Clauses<'_>) -> Op {
    let looks =
        |marks: &[Mark]| -> Vec<Mark> { marks.iter().filter(|mark| !matches!(mark, Mark::Link(_))).cloned().collect() };
    match (href(old), href(new)) {
        (Some(was), Some(is)) if !clauses.lead_to_one(was, is) => Op::Link,
        (was, is) if was.is_some() != is.is_some() || looks(old) != looks(new) => Op::Format,
        _ => Op::Equal,
    }
}

fn href(marks: &[Mark]) -> Option<&str> {
    marks.iter().find_map(|mark| match mark {
        Mark::Link(link) => Some(link.href.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::doc::Piece;

    fn marked(text: &str, marks: Vec<Mark>) -> Run {
        Run { piece: Piece::Text(text.into()), marks }
    }

    fn changes(old: &[Run], new: &[Run]) -> Vec<Change> {
        compare(old, new, &Clauses::default())
    }

    fn shown(changes: &[Change]) -> Vec<(Op, String)> {
        changes.iter().map(|change| (change.op, words(&change.runs))).collect()
    }

    #[test]
    fn words_that_changed_are_named_and_the_rest_is_kept() {
        let found = changes(&[Run::text("kept for 12 months")], &[Run::text("kept for up to 24 months")]);
        let expected = [(Op::Equal, "kept for "), (Op::Delete, "12"), (Op::Insert, "up to 24"), (Op::Equal, " months")];
        assert_eq!(shown(&found), expected.map(|(op, text)| (op, text.to_owned())));
    }

    #[test]
    fn what_only_came_has_nothing_that_went_beside_it() {
        let found = changes(&[Run::text("kept for 12 months")], &[Run::text("kept for up to 12 months")]);
        let expected = [(Op::Equal, "kept for "), (Op::Insert, "up to "), (Op::Equal, "12 months")];
        assert_eq!(shown(&found), expected.map(|(op, text)| (op, text.to_owned())));
    }

    #[test]
    fn format_alone_is_named_as_such_even_inside_a_word() {
        let old = [Run::text("unbold words")];
        let new = [Run::text("un"), marked("bold", vec![Mark::Strong]), Run::text(" words")];
        let expected = [(Op::Equal, "un"), (Op::Format, "bold"), (Op::Equal, " words")];
        assert_eq!(shown(&changes(&old, &new)), expected.map(|(op, text)| (op, text.to_owned())));
    }

    #[test]
    fn a_line_with_next_to_nothing_in_common_is_replaced_whole() {
        let found = changes(&[Run::text("alpha of beta of gamma")], &[Run::text("one of two of three")]);
        assert_eq!(found.len(), 2);
    }
}
