//! A term that is used before the place where it is defined.

use std::collections::BTreeMap;

use super::{At, Definition, Used, Vocabulary};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::passage::{Passage, PassageKind};
use crate::site::terms::lexicon::Written;
use crate::site::terms::words::is_capital;

/// From how many definitions on a clause is one of definitions, of which everybody knows where to find it.
const MANY: usize = 5;

/// Last words of terms that name the text itself.
const ITSELF: &[&str] = &["Addendum", "Agreement", "Conditions", "Contract", "Notice", "Policy", "Statement", "Terms"];

/// Names the first use of each term that is defined in a later clause.
pub fn defined(vocabulary: &Vocabulary<'_>, findings: &mut Vec<Diagnostic>) {
    if vocabulary.is_german() {
        return;
    }
    let mut clauses: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for definition in &vocabulary.definitions {
        *clauses.entry(heading(vocabulary, definition.at.passage)).or_default() += 1;
    }
    for (term, words) in vocabulary.terms.iter().enumerate() {
        let Some(definition) = vocabulary.first(term).filter(|first| !is_expected(vocabulary, first)) else { continue };
        let own = heading(vocabulary, definition.at.passage);
        let mut before = vocabulary.uses(term).take_while(|used| used.at.passage < definition.at.passage);
        if clauses.get(&own).is_some_and(|count| *count >= MANY)
            || before.clone().any(|used| is_bracketed(vocabulary, used))
        {
            continue;
        }
        let Some(used) = before.find(|used| is_sure(words, used) && !is_in_table(vocabulary, used)) else { continue };
        if heading(vocabulary, used.at.passage) == own {
            continue;
        }
        let Some((place, later)) = vocabulary.place(&used.at).zip(vocabulary.place(&definition.at)) else { continue };
        let message = format!("the term `{words}` is used before it is defined");
        let finding = Diagnostic::new(Code::V324, place, message).related(later, "it is defined here");
        findings.push(finding.help("define it where it is first used, unless the order is meant"));
    }
}

/// Where the heading begins under which a passage stands.
fn heading(vocabulary: &Vocabulary<'_>, passage: usize) -> Option<usize> {
    vocabulary.manuscript.passages.get(passage).and_then(Passage::heading)
}

/// Whether a use can be nothing but the term.
fn is_sure(term: &str, used: &Used) -> bool {
    let one_word = !term.contains(char::is_whitespace);
    used.written == Written::AsDefined && used.running && !used.part && is_capital(term) && !(one_word && used.opens)
}

/// Whether a use stands in a table: its cells are looked up, not read in order.
fn is_in_table(vocabulary: &Vocabulary<'_>, used: &Used) -> bool {
    vocabulary.passage(&used.at).is_some_and(|passage| passage.kind == PassageKind::Cell)
}

/// Whether nobody waits for a definition: that of a name, or of the text itself.
fn is_expected(vocabulary: &Vocabulary<'_>, definition: &Definition) -> bool {
    let term = vocabulary.term(definition.term);
    let whole = At { passage: definition.at.passage, words: definition.whole.clone() };
    let names_itself = term.ends_with("Terms of Service")
        || term.split_whitespace().next_back().is_some_and(|last| ITSELF.contains(&last));
    // As in “Acme” means Acme Limited.
    names_itself || vocabulary.around(&whole).iter().any(|words| words.contains(term))
}

/// Whether a use stands in brackets by itself, behind what it stands for: that defines it, too.
fn is_bracketed(vocabulary: &Vocabulary<'_>, used: &Used) -> bool {
    let text = vocabulary.passage(&used.at).map_or("", |passage| passage.text.as_str());
    let before = text.get(..used.at.words.start).is_some_and(|before| before.ends_with('('));
    before && text.get(used.at.words.end..).is_some_and(|after| after.starts_with(')'))
}
