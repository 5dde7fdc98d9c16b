//! Two lines of runs → what happened to each piece of them: the ops of `words` joined to text and format.

use std::ops::Range;

use super::words::{Hunk, difference, join_coincidences, letters, words};
use crate::site::doc::{Mark, Piece, Run};

/// A stretch of a line and what happened to it.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happened.
    pub op: Op,
    /// The stretch: of the old line where it was deleted, else of the new one.
    pub runs: Vec<Run>,
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
pub fn compare(old: &[Run], new: &[Run]) -> Vec<Change> {
    let (old, new) = (Line::new(old), Line::new(new));
    let mut both = Both { old: &old, new: &new, changes: Vec::new() };
    let mut at = (0, 0);
    for hunk in hunks(&old, &new) {
        both.unchanged(at, (hunk.old.start, hunk.new.start));
        both.push(Op::Delete, old.slice(&old.bytes(&hunk.old)));
        both.push(Op::Insert, new.slice(&new.bytes(&hunk.new)));
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

/// A line as text, with its words and the runs they come from.
struct Line<'a> {
    text: String,
    runs: Vec<(Range<usize>, &'a Run)>,
    tokens: Vec<Range<usize>>,
}

/// What makes two tokens the same.
#[derive(Eq, Hash, PartialEq)]
enum Key<'a> {
    Image(&'a str, &'a str),
    Note,
    Word(&'a str),
}

/// Stands in the text for a piece that has no words.
const OBJECT: &str = "\u{fffc}";

impl<'a> Line<'a> {
    fn new(runs: &'a [Run]) -> Self {
        let mut text = String::new();
        let mut spans = Vec::with_capacity(runs.len());
        for run in runs {
            let start = text.len();
            text.push_str(match &run.piece {
                Piece::Text(words) => words,
                Piece::Break => "\n",
                Piece::Image(_) | Piece::Note(_) => OBJECT,
            });
            spans.push((start..text.len(), run));
        }
        let mut tokens = Vec::new();
        let mut at = 0;
        for word in words(&text) {
            split_objects(word, &mut at, &mut tokens);
        }
        Self { text, runs: spans, tokens }
    }

    fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        self.tokens.iter().map(|token| self.key(token))
    }

    fn key(&self, token: &Range<usize>) -> Key<'_> {
        let word = self.text.get(token.clone()).unwrap_or_default();
        if word != OBJECT {
            return Key::Word(word);
        }
        match self.run_at(token.start).map(|run| &run.piece) {
            Some(Piece::Image(image)) => Key::Image(&image.src, &image.alt),
            Some(Piece::Note(_)) => Key::Note,
            _ => Key::Word(word),
        }
    }

    fn run_at(&self, at: usize) -> Option<&'a Run> {
        let index = self.runs.partition_point(|(range, _)| range.end <= at);
        self.runs.get(index).map(|(_, run)| *run)
    }

    /// The marks of a byte, and how many bytes from there on have the same.
    fn marks_at(&self, at: usize) -> (&'a [Mark], usize) {
        let index = self.runs.partition_point(|(range, _)| range.end <= at);
        self.runs.get(index).map_or((&[], usize::MAX), |(range, run)| (run.marks.as_slice(), range.end - at))
    }

    /// The bytes of some tokens.
    fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = |index: usize| self.tokens.get(index).map_or(self.text.len(), |token| token.start);
        start(tokens.start)..start(tokens.end)
    }

    /// The runs of some bytes; none where there are no bytes, also in the middle of a run.
    fn slice(&self, bytes: &Range<usize>) -> Vec<Run> {
        let first = self.runs.partition_point(|(range, _)| range.end <= bytes.start);
        let within = self.runs.iter().skip(first).take_while(|(range, _)| range.start.max(bytes.start) < bytes.end);
        within.map(|(range, run)| self.part(range, run, bytes)).collect()
    }

    fn part(&self, range: &Range<usize>, run: &Run, bytes: &Range<usize>) -> Run {
        let Piece::Text(_) = run.piece else { return run.clone() };
        let cut = range.start.max(bytes.start)..range.end.min(bytes.end);
        let text = self.text.get(cut).unwrap_or_default().to_owned();
        Run { piece: Piece::Text(text), marks: run.marks.clone() }
    }
}

/// A picture or a note is a token of its own, also where it touches a word.
fn split_objects(word: &str, at: &mut usize, tokens: &mut Vec<Range<usize>>) {
    let mut rest = word;
    while let Some(found) = rest.find(OBJECT).filter(|_| rest != OBJECT) {
        let length = if found == 0 { OBJECT.len() } else { found };
        tokens.push(*at..*at + length);
        *at += length;
        rest = rest.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        tokens.push(*at..*at + rest.len());
        *at += rest.len();
    }
}

struct Both<'a> {
    old: &'a Line<'a>,
    new: &'a Line<'a>,
    changes: Vec<Change>,
}

impl Both<'_> {
    fn push(&mut self, op: Op, runs: Vec<Run>) {
        if runs.is_empty() {
            return;
        }
        match self.changes.last_mut() {
            Some(last) if last.op == op => last.runs.extend(runs),
            _ => self.changes.push(Change { op, runs }),
        }
    }

    /// Words that stayed: what is left is to compare what they are marked as.
    fn unchanged(&mut self, from: (usize, usize), to: (usize, usize)) {
        let was = self.old.bytes(&(from.0..to.0));
        let is = self.new.bytes(&(from.1..to.1));
        let mut offset = 0;
        while is.start + offset < is.end {
            let (before, old_left) = self.old.marks_at(was.start + offset);
            let (after, new_left) = self.new.marks_at(is.start + offset);
            let length = old_left.min(new_left).min(is.end - is.start - offset).max(1);
            let bytes = is.start + offset..is.start + offset + length;
            let blank = self.new.text.get(bytes.clone()).is_none_or(|text| text.trim().is_empty());
            let op = if blank { Op::Equal } else { format_op(before, after) };
            self.push(op, self.new.slice(&bytes));
            offset += length;
        }
    }
}

fn format_op(old: &[Mark], new: &[Mark]) -> Op {
    let looks =
        |marks: &[Mark]| -> Vec<Mark> { marks.iter().filter(|mark| !matches!(mark, Mark::Link(_))).cloned().collect() };
    let href = |marks: &[Mark]| {
        marks.iter().find_map(|mark| match mark {
            Mark::Link(link) => Some(link.href.clone()),
            _ => None,
        })
    };
    match (href(old), href(new)) {
        (Some(was), Some(is)) if was != is => Op::Link,
        (was, is) if was != is || looks(old) != looks(new) => Op::Format,
        _ => Op::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::doc::words as said;

    fn marked(text: &str, marks: Vec<Mark>) -> Run {
        Run { piece: Piece::Text(text.into()), marks }
    }

    fn shown(changes: &[Change]) -> Vec<(Op, String)> {
        changes.iter().map(|change| (change.op, said(&change.runs))).collect()
    }

    #[test]
    fn words_that_changed_are_named_and_the_rest_is_kept() {
        let found = compare(&[Run::text("kept for 12 months")], &[Run::text("kept for up to 24 months")]);
        let expected = [(Op::Equal, "kept for "), (Op::Delete, "12"), (Op::Insert, "up to 24"), (Op::Equal, " months")];
        assert_eq!(shown(&found), expected.map(|(op, text)| (op, text.to_owned())));
    }

    #[test]
    fn what_only_came_has_nothing_that_went_beside_it() {
        let found = compare(&[Run::text("kept for 12 months")], &[Run::text("kept for up to 12 months")]);
        let expected = [(Op::Equal, "kept for "), (Op::Insert, "up to "), (Op::Equal, "12 months")];
        assert_eq!(shown(&found), expected.map(|(op, text)| (op, text.to_owned())));
    }

    #[test]
    fn format_alone_is_named_as_such_even_inside_a_word() {
        let old = [Run::text("unbold words")];
        let new = [Run::text("un"), marked("bold", vec![Mark::Strong]), Run::text(" words")];
        let expected = [(Op::Equal, "un"), (Op::Format, "bold"), (Op::Equal, " words")];
        assert_eq!(shown(&compare(&old, &new)), expected.map(|(op, text)| (op, text.to_owned())));
    }

    #[test]
    fn a_line_with_next_to_nothing_in_common_is_replaced_whole() {
        let found = compare(&[Run::text("alpha of beta of gamma")], &[Run::text("one of two of three")]);
        assert_eq!(found.len(), 2);
    }
}
