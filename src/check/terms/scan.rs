//! A manuscript → its vocabulary, in two passes: what is defined, then what is used.

use std::ops::Range;

use super::{At, Definition, Run, Used, Vocabulary, is_heading};
use crate::check::manuscript::Manuscript;
use crate::site::passage::{Passage, PassageKind, PassageMark};
use crate::site::terms::definitions;
use crate::site::terms::lexicon::{Lexicon, is_part};
use crate::site::terms::quotes::quotations;
use crate::site::terms::words::{Gap, Word, is_capital, words};

/// Words that say of what follows that it is one of several. No name stands behind them.
const COUNTING: &[&str] = &[
    "a", "an", "any", "each", "every", "your", "such", "all", "other", "another", "no", "their", "his", "its", "some",
    "un", "une", "chaque", "tout", "toute", "tous", "toutes", "vos", "votre", "aucun", "aucune", "autre", "autres",
];

/// Words that stand before a noun and may begin a sentence.
const DETERMINERS: &[&str] =
    &["the", "this", "these", "those", "that", "our", "le", "la", "les", "ce", "cette", "ces", "nos", "notre"];

/// Reads a text.
pub fn read<'m>(manuscript: &'m Manuscript<'m>) -> Vocabulary<'m> {
    let mut vocabulary = Vocabulary {
        manuscript,
        definitions: Vec::new(),
        terms: Vec::new(),
        lexicon: Lexicon::default(),
        uses: Vec::new(),
        runs: Vec::new(),
        quoted: Vec::new(),
    };
    for (index, passage) in manuscript.passages.iter().enumerate() {
        define(&mut vocabulary, index, passage);
    }
    vocabulary.lexicon = Lexicon::new(vocabulary.terms.iter().copied());
    let mut line = Vec::new();
    for (index, passage) in manuscript.passages.iter().enumerate() {
        words(&passage.text, &mut line);
        let mut reader = Reader { vocabulary: &mut vocabulary, passage, index, line: &line, quoted: Vec::new() };
        reader.read();
    }
    vocabulary
}

/// Adds what a passage defines.
fn define<'m>(vocabulary: &mut Vocabulary<'m>, index: usize, passage: &'m Passage) {
    let text = passage.text.as_str();
    let strong = passage.marks.iter().filter(|(_, mark)| *mark == PassageMark::Strong);
    let strong: Vec<Range<usize>> = strong.map(|(range, _)| range.clone()).collect();
    let found = if is_heading(passage) { Vec::new() } else { definitions(text, &strong) };
    let before = vocabulary.definitions.last().map_or(0, |last| last.group + 1);
    for one in quotations(text).iter().filter(|one| !found.iter().any(|defined| defined.whole == one.whole)) {
        vocabulary.quoted.extend(text.get(one.inner.clone()));
    }
    for one in found {
        let term = text.get(one.words.clone()).unwrap_or_default();
        let known = vocabulary.terms.iter().position(|known| *known == term);
        let term = known.unwrap_or_else(|| {
            vocabulary.terms.push(term);
            vocabulary.terms.len() - 1
        });
        let at = At { passage: index, words: one.words };
        let group = before + one.group;
        vocabulary.definitions.push(Definition { term, at, whole: one.whole, group });
    }
}

/// Reads the words of one passage.
struct Reader<'r, 'm> {
    vocabulary: &'r mut Vocabulary<'m>,
    passage: &'m Passage,
    index: usize,
    line: &'r [Word],
    /// What stands in quotes there.
    quoted: Vec<Range<usize>>,
}

impl Reader<'_, '_> {
    fn read(&mut self) {
        self.quoted = quotations(&self.passage.text).into_iter().map(|one| one.whole).collect();
        let mut at = 0;
        while at < self.line.len() {
            at = self.term(at).or_else(|| self.run(at)).unwrap_or(at + 1);
        }
    }

    /// The bytes of some words.
    fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        let start = self.line.get(words.start).map_or(0, |word| word.range.start);
        let end = self.line.get(words.end.saturating_sub(1)).map_or(start, |word| word.range.end);
        start..end
    }

    /// A use of a term that begins at a word; gives back the word behind it.
    fn term(&mut self, at: usize) -> Option<usize> {
        let text = self.passage.text.as_str();
        let found = self.vocabulary.lexicon.find(text, self.line, at)?;
        let words = self.bytes(&found.words);
        let defines = |one: &&Definition| one.at.passage == self.index && overlap(&one.whole, &words);
        if self.vocabulary.definitions.iter().rev().any(|one| defines(&one)) {
            return Some(found.words.end);
        }
        let part = is_part(text, self.line, &found.words);
        let running = !is_heading(self.passage) && self.is_running(&words);
        let opens = self.line.get(at).is_some_and(|word| word.opens);
        let at = At { passage: self.index, words };
        let used = Used { term: found.term, at, written: found.written, part, opens, running };
        self.vocabulary.uses.push(used);
        Some(found.words.end)
    }

    /// Words with capitals that begin at a word; gives back the word behind them.
    fn run(&mut self, at: usize) -> Option<usize> {
        let text = self.passage.text.as_str();
        let first = self.line.get(at)?;
        if !is_capital(first.of(text)) || (first.opens && is_determiner(first.of(text))) {
            return None;
        }
        let end = self.end(at);
        let words = self.bytes(&(at..end));
        let running = matches!(self.passage.kind, PassageKind::Paragraph | PassageKind::Item);
        if !first.opens && running && self.is_running(&words) {
            let before = at.checked_sub(1).and_then(|before| self.line.get(before));
            let before = before.filter(|_| first.gap == Gap::Space).map_or("", |word| word.of(text));
            let counted = COUNTING.iter().any(|word| word.eq_ignore_ascii_case(before));
            self.vocabulary.runs.push(Run { at: At { passage: self.index, words }, counted });
        }
        Some(end)
    }

    /// The word behind the last one that goes on with a run.
    fn end(&self, at: usize) -> usize {
        let text = self.passage.text.as_str();
        let goes_on = |index: usize| {
            let word = self.line.get(index).filter(|word| word.gap != Gap::Other && !word.opens);
            word.is_some_and(|word| word.gap == Gap::Hyphen || is_capital(word.of(text)))
        };
        let mut end = at + 1;
        loop {
            let joins = self.line.get(end).is_some_and(|word| word.gap == Gap::Space && word.of(text) == "of");
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
            && !self.quoted.iter().any(|range| overlap(range, words))
    }
}

fn is_determiner(word: &str) -> bool {
    COUNTING.iter().chain(DETERMINERS).any(|known| known.eq_ignore_ascii_case(word))
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
