//! How a text refers to a clause by its name: "the ‘Marketing’ section", "(see “Your choices”)", "as described under “X”".

use std::ops::Range;

use crate::base::text::{beginning, ending};
use crate::check::caught::{Caught, CaughtKind};
use crate::site::passage::Passage;

/// The name that a caught word refers to, if it does, and where.
#[must_use]
pub fn named<'a>(passage: &'a Passage, caught: &Caught) -> Option<(Range<usize>, &'a str)> {
    let text = passage.text.as_str();
    let (start, end) = (caught.words.start, caught.words.end);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let word = text.get(start..end)?;
    let behind = |(words, at, length): (&'a str, usize, usize)| (end + at..end + at + length, words);
    match caught.kind {
        CaughtKind::Clause if word.eq_ignore_ascii_case("section") => {
            said_after(before, after).map(behind).or_else(|| {
                let (words, at) = quoted_before(before)?;
                let own = !leads_away(after) && !before.get(..at)?.trim_end().ends_with("’s");
                own.then_some((at..start, words))
            })
        }
        CaughtKind::Direction if word.eq_ignore_ascii_case("see") => seen(after).map(behind),
        CaughtKind::Direction if word.eq_ignore_ascii_case("under") => under(before, after).map(behind),
        CaughtKind::Direction => {
            let earlier = quoted_before(before).filter(|(_, at)| {
                let before = before.get(..*at).unwrap_or_default().trim_end();
                sees(before.strip_suffix("under").unwrap_or(before))
            });
            earlier.map(|(words, at)| (at..start, words)).or_else(|| {
                let (words, at, length) = quoted_after(after)?;
                sees(before).then(|| behind((words, at, length)))
            })
        }
        _ => None,
    }
    .filter(|(range, words)| words.starts_with(char::is_uppercase) && !is_of_a_program(text, range))
    .map(|(range, words)| (trimmed(text, range), words))
}

/// Words near a name that make it one of a program's.
const PROGRAM: &[&str] =
    &["click", "select", "tap ", "choos", "button", "menu", "setting", "sign in", "log in", "go to", "from the "];

fn is_of_a_program(text: &str, range: &Range<usize>) -> bool {
    let before: String = text.get(..range.start).unwrap_or_default().chars().rev().take(60).collect();
    let before: String = before.chars().rev().collect();
    let after: String = text.get(range.end..).unwrap_or_default().chars().take(60).collect();
    let near = (before + &after).to_lowercase();
    PROGRAM.iter().any(|word| near.contains(word))
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let words = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + words.trim_end_matches([' ', ',', '\n']).len()
}

/// Whether what stands before sends the reader somewhere: "see", "see also".
fn sees(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\u{a0}', '\n', ',']);
    ends_with(before.strip_suffix("also").unwrap_or(before), &["see"])
}

/// "section headed “X”", "the section “X”": the name, where it begins, and how long it is with its quotes.
fn said_after<'a>(before: &str, after: &'a str) -> Option<(&'a str, usize, usize)> {
    const SAYS: &[&str] = &["headed", "called", "titled", "entitled", "named", "labelled", "labeled", "on"];
    let rest = after.trim_start();
    let said = |word: &&&str| rest.strip_prefix(**word).is_some_and(|rest| rest.starts_with([' ', ':', ',', '\n']));
    let word = SAYS.iter().find(said);
    let skipped = after.len() - rest.len() + word.map_or(0, |word| word.len());
    let (words, at, length) = quoted_after(after.get(skipped..)?)?;
    let at = skipped + at;
    // “the Privacy Policy section ‘X’” is another text's.
    let named =
        before.trim_end().rsplit([' ', '\u{a0}', '\n']).next().is_some_and(|last| last.contains(char::is_uppercase));
    let own = word.is_some() || !named || ends_with(before, &["the", "this", "see", "in", "under", "our"]);
    (own && !leads_away(after.get(at + length..)?)).then_some((words, at, length))
}

/// "(see “X”)", "see “X”.": nothing says that it is in another text.
fn seen(after: &str) -> Option<(&str, usize, usize)> {
    let (words, at, length) = quoted_after(after)?;
    let rest = after.get(at + length..)?.trim_start();
    let ends = rest.is_empty() || rest.starts_with(['.', ')', ';']);
    (ends && !is_paper(words)).then_some((words, at, length))
}

/// "as described under “X”".
fn under<'a>(before: &str, after: &'a str) -> Option<(&'a str, usize, usize)> {
    const SAYS: &[&str] = &[
        "above",
        "below",
        "described",
        "detailed",
        "discussed",
        "explained",
        "listed",
        "mentioned",
        "out",
        "outlined",
        "see",
        "specified",
        "stated",
    ];
    let (words, at, length) = quoted_after(after)?;
    let own = !leads_away(after.get(at + length..)?) && !is_paper(words);
    (own && ends_with(before, SAYS)).then_some((words, at, length))
}

/// Whether a name is more likely that of another paper than of a clause.
fn is_paper(name: &str) -> bool {
    const PAPERS: &[&str] = &[
        "act",
        "addendum",
        "agreement",
        "code",
        "conditions",
        "faq",
        "guide",
        "guidelines",
        "law",
        "notice",
        "policies",
        "policy",
        "regulation",
        "service",
        "standards",
        "statement",
        "terms",
    ];
    let last = name.rsplit(' ').next().unwrap_or_default();
    PAPERS.iter().any(|paper| paper.eq_ignore_ascii_case(last))
}

/// Whether a text ends with one of some words, but for white space.
fn ends_with(text: &str, words: &[&str]) -> bool {
    let last = text.trim_end().rsplit(|char: char| !char.is_alphanumeric()).next().unwrap_or_default();
    words.iter().any(|word| word.eq_ignore_ascii_case(last))
}

/// Whether the words behind say that the clause is in another document, or in a program.
fn leads_away(after: &str) -> bool {
    let rest: String = after.trim_start().chars().take(30).collect::<String>().to_lowercase();
    let rest = rest.trim_start_matches("section").trim_start();
    ["of ", "in ", "on ", "within ", "at ", "under "].iter().any(|word| {
        rest.strip_prefix(word)
            .is_some_and(|whose| !["this", "these", "above", "below"].iter().any(|own| whose.starts_with(own)))
    })
}

/// A name is no longer, in bytes.
const LONGEST: usize = 100;

/// A text in quotes behind white space, a comma or a colon, where it begins, and its length with the quotes.
fn quoted_after(after: &str) -> Option<(&str, usize, usize)> {
    let quote = after.trim_start_matches([' ', '\u{a0}', '\n', ',', ':']);
    let quote = quote.strip_prefix("also ").unwrap_or(quote);
    let (words, length) = quoted(quote)?;
    Some((words, after.len() - quote.len(), length))
}

/// A text in quotes that begins here, and its length with the quotes.
#[must_use]
pub fn quoted(text: &str) -> Option<(&str, usize)> {
    let open = text.chars().next()?;
    let close = closing(open)?;
    let inner = beginning(text.get(open.len_utf8()..)?, LONGEST + 4);
    let words = inner.get(..inner.find(close)?)?;
    let fits = !words.is_empty() && words.len() <= LONGEST && !words.contains('\u{FFFC}');
    fits.then_some((words, open.len_utf8() + words.len() + close.len_utf8()))
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '“' => '”',
        '‘' => '’',
        '"' => '"',
        '\'' => '\'',
        _ => return None,
    })
}

/// A text in quotes that ends here, but for white space and a comma, and where it begins.
fn quoted_before(before: &str) -> Option<(&str, usize)> {
    let bare = before.trim_end_matches([' ', '\u{a0}', '\n', ',']);
    let close = bare.chars().next_back()?;
    let open = ['“', '‘', '"', '\''].into_iter().find(|open| closing(*open) == Some(close))?;
    let inner = bare.get(..bare.len() - close.len_utf8())?;
    let near = ending(inner, LONGEST + 8);
    let at = inner.len() - near.len() + near.rfind(open)?;
    let words = inner.get(at + open.len_utf8()..)?.trim_end_matches(',');
    let opens = before.get(..at)?.chars().next_back().is_none_or(|char| !char.is_alphanumeric());
    let fits = opens && !words.is_empty() && words.len() <= LONGEST && !words.contains(['\u{FFFC}', '\n']);
    fits.then_some((words, at))
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::check::caught::{Caught, caught};
    use crate::site::markdown::passages;

    fn names(text: &str) -> Vec<String> {
        let passage = passages(text).remove(0);
        let words = caught(&passage.text).into_iter().map(|(words, kind)| Caught { passage: 0, words, kind });
        words.filter_map(|caught| named(&passage, &caught).map(|(_, name)| name.to_owned())).collect()
    }

    #[test]
    fn a_name_in_quotes_may_be_that_of_a_clause() {
        for text in [
            "see above ‘How we use it’.",
            "(see “How we use it”)",
            "See also “How we use it”.",
            "in the section “How we use it” we say",
            "as described under “How we use it”, we",
            "as set out above under “How we use it”.",
            "the ‘How we use it’ section",
        ] {
            assert_eq!(names(text), ["How we use it"], "{text}");
        }
    }

    #[test]
    fn a_name_in_quotes_may_be_that_of_something_else() {
        for text in [
            "see “How we use it” in our notice",
            "(see “Terms of Service”)",
            "as described under “How we use it” at example.org",
            "you sign under “Acme”",
            "our Privacy Policy section “Sharing” says",
            "click (see “Your choices”)",
            "you see “Welcome” and we write",
            "see above, “personal data” means",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }
}
