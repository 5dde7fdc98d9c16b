//! A line of runs as text, with its words and the runs they come from. A reference's number is one token that stands
//! for the clause, so that it is the same when it only follows.

use std::ops::Range;

use super::clauses::{Clauses, Side};
use super::words::words;
use crate::site::doc::{Mark, Piece, Run};

/// A line as text, with its words and the runs they come from.
pub struct Line<'a> {
    /// Its text.
    pub text: String,
    /// The bytes of its words.
    pub tokens: Vec<Range<usize>>,
    runs: Vec<(Range<usize>, &'a Run)>,
    references: Vec<Reference<'a>>,
}

/// The bytes of a reference that name its clause.
struct Reference<'a> {
    bytes: Range<usize>,
    clause: &'a str,
}

/// What makes two tokens the same.
#[derive(Eq, Hash, PartialEq)]
pub enum Key<'a> {
    /// A picture: its address and its words.
    Image(&'a str, &'a str),
    /// A reference to a note.
    Note,
    /// The number or title of a clause in a reference to it: the clause's id in the new text.
    Reference(&'a str),
    /// A word.
    Word(&'a str),
}

/// Stands in the text for a piece that has no words.
const OBJECT: &str = "\u{fffc}";

impl<'a> Line<'a> {
    /// Reads a line of one of two texts.
    #[must_use]
    pub fn new(runs: &'a [Run], side: Side, clauses: &Clauses<'a>) -> Self {
        let mut text = String::with_capacity(runs.iter().map(length).sum());
        let mut spans = Vec::with_capacity(runs.len());
        let mut references = Vec::new();
        for run in runs {
            let start = text.len();
            text.push_str(match &run.piece {
                Piece::Text(words) => words,
                Piece::Break => "\n",
                Piece::Image(_) | Piece::Note(_) => OBJECT,
            });
            references.extend(reference(run, start, (side, clauses)));
            spans.push((start..text.len(), run));
        }
        let tokens = tokens(&text, &references);
        Self { text, tokens, runs: spans, references }
    }

    /// What makes each token the same as another.
    pub fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        let mut references = self.references.iter().peekable();
        self.tokens.iter().map(move |token| match references.next_if(|one| one.bytes.start == token.start) {
            Some(one) => Key::Reference(one.clause),
            None => self.key(token),
        })
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

    /// The tokens in a range that are references.
    pub fn references(&self, tokens: &Range<usize>) -> impl Iterator<Item = usize> {
        let bytes = self.bytes(tokens);
        let within =
            self.references.iter().filter(move |one| bytes.start <= one.bytes.start && one.bytes.end <= bytes.end);
        within.filter_map(|one| self.tokens.binary_search_by_key(&one.bytes.start, |token| token.start).ok())
    }

    fn run_at(&self, at: usize) -> Option<&'a Run> {
        let index = self.runs.partition_point(|(range, _)| range.end <= at);
        self.runs.get(index).map(|(_, run)| *run)
    }

    /// The marks of a byte, and how many bytes from there on have the same.
    #[must_use]
    pub fn marks_at(&self, at: usize) -> (&'a [Mark], usize) {
        let index = self.runs.partition_point(|(range, _)| range.end <= at);
        self.runs.get(index).map_or((&[], usize::MAX), |(range, run)| (run.marks.as_slice(), range.end - at))
    }

    /// The bytes of some tokens.
    #[must_use]
    pub fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = |index: usize| self.tokens.get(index).map_or(self.text.len(), |token| token.start);
        start(tokens.start)..start(tokens.end)
    }

    /// The runs of some bytes; none where there are no bytes, also in the middle of a run.
    #[must_use]
    pub fn slice(&self, bytes: &Range<usize>) -> Vec<Run> {
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

fn length(run: &Run) -> usize {
    match &run.piece {
        Piece::Text(text) => text.len(),
        _ => OBJECT.len(),
    }
}

/// The bytes of a run that name the clause it leads to, where they differ in the other text.
fn reference<'a>(run: &Run, start: usize, (side, clauses): (Side, &Clauses<'a>)) -> Option<Reference<'a>> {
    let Piece::Text(text) = &run.piece else { return None };
    let (clause, label) = clauses.label(side, &run.link()?.href)?;
    let mut found = text.match_indices(label).map(|(at, _)| at..at + label.len());
    let bytes = found.find(|bytes| alone(text, bytes))?;
    Some(Reference { bytes: start + bytes.start..start + bytes.end, clause })
}

/// Whether some bytes of a text are words of their own: 4.2 is not in 14.2, nor in 4.2.1.
fn alone(text: &str, bytes: &Range<usize>) -> bool {
    let before = text.get(..bytes.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(bytes.end..).unwrap_or_default().chars();
    let goes_on = match after.next() {
        Some('.') => after.next().is_some_and(char::is_alphanumeric),
        Some(char) => char.is_alphanumeric(),
        None => false,
    };
    !goes_on && !before.is_some_and(|char| char.is_alphanumeric() || char == '.')
}

fn tokens(text: &str, references: &[Reference<'_>]) -> Vec<Range<usize>> {
    let mut tokens = Vec::with_capacity(text.len() / 3);
    let mut at = 0;
    for one in references {
        split(text.get(at..one.bytes.start).unwrap_or_default(), at, &mut tokens);
        tokens.push(one.bytes.clone());
        at = one.bytes.end;
    }
    split(text.get(at..).unwrap_or_default(), at, &mut tokens);
    tokens
}

fn split(text: &str, mut at: usize, tokens: &mut Vec<Range<usize>>) {
    let has_objects = text.contains(OBJECT);
    for word in words(text) {
        if has_objects {
            split_objects(word, &mut at, tokens);
        } else {
            tokens.push(at..at + word.len());
            at += word.len();
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_where_it_stands_alone() {
        let found = |text: &str| alone(text, &(text.find("4.2").unwrap()..text.find("4.2").unwrap() + 3));
        assert!(found("section 4.2"));
        assert!(found("4.2. And"));
        assert!(!found("14.2"));
        assert!(!found("4.2.1"));
        assert!(!found("3.4.2"));
    }
}
