//! Texts as FORMAT.md wants them: the canonical body, white space, and characters that nobody may publish.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use memchr::{memchr, memchr_iter, memchr3_iter};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Unicode normalization form C.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    // What comes before U+0300 never changes; without it between them, marks may seem to be out of order, which costs time
    // and nothing else.
    let quick = is_nfc_quick(wide(text, FIRST_MARK).filter(|char| !DASHES_AND_QUOTES.contains(char)));
    if quick == IsNormalized::Yes { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Signs of most texts that never change either.
const DASHES_AND_QUOTES: RangeInclusive<char> = '\u{2010}'..='\u{203a}';

/// The first byte of U+0300, the first mark that combines.
const FIRST_MARK: u8 = 0xcc;

/// The characters of a text whose first byte is at least `least`, which is at least 0xC2. Where there are none, the text is
/// passed over at the speed of memory.
fn wide(text: &str, least: u8) -> impl Iterator<Item = char> {
    rare(text, move |byte| byte >= least).filter_map(|at| text.get(at..)?.chars().next())
}

/// Where a character stands in a text, one of ASCII.
pub fn places(text: &str, char: u8) -> impl Iterator<Item = usize> {
    memchr_iter(char, text.as_bytes())
}

/// Where the bytes of a text stand that are sought. It is made for those that are rare.
fn rare(text: &str, is_sought: impl Fn(u8) -> bool + Copy) -> impl Iterator<Item = usize> {
    const STRETCH: usize = 64;
    let stretches = text.as_bytes().chunks(STRETCH).enumerate();
    let some = stretches.filter(move |(_, stretch)| stretch.iter().fold(false, |some, byte| some | is_sought(*byte)));
    some.flat_map(move |(number, stretch)| {
        let places = stretch.iter().enumerate().filter(move |(_, byte)| is_sought(**byte));
        places.map(move |(at, _)| number * STRETCH + at)
    })
}

/// Takes a byte order mark off and makes every line end an LF.
#[must_use]
pub fn unix_lines(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if memchr(b'\r', text.as_bytes()).is_some() {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The canonical body (FORMAT.md, "Body"): no BOM, LF, NFC, one final LF; an empty body is empty. A text that is canonical
/// is borrowed.
#[must_use]
pub fn canonical_body(text: &str) -> Cow<'_, str> {
    let lines = unix_lines(text);
    let body = nfc(lines.trim_end_matches('\n'));
    let unchanged = matches!(body, Cow::Borrowed(_)) && text.strip_suffix('\n') == Some(body.as_ref());
    match (body.is_empty(), unchanged) {
        (true, _) => Cow::Owned(String::new()),
        (false, true) => Cow::Borrowed(text),
        (false, false) => Cow::Owned(format!("{body}\n")),
    }
}

/// Whether a character is white space in the sense of FORMAT.md: space, tab or LF.
#[must_use]
pub fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n')
}

/// Runs of white space become one space, and none is left at the ends.
#[must_use]
pub fn collapse(text: &str) -> String {
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, at most so many bytes of it.
#[must_use]
pub fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// The end of a text, at most so many bytes of it.
#[must_use]
pub fn ending(text: &str, most: usize) -> &str {
    text.get(text.ceil_char_boundary(text.len().saturating_sub(most))..).unwrap_or(text)
}

/// Whether a character is a letter (L), a mark (M) or a decimal digit (Nd) by its general category (UAX #44).
#[must_use]
pub fn is_word(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_alphanumeric();
    }
    let group = char.general_category_group();
    matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
        || char.general_category() == GeneralCategory::DecimalNumber
}

/// Whether a character is refused in drafts, pages, forms and settings: controls but tab and LF, bidi embeddings and
/// isolates, and characters of no width that no script needs.
#[must_use]
pub fn is_refused(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' => false,
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}

/// Whether a text holds a character that is refused.
#[must_use]
pub fn has_refused(text: &str) -> bool {
    let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f;
    let begun = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_refused);
    // The first bytes of those beyond ASCII: of U+0080 to U+009F, U+200B to U+2069, and U+FEFF.
    text.bytes().fold(false, |some, byte| some | control(byte))
        || memchr3_iter(0xc2, 0xe2, 0xef, text.as_bytes()).any(begun)
}

/// A character's code point, as messages name it: `U+202E`.
#[must_use]
pub fn code_point(char: char) -> String {
    format!("U+{:04X}", u32::from(char))
}

/// Whether a text is what a pattern says, in which `*` stands for anything.
#[must_use]
pub fn is_like(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return text.ends_with(piece);
        }
        let Some((_, after)) = text.split_once(piece) else { return false };
        text = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_byte_order_mark_and_composition_do_not_matter() {
        let plain = canonical_body("## Café\n\nOne.\n");
        assert_eq!(canonical_body("\u{feff}## Cafe\u{301}\r\n\r\nOne.\r\n\r\n\r\n"), plain);
        assert_eq!(canonical_body("## Café\r\rOne."), plain);
        assert_eq!(canonical_body("\n\n"), "");
        assert_eq!(canonical_body("\na  \n"), "\na  \n");
        assert!(matches!(canonical_body("é\n\na\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn dashes_and_quotes_are_composed() {
        for char in DASHES_AND_QUOTES {
            assert_eq!(is_nfc_quick([char].into_iter()), IsNormalized::Yes, "{char}");
        }
        assert_eq!(nfc("‘e\u{301}’ a\u{301}“\u{316}").as_ref(), "‘é’ á“\u{316}");
    }

    #[test]
    fn joiners_and_direction_marks_are_allowed() {
        for needed in ['\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\t', '\n'] {
            assert!(!is_refused(needed));
        }
        assert!(!has_refused(&"–é\u{200d}\r\n\t x".repeat(50)));
        for refused in ['\0', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{2060}', '\u{feff}'] {
            assert!(is_refused(refused) && has_refused(&format!("{}{refused}é", "x".repeat(62))));
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        let name = "content/policies/terms/draft.md";
        for pattern in [name, "*", "content/*", "*/draft.md", "content/*/terms/*.md", "*draft*", "content**.md"] {
            assert!(is_like(pattern, name), "{pattern}");
        }
        for pattern in ["", "draft.md", "content/*/privacy/*", "*draft", "content/*.yaml", "*.md*.md"] {
            assert!(!is_like(pattern, name), "{pattern}");
        }
        assert!(is_like("https://a.example/*", "https://a.example/") && !is_like("*x*x", "x"));
    }
}
