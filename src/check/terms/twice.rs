//! A term that is defined twice.

use super::{Definition, Vocabulary};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;

/// Words of a definition that holds for a part of the text only, so that another may stand elsewhere.
const SCOPES: &[&str] = &["this section", "this clause", "this paragraph", "purposes of", "purpose of"];

/// Names each definition of a term behind its first.
pub fn defined(vocabulary: &Vocabulary<'_>, findings: &mut Vec<Diagnostic>) {
    for second in &vocabulary.definitions {
        let first = vocabulary.first(second.term).filter(|first| first.group != second.group);
        let Some(first) = first.filter(|first| !is_scoped(vocabulary, first) && !is_scoped(vocabulary, second)) else {
            continue;
        };
        let Some((place, other)) = vocabulary.place(&second.at).zip(vocabulary.place(&first.at)) else { continue };
        let message = format!("the term `{}` is defined twice", vocabulary.term(second.term));
        let finding = Diagnostic::new(Code::V320, place, message).related(other, "it is defined here first");
        findings.push(finding.help("define it once; where the two mean different things, give one another name"));
    }
}

fn is_scoped(vocabulary: &Vocabulary<'_>, definition: &Definition) -> bool {
    let sentence = vocabulary.sentence(&definition.at).to_lowercase();
    SCOPES.iter().any(|scope| sentence.contains(scope))
}
