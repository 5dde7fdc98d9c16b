//! A term that is used in another spelling than it was defined in.

use super::{Used, Vocabulary};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::terms::lexicon::Written;
use crate::site::terms::words::{Word, is_capital, same_but_number, words};

/// Names each use that can only be the term and is not written like it.
pub fn other(vocabulary: &Vocabulary<'_>, findings: &mut Vec<Diagnostic>) {
    if vocabulary.is_german() {
        return;
    }
    let is_used = |term: usize| vocabulary.uses(term).any(|one| one.written == Written::AsDefined && !one.part);
    for used in vocabulary.uses.iter().filter(|used| used.written == Written::Otherwise) {
        if !used.running || used.part || !is_used(used.term) || is_composed(vocabulary, used) {
            continue;
        }
        let (own, term) = (vocabulary.words(&used.at), vocabulary.term(used.term));
        let definition = vocabulary.first(used.term).and_then(|first| vocabulary.place(&first.at));
        let Some((place, definition)) = vocabulary.place(&used.at).zip(definition) else { continue };
        let own = own.split_whitespace().collect::<Vec<_>>().join(" ");
        let term = term.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = format!("`{own}` is another spelling of the term `{term}`");
        let finding = Diagnostic::new(Code::V323, place, message).related(definition, "it is defined here");
        findings.push(finding.help(format!("write `{term}`, as it is defined")));
    }
}

/// Whether the words with capitals are a term or a name by themselves: `your Content`, where “Content” and “Your
/// Content” are both defined.
fn is_composed(vocabulary: &Vocabulary<'_>, used: &Used) -> bool {
    let own = vocabulary.words(&used.at);
    let mut line: Vec<Word> = Vec::new();
    words(own, &mut line);
    let rest = line.iter().find(|word| is_capital(word.of(own))).map_or(0, |word| word.range.start);
    let rest = own.get(rest..).unwrap_or_default();
    let first = line.first().map_or("", |word| word.of(own));
    let stands_alone = vocabulary.terms.iter().any(|term| same_but_number(term, rest) || same_but_number(term, first));
    stands_alone && line.len() > 1
}
