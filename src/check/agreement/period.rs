//! Periods as people write them: "12 months", "two years", "6 Monate", "trois ans".

use std::ops::Range;

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
    ("woche", 'W'),
    ("wochen", 'W'),
    ("monat", 'M'),
    ("monate", 'M'),
    ("monaten", 'M'),
    ("jahr", 'Y'),
    ("jahre", 'Y'),
    ("jahren", 'Y'),
];

/// Words for numbers.
const NUMBERS: &[(&str, u32)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("twelve", 12),
    ("eighteen", 18),
    ("twenty-four", 24),
    ("thirty", 30),
    ("thirty-six", 36),
    ("sixty", 60),
    ("ninety", 90),
    ("un", 1),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("douze", 12),
    ("einem", 1),
    ("ein", 1),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("fünf", 5),
    ("sechs", 6),
    ("zehn", 10),
    ("zwölf", 12),
];

/// A period of one unit: a count, and `Y`, `M`, `W` or `D`.
pub type Period = (u32, char);

/// Whether two periods are the same length: a year is twelve months, and a week seven days.
#[must_use]
pub fn same(one: Period, other: Period) -> bool {
    let whole = |(count, unit): Period| match unit {
        'Y' => (count.saturating_mul(12), 'M'),
        'W' => (count.saturating_mul(7), 'D'),
        _ => (count, unit),
    };
    whole(one) == whole(other)
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
    let mut found = Vec::new();
    let mut before: Option<(usize, u32)> = None;
    for word in words(text) {
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        if let Some((start, count)) = before.take()
            && let Some((_, unit)) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word))
        {
            found.push((start..at + word.len(), (count, *unit)));
        }
        before = number(word).map(|count| (at, count));
    }
    found
}

/// Words: letters and digits, and hyphens inside.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|char: char| !char.is_alphanumeric() && char != '-');
    parts.map(|word| word.trim_matches('-')).filter(|word| !word.is_empty())
}

fn number(word: &str) -> Option<u32> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    NUMBERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_found_as_people_write_them() {
        let found = |text: &str| periods(text).into_iter().map(|(_, period)| period).collect::<Vec<_>>();
        assert_eq!(found("up to 12 months, or two years after"), [(12, 'M'), (2, 'Y')]);
        assert_eq!(found("pendant trois ans ou 6 mois"), [(3, 'Y'), (6, 'M')]);
        assert_eq!(found("nach 30 Tagen, Twenty-Four months"), [(30, 'D'), (24, 'M')]);
        assert_eq!(found("a month, months, 12, 12.months"), [(12, 'M')]);
        let text = "for 12 months";
        assert_eq!(text.get(periods(text)[0].0.clone()), Some("12 months"));
    }

    #[test]
    fn a_year_is_twelve_months() {
        assert!(same((1, 'Y'), (12, 'M')) && same((2, 'W'), (14, 'D')) && !same((1, 'M'), (30, 'D')));
        assert_eq!(said((1, 'Y')), "1 year");
    }
}
