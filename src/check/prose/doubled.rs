//! A word that stands twice in a row.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::language::Language;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Words that may well stand twice in a row: "that that", "had had".
const MAY: &[&str] = &[
    "had", "that", "is", "her", "you", "nous", "vous", "en", "faire", "die", "der", "das", "sie", "dem", "den", "denen",
];

/// German words that may stand before themselves: "die von von uns beauftragten Dienstleistern gespeicherten Daten".
const GERMAN: &[&str] =
    &["an", "auf", "aus", "bei", "durch", "für", "in", "mit", "nach", "über", "um", "unter", "von", "vor", "zu", "zur"];

/// How verbs begin to which "in" and "on" belong, so that another may follow: "opt in in writing", "came in in 2020".
const VERBS: &[&str] = &[
    "opt", "log", "sign", "check", "com", "came", "bring", "brought", "hand", "send", "sent", "fill", "key", "phon",
    "call", "turn", "switch", "mov", "go", "went", "carr", "pass",
];

/// Words that a sentence's beginning or a heading's style writes with a capital: no name is made of them.
const SMALL: &[&str] = &[
    "a", "all", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "do", "for", "from", "has", "have",
    "he", "how", "if", "in", "it", "its", "may", "no", "not", "of", "on", "or", "our", "shall", "she", "such", "the",
    "their", "then", "these", "they", "this", "those", "to", "us", "was", "we", "what", "when", "where", "which",
    "who", "will", "with", "your", "la", "le", "les", "des", "un", "une", "et", "ou", "de", "du", "ce", "ces", "nos",
    "vos", "il", "elle",
];

/// Names each word that stands twice with nothing but white space between.
pub fn words(manuscript: &Manuscript<'_>, (passage, _): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    let text = passage.text.as_str();
    let mut before: Option<(usize, &str)> = None;
    let german = manuscript.language == Language::German;
    for word in text.split_ascii_whitespace() {
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        let twice = before.filter(|(_, last)| is_again(last, word));
        let joined = |from: usize| manuscript.written(passage, &(from..at + 1)).chars().all(is_plain);
        let twice = twice.filter(|(from, last)| joined(from + last.len().saturating_sub(1)));
        let is_slip = |(from, last): &(usize, &str)| !is_meant(text.get(..*from).unwrap_or_default(), last, german);
        if let Some((from, last)) = twice.filter(is_slip) {
            let place = manuscript.place(passage, &(from..at + last.len()));
            let finding = Diagnostic::new(Code::V601, place, format!("the word `{last}` stands twice"));
            findings.push(finding.help("take one of them out"));
        }
        before = Some((at, word));
    }
}

/// Whether a character may stand between two words that are read together: nothing of a link or of HTML.
fn is_plain(char: char) -> bool {
    char.is_alphanumeric() || char.is_whitespace() || matches!(char, '*' | '_' | '>' | '-')
}

/// Whether a word may well stand twice behind what stands before it.
fn is_meant(before: &str, word: &str, german: bool) -> bool {
    let among = |words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word));
    if german {
        return among(GERMAN);
    }
    let verb = before.split_ascii_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
    let particle = matches!(word, "in" | "on") && VERBS.iter().any(|begin| verb.starts_with(begin));
    // As in Wagga Wagga.
    let name = word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase) && !among(SMALL);
    particle || name
}

/// Whether a word is the one before it, perhaps with punctuation behind it.
fn is_again(last: &str, word: &str) -> bool {
    let bare = word.trim_end_matches(|char: char| !char.is_alphanumeric());
    bare.len() > 1
        && bare.eq_ignore_ascii_case(last)
        && last.chars().all(char::is_alphabetic)
        && !MAY.iter().any(|may| may.eq_ignore_ascii_case(last))
}

#[cfg(test)]
mod tests {
    use super::{is_again, is_meant};

    fn told(text: &str, german: bool) -> bool {
        let (before, twice) = text.split_once('|').unwrap();
        let (last, word) = twice.split_once(' ').unwrap();
        is_again(last, word) && !is_meant(before, last, german)
    }

    #[test]
    fn words_that_belong_to_different_parts_of_a_sentence_may_be_the_same() {
        let german = ["Vertrag, |dem dem", "mit |dem dem", "auf |den den", "die |von von", "die |in in"];
        assert_eq!(german.map(|text| told(text, true)), [false; 5]);
        let english = ["you may opt |in in", "log |in in", "which came |in in", "in |Wagga Wagga", "turned |on on"];
        assert_eq!(english.map(|text| told(text, false)), [false; 5]);
        let slips = ["as set out |in in", "based |on on", "|The The", "of |YOUR YOUR", "of |von von", "|Our our"];
        assert_eq!(slips.map(|text| told(text, false)), [true; 6]);
        assert!(told("der |Vertrag Vertrag", true) && told("und |wir wir", true));
    }
}
