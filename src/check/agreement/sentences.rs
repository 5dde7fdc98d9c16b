//! Sentences: where each begins and ends.

use std::ops::Range;

/// Short forms behind which a full stop ends nothing.
const SHORT: &[&str] = &[
    "abs", "approx", "art", "bzw", "ca", "co", "dr", "etc", "ggf", "inc", "inkl", "lit", "ltd", "max", "min", "mind",
    "mr", "mrs", "ms", "no", "nr", "resp", "usw", "vgl",
];

/// The sentences of a text, in order; together they are the whole of it. A semicolon ends one, too.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let ends = text.char_indices().filter_map(|(mark, char)| end(text, mark, char)).chain([text.len()]);
    let mut start = 0;
    ends.map(|end| std::mem::replace(&mut start, end)..end).collect()
}

/// Where the sentence ends that this mark ends, if it ends one.
fn end(text: &str, at: usize, mark: char) -> Option<usize> {
    let after = at + mark.len_utf8();
    let rest = text.get(after..)?.trim_start_matches(['”', '“', '"', '’', '\'', '»', ')', ']']);
    let next = rest.trim_start().chars().next();
    let apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let ends = match mark {
        ';' => true,
        '!' | '?' => apart,
        '.' => {
            apart
                && !next.is_some_and(|next| next.is_lowercase() || next.is_ascii_digit())
                && !is_short(text.get(..at)?)
        }
        _ => false,
    };
    ends.then_some(after)
}

/// Whether what stands before a full stop is a short form.
fn is_short(before: &str) -> bool {
    let word = before.rsplit(|char: char| !char.is_alphanumeric()).next().unwrap_or_default();
    word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
        || SHORT.iter().any(|short| word.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_marks_and_not_behind_short_forms() {
        let of = |text: &str, word: &str| {
            let at = text.find(word).unwrap();
            let whole = sentences(text).into_iter().find(|one| one.contains(&at)).unwrap();
            text.get(whole).unwrap().trim().to_owned()
        };
        let text =
            "One is kept.\nTwo! Is “three”? Four; five of Acme Ltd. Six, z. B. seven, Art. 8 Abs. 1 and approx. 9";
        assert_eq!(of(text, "Two"), "Two!");
        assert_eq!(of(text, "three"), "Is “three”?");
        assert_eq!(of(text, "five"), "five of Acme Ltd. Six, z. B. seven, Art. 8 Abs. 1 and approx. 9");
        assert_eq!(of(text, "One"), "One is kept.");
        assert_eq!(of("a.b 1.5 months", "months"), "a.b 1.5 months");
    }
}
