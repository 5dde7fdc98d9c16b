//! A term that is defined and never used.

use super::Vocabulary;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::terms::words::{Word, stem, words};

/// Names each term that stands nowhere but in its definition, in whatever capitals. Of terms that are defined together,
/// (“Company”, “we”), one that is used is enough.
pub fn terms(vocabulary: &Vocabulary<'_>, findings: &mut Vec<Diagnostic>) {
    let used = |term: usize| vocabulary.uses.iter().any(|one| one.term == term);
    let silent: Vec<bool> = (0..vocabulary.terms.len()).map(|term| !used(term)).collect();
    let is_silent = |term: usize| silent.get(term).copied().unwrap_or_default();
    for (index, definition) in vocabulary.definitions.iter().enumerate() {
        let before = vocabulary.definitions.get(..index).unwrap_or_default();
        let mut group = vocabulary.definitions.iter().filter(|one| one.group == definition.group);
        if !group.all(|one| is_silent(one.term))
            || before.iter().any(|one| one.term == definition.term || one.group == definition.group)
            || is_mentioned(vocabulary, vocabulary.term(definition.term))
        {
            continue;
        }
        let Some(place) = vocabulary.place(&definition.at) else { continue };
        let message = format!("the term `{}` is defined and never used", vocabulary.term(definition.term));
        let finding = Diagnostic::new(Code::V321, place, message);
        findings.push(finding.help("use it where it is meant, or take the definition out"));
    }
}

/// Whether a term stands anywhere outside its definitions, in whatever capitals and number.
fn is_mentioned(vocabulary: &Vocabulary<'_>, term: &str) -> bool {
    let mut line = Vec::new();
    words(term, &mut line);
    let stems: Vec<String> = line.iter().map(|word| stem(word.of(term))).collect();
    let Some(first) = stems.first().and_then(|stem| stem.chars().next()) else { return true };
    vocabulary.manuscript.each().enumerate().any(|(index, (passage, known))| {
        let text = passage.text.as_str();
        known
            .line(passage)
            .words
            .windows(stems.len())
            .any(|window| is_same(text, window, (&stems, first)) && !is_definition(vocabulary, index, window))
    }) || is_in_markup(vocabulary, term)
}

fn is_same(text: &str, window: &[Word], (stems, first): (&[String], char)) -> bool {
    let begins = window.first().and_then(|word| word.of(text).chars().next());
    begins.is_some_and(|begins| begins.to_lowercase().eq(first.to_lowercase()))
        && window.iter().zip(stems).all(|(word, stem_of)| stem(word.of(text)) == *stem_of)
}

fn is_definition(vocabulary: &Vocabulary<'_>, passage: usize, window: &[Word]) -> bool {
    let start = window.first().map_or(0, |word| word.range.start);
    let holds = |one: &super::Definition| one.at.passage == passage && one.whole.contains(&start);
    vocabulary.definitions.iter().any(holds)
}

/// What stands in blocks of HTML is in no passage: the source is searched for the words as they are.
fn is_in_markup(vocabulary: &Vocabulary<'_>, term: &str) -> bool {
    let source = vocabulary.manuscript.source();
    let defined = vocabulary.definitions.iter().filter(|one| vocabulary.term(one.term) == term).count();
    source.contains('<') && source.to_lowercase().matches(&term.to_lowercase()).count() > defined
}
