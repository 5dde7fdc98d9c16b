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
    /// "above", "below", and "see" and "under" before quotes: perhaps a reference by name.
    Direction,
    /// Digits: perhaps a date.
    Number,
    /// "TBD", "TODO", "lorem", the "DD" of a date.
    Placeholder,
}

/// All such words of a passage, in order.
#[must_use]
pub fn caught(text: &str) -> Vec<(Range<usize>, CaughtKind)> {
    let mut found = Vec::new();
    each_word(text, &mut |start, word| {
        if let Some(kind) = kind(word).or_else(|| leads(word, text, start + word.len())) {
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

/// "see" and "under", where a quotation follows.
fn leads(word: &[u8], text: &str, end: usize) -> Option<CaughtKind> {
    if !matches!(word, b"see" | b"See" | b"under" | b"Under") {
        return None;
    }
    let after = text.get(end..)?.trim_start_matches([' ', '\u{a0}', '\n', ',', ':']);
    let after = after.strip_prefix("also ").unwrap_or(after);
    after.starts_with(['“', '‘', '"', '\'']).then_some(CaughtKind::Direction)
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
        b'a' => clause(&["annex", "appendix", "article", "articles"]),
        b'e' => clause(&["exhibit"]),
        _ => None,
    };
    found.or_else(|| match first {
        b'a' | b'b' => among(&["above", "below"]).then_some(CaughtKind::Direction),
        b'T' | b't' | b'X' | b'D' | b'J' | b'M' if BLANKS.contains(&word) => Some(CaughtKind::Placeholder),
        b'L' | b'l' if among(&["lorem"]) => Some(CaughtKind::Placeholder),
        b'A'..=b'Z' | b'm' | b'p' if word.len() <= 12 => is_suffix(word).then_some(CaughtKind::Company),
        _ => None,
    })
}

/// Words that stand for others, and those with which a date that is not filled in begins.
const BLANKS: &[&[u8]] =
    &[b"TBD", b"TBC", b"TBA", b"tbd", b"tbc", b"TODO", b"XXX", b"XXXX", b"XX", b"DD", b"MM", b"TT", b"JJ"];

/// The words that end a company's name, as they may be written.
const SUFFIXES: &[&str] = &[
    "Ltd",
    "Limited",
    "Inc",
    "Incorporated",
    "Corp",
    "Corporation",
    "PLC",
    "plc",
    "Plc",
    "LLC",
    "LLP",
    "GmbH",
    "AG",
    "KG",
    "UG",
    "mbH",
    "SA",
    "SAS",
    "SARL",
    "Sarl",
];

/// Whether a word may end a company's name.
#[must_use]
pub fn is_suffix(word: &[u8]) -> bool {
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
