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

/// Words that are no short forms, however short they are.
const SMALL: &[&str] = &[
    "ABOUT", "ARE", "HOW", "OUR", "THE", "THEIR", "THIS", "WE", "WHAT", "WHEN", "WHY", "WITH", "YOU", "YOUR", "IHR",
    "IHRE", "UNS", "UNSERE", "WIR", "MES", "NOS", "NOTRE", "NOUS", "VOS", "VOTRE", "VOUS",
];

/// Whether there is no small letter, and two words, of which one is no short form.
fn is_shouted(text: &str) -> bool {
    if text.chars().any(char::is_lowercase) || !text.chars().any(char::is_uppercase) {
        return false;
    }
    let words = text.split(|char: char| !char.is_alphabetic()).filter(|word| word.chars().count() > 1);
    let small = words.clone().any(|word| SMALL.contains(&word));
    let words = words.filter(|word| small || word.chars().count() > 2);
    let long = words.clone().any(|word| word.chars().count() > 4);
    words.count() > 1 && (small || long)
}

#[cfg(test)]
mod tests {
    use super::is_shouted;

    #[test]
    fn what_is_all_capitals_and_no_short_form_shouts() {
        for text in
            ["LIMITATION OF LIABILITY", "WHO WE ARE", "YOUR DATA", "2. HOW WE USE IT", "VOS DROITS", "IHRE DATEN"]
        {
            assert!(is_shouted(text), "{text}");
        }
        for text in
            ["GDPR AND CCPA", "EU-US DPF", "FAQ", "NOTICE", "利用規約 変更", "HTML and CSS", "WHO FAQ", "IT", "YOU"]
        {
            assert!(!is_shouted(text), "{text}");
        }
    }
}
