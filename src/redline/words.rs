//! The difference of two sequences, and how alike two bags of words are. The only importer of the diff crate.
//!
//! The difference is by histogram (with Myers where all words are common); the crate bounds its search by heuristics
//! that count steps, never seconds, so the same texts always give the same answer.

use std::hash::Hash;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Interner};

pub use super::segment::words;

/// A stretch of the old sequence that a stretch of the new one replaces; either may be empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hunk {
    /// In the old sequence.
    pub old: Range<usize>,
    /// In the new sequence.
    pub new: Range<usize>,
}

/// Where two sequences differ, in order.
pub fn difference<T: Eq + Hash>(old: impl Iterator<Item = T>, new: impl Iterator<Item = T>) -> Vec<Hunk> {
    let room = old.size_hint().0 + new.size_hint().0;
    let mut input = InternedInput { before: Vec::new(), after: Vec::new(), interner: Interner::new(room) };
    input.update_before(old);
    input.update_after(new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let wide = |range: Range<u32>| {
        let number = |at| usize::try_from(at).unwrap_or(usize::MAX);
        number(range.start)..number(range.end)
    };
    diff.hunks().map(|hunk| Hunk { old: wide(hunk.before), new: wide(hunk.after) }).collect()
}

/// Joins hunks that only a coincidence parts: an equal stretch that holds less than the changes around it and next to
/// no letters. `weight` gives the letters of an equal stretch of the new sequence.
#[must_use]
pub fn join_coincidences(hunks: Vec<Hunk>, weight: impl Fn(Range<usize>) -> usize) -> Vec<Hunk> {
    /// An equal stretch with more letters than this is no coincidence.
    const LETTERS: usize = 4;
    let mut joined: Vec<Hunk> = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        if let Some(last) = joined.last_mut() {
            let between = last.new.end..hunk.new.start;
            let size = |hunk: &Hunk| hunk.old.len().max(hunk.new.len());
            let small = between.len() < size(last).min(size(&hunk)).max(2);
            if small && weight(between) <= LETTERS {
                last.old.end = hunk.old.end;
                last.new.end = hunk.new.end;
                continue;
            }
        }
        joined.push(hunk);
    }
    joined
}

/// How many letters and digits a text has.
#[must_use]
pub fn letters(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphanumeric).count();
    }
    text.chars().filter(|char| char.is_alphanumeric()).count()
}

/// Whether a text has letters or digits.
#[must_use]
pub fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// The byte ranges at which two texts differ, word by word.
#[must_use]
pub fn text_difference(old: &str, new: &str) -> Vec<Hunk> {
    let old_words: Vec<&str> = words(old).collect();
    let new_words: Vec<&str> = words(new).collect();
    let hunks = difference(old_words.iter(), new_words.iter());
    let ends = |words: &[&str]| -> Vec<usize> {
        let mut at = 0;
        let mut ends = vec![0];
        ends.extend(words.iter().map(|word| {
            at += word.len();
            at
        }));
        ends
    };
    let (old_ends, new_ends) = (ends(&old_words), ends(&new_words));
    let bytes = |ends: &[usize], range: &Range<usize>| {
        let at = |index: usize| ends.get(index).copied().unwrap_or_default();
        at(range.start)..at(range.end)
    };
    hunks.iter().map(|hunk| Hunk { old: bytes(&old_ends, &hunk.old), new: bytes(&new_ends, &hunk.new) }).collect()
}

/// Numbers for words, so that similarity can be counted on sorted numbers.
pub struct Vocabulary<'a>(Interner<&'a str>);

impl Default for Vocabulary<'_> {
    fn default() -> Self {
        Self(Interner::new(0))
    }
}

impl<'a> Vocabulary<'a> {
    /// How many words have numbers.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.0.num_tokens()).unwrap_or(usize::MAX)
    }

    /// Whether no word has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.num_tokens() == 0
    }

    /// The words of some texts as a sorted bag of numbers; words without letters are left out.
    pub fn bag(&mut self, texts: impl Iterator<Item = &'a str>) -> Vec<u32> {
        let words = texts.flat_map(words).filter(|word| has_letters(word));
        let mut bag: Vec<u32> = words.map(|word| self.0.intern(word).0).collect();
        bag.sort_unstable();
        bag
    }
}

/// How alike two sorted bags are, in thousandths: twice what they share by what they hold (Dice).
#[must_use]
pub fn likeness(one: &[u32], two: &[u32]) -> usize {
    let total = one.len() + two.len();
    if total == 0 {
        return 0;
    }
    let (mut left, mut right) = (one.iter().peekable(), two.iter().peekable());
    let mut shared = 0;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => {
                left.next();
            }
            std::cmp::Ordering::Greater => {
                right.next();
            }
            std::cmp::Ordering::Equal => {
                shared += 1;
                left.next();
                right.next();
            }
        }
    }
    shared * 2000 / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_the_stretches() {
        let found = text_difference("kept for 12 months.", "kept for up to 24 months.");
        let shown: Vec<_> = found.iter().map(|hunk| (hunk.old.clone(), hunk.new.clone())).collect();
        assert_eq!(shown, [(9..11, 9..17)]);
        assert!(text_difference("a b", "a b").is_empty());
    }

    #[test]
    fn coincidences_between_larger_changes_are_joined() {
        let hunk = |old: Range<usize>, new: Range<usize>| Hunk { old, new };
        let hunks = vec![hunk(0..5, 0..5), hunk(6..12, 6..11)];
        assert_eq!(join_coincidences(hunks.clone(), |_| 1).len(), 1);
        assert_eq!(join_coincidences(hunks, |_| 9).len(), 2);
    }

    #[test]
    fn likeness_is_twice_the_shared_by_the_whole() {
        assert_eq!(likeness(&[1, 2, 3], &[1, 2, 3]), 1000);
        assert_eq!(likeness(&[1, 1, 2], &[1, 3, 4]), 333);
        assert_eq!(likeness(&[], &[]), 0);
    }
}
