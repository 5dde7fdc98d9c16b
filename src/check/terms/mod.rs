//! Rules about defined terms. A text is read once into a vocabulary: what it defines and where, which of its words are
//! one of these terms, and what else it writes with capitals. Each rule looks at that, and says nothing where it is not
//! sure: a finding that is wrong costs more than one that is missing.

mod late;
pub mod line;
mod recurring;
mod scan;
mod spelling;
pub mod stock;
mod twice;
mod unused;

use std::ops::Range;

use crate::base::diag::Diagnostic;
use crate::base::language::Language;
use crate::base::span::Place;
use crate::base::text::{beginning, ending};
use crate::check::manuscript::Manuscript;
use crate::site::passage::{Passage, PassageKind};
use crate::site::terms::lexicon::Written;

/// What is further away from a definition, in bytes, says nothing of it.
const NEAR: usize = 2000;

/// What a text defines and how it uses it.
pub struct Vocabulary<'m> {
    manuscript: &'m Manuscript<'m>,
    /// The definitions, in order.
    definitions: Vec<Definition>,
    /// The terms that they define, each once.
    terms: Vec<&'m str>,
    /// The first definition of each.
    firsts: Vec<usize>,
    /// The uses of terms, in order.
    uses: Vec<Used>,
    /// Which of them are uses of each term.
    by_term: Vec<Vec<usize>>,
    /// Other words with capitals inside a sentence.
    runs: Vec<Run>,
    /// What stands in quotes and defines nothing.
    quoted: Vec<&'m str>,
}

/// A definition and where it stands.
struct Definition {
    /// Which term.
    term: usize,
    at: At,
    /// With its quotes, in its passage.
    whole: Range<usize>,
    /// Those that are defined together share it.
    group: usize,
}

/// Some words of a passage.
#[derive(Clone)]
struct At {
    passage: usize,
    words: Range<usize>,
}

/// A use of a term.
#[derive(Clone)]
pub struct Used {
    /// Which term: of those of the text, or, of a passage by itself, of all.
    term: usize,
    at: At,
    written: Written,
    /// Whether it stands in a longer name.
    part: bool,
    /// Whether a sentence may begin with it.
    opens: bool,
    /// Whether it stands in running text: not in a heading, a link, bold or quotes.
    running: bool,
}

/// Words with capitals that follow one another inside a sentence.
#[derive(Clone)]
pub struct Run {
    at: At,
    /// Whether the word before says that it is one of several: a, any, your.
    counted: bool,
    /// Which phrase: it has a number in the stock.
    phrase: usize,
}

impl Used {
    /// The same in the passage of a text, of a term with a place among its terms.
    fn of(mut self, passage: usize, term: usize) -> Self {
        self.at.passage = passage;
        self.term = term;
        self
    }
}

impl Run {
    /// The same in the passage of a text.
    fn of(mut self, passage: usize) -> Self {
        self.at.passage = passage;
        self
    }
}

/// All rules about terms.
pub fn rules(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let vocabulary = scan::read(manuscript);
    if !vocabulary.definitions.is_empty() {
        twice::defined(&vocabulary, findings);
        unused::terms(&vocabulary, findings);
        spelling::other(&vocabulary, findings);
        late::defined(&vocabulary, findings);
    }
    recurring::phrases(&vocabulary, findings);
}

impl<'m> Vocabulary<'m> {
    fn passage(&self, at: &At) -> Option<&'m Passage> {
        self.manuscript.passages.get(at.passage)
    }

    fn words(&self, at: &At) -> &'m str {
        self.passage(at).and_then(|passage| passage.text.get(at.words.clone())).unwrap_or_default()
    }

    fn place(&self, at: &At) -> Option<Place> {
        self.passage(at).map(|passage| self.manuscript.place(passage, &at.words))
    }

    fn term(&self, term: usize) -> &'m str {
        self.terms.get(term).copied().unwrap_or_default()
    }

    /// The first definition of a term.
    fn first(&self, term: usize) -> Option<&Definition> {
        self.definitions.get(*self.firsts.get(term)?)
    }

    /// The uses of a term, in order.
    fn uses(&self, term: usize) -> impl Iterator<Item = &Used> + Clone {
        self.by_term.get(term).into_iter().flatten().filter_map(|index| self.uses.get(*index))
    }

    fn is_english(&self) -> bool {
        self.manuscript.is_english()
    }

    /// Whether every noun of the language is written with a capital.
    fn is_german(&self) -> bool {
        self.manuscript.language == Language::German
    }

    /// The sentence around some words, as far as it is near.
    fn sentence(&self, at: &At) -> &'m str {
        let [before, after] = self.around(at);
        let text = self.passage(at).map_or("", |passage| passage.text.as_str());
        let start = before.len() - before.rfind(['.', ';', '?', '!']).unwrap_or(0);
        let end = after.find(['.', ';', '?', '!']).unwrap_or(after.len());
        text.get(at.words.start - start..at.words.end + end).unwrap_or_default()
    }

    /// What stands before and behind some words, as far as it is near.
    fn around(&self, at: &At) -> [&'m str; 2] {
        let text = self.passage(at).map_or("", |passage| passage.text.as_str());
        let before = text.get(..at.words.start).unwrap_or_default();
        [ending(before, NEAR), beginning(text.get(at.words.end..).unwrap_or_default(), NEAR)]
    }
}

fn is_heading(passage: &Passage) -> bool {
    matches!(passage.kind, PassageKind::Heading(_))
}
