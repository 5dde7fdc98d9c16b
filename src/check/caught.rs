//! The words of a text that some rule asks for, found in one pass over all of them: most words concern nobody.

use std::ops::Range;

/// A word that a rule asks for.
#[derive(Clone, Debug)]
pub struct Caught {
    /// Which passage it stands in.
    pub passage: usize,
    /// Where in the words of the passage.
    pub words: Range<usize>,
    /// What it may be a part of.
    pub kind: CaughtKind,
}

/// What a word may be a part of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaughtKind {
    /// "section", "clauses", "Schedule": perhaps a reference.
    Clause,
    /// "Ltd", "Inc", "GmbH": perhaps a company.
    Company,
    /// "above", "below": perhaps a reference by name.
    Direction,
    /// Digits: perhaps a date.
    Number,
    /// "TBD", "TODO", "lorem".
    Placeholder,
}

/// All such words of a passage, in order.
#[must_use]
pub fn caught(text: &str) -> Vec<(Range<usize>, CaughtKind)> {
    let mut found = Vec::new();
    each_word(text, &mut |start, word| {
        if let Some(kind) = kind(word) {
            found.push((start..start + word.len(), kind));
        }
    });
    found
}

/// Calls something for each stretch of letters and digits.
fn each_word<'a>(text: &'a str, call: &mut impl FnMut(usize, &'a [u8])) {
    let bytes = text.as_bytes();
    let mut start = None;
    for (at, byte) in bytes.iter().enumerate() {
        if is_inside(*byte) {
            start = start.or(Some(at));
        } else if let Some(start) = start.take() {
            call(start, bytes.get(start..at).unwrap_or_default());
        }
    }
    if let Some(start) = start {
        call(start, bytes.get(start..).unwrap_or_default());
    }
}

/// Whether a byte belongs to a word. Signs such as quotes and the space that does not break are no letters, and begin
/// with these bytes.
fn is_inside(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, 0xc3..=0xe1 | 0xe3..=0xee)
}

fn kind(word: &[u8]) -> Option<CaughtKind> {
    let first = *word.first()?;
    if first.is_ascii_digit() {
        return (word.len() <= 4).then_some(CaughtKind::Number);
    }
    let among = |words: &[&str]| words.iter().any(|one| one.as_bytes().eq_ignore_ascii_case(word));
    let clause = |words: &[&str]| among(words).then_some(CaughtKind::Clause);
    let found = match first | 0x20 {
        b's' => clause(&["section", "sections", "schedule", "schedules"]),
        b'c' => clause(&["clause", "clauses"]),
        b'p' => clause(&["paragraph", "paragraphs"]),
        b'a' => clause(&["annex", "appendix"]),
        b'e' => clause(&["exhibit"]),
        _ => None,
    };
    found.or_else(|| match first {
        b'a' | b'b' => among(&["above", "below"]).then_some(CaughtKind::Direction),
        b'T' => matches!(word, b"TBD" | b"TBC" | b"TBA" | b"TODO").then_some(CaughtKind::Placeholder),
        b'X' => matches!(word, b"XXX" | b"XXXX").then_some(CaughtKind::Placeholder),
        b'L' | b'l' if among(&["lorem"]) => Some(CaughtKind::Placeholder),
        b'A'..=b'Z' | b'p' if word.len() <= 12 => is_suffix(word).then_some(CaughtKind::Company),
        _ => None,
    })
}

/// The words that end a company's name, as they may be written.
const SUFFIXES: &[&str] =
    &["Ltd", "Limited", "Inc", "Incorporated", "Corp", "Corporation", "PLC", "plc", "Plc", "LLC", "LLP", "GmbH"];

fn is_suffix(word: &[u8]) -> bool {
    SUFFIXES.iter().any(|one| one.as_bytes() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_caught_between_signs_of_any_kind() {
        let text = "“TBD” Sections\u{a0}4–5, the Écorp Ltd. lorem TBDs 12345\n";
        let found = caught(text);
        let words: Vec<&str> = found.iter().map(|(words, _)| text.get(words.clone()).unwrap()).collect();
        assert_eq!(words, ["TBD", "Sections", "4", "5", "Ltd", "lorem"]);
    }
}
