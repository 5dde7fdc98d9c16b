//! Words by UAX #29. Words of ASCII are found here, byte by byte; whatever touches another character is left to the
//! crate, which looks every character up in tables. Both give the same words: a property test holds that.

use unicode_segmentation::UnicodeSegmentation;

/// The words of a text, white space and punctuation included: joined, they are the text.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = first(rest)?;
        let (word, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(word)
    })
}

/// How many bytes the first word has. No rule looks back over the end of a word, so the rest stands by itself.
fn first(text: &str) -> Option<usize> {
    let start = *text.as_bytes().first()?;
    ascii(text.as_bytes(), start).or_else(|| text.split_word_bounds().next().map(str::len))
}

/// The same where only ASCII decides: nothing where another character stands in the word or follows it.
fn ascii(bytes: &[u8], start: u8) -> Option<usize> {
    let at = |index: usize| bytes.get(index).copied();
    let mut length = 1;
    if is_core(start) {
        while let Some(byte) = at(length) {
            if !is_core(byte) && !joins(at(length - 1), byte, at(length + 1)) {
                break;
            }
            length += 1;
        }
    } else if start == b' ' {
        length += bytes.iter().skip(1).take_while(|byte| **byte == b' ').count();
    } else if start == b'\r' && at(1) == Some(b'\n') {
        length += 1;
    }
    // What follows may be a mark that belongs to the word, or a letter that goes on with it behind a full stop.
    let decided = start.is_ascii() && [at(length), at(length + 1)].into_iter().flatten().all(|byte| byte.is_ascii());
    decided.then_some(length)
}

/// Letters, digits and `_`, which are never parted.
fn is_core(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a sign joins what stands before and behind it: `e.g`, `it's`, `3.14`, `1,000`.
fn joins(before: Option<u8>, sign: u8, after: Option<u8>) -> bool {
    let both = |test: fn(&u8) -> bool| before.as_ref().is_some_and(test) && after.as_ref().is_some_and(test);
    match sign {
        b'.' | b'\'' => both(u8::is_ascii_alphabetic) || both(u8::is_ascii_digit),
        b':' => both(u8::is_ascii_alphabetic),
        b',' | b';' => both(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_keep_emoji_whole_and_join_to_the_text() {
        let text = "Don’t  stop 👩‍👩‍👧 ก็ดี 12.5%";
        assert_eq!(words(text).collect::<String>(), text);
        assert!(words(text).any(|word| word == "👩‍👩‍👧"));
    }

    #[test]
    fn ascii_is_parted_as_the_rules_say() {
        let found: Vec<&str> = words("It's  1,000.5 e.g. a_b:c\r\n-\n3.x x.3").collect();
        let expected = ["It's", "  ", "1,000.5", " ", "e.g", ".", " ", "a_b:c", "\r\n", "-", "\n"];
        assert_eq!(found.get(..expected.len()), Some(expected.as_slice()));
        assert_eq!(found.get(expected.len()..).map(<[&str]>::concat), Some("3.x x.3".to_owned()));
    }

    /// Characters of every kind that the rules know, those of ASCII often.
    fn text() -> impl Strategy<Value = String> {
        let signs = prop::sample::select(" \t\r\n\u{b}\u{c}.,;:'\"_-/@#%()".chars().collect::<Vec<char>>());
        let plain = prop::sample::select("abzAZ0123456789".chars().collect::<Vec<char>>());
        let others = "é’“”—…\u{a0}\u{ad}\u{301}\u{200d}\u{200c}\u{85}\u{2028}·\u{1f1e9}\u{1f1ea}👩👧©❤\u{fe0f}אבก็中カタ٣\u{600}\u{fffc}\u{3000}ʼ";
        let others = prop::sample::select(others.chars().collect::<Vec<char>>());
        prop::collection::vec(prop_oneof![signs, plain.clone(), plain, others, any::<char>()], 0..60)
            .prop_map(|chars| chars.into_iter().collect())
    }

    fn ascii_text() -> impl Strategy<Value = String> {
        prop::collection::vec((0_u8..128).prop_map(char::from), 0..60).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn words_are_those_of_the_crate(text in prop_oneof![text(), ascii_text()]) {
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), text.split_word_bounds().collect::<Vec<_>>());
        }
    }
}
