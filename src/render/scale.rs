//! Days → places in a picture that is as wide as the page.

use std::fmt::Write;

use crate::base::date::{Day, Moment, Zone};
use crate::history::period::Period;

/// From days to places: hundredths of a percent of the width.
pub struct Scale {
    first: i64,
    days: i64,
}

impl Scale {
    /// The scale on which all periods have a place, the last with some room behind it.
    #[must_use]
    pub fn new(lanes: &[(String, Vec<Period>)]) -> Self {
        let from = || lanes.iter().flat_map(|(_, periods)| periods).map(|period| number(period.from));
        let (first, last) = (from().min().unwrap_or_default(), from().max().unwrap_or_default());
        let span = last - first;
        Self { first, days: span + (span / 8).max(180) }
    }

    /// Where a day stands.
    #[must_use]
    pub fn place(&self, day: Day) -> i64 {
        ((number(day) - self.first) * 10_000 / self.days).clamp(0, 10_000)
    }

    /// Whether a day is not before the first.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        number(day) >= self.first
    }

    /// The first year, and how many come after it.
    #[must_use]
    pub fn years(&self) -> (u16, u16) {
        let first = year(self.first);
        (first, year(self.first + self.days).saturating_sub(first))
    }
}

/// Days since 1970-01-01.
fn number(day: Day) -> i64 {
    day.moment(&Zone::utc()).unix() / 86_400
}

/// The year that so many days since 1970-01-01 lie in.
fn year(days: i64) -> u16 {
    Moment::from_unix(days * 86_400).map_or(0, |moment| moment.day(&Zone::utc()).parts().2)
}

/// A place as SVG writes it.
#[must_use]
pub fn percent(place: i64) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}.{:02}%", place / 100, place % 100);
    text
}
