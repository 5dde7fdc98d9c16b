//! The rights that people have: each that the disclosures list is described in the text.

use super::Statement;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;

/// The beginnings of words by which a text describes each right, in English, French and German.
pub const WORDS: &[(&str, &[&str])] = &[
    ("access", &["access", "copy", "copies", "accès", "auskunft", "copie"]),
    ("rectification", &["rectif", "correct", "inaccura", "berichtig", "amend"]),
    ("erasure", &["eras", "delet", "forgotten", "effac", "supprim", "lösch"]),
    ("portability", &["portab", "machine-readable", "machine", "übertragb", "computer"]),
    ("restriction", &["restrict", "limitation", "limit", "einschränk"]),
    ("objection", &["object", "oppos", "widerspr"]),
    ("marketing-objection", &["marketing", "prospection", "werbung", "direktwerbung", "advert"]),
    ("automated-decisions", &["automat", "profil"]),
    ("complaint", &["complain", "réclam", "plainte", "beschwer", "complaint"]),
];

/// Each right that is listed is described.
pub fn described(statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    let discloses = statement.discloses;
    for (right, span) in discloses.rights.iter().zip(&discloses.right_spans) {
        if !is_described(statement, right) {
            let message = format!("the disclosures list the right `{right}`, and the text does not describe it");
            let finding = Diagnostic::new(Code::V512, statement.in_disclosures(*span), message);
            findings.push(finding.help("describe it in the text, or take it out of the list"));
        }
    }
}

fn is_described(statement: &Statement<'_>, right: &str) -> bool {
    let Some((_, beginnings)) = WORDS.iter().find(|(name, _)| *name == right) else { return true };
    statement.passages.iter().any(|passage| speaks_of(&passage.text, beginnings))
}

/// Whether a word of a text begins in one of these ways.
#[must_use]
pub fn speaks_of(text: &str, beginnings: &[&str]) -> bool {
    let begins = |word: &str, with: &&str| {
        word.get(..with.len()).is_some_and(|start| start == *with || start.to_lowercase() == *with)
    };
    text.split(|char: char| !char.is_alphanumeric() && char != '-')
        .any(|word| beginnings.iter().any(|with| begins(word, with)))
}
