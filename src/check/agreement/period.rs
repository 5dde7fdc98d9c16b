//! Periods as people write them: "12 months", "a two-year period", "6 Monate", "vingt-quatre mois".

use std::ops::Range;

use super::numbers::number;

/// Words for units, in the languages that are known, and the unit of ISO 8601 that each is.
const UNITS: &[(&str, char)] = &[
    ("day", 'D'),
    ("days", 'D'),
    ("week", 'W'),
    ("weeks", 'W'),
    ("month", 'M'),
    ("months", 'M'),
    ("year", 'Y'),
    ("years", 'Y'),
    ("jour", 'D'),
    ("jours", 'D'),
    ("semaine", 'W'),
    ("semaines", 'W'),
    ("mois", 'M'),
    ("an", 'Y'),
    ("ans", 'Y'),
    ("année", 'Y'),
    ("années", 'Y'),
    ("tag", 'D'),
    ("tage", 'D'),
    ("tagen", 'D'),
    ("tages", 'D'),
    ("kalendertage", 'D'),
    ("kalendertagen", 'D'),
    ("woche", 'W'),
    ("wochen", 'W'),
    ("monat", 'M'),
    ("monate", 'M'),
    ("monaten", 'M'),
    ("monats", 'M'),
    ("kalendermonate", 'M'),
    ("kalendermonaten", 'M'),
    ("jahr", 'Y'),
    ("jahre", 'Y'),
    ("jahren", 'Y'),
    ("jahres", 'Y'),
];

/// Words that may stand between a number and its unit.
const BETWEEN: &[&str] = &[
    "calendar",
    "complete",
    "consecutive",
    "full",
    "further",
    "more",
    "or",
    "whole",
    "ganze",
    "ganzen",
    "oder",
    "mehr",
    "volle",
    "vollen",
    "weitere",
    "weiteren",
];

/// Words between two numbers of one unit: "12 to 24 months".
const RANGES: &[&str] = &["and", "or", "to", "bis", "oder", "und", "et", "ou", "à"];

/// Words behind which "a year" is how long something lasts.
const LASTS: &[&str] = &["after", "for", "than", "to"];

/// A period of one unit: a count, and `Y`, `M`, `W` or `D`.
pub type Period = (u32, char);

/// Whether two periods are the same length: a year is twelve months, and as many days or weeks as it may have.
#[must_use]
pub fn same(one: Period, other: Period) -> bool {
    match (length(one), length(other)) {
        ((months, true), (days, false)) | ((days, false), (months, true)) => {
            (months * 30..=(months * 61).div_ceil(2)).contains(&days)
        }
        ((one, _), (other, _)) => one == other,
    }
}

/// How many months it lasts, or else how many days.
fn length((count, unit): Period) -> (u64, bool) {
    let count = u64::from(count);
    match unit {
        'Y' => (count * 12, true),
        'M' => (count, true),
        'W' => (count * 7, false),
        _ => (count, false),
    }
}

/// A period as it is said in English.
#[must_use]
pub fn said((count, unit): Period) -> String {
    let unit = match unit {
        'Y' => "year",
        'M' => "month",
        'W' => "week",
        _ => "day",
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// The periods in some words, each with its place.
#[must_use]
pub fn periods(text: &str) -> Vec<(Range<usize>, Period)> {
    let mut reader = Reader::default();
    for word in words(text) {
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        reader.word(at..at + word.len(), &word.to_lowercase());
    }
    reader.found
}

/// Words: letters and digits, and hyphens inside.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|char: char| !char.is_alphanumeric() && char != '-');
    parts.map(|word| word.trim_matches('-')).filter(|word| !word.is_empty())
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    found: Vec<(Range<usize>, Period)>,
    /// Numbers that wait for their unit, and where they begin.
    numbers: Vec<(usize, u32)>,
    /// The word before.
    before: String,
    /// How many words stand behind the last period.
    since: usize,
    /// Whether the number only stands behind an "and" there.
    joined: bool,
}

impl Reader {
    fn word(&mut self, place: Range<usize>, word: &str) {
        let whole = word.rsplit_once('-').and_then(|(count, name)| Some((number(count)?, unit(name)?)));
        let range = word.split_once('-').and_then(|(low, high)| Some((digits(low)?, digits(high)?)));
        self.since += 1;
        if let Some(unit) = unit(word) {
            self.unit(place.end, unit);
        } else if let Some((count, unit)) = whole {
            self.number(place.start, count);
            self.unit(place.end, unit);
        } else if let Some((low, high)) = range {
            self.numbers = vec![(place.start, low), (place.start, high)];
        } else if let Some(count) = number(word).or_else(|| self.article(word)) {
            self.number(place.start, count);
        } else if !BETWEEN.contains(&word) && !RANGES.contains(&word) {
            self.numbers.clear();
        }
        self.before.clear();
        self.before.push_str(word);
    }

    /// "for a year" is one year.
    fn article(&self, word: &str) -> Option<u32> {
        (word == "a" && LASTS.contains(&self.before.as_str())).then_some(1)
    }

    fn number(&mut self, start: usize, count: u32) {
        if !RANGES.contains(&self.before.as_str()) {
            self.numbers.clear();
        }
        self.joined = self.since == 2 && matches!(self.before.as_str(), "and" | "et" | "und");
        self.numbers.push((start, count));
    }

    /// A unit ends all numbers that wait for it. "One year and six months" are eighteen.
    fn unit(&mut self, end: usize, unit: char) {
        let numbers = std::mem::take(&mut self.numbers);
        match (numbers.as_slice(), self.found.last_mut()) {
            ([(_, months)], Some((place, (years, of @ 'Y')))) if unit == 'M' && self.joined => {
                (*years, *of) = (years.saturating_mul(12).saturating_add(*months), 'M');
                place.end = end;
            }
            _ => self.found.extend(numbers.into_iter().map(|(start, count)| (start..end, (count, unit)))),
        }
        self.since = 0;
    }
}

fn unit(word: &str) -> Option<char> {
    UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit)
}

fn digits(word: &str) -> Option<u32> {
    number(word).filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_found_as_people_write_them() {
        let found = |text: &str| periods(text).into_iter().map(|(_, period)| period).collect::<Vec<_>>();
        assert_eq!(found("up to 12 months, or two years after"), [(12, 'M'), (2, 'Y')]);
        assert_eq!(found("pendant trois ans ou 6 mois, d’un an"), [(3, 'Y'), (6, 'M'), (1, 'Y')]);
        assert_eq!(found("nach 30 Tagen, Twenty-Four months"), [(30, 'D'), (24, 'M')]);
        assert_eq!(found("a month, months, 12, 12.months"), [(12, 'M')]);
        assert_eq!(found("24-month periods, a six-month period, 24 calendar months"), [(24, 'M'), (6, 'M'), (24, 'M')]);
        assert_eq!(found("for a year; twice a year; 2 (two) years or more"), [(1, 'Y'), (2, 'Y')]);
        assert_eq!(found("between 12 and 24 months, 3-5 years"), [(12, 'M'), (24, 'M'), (3, 'Y'), (5, 'Y')]);
        assert_eq!(found("one year and six months; two years and then 6 months"), [(18, 'M'), (2, 'Y'), (6, 'M')]);
        let text = "for 12 months";
        assert_eq!(text.get(periods(text)[0].0.clone()), Some("12 months"));
    }

    #[test]
    fn a_year_is_twelve_months_and_as_many_days_as_it_may_have() {
        let year = [(1, 'Y'), (12, 'M')];
        for other in [(365, 'D'), (366, 'D'), (52, 'W'), (12, 'M'), (1, 'Y')] {
            assert!(year.iter().all(|one| same(*one, other) && same(other, *one)), "{other:?}");
        }
        assert!(same((2, 'W'), (14, 'D')) && same((1, 'M'), (30, 'D')) && same((26, 'W'), (6, 'M')));
        for (one, other) in
            [((1, 'M'), (28, 'D')), ((12, 'M'), (350, 'D')), ((1, 'Y'), (13, 'M')), ((2, 'M'), (90, 'D'))]
        {
            assert!(!same(one, other), "{one:?} {other:?}");
        }
        assert_eq!(said((1, 'Y')), "1 year");
    }
}
