//! What a passage has of terms by itself: its words, what stands in quotes, what it defines, and, by a lexicon, which terms
//! it uses. It is worked out once for all texts that share the passage.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::recurring::key;
use super::stock::{Mark, Stems, Stock, Terms};
use super::{At, Run, Used, is_heading};
use crate::base::table::Table;
use crate::site::passage::{Passage, PassageKind, PassageMark};
use crate::site::terms::lexicon::is_part;
use crate::site::terms::quotes::{Quotation, quotations};
use crate::site::terms::words::{Gap, Word, is_capital, stem, unaccented, words};
use crate::site::terms::{Defined, definitions};

/// Words that say of what follows that it is one of several. No name stands behind them.
const COUNTING: &[&str] = &[
    "a", "an", "any", "each", "every", "your", "such", "all", "other", "another", "no", "their", "his", "its", "some",
    "un", "une", "chaque", "tout", "toute", "tous", "toutes", "vos", "votre", "aucun", "aucune", "autre", "autres",
];

/// Words that stand before a noun and may begin a sentence.
const DETERMINERS: &[&str] = &[
    "the", "this", "these", "those", "that", "our", "le", "la", "les", "ce", "cette", "ces", "nos", "notre", "l", "d",
    "qu",
];

/// A passage's words and what it defines. Terms have their numbers in the stock.
#[derive(Default)]
pub struct Line {
    /// Its words.
    pub words: Vec<Word>,
    /// What it defines.
    pub defined: Vec<Defined>,
    /// What stands in quotes and defines nothing.
    pub quoted: Vec<Range<usize>>,
    quotations: Vec<Quotation>,
    /// The words that begin with a capital, and those before them.
    near_capitals: Vec<usize>,
    /// The stems of words and what these leave in sets, once they are asked for.
    stems: Vec<OnceCell<(String, Mark)>>,
    /// The phrases of runs, by the word with which each begins.
    phrases: RefCell<Table<usize, usize>>,
    /// All of it without accents, once that is asked for.
    plain: OnceCell<String>,
    /// The stems of the words that may begin a term with capitals, and of all words, once they are asked for.
    sets: [OnceCell<Stems>; 2],
    /// Whether it leaves definitions to another text.
    elsewhere: OnceCell<bool>,
    /// What was found with the terms of a turn.
    found: RefCell<Option<(usize, Rc<Uses>)>>,
}

/// What a passage uses of a lexicon, and what else it writes with capitals.
#[derive(Default)]
pub struct Uses {
    /// The uses of terms, in order.
    pub uses: Vec<Used>,
    /// Other words with capitals inside a sentence.
    pub runs: Vec<Run>,
}

impl Line {
    /// Reads a passage.
    #[must_use]
    pub fn new(passage: &Passage) -> Self {
        let text = passage.text.as_str();
        let strong = passage.marks.iter().filter(|(_, mark)| *mark == PassageMark::Strong);
        let strong: Vec<Range<usize>> = strong.map(|(range, _)| range.clone()).collect();
        let defined = if is_heading(passage) { Vec::new() } else { definitions(text, &strong) };
        let quotations = quotations(text);
        let is_term = |one: &&Quotation| defined.iter().any(|defined| defined.whole == one.whole);
        let quoted = quotations.iter().filter(|one| !is_term(one)).map(|one| one.inner.clone()).collect();
        let mut line = Vec::new();
        words(text, &mut line);
        let capital = |at: usize| line.get(at).is_some_and(|word: &Word| is_capital(word.of(text)));
        let near_capitals = (0..line.len()).filter(|at| capital(*at) || capital(at + 1)).collect();
        let stems = line.iter().map(|_| OnceCell::new()).collect();
        let (phrases, plain, sets, elsewhere, found) = Default::default();
        Self { words: line, defined, quoted, quotations, near_capitals, stems, phrases, plain, sets, elsewhere, found }
    }

    /// What the passage uses of some terms, the last of a stock. It is read again only where what changed of them since it
    /// was read may begin in it.
    #[must_use]
    pub fn uses(&self, passage: &Passage, terms: &Terms, stock: &Stock) -> Rc<Uses> {
        let holds = |turn: usize| {
            let is_asked = |since: &Stems| since.meets(self.set(&passage.text, terms.lexicon.small));
            stock.since(turn).is_none_or(|since| *since != Stems::ALL && !is_asked(since))
        };
        if let Some((turn, found)) = self.found.borrow_mut().as_mut().filter(|(turn, _)| holds(*turn)) {
            *turn = terms.turn;
            return Rc::clone(found);
        }
        let mut reader = Reader { passage, line: self, terms, stock, found: Uses::default() };
        reader.read();
        let found = Rc::new(reader.found);
        self.found.replace(Some((terms.turn, Rc::clone(&found))));
        found
    }

    /// The stems of all its words, or of those that may begin a term with capitals.
    #[must_use]
    pub fn set(&self, text: &str, all: bool) -> &Stems {
        let [some, every] = &self.sets;
        let mark = |at| self.stem(text, at).map(|(_, mark)| *mark);
        if all {
            every.get_or_init(|| (0..self.words.len()).filter_map(mark).collect())
        } else {
            some.get_or_init(|| self.near_capitals.iter().copied().filter_map(mark).collect())
        }
    }

    /// The stem of a word, and what it leaves in sets.
    fn stem(&self, text: &str, at: usize) -> Option<&(String, Mark)> {
        let known = self.stems.get(at)?;
        Some(known.get_or_init(|| {
            let stem = stem(self.words.get(at).map_or("", |word| word.of(text)));
            let mark = Mark::of(&stem);
            (stem, mark)
        }))
    }

    /// The passage in small letters without accents and umlauts.
    #[must_use]
    pub fn plain(&self, text: &str) -> &str {
        self.plain.get_or_init(|| unaccented(text))
    }

    /// Whether it says that terms are defined in another text.
    pub fn is_elsewhere(&self, find: impl FnOnce() -> bool) -> bool {
        *self.elsewhere.get_or_init(find)
    }
}

/// Reads the words of a passage with a lexicon.
struct Reader<'r> {
    passage: &'r Passage,
    line: &'r Line,
    terms: &'r Terms,
    stock: &'r Stock,
    found: Uses,
}

impl Reader<'_> {
    fn read(&mut self) {
        // Only words with capitals begin anything, but for terms in small letters.
        let line = self.line;
        if self.terms.lexicon.small {
            self.begin(0..line.words.len());
        } else {
            self.begin(line.near_capitals.iter().copied());
        }
    }

    /// Reads what begins at some words.
    fn begin(&mut self, places: impl Iterator<Item = usize>) {
        let mut next = 0;
        for at in places {
            if at >= next {
                next = self.term(at).or_else(|| self.run(at)).unwrap_or(at + 1);
            }
        }
    }

    /// The bytes of some words.
    fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        let start = self.line.words.get(words.start).map_or(0, |word| word.range.start);
        let end = self.line.words.get(words.end.saturating_sub(1)).map_or(start, |word| word.range.end);
        start..end
    }

    /// A use of a term that begins at a word; gives back the word behind it.
    fn term(&mut self, at: usize) -> Option<usize> {
        let text = self.passage.text.as_str();
        self.line.stem(text, at).filter(|(_, mark)| self.terms.beginnings.has(*mark))?;
        let stems = |at| Cow::Borrowed(self.line.stem(text, at).map_or("", |(stem, _)| stem));
        let found = self.terms.lexicon.beginning(text, &self.line.words, (at, &stems))?;
        let words = self.bytes(&found.words);
        if self.line.defined.iter().any(|one| overlap(&one.whole, &words)) {
            return Some(found.words.end);
        }
        let part = is_part(text, &self.line.words, &found.words);
        let running = !is_heading(self.passage) && self.is_running(&words);
        let opens = self.line.words.get(at).is_some_and(|word| word.opens);
        let at = At { passage: 0, words };
        let term = *self.terms.numbers.get(found.term)?;
        let used = Used { term, at, written: found.written, part, opens, running };
        self.found.uses.push(used);
        Some(found.words.end)
    }

    /// Words with capitals that begin at a word; gives back the word behind them.
    fn run(&mut self, at: usize) -> Option<usize> {
        let text = self.passage.text.as_str();
        let first = self.line.words.get(at)?;
        if !is_capital(first.of(text)) || (first.opens && is_determiner(first.of(text))) {
            return None;
        }
        let end = self.end(at);
        let words = self.bytes(&(at..end));
        let running = matches!(self.passage.kind, PassageKind::Paragraph | PassageKind::Item);
        if !first.opens && running && self.is_running(&words) {
            let before = at.checked_sub(1).and_then(|before| self.line.words.get(before));
            let before = before.filter(|_| first.gap == Gap::Space).map_or("", |word| word.of(text));
            let counted = COUNTING.iter().any(|word| word.eq_ignore_ascii_case(before));
            let own = || self.stock.phrase(&key(text.get(words.clone()).unwrap_or_default()));
            let phrase = *self.line.phrases.borrow_mut().entry(at).or_insert_with(own);
            self.found.runs.push(Run { at: At { passage: 0, words }, counted, phrase });
        }
        Some(end)
    }

    /// The word behind the last one that goes on with a run.
    fn end(&self, at: usize) -> usize {
        let text = self.passage.text.as_str();
        let goes_on = |index: usize| {
            let word = self.line.words.get(index).filter(|word| word.gap != Gap::Other && !word.opens);
            word.is_some_and(|word| word.gap == Gap::Hyphen || is_capital(word.of(text)))
        };
        let mut end = at + 1;
        loop {
            let joins = self.line.words.get(end).is_some_and(|word| word.gap == Gap::Space && word.of(text) == "of");
            end = match (goes_on(end), joins && goes_on(end + 1)) {
                (true, _) => end + 1,
                (_, true) => end + 2,
                _ => return end,
            };
        }
    }

    /// Whether some words stand in no mark and no quotes.
    fn is_running(&self, words: &Range<usize>) -> bool {
        !self.passage.marks.iter().any(|(range, _)| overlap(range, words))
            && !self.line.quotations.iter().any(|one| overlap(&one.whole, words))
    }
}

fn is_determiner(word: &str) -> bool {
    COUNTING.iter().chain(DETERMINERS).any(|known| known.eq_ignore_ascii_case(word))
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
