//! The terms of a text, and which words of a line are one of them.

use std::borrow::Cow;
use std::ops::Range;

use super::words::{Gap, Word, is_capital, is_shouted, same_but_number, stem, words};
use crate::base::table::Table;

/// The terms of a text, to be looked up.
#[derive(Debug, Default)]
pub struct Lexicon {
    terms: Vec<Vec<Part>>,
    /// The terms that begin with a word, by its stem.
    index: Table<String, Vec<usize>>,
    /// Whether a term begins with a small letter.
    pub small: bool,
    own: Vec<String>,
}

/// A word of a term.
#[derive(Debug)]
struct Part {
    word: String,
    stem: String,
    gap: Gap,
}

/// Words of a line that are a term.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Use {
    /// Which term.
    pub term: usize,
    /// Which words of the line.
    pub words: Range<usize>,
    /// How it is written.
    pub written: Written,
}

/// How a term is written where it is used.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Written {
    /// As it was defined, but for number and possession.
    AsDefined,
    /// With other capitals, hyphens or letters: it can only be the term, and is written in another way.
    Otherwise,
    /// As ordinary words: small, shouted, or with the capital of a sentence's beginning.
    Plainly,
}

/// The stem of each word of a line, by its place.
type StemOf<'l> = &'l dyn Fn(usize) -> Cow<'l, str>;

impl Lexicon {
    /// A lexicon of some terms, known by their places in the list.
    pub fn new<'t>(terms: impl Iterator<Item = &'t str>) -> Self {
        let mut lexicon = Self::default();
        let mut found = Vec::new();
        for (number, term) in terms.enumerate() {
            words(term, &mut found);
            let part = |word: &Word| Part { word: word.of(term).to_owned(), stem: stem(word.of(term)), gap: word.gap };
            let parts: Vec<Part> = found.iter().map(part).collect();
            if let Some(first) = parts.first() {
                lexicon.index.entry(first.stem.clone()).or_default().push(number);
                lexicon.small |= !is_capital(&first.word);
            }
            lexicon.terms.push(parts);
            lexicon.own.push(term.to_owned());
        }
        lexicon
    }

    /// Its terms.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.own
    }

    /// The stems of the words with which its terms begin.
    pub fn beginnings(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// The terms that begin with a word, by its stem.
    #[must_use]
    pub fn with(&self, stem: &str) -> &[usize] {
        self.index.get(stem).map_or(&[], Vec::as_slice)
    }

    /// The term that begins at a word of a line; of several the longest.
    #[must_use]
    pub fn find(&self, text: &str, line: &[Word], at: usize) -> Option<Use> {
        let first = line.get(at)?.of(text);
        let next = line.get(at + 1).map_or("", |word| word.of(text));
        if self.index.is_empty() || !(self.small || is_capital(first) || is_capital(next)) {
            return None;
        }
        self.beginning(text, line, (at, &|at| line.get(at).map_or("".into(), |word| stem(word.of(text)).into())))
    }

    /// The same, where it was seen that it or the word behind it has a capital, unless the lexicon has small terms; the
    /// stems of the words are known.
    #[must_use]
    pub fn beginning(&self, text: &str, line: &[Word], (at, stems): (usize, StemOf<'_>)) -> Option<Use> {
        let fits = |term: &usize| {
            let parts = self.terms.get(*term)?;
            let words = at..at + parts.len();
            let written = written(text, line.get(words.clone())?, parts, &|index| stems(at + index))?;
            Some(Use { term: *term, words, written })
        };
        let all = self.with(&stems(at)).iter().filter_map(fits);
        all.min_by_key(|one| (std::cmp::Reverse(one.words.len()), one.written, one.term))
    }
}

/// How some words of a line are written, if they are those of a term.
fn written(text: &str, line: &[Word], parts: &[Part], stems: StemOf<'_>) -> Option<Written> {
    let last = parts.len().checked_sub(1)?;
    let (mut exact, mut small, mut shouted, mut capitals) = (true, true, true, false);
    for (index, (word, part)) in line.iter().zip(parts).enumerate() {
        let own = word.of(text);
        let is_same = if index == last { same_but_number(own, &part.word) } else { own == part.word };
        // Its first word has the stem by which it was found.
        if !is_same && index > 0 && *stems(index) != *part.stem {
            return None;
        }
        let is_joined = index == 0 || word.gap == part.gap;
        if word.gap == Gap::Other && index > 0 {
            return None;
        }
        exact &= is_same && is_joined;
        small &= !is_capital(own) || (index == 0 && word.opens);
        shouted &= is_shouted(own);
        capitals |= is_capital(&part.word);
    }
    Some(match (exact, small, shouted) {
        (true, ..) => Written::AsDefined,
        // A term in small letters is meant, too, where a sentence begins with it.
        (_, true, _) if !capitals => Written::AsDefined,
        (_, true, _) | (.., true) => Written::Plainly,
        _ => Written::Otherwise,
    })
}

/// Whether some words stand inside a longer name: `Service` in “Terms of Service” or in “Service Credits”.
#[must_use]
pub fn is_part(text: &str, line: &[Word], words: &Range<usize>) -> bool {
    let capital = |word: &Word| is_capital(word.of(text)) && !word.opens;
    let joins = |word: &Word| matches!(word.of(text), "of" | "for" | "&");
    let near = |index: Option<usize>| index.and_then(|index| line.get(index));
    let begins = line.get(words.start).is_some_and(|word| word.gap == Gap::Other);
    let before = near(words.start.checked_sub(1)).filter(|_| !begins);
    let two_before = near(words.start.checked_sub(2));
    let after = near(Some(words.end)).filter(|word| word.gap != Gap::Other);
    let two_after = near(Some(words.end + 1));
    before.is_some_and(capital)
        || after.is_some_and(capital)
        || (before.is_some_and(joins) && two_before.is_some_and(|word| is_capital(word.of(text))))
        || (after.is_some_and(joins) && two_after.is_some_and(capital))
        || after.is_some_and(|word| word.gap == Gap::Hyphen)
        || line.get(words.start).is_some_and(|word| word.gap == Gap::Hyphen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(terms: &[&str], text: &str) -> Vec<String> {
        let lexicon = Lexicon::new(terms.iter().copied());
        let mut line = Vec::new();
        words(text, &mut line);
        let uses = (0..line.len()).filter_map(|at| lexicon.find(text, &line, at));
        let told = uses.map(|one| {
            let place = line[one.words.start].range.start..line[one.words.end - 1].range.end;
            format!(
                "{} {:?}{}",
                text.get(place).unwrap(),
                one.written,
                if is_part(text, &line, &one.words) { " part" } else { "" }
            )
        });
        told.collect()
    }

    #[test]
    fn a_term_is_found_as_defined_otherwise_and_plainly() {
        let text = "We keep Your Details, your Details and Your details. Your details or your details: YOUR DETAILS.";
        assert_eq!(
            found(&["Your Details"], text),
            [
                "Your Details AsDefined",
                "your Details Otherwise",
                "Your details Otherwise",
                "Your details Plainly",
                "YOUR DETAILS Plainly",
            ]
        );
        assert_eq!(
            found(&["User-Generated Content"], "his User Generated Content"),
            ["User Generated Content Otherwise"]
        );
        assert_eq!(
            found(&["Organisation"], "an Organization’s own, all Organisations"),
            ["Organization’s Otherwise", "Organisations AsDefined"]
        );
    }

    #[test]
    fn the_longest_term_is_found_and_longer_names_are_known() {
        assert_eq!(
            found(&["User", "User Account"], "a User Account of a User"),
            ["User Account AsDefined", "User AsDefined"]
        );
        let text = "The Terms of Service, a Service Credit and the Service for You, non-Service";
        assert_eq!(
            found(&["Service"], text),
            ["Service AsDefined part", "Service AsDefined part", "Service AsDefined part", "Service AsDefined part",]
        );
        assert_eq!(
            found(&["personal data"], "Personal data is personal data; Personal Data"),
            ["Personal data AsDefined", "personal data AsDefined", "Personal Data Otherwise",]
        );
    }
}
