//! A text as a row of passages: words as they are read, with the place in the source of each. Rules that speak about
//! words look at these, so that a finding stands at its line whatever marks lie between the words.

use std::ops::{Deref, Range};
use std::rc::Rc;

use crate::base::span::Span;

/// What is read in one go: a paragraph, a heading, a cell, the words of a tight item. Texts that share it share its words.
#[derive(Clone, Debug)]
pub struct Passage {
    words: Rc<Words>,
    /// Where the part of the source begins from which its places are counted.
    start: usize,
    /// Where the heading begins under which its part stands.
    above: Option<usize>,
    /// By what it is known on its shelf, if it is on one.
    pub number: Option<usize>,
}

/// The words of a passage.
#[derive(Debug, Default)]
pub struct Words {
    /// What it is.
    pub kind: PassageKind,
    /// Its words as they are read; the end of a source line is a newline. Code and notes are left out: each is one
    /// object replacement character (U+FFFC).
    pub text: String,
    /// What parts of it are, in order of their beginnings; ranges are bytes of `text`.
    pub marks: Vec<(Range<usize>, PassageMark)>,
    /// How many lists it stands in.
    pub depth: usize,
    /// Where the heading of its own part begins that it stands under, or that it is.
    pub under: Option<usize>,
    pieces: Vec<Piece>,
}

/// What a passage is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PassageKind {
    /// A cell of a table.
    Cell,
    /// A heading of this level.
    Heading(u8),
    /// The first words of an item.
    Item,
    /// Anything else.
    #[default]
    Paragraph,
}

/// What a part of a passage is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PassageMark {
    /// A link to this destination, as written.
    Link(String),
    /// Strong.
    Strong,
}

/// A stretch of words that came from one place.
#[derive(Clone, Debug)]
struct Piece {
    text: usize,
    source: Range<usize>,
    /// Whether each byte of the words is the byte of the source; else the words stand for the whole of it.
    verbatim: bool,
}

/// What stands for inline code, pictures and notes.
pub const OBJECT: char = '\u{FFFC}';

impl Deref for Passage {
    type Target = Words;

    fn deref(&self) -> &Words {
        &self.words
    }
}

impl Passage {
    /// A passage of these words.
    #[must_use]
    pub fn new(words: Words) -> Self {
        Self { words: Rc::new(words), start: 0, above: None, number: None }
    }

    /// The same passage, known on its shelf by a number.
    #[must_use]
    pub fn known(self, number: usize) -> Self {
        Self { number: Some(number), ..self }
    }

    /// The same passage in a text in which its part begins at a place, under a heading.
    #[must_use]
    pub fn behind(&self, start: usize, above: Option<usize>) -> Self {
        Self { start: self.start + start, above, ..self.clone() }
    }

    /// Where some of its words stand in the source.
    #[must_use]
    pub fn span(&self, words: &Range<usize>) -> Span {
        let Span { start, end } = self.words.span(words);
        Span { start: start + self.start, end: end + self.start }
    }

    /// Where in the source the heading begins that it stands under, or that it is; as `Heading::span`.
    #[must_use]
    pub fn heading(&self) -> Option<usize> {
        self.under.map(|under| under + self.start).or(self.above)
    }
}

impl Words {
    /// No words yet, in so many lists and under a heading.
    #[must_use]
    pub fn at(depth: usize, under: Option<usize>) -> Self {
        Self { depth, under, ..Self::default() }
    }

    fn span(&self, words: &Range<usize>) -> Span {
        let last = words.end.max(words.start + 1) - 1;
        let start = self.piece(words.start).map_or(0, |piece| piece.at(words.start).start);
        let end = self.piece(last).map_or(start, |piece| piece.at(last).end);
        Span { start, end: end.max(start) }
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.text <= at);
        self.pieces.get(after.saturating_sub(1))
    }

    /// Adds words that came from a place.
    pub fn push(&mut self, words: &str, source: Range<usize>) {
        let verbatim = words.len() == source.len();
        self.pieces.push(Piece { text: self.text.len(), source, verbatim });
        self.text.push_str(words);
    }

    /// Whether some of its words lie in a link.
    #[must_use]
    pub fn link(&self, words: &Range<usize>) -> Option<&str> {
        self.marks.iter().find_map(|(range, mark)| match mark {
            PassageMark::Link(href) if range.start < words.end && words.start < range.end => Some(href.as_str()),
            _ => None,
        })
    }
}

impl Piece {
    /// The place of one byte of the words.
    fn at(&self, byte: usize) -> Range<usize> {
        if !self.verbatim {
            return self.source.clone();
        }
        let at = (self.source.start + byte.saturating_sub(self.text)).min(self.source.end);
        at..(at + 1).min(self.source.end)
    }
}

#[cfg(test)]
mod tests {
    use crate::base::span::Span;
    use crate::site::markdown::passages;
    use crate::site::passage::{PassageKind, PassageMark};

    #[test]
    fn words_are_found_in_the_source_through_marks_and_entities() {
        let body = "## Your *own* rights\n\nWe &amp; you,\n**“A B”** and [it](/x).\n\n- one\n  - `two` three\n";
        let found = passages(body);
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["Your own rights", "We & you,\n“A B” and it.", "one", "\u{FFFC} three"]);
        let place = |index: usize, words: &str| {
            let at = found[index].text.find(words).unwrap();
            let Span { start, end } = found[index].span(&(at..at + words.len()));
            body.get(start..end).unwrap()
        };
        assert_eq!(place(0, "own rights"), "own* rights");
        assert_eq!(place(1, "& you"), "&amp; you");
        assert_eq!(place(1, "“A B”"), "“A B”");
        assert_eq!(place(3, "three"), "three");
        assert_eq!(found[0].kind, PassageKind::Heading(2));
        assert_eq!((found[1].heading(), found[1].depth, found[3].depth), (Some(0), 0, 2));
        assert_eq!(found[1].marks[0].1, PassageMark::Strong);
        let at = found[1].text.find("it.").unwrap();
        assert_eq!(found[1].link(&(at..at + 2)), Some("/x"));
    }

    #[test]
    fn cells_and_quotes_are_passages_of_their_own() {
        let found = passages("> quoted\n\n| a | b |\n|---|---|\n| c | d |\n");
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["quoted", "a", "b", "c", "d"]);
        assert_eq!(found[4].kind, PassageKind::Cell);
    }
}
