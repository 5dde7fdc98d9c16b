//! Who receives data: the clause that a recipient names speaks of it.

use super::Statement;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::passage::Passage;

/// Words of names that say nothing of who it is.
const COMMON: &[&str] = &[
    "and", "or", "the", "of", "our", "your", "their", "for", "a", "an", "in", "to", "ltd", "limited", "inc", "llc",
    "gmbh", "et", "ou", "de", "des", "du", "la", "le", "les", "nos", "vos", "und", "oder", "der", "die", "das",
    "unsere", "ihre",
];

/// Each recipient is named in its clause: at least one word of its name stands there.
pub fn named(statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    for recipient in &statement.discloses.recipients {
        let clause = statement.clause(&recipient.clause.value);
        let Some(heading) = clause.first().filter(|_| !speaks_of(&clause, &recipient.name)) else { continue };
        let message = format!(
            "the recipient “{}” is not named in the clause `{}` that the disclosures give for it",
            recipient.name, recipient.clause.value
        );
        let finding = Diagnostic::new(Code::V511, statement.in_disclosures(recipient.name_span), message);
        let finding = finding.related(statement.in_text(heading, &(0..heading.text.len())), "this clause");
        findings.push(finding.help("give it the name that it has in the text, or name it in the clause"));
    }
}

fn speaks_of(clause: &[&Passage], name: &str) -> bool {
    let said = clause.iter().flat_map(|passage| words(&passage.text));
    let sought: Vec<String> = words(name).filter(|word| !COMMON.contains(&word.as_str())).collect();
    let mut said = said;
    sought.is_empty() || said.any(|word| sought.iter().any(|other| alike(&word, other)))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether two words are one, but for an ending.
fn alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long == short || short.chars().count() > 3 && long.starts_with(short) && long.len() - short.len() <= 3
}
