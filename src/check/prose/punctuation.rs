//! Punctuation that stands twice: `,,`, `..`, `,.`.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each mark that stands twice, or beside one that it excludes.
pub fn doubled(manuscript: &Manuscript<'_>, (passage, _): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    let mut last = b' ';
    for (at, byte) in passage.text.bytes().enumerate() {
        if matches!(byte, b',' | b'.' | b';') && matches!(last, b',' | b'.' | b';' | b':') && at > 0 {
            findings.extend(pair(manuscript, passage, at - 1));
        }
        last = byte;
    }
}

/// A finding, if two marks that begin here are a slip.
fn pair(manuscript: &Manuscript<'_>, passage: &Passage, at: usize) -> Option<Diagnostic> {
    let text = passage.text.as_str();
    let marks = text.get(at..at + 2)?;
    let before = text.get(..at)?;
    let after = text.get(at + 2..)?.chars().next().unwrap_or(' ');
    let closed = after.is_whitespace() || matches!(after, '"' | '”' | '’' | ')');
    let begun = before.ends_with(|char: char| char.is_alphanumeric() || matches!(char, ')' | '”' | '’' | '"'));
    let fits = match marks {
        ",," | ";;" | ",;" | ";," | ",." | ";." | ":." => false,
        // Behind a short form a full stop is a part of the word.
        ".." => is_short_form(before),
        _ => true,
    };
    if fits || !closed || !begun || passage.link(&(at..at + 2)).is_some() {
        return None;
    }
    let place = manuscript.place(passage, &(at..at + 2));
    let finding = Diagnostic::new(Code::V602, place, format!("`{marks}` is one mark too many"));
    Some(finding.help("keep the one that is meant"))
}

/// Whether the word before a full stop has one inside: `e.g`, `U.S`.
fn is_short_form(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains('.') && word.split('.').all(|part| part.trim_matches('(').len() <= 1)
}
