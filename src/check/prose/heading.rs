//! Headings that shout.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::{Passage, PassageKind};

/// Names a heading of several words that is all capitals.
pub fn shouting(manuscript: &Manuscript<'_>, (passage, _): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    if matches!(passage.kind, PassageKind::Heading(_)) && is_shouted(&passage.text) {
        let place = manuscript.place(passage, &(0..passage.text.len()));
        let finding = Diagnostic::new(Code::V605, place, format!("the heading `{}` is all capitals", passage.text));
        findings.push(finding.help("write it as in a sentence: it is read more easily, and read out as words"));
    }
}

/// Whether there is no small letter, and two words that are no short forms.
fn is_shouted(text: &str) -> bool {
    let words = text.split(|char: char| !char.is_alphabetic()).filter(|word| word.chars().count() > 2);
    let long = words.clone().filter(|word| word.chars().count() > 4);
    !text.chars().any(char::is_lowercase)
        && words.count() > 1
        && long.count() > 0
        && text.chars().any(char::is_uppercase)
}
