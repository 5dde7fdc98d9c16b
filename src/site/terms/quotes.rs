//! A line → what stands in quotation marks in it, of whatever language.

use std::ops::Range;

/// Words in quotation marks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Quotation {
    /// With the marks.
    pub whole: Range<usize>,
    /// Without them, nor white space and punctuation at their ends.
    pub inner: Range<usize>,
}

/// A quotation that is longer, in bytes, is no term.
const LONGEST: usize = 100;

/// The quotations of a line, in order. None stands in another.
#[must_use]
pub fn quotations(text: &str) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, mark)) = next_mark(text, from) {
        let after = at + mark.len_utf8();
        from = match closing(text, (at, mark)) {
            Some((end, close)) => {
                found.push(Quotation { whole: at..end + close.len_utf8(), inner: trimmed(text, after..end) });
                end + close.len_utf8()
            }
            None => after,
        };
    }
    found.retain(|one| !one.inner.is_empty());
    found
}

/// The next mark that may open a quotation.
fn next_mark(text: &str, from: usize) -> Option<(usize, char)> {
    // The first bytes of the marks: most lines have none of them.
    let rest = text.as_bytes().get(from..)?;
    rest.iter().position(|byte| matches!(byte, b'"' | 0xe2 | 0xc2))?;
    let rest = text.get(from..)?;
    rest.char_indices().map(|(at, char)| (from + at, char)).find(|(_, char)| !closers(*char).is_empty())
}

/// What closes a quotation that a mark opens.
fn closers(mark: char) -> &'static [char] {
    match mark {
        '“' => &['”', '“'],
        '„' => &['“', '”'],
        '«' => &['»'],
        '‹' => &['›'],
        '‘' => &['’'],
        '"' => &['"'],
        _ => &[],
    }
}

fn closing(text: &str, (at, mark): (usize, char)) -> Option<(usize, char)> {
    let before = text.get(..at)?.chars().next_back();
    if matches!(mark, '"' | '‘') && before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let begin = at + mark.len_utf8();
    let closers = closers(mark);
    let rest = text.get(begin..)?;
    let inside = rest.char_indices().take_while(|(at, _)| *at <= LONGEST);
    let mut ends = inside.filter(|(_, char)| closers.contains(char)).map(|(at, char)| (begin + at, char));
    // The mark that closes single quotes is an apostrophe, too.
    ends.find(|(end, close)| {
        let next = text.get(end + close.len_utf8()..).and_then(|rest| rest.chars().next());
        !matches!(close, '’' | '"') || !next.is_some_and(char::is_alphanumeric)
    })
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or_default();
    let is_edge = |char: char| char.is_whitespace() || matches!(char, ',' | '.' | ';' | ':');
    let start = range.start + (inner.len() - inner.trim_start_matches(is_edge).len());
    start..(range.start + inner.trim_end_matches(is_edge).len()).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str) -> Vec<&str> {
        quotations(text).into_iter().map(|one| text.get(one.inner).unwrap()).collect()
    }

    #[test]
    fn quotes_of_several_languages_are_known() {
        assert_eq!(inner("(“A B”, \"C,\" or „D“) « E\u{a0}» und »x« ‘F’s G’."), ["A B", "C", "D", "E", "F’s G"]);
    }

    #[test]
    fn inches_apostrophes_and_long_quotations_are_none() {
        assert_eq!(inner("a 5\" pipe and a 6\" one, users’ ‘tis"), Vec::<&str>::new());
        assert_eq!(inner(&format!("“{}” and “B”", "x".repeat(200))), ["B"]);
        assert_eq!(inner("“”"), Vec::<&str>::new());
    }
}
