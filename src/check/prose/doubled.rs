//! A word that stands twice in a row.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Words that may well stand twice in a row: "that that", "had had".
const MAY: &[&str] = &["had", "that", "is", "her", "you", "nous", "vous", "die", "der", "das", "sie"];

/// Names each word that stands twice with nothing but white space between.
pub fn words(manuscript: &Manuscript<'_>, (passage, _): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    let text = passage.text.as_str();
    let mut before: Option<(usize, &str)> = None;
    for word in text.split_ascii_whitespace() {
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        let twice = before.filter(|(_, last)| is_again(last, word));
        let joined = |from: usize| manuscript.written(passage, &(from..at + 1)).chars().all(is_plain);
        if let Some((from, last)) = twice.filter(|(from, last)| joined(from + last.len().saturating_sub(1))) {
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

/// Whether a word is the one before it, perhaps with punctuation behind it.
fn is_again(last: &str, word: &str) -> bool {
    let bare = word.trim_end_matches(|char: char| !char.is_alphanumeric());
    bare.len() > 1
        && bare.eq_ignore_ascii_case(last)
        && last.chars().all(char::is_alphabetic)
        && !MAY.iter().any(|may| may.eq_ignore_ascii_case(last))
}
