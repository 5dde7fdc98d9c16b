//! How easily a clause of a draft is read: Flesch's reading ease, 206.835 − 1.015 × words for each sentence − 84.6 ×
//! syllables for each word (R. Flesch, "A new readability yardstick", 1948). It is made for English.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::manuscript::Manuscript;
use crate::site::passage::{Passage, PassageKind};

/// Below this, a clause is told.
const HARD: f64 = 10.0;

/// Clauses with fewer words are left alone: one long name would decide.
const WORDS: u32 = 100;

/// Names each clause of a draft that is far too hard to read.
pub fn ease(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    if manuscript.is_published() || !manuscript.is_english() {
        return;
    }
    for clause in manuscript.passages.chunk_by(|one, other| one.heading() == other.heading()) {
        let mut count = Count::default();
        let read = |passage: &&Passage| matches!(passage.kind, PassageKind::Paragraph | PassageKind::Item);
        clause.iter().filter(read).for_each(|passage| count.passage(&passage.text));
        if let Some(first) = clause.first().filter(|_| count.words >= WORDS && count.ease() < HARD) {
            findings.push(hard(manuscript, first, &count));
        }
    }
}

fn hard(manuscript: &Manuscript<'_>, first: &Passage, count: &Count) -> Diagnostic {
    let line = first.text.find('\n').unwrap_or(first.text.len());
    let place = manuscript.place(first, &(0..line));
    let (ease, long) = (count.ease().floor(), count.words / count.sentences.max(1));
    let message =
        format!("this clause is hard to read: its reading ease is {ease:.0}, its sentences have {long} words");
    let help = "write shorter sentences and shorter words: plain English comes to 60 or more";
    Diagnostic::new(Code::V607, place, message).help(help)
}

/// What was counted in a clause.
#[derive(Default)]
struct Count {
    sentences: u32,
    syllables: u32,
    words: u32,
}

impl Count {
    /// Counts a passage; its end is the end of a sentence.
    fn passage(&mut self, text: &str) {
        let mut open = false;
        for token in text.split_whitespace() {
            let word = token.trim_matches(|char: char| !char.is_alphanumeric());
            if word.is_empty() {
                continue;
            }
            self.words += 1;
            self.syllables += syllables(word);
            let end = token.trim_end_matches(['"', '”', '’', ')', ']']);
            // A full stop behind a short form, "e.g.", ends nothing.
            open = !end.ends_with(['.', '!', '?']) || word.contains('.');
            self.sentences += u32::from(!open);
        }
        self.sentences += u32::from(open);
    }

    fn ease(&self) -> f64 {
        let (sentences, words) = (f64::from(self.sentences.max(1)), f64::from(self.words.max(1)));
        206.835 - 1.015 * (words / sentences) - 84.6 * (f64::from(self.syllables) / words)
    }
}

/// The syllables of a word: its groups of vowels, without a silent e at its end. What has no vowels is one.
fn syllables(word: &str) -> u32 {
    let mut count = 0;
    let mut in_vowels = false;
    for char in word.chars() {
        let vowel = matches!(char.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        count += u32::from(vowel && !in_vowels);
        in_vowels = vowel;
    }
    let lower = word.to_ascii_lowercase();
    let silent = (lower.ends_with('e') && !lower.ends_with("le") && !lower.ends_with("ee"))
        || (lower.ends_with("ed") && !lower.ends_with("ted") && !lower.ends_with("ded"));
    if silent && count > 1 { count - 1 } else { count.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_groups_of_vowels() {
        let counts =
            ["we", "make", "people", "information", "stored", "granted", "notwithstanding", "24"].map(syllables);
        assert_eq!(counts, [1, 1, 2, 4, 1, 2, 4, 1]);
    }

    #[test]
    fn plain_words_in_short_sentences_are_easy() {
        let mut count = Count::default();
        count.passage("The cat sat on the mat. It is (e.g. today) glad!\n");
        assert_eq!((count.words, count.sentences, count.syllables), (11, 2, 12));
        assert!(count.ease() > 100.0);
    }
}
