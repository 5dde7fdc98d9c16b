//! A term that is defined and never used.

use super::line::Line;
use super::stock::Stems;
use super::{Definition, Vocabulary};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::terms::words::{Word, root, stem, unaccented, words};

/// For a term that seems to be unused all words are read once more: for so many terms of a text.
const MOST: usize = 50;

/// Names each term that stands nowhere but in its definition, in whatever capitals. Of terms that are defined together,
/// (“Company”, “we”), one that is used is enough.
pub fn terms(vocabulary: &Vocabulary<'_>, findings: &mut Vec<Diagnostic>) {
    let is_silent = |one: &Definition| vocabulary.uses(one.term).next().is_none();
    let (mut behind, mut asked) = (0, 0);
    for group in vocabulary.definitions.chunk_by(|one, next| one.group == next.group) {
        let index = behind;
        behind += group.len();
        let Some(definition) = group.first().filter(|_| group.iter().all(is_silent) && asked < MOST) else { continue };
        if vocabulary.firsts.get(definition.term) != Some(&index) {
            continue;
        }
        asked += 1;
        let term = vocabulary.term(definition.term);
        let Some(place) = vocabulary.place(&definition.at).filter(|_| !is_mentioned(vocabulary, term)) else {
            continue;
        };
        let finding = Diagnostic::new(Code::V321, place, format!("the term `{term}` is defined and never used"));
        findings.push(finding.help("use it where it is meant, or take the definition out"));
    }
}

/// Whether a term stands anywhere outside its definitions, in whatever capitals and number.
fn is_mentioned(vocabulary: &Vocabulary<'_>, term: &str) -> bool {
    let wanted = Wanted::new(term, vocabulary.is_english());
    let count = wanted.parts.len();
    count == 0
        || vocabulary.manuscript.each().enumerate().any(|(index, (passage, known))| {
            let (text, line) = (passage.text.as_str(), known.line(passage));
            let found = |window: &[Word]| wanted.is(text, window) && !is_definition(vocabulary, index, window);
            wanted.may_stand_in(line, text) && line.words.windows(count).any(found)
        })
        || is_in_markup(vocabulary, term)
}

/// The words of a term as they are looked for.
struct Wanted {
    parts: Vec<String>,
    stems: Stems,
    first: Option<char>,
    /// In languages that decline, any word that holds the root is taken for the word.
    english: bool,
}

impl Wanted {
    fn new(term: &str, english: bool) -> Self {
        let mut line = Vec::new();
        words(term, &mut line);
        let part = |word: &Word| if english { stem(word.of(term)) } else { root(word.of(term)) };
        let parts: Vec<String> = line.iter().map(part).collect();
        let first = parts.first().and_then(|part| part.chars().next());
        let stems = Stems::of(parts.iter().map(String::as_str));
        Self { parts, stems, first, english }
    }

    /// Whether a passage is worth a closer look, which is slow.
    fn may_stand_in(&self, line: &Line, text: &str) -> bool {
        if self.english {
            return line.set(text, true).holds(&self.stems);
        }
        self.parts.iter().all(|part| line.plain(text).contains(part.as_str()))
    }

    fn is(&self, text: &str, window: &[Word]) -> bool {
        let mut pairs = window.iter().map(|word| word.of(text)).zip(&self.parts);
        if !self.english {
            return pairs.all(|(word, part)| unaccented(word).contains(part.as_str()));
        }
        let begins = window.first().and_then(|word| word.of(text).chars().next());
        begins.zip(self.first).is_some_and(|(begins, first)| begins.to_lowercase().eq(first.to_lowercase()))
            && pairs.all(|(word, part)| stem(word) == *part)
    }
}

fn is_definition(vocabulary: &Vocabulary<'_>, passage: usize, window: &[Word]) -> bool {
    let start = window.first().map_or(0, |word| word.range.start);
    let before = |one: &Definition| (one.at.passage, one.whole.start) <= (passage, start);
    let behind = vocabulary.definitions.partition_point(before);
    let last = behind.checked_sub(1).and_then(|last| vocabulary.definitions.get(last));
    last.is_some_and(|one| one.at.passage == passage && one.whole.contains(&start))
}

/// What stands in blocks of HTML is in no passage: the source is searched for the words as they are.
fn is_in_markup(vocabulary: &Vocabulary<'_>, term: &str) -> bool {
    let source = vocabulary.manuscript.source();
    let defined = vocabulary.definitions.iter().filter(|one| vocabulary.term(one.term) == term).count();
    source.contains('<') && source.to_lowercase().matches(&term.to_lowercase()).count() > defined
}
