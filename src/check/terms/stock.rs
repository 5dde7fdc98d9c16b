//! The terms of texts that are read one after the other. Each has a number that stays, and from one text to the next it is
//! known which words could be read in another way, so that most passages need not be read again.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::table::{Table, number};
use crate::site::terms::lexicon::Lexicon;

/// A set of words by their stems. It may seem to hold a word that it does not hold, and never the other way round.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Stems([u64; PARTS]);

/// So many parts has a set, each of 64 bits: most of them are empty for the words of a long paragraph.
const PARTS: usize = 16;

impl Stems {
    /// Every word.
    pub const ALL: Self = Self([u64::MAX; PARTS]);

    /// The set of some stems.
    pub fn of<'s>(stems: impl Iterator<Item = &'s str>) -> Self {
        stems.map(Mark::of).collect()
    }

    /// Whether a word may be in it.
    #[must_use]
    pub fn has(&self, Mark(part, bit): Mark) -> bool {
        self.0.get(part).is_some_and(|own| own & 1 << bit != 0)
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

    /// Adds the words of another one.
    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(one, other)| *one |= other);
    }
}

impl FromIterator<Mark> for Stems {
    fn from_iter<I: IntoIterator<Item = Mark>>(marks: I) -> Self {
        let mut all = Self::default();
        for Mark(part, bit) in marks {
            if let Some(own) = all.0.get_mut(part) {
                *own |= 1 << bit;
            }
        }
        all
    }
}

/// What a stem leaves in a set: a part and a bit of it.
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize, u8);

impl Mark {
    /// That of a stem.
    #[must_use]
    pub fn of(stem: &str) -> Self {
        let [bit, part, ..] = number(stem).to_le_bytes();
        Self(usize::from(part) % PARTS, bit % 64)
    }
}

/// The terms of a text.
#[derive(Default)]
pub struct Terms {
    /// To be looked up.
    pub lexicon: Lexicon,
    /// The words with which they begin.
    pub beginnings: Stems,
    /// The number of each in the stock.
    pub numbers: Vec<usize>,
    /// By these numbers, the place of each in the lexicon.
    places: Vec<Option<usize>>,
    /// How many lexicons there were before.
    pub turn: usize,
}

impl Terms {
    /// The place in the lexicon of the term with a number.
    #[must_use]
    pub fn place(&self, number: usize) -> Option<usize> {
        self.places.get(number).copied().flatten()
    }

    /// The terms that begin with a word, by its stem, in order.
    fn with(&self, stem: &str) -> impl Iterator<Item = Option<&usize>> {
        self.lexicon.with(stem).iter().map(|place| self.numbers.get(*place))
    }

    fn is_of(&self, terms: &[&str]) -> bool {
        self.lexicon.terms().iter().eq(terms)
    }
}

/// The terms of all texts that were read.
#[derive(Default)]
pub struct Stock {
    numbers: Table<String, usize>,
    last: Rc<Terms>,
    /// What changed from each lexicon to the last one: words with which the terms begin that came, went or changed places.
    changes: Vec<Stems>,
    phrases: RefCell<Phrases>,
}

/// Phrases by their keys, and the keys by their numbers.
#[derive(Default)]
struct Phrases {
    numbers: Table<Rc<str>, usize>,
    keys: Vec<Rc<str>>,
}

impl Stock {
    /// The terms of the next text: mostly those of the one before.
    pub fn next(&mut self, terms: &[&str]) -> Rc<Terms> {
        if !self.last.is_of(terms) {
            let next = self.numbered(terms);
            let change = change(&self.last, &next);
            self.changes.iter_mut().for_each(|all| all.add(&change));
            self.changes.push(change);
            self.last = Rc::new(next);
        }
        Rc::clone(&self.last)
    }

    fn numbered(&mut self, terms: &[&str]) -> Terms {
        let lexicon = Lexicon::new(terms.iter().copied());
        let numbers: Vec<usize> = terms.iter().map(|term| self.number(term)).collect();
        let mut places = vec![None; self.numbers.len()];
        for (place, number) in numbers.iter().enumerate() {
            if let Some(known) = places.get_mut(*number) {
                *known = Some(place);
            }
        }
        let beginnings = lexicon.beginnings().map(Mark::of).collect();
        Terms { lexicon, beginnings, numbers, places, turn: self.changes.len() + 1 }
    }

    fn number(&mut self, term: &str) -> usize {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let next = self.numbers.len();
        *self.numbers.entry(term.to_owned()).or_insert(next)
    }

    /// The words that terms begin with which changed since a turn; nothing for the last one.
    #[must_use]
    pub fn since(&self, turn: usize) -> Option<&Stems> {
        self.changes.get(turn)
    }

    /// The number of a phrase, by its key.
    #[must_use]
    pub fn phrase(&self, key: &str) -> usize {
        let mut phrases = self.phrases.borrow_mut();
        if let Some(number) = phrases.numbers.get(key) {
            return *number;
        }
        let (number, key) = (phrases.keys.len(), Rc::<str>::from(key));
        phrases.keys.push(Rc::clone(&key));
        phrases.numbers.insert(key, number);
        number
    }

    /// The key of a phrase.
    #[must_use]
    pub fn key(&self, phrase: usize) -> Rc<str> {
        self.phrases.borrow().keys.get(phrase).map(Rc::clone).unwrap_or_default()
    }
}

/// What is to be read again with other terms: words with which other terms begin than before, or the same in another order,
/// of which the first counts.
fn change(before: &Terms, after: &Terms) -> Stems {
    if before.lexicon.small != after.lexicon.small {
        return Stems::ALL;
    }
    let differs = |stem: &&str| !before.with(stem).eq(after.with(stem));
    let stems = before.lexicon.beginnings().chain(after.lexicon.beginnings());
    Stems::of(stems.filter(differs))
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
        assert_eq!(stock.since(one.turn), Some(&set(&["account", "your"])));
        assert_eq!((two.place(0), two.place(1), two.place(2)), (Some(1), None, Some(0)));
        let three = stock.next(&["Services Plan", "Service", "Account"]);
        let four = stock.next(&["Account", "Service", "Services Plan"]);
        let service = set(&["service"]);
        assert_eq!((stock.since(three.turn), stock.since(four.turn)), (Some(&service), None));
        stock.next(&["Service", "Account", "data"]);
        assert_eq!(stock.since(three.turn), Some(&Stems::ALL));
    }

    #[test]
    fn a_set_of_stems_never_misses_a_word() {
        let all = Stems::of(["account", "service"].into_iter());
        assert!(all.holds(&Stems::of(["service"].into_iter())) && all.meets(&Stems::of(["account", "x"].into_iter())));
        assert!(!all.meets(&Stems::default()) && all.holds(&Stems::default()));
    }
}
