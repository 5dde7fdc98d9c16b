//! The terms of texts that are read one after the other. Each has a number that stays, and from one text to the next it is
//! known which words could be read in another way, so that most passages need not be read again.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use crate::site::terms::lexicon::Lexicon;
use crate::site::terms::words::{stem, words};

/// A set of words by their stems. It may seem to hold a word that it does not hold, and never the other way round.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Stems([u64; 4]);

impl Stems {
    /// Every word.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// The set of some stems.
    pub fn of<'s>(stems: impl Iterator<Item = &'s str>) -> Self {
        let mut all = Self::default();
        for stem in stems {
            let mut hasher = DefaultHasher::new();
            stem.hash(&mut hasher);
            let [bit, place, ..] = hasher.finish().to_le_bytes();
            if let Some(part) = all.0.get_mut(usize::from(place % 4)) {
                *part |= 1 << (bit % 64);
            }
        }
        all
    }

    /// Whether two sets may have a word in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }

    /// Whether all words of another set may be in this one.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(one, other)| one & other == *other)
    }

    /// The words of both.
    fn with(&self, other: &Self) -> Self {
        let [mut one, two] = [self.0, other.0];
        one.iter_mut().zip(two).for_each(|(one, two)| *one |= two);
        Self(one)
    }
}

/// The terms of a text.
#[derive(Default)]
pub struct Terms {
    /// To be looked up.
    pub lexicon: Lexicon,
    /// The number of each in the stock.
    pub numbers: Vec<usize>,
    /// By these numbers, the place of each in the lexicon.
    places: HashMap<usize, usize>,
    /// How many lexicons there were before.
    pub turn: usize,
}

impl Terms {
    /// The place in the lexicon of the term with a number.
    #[must_use]
    pub fn place(&self, number: usize) -> Option<usize> {
        self.places.get(&number).copied()
    }

    fn is_of(&self, terms: &[&str]) -> bool {
        self.lexicon.terms().iter().eq(terms)
    }
}

/// The terms of all texts that were read.
#[derive(Default)]
pub struct Stock {
    numbers: HashMap<String, usize>,
    last: Rc<Terms>,
    /// What changed from each lexicon to the next: words with which the terms begin that came, went or changed places.
    changes: Vec<Stems>,
}

impl Stock {
    /// The terms of the next text: mostly those of the one before.
    pub fn next(&mut self, terms: &[&str]) -> Rc<Terms> {
        if !self.last.is_of(terms) {
            let next = self.numbered(terms);
            self.changes.push(change(&self.last, &next));
            self.last = Rc::new(next);
        }
        Rc::clone(&self.last)
    }

    fn numbered(&mut self, terms: &[&str]) -> Terms {
        let lexicon = Lexicon::new(terms.iter().copied());
        let numbers: Vec<usize> = terms.iter().map(|term| self.number(term)).collect();
        let places = numbers.iter().enumerate().map(|(place, number)| (*number, place)).collect();
        Terms { lexicon, numbers, places, turn: self.changes.len() + 1 }
    }

    fn number(&mut self, term: &str) -> usize {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let next = self.numbers.len();
        *self.numbers.entry(term.to_owned()).or_insert(next)
    }

    /// The words that terms begin with which changed since a turn.
    #[must_use]
    pub fn since(&self, turn: usize) -> Stems {
        let changes = self.changes.get(turn..).unwrap_or_default();
        changes.iter().fold(Stems::default(), |all, change| all.with(change))
    }
}

/// What is to be read again with other terms: words with which other terms begin than before, or the same in another order,
/// of which the first counts.
fn change(before: &Terms, after: &Terms) -> Stems {
    if before.lexicon.small != after.lexicon.small {
        return Stems::ALL;
    }
    let [before, after] = [before, after].map(beginnings);
    let differs = |(stem, _): &(&String, _)| before.get(*stem) != after.get(*stem);
    Stems::of(before.iter().chain(&after).filter(differs).map(|(stem, _)| stem.as_str()))
}

/// The terms that begin with a word, by its stem, in order.
fn beginnings(terms: &Terms) -> BTreeMap<String, Vec<usize>> {
    let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, term) in terms.numbers.iter().zip(terms.lexicon.terms()) {
        all.entry(begins(term).unwrap_or_default()).or_default().push(*number);
    }
    all
}

/// The stem of a term's first word.
fn begins(term: &str) -> Option<String> {
    let mut line = Vec::new();
    words(term, &mut line);
    line.first().map(|word| stem(word.of(term)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_read_in_another_way_is_known_by_the_first_words_of_terms() {
        let set = |words: &[&str]| Stems::of(words.iter().copied());
        let mut stock = Stock::default();
        let one = stock.next(&["Service", "Your Content"]);
        assert_eq!(stock.next(&["Service", "Your Content"]).turn, one.turn);
        let two = stock.next(&["Account", "Service"]);
        assert_eq!(stock.since(one.turn), set(&["account", "your"]));
        assert_eq!((two.place(0), two.place(1), two.place(2)), (Some(1), None, Some(0)));
        let three = stock.next(&["Services Plan", "Service", "Account"]);
        let four = stock.next(&["Account", "Service", "Services Plan"]);
        let service = set(&["service"]);
        assert_eq!((stock.since(three.turn), stock.since(four.turn)), (service, Stems::default()));
        stock.next(&["Service", "Account", "data"]);
        assert_eq!(stock.since(three.turn), Stems::ALL);
    }

    #[test]
    fn a_set_of_stems_never_misses_a_word() {
        let all = Stems::of(["account", "service"].into_iter());
        assert!(all.holds(&Stems::of(["service"].into_iter())) && all.meets(&Stems::of(["account", "x"].into_iter())));
        assert!(!all.meets(&Stems::default()) && all.holds(&Stems::default()));
    }
}
