//! Days, zones and the one moment that a build is made for. The only importer of the calendar crate.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// A civil day, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Day(Date);

impl Day {
    /// Reads `YYYY-MM-DD` and nothing else.
    ///
    /// # Errors
    /// A sentence that says what is wrong and, where one can be guessed, which day was meant.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(day) = strict(text) {
            return Ok(day);
        }
        let wrong = format!("`{text}` is not a day written as YYYY-MM-DD");
        Err(match suggestion(text) {
            Some(hint) => format!("{wrong}; {hint}"),
            None => wrong,
        })
    }

    /// The first ISO day that stands in a text, such as a file name: taken as written.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let starts = text.char_indices().map(|(at, _)| at);
        starts.filter_map(|at| text.get(at..at + 10)).find_map(strict)
    }

    /// Day of the month, month and year.
    #[must_use]
    pub fn parts(self) -> (u8, u8, u16) {
        let number = |value: i8| u8::try_from(value).unwrap_or_default();
        (number(self.0.day()), number(self.0.month()), u16::try_from(self.0.year()).unwrap_or_default())
    }

    /// The day before, where the calendar has one.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1.day()))
    }

    /// The day after a period: so many years, months, weeks or days (`Y`, `M`, `W`, `D`), clamped at a month's end.
    #[must_use]
    pub fn plus(self, count: u32, unit: char) -> Option<Self> {
        let count = i64::from(count);
        let span = match unit {
            'Y' => jiff::Span::new().try_years(count),
            'M' => jiff::Span::new().try_months(count),
            'W' => jiff::Span::new().try_weeks(count),
            _ => jiff::Span::new().try_days(count),
        };
        self.0.checked_add(span.ok()?).ok().map(Self)
    }

    /// The day that comes so many days later, as far as the calendar goes.
    #[must_use]
    pub fn after(self, days: u32) -> Self {
        let span = Span::new().try_days(i64::from(days));
        Self(span.map_or(Date::MAX, |span| self.0.saturating_add(span)))
    }

    /// The first instant of the day in a zone, as RFC 3339 with the zone's offset.
    #[must_use]
    pub fn starts(self, zone: &Zone) -> Option<String> {
        let zoned = self.0.to_zoned_datetime(zone.0.clone()).ok()?;
        Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }

    /// The moment at which the day begins in a zone.
    #[must_use]
    pub fn moment(self, zone: &Zone) -> Moment {
        let zoned = self.0.to_zoned_datetime(zone.0.clone());
        Moment(zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

fn strict(text: &str) -> Option<Day> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return None;
    }
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Date::new(year, month, day).ok().map(Day)
}

fn suggestion(text: &str) -> Option<String> {
    if let Some(day) = text.get(..10).and_then(strict) {
        return Some(format!("leave out the time: {day}"));
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if first.len() == 4 {
        return last_of_month(first, second)
            .filter(|_| third.len() <= 2)
            .map(|day| format!("the last day of that month is {day}"));
    }
    let day_first = strict(&format!("{third}-{second:0>2}-{first:0>2}"));
    let month_first = strict(&format!("{third}-{first:0>2}-{second:0>2}"));
    match (day_first, month_first) {
        (Some(one), Some(other)) if one != other => Some(format!("did you mean {one} or {other}?")),
        (Some(one), _) | (_, Some(one)) => Some(format!("did you mean {one}?")),
        _ => None,
    }
}

fn last_of_month(year: &str, month: &str) -> Option<Day> {
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    Some(Day(first.last_of_month()))
}

/// A time zone of the IANA database. The program carries its own copy, so that a build does not depend on the machine's.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// Finds a zone by its name, such as `Europe/London`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let known = name == "UTC" || name.contains('/');
        let zone = TimeZone::get(name).ok()?;
        (known && zone.iana_name() == Some(name)).then_some(Self(zone))
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

/// An instant. A build has one, given by `--as-of`, `SOURCE_DATE_EPOCH` or the clock of whoever calls.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Moment(Timestamp);

impl Moment {
    /// From seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        Timestamp::from_second(seconds).ok().map(Self)
    }

    /// 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn start() -> Self {
        Self(Timestamp::UNIX_EPOCH)
    }

    /// The last moment that there is.
    #[must_use]
    pub fn end() -> Self {
        Self(Timestamp::MAX)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.as_second()
    }

    /// As RFC 3339 writes it, in UTC: `2025-03-01T00:00:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.0.to_string()
    }

    /// As HTTP and RFC 1123 write it: `Sat, 01 Mar 2025 00:00:00 GMT`.
    #[must_use]
    pub fn http(self) -> String {
        self.0.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// The day that this moment falls on in a zone.
    #[must_use]
    pub fn day(self, zone: &Zone) -> Day {
        Day(self.0.to_zoned_datetime(zone.0.clone()).date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_strict_and_say_what_was_meant() {
        assert_eq!(Day::parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        let said = |text: &str| Day::parse(text).unwrap_err();
        assert_eq!(
            said("2026-02-30"),
            "`2026-02-30` is not a day written as YYYY-MM-DD; the last day of that month is 2026-02-28"
        );
        assert!(said("10-12-2024").ends_with("did you mean 2024-12-10 or 2024-10-12?"));
        assert!(said("25/12/2024").ends_with("did you mean 2024-12-25?"));
        assert!(said("2024-12-25T10:00").ends_with("leave out the time: 2024-12-25"));
        assert_eq!(said("soon"), "`soon` is not a day written as YYYY-MM-DD");
    }

    #[test]
    fn a_period_ends_with_the_month_at_the_latest() {
        let plus = |day: &str, count, unit| Day::parse(day).unwrap().plus(count, unit).map(|day| day.to_string());
        assert_eq!(plus("2026-08-31", 6, 'M').as_deref(), Some("2027-02-28"));
        assert_eq!(plus("2024-02-29", 1, 'Y').as_deref(), Some("2025-02-28"));
        assert_eq!(plus("2026-11-24", 30, 'D').as_deref(), Some("2026-12-24"));
        assert_eq!(plus("2026-11-24", 2, 'W').as_deref(), Some("2026-12-08"));
        assert_eq!(plus("2026-11-24", u32::MAX, 'Y'), None);
    }

    #[test]
    fn days_are_counted_over_the_end_of_a_month() {
        let day = |text: &str| Day::parse(text).unwrap();
        assert_eq!(day("2024-01-31").after(30), day("2024-03-01"));
        assert_eq!(
            (day("2024-01-31").after(0), day("2024-01-01").after(u32::MAX)),
            (day("2024-01-31"), day("9999-12-31"))
        );
    }

    #[test]
    fn a_day_is_found_in_a_file_name() {
        assert_eq!(Day::find("0007_2023-05-01T101500.md"), Day::parse("2023-05-01").ok());
        assert_eq!(Day::find("é2023-05-0"), None);
    }

    #[test]
    fn a_day_begins_at_its_first_instant_in_the_zone() {
        let day = Day::parse("2025-03-30").unwrap();
        let zone = |name| Zone::parse(name).unwrap();
        assert_eq!(day.starts(&zone("Europe/London")).unwrap(), "2025-03-30T00:00:00+00:00");
        // Clocks in Beirut go forward at midnight: the day begins at one o'clock.
        assert_eq!(day.starts(&zone("Asia/Beirut")).unwrap(), "2025-03-30T01:00:00+03:00");
        assert_eq!(day.moment(&zone("Asia/Beirut")).day(&zone("Asia/Beirut")), day);
    }

    #[test]
    fn moments_for_http_are_in_gmt() {
        let day = Day::parse("2025-06-01").unwrap();
        let begins = day.moment(&Zone::parse("Europe/London").unwrap());
        assert_eq!(begins.http(), "Sat, 31 May 2025 23:00:00 GMT");
    }

    #[test]
    fn zones_are_named_exactly() {
        assert!(Zone::parse("UTC").is_some());
        assert!(Zone::parse("europe/london").is_none());
        assert!(Zone::parse("Europe/Londn").is_none());
    }
}
