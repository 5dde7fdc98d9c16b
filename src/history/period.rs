//! What applied on a day: the days of a policy's life, parted by what bound on them.

use std::collections::{BTreeMap, BTreeSet};

use super::timeline::{Entry, Timeline};
use crate::base::date::Day;

/// Days in a row on which the same version bound, or none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day; nothing where no end is known.
    pub until: Option<Day>,
    /// The version, by its place in the timeline; nothing where none bound.
    pub index: Option<usize>,
}

/// The periods of a policy for an audience, or for all who are not named; in order, without gaps. On one day the later
/// event wins; a version that was withdrawn binds until the day before.
#[must_use]
pub fn periods(timeline: &Timeline, audience: Option<&str>) -> Vec<Period> {
    let mut live = BTreeSet::new();
    let mut periods: Vec<Period> = Vec::new();
    for (day, turn) in turns(timeline, audience) {
        live.extend(turn.come);
        for gone in &turn.go {
            live.remove(gone);
        }
        let index = live.last().map(|(.., index)| *index);
        if periods.last().is_some_and(|last| last.index == index) {
            continue;
        }
        if let Some(last) = periods.last_mut() {
            last.until = Some(day.before());
        }
        periods.push(Period { from: day, until: None, index });
    }
    periods
}

/// What makes one version win over another on a day, and its place in the timeline.
type Claim = (Day, usize, usize);

/// What begins and what ends on a day.
#[derive(Default)]
struct Turn {
    come: Vec<Claim>,
    go: Vec<Claim>,
}

/// From when a version binds an audience, or all who are not named.
fn begins(entry: &Entry, audience: Option<&str>) -> Day {
    audience.map_or(entry.effective, |name| entry.effective_for(name))
}

fn turns(timeline: &Timeline, audience: Option<&str>) -> BTreeMap<Day, Turn> {
    let mut turns: BTreeMap<Day, Turn> = BTreeMap::new();
    for (index, entry) in timeline.entries.iter().enumerate() {
        let claim = (begins(entry, audience), entry.number, index);
        let gone = entry.withdrawn.as_ref().map(|withdrawn| withdrawn.on);
        if gone.is_some_and(|on| on <= claim.0) {
            continue;
        }
        turns.entry(claim.0).or_default().come.push(claim);
        if let Some(on) = gone {
            turns.entry(on).or_default().go.push(claim);
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::{Moment, Zone};
    use crate::base::hash::Hash;
    use crate::base::span::Span;
    use crate::base::version::Version;
    use crate::history::event::{Act, Event, Published};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn event(act: Act, version: &str, on: &str) -> Event {
        let version = Version::parse(version).unwrap();
        Event { act, version, on: day(on), zone: Zone::utc(), chain: Hash::ZERO, span: Span::default() }
    }

    fn published(version: &str, effective: &str, existing: &str) -> Event {
        let act = Published {
            effective: day(effective),
            effective_for: vec![("existing".into(), day(existing))],
            material: true,
            supersede: false,
            texts: Vec::new(),
            assets: BTreeMap::new(),
        };
        event(Act::Published(act), version, "2024-01-01")
    }

    fn found(events: &[Event], audience: Option<&str>) -> Vec<(String, String, Option<usize>)> {
        let timeline = Timeline::new(events, Moment::end());
        let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        let all = periods(&timeline, audience).into_iter();
        all.map(|period| (period.from.to_string(), text(period.until), period.index)).collect()
    }

    fn expected(rows: &[(&str, &str, Option<usize>)]) -> Vec<(String, String, Option<usize>)> {
        rows.iter().map(|(from, until, index)| ((*from).to_owned(), (*until).to_owned(), *index)).collect()
    }

    #[test]
    fn each_day_has_one_version_and_audiences_have_their_own_days() {
        let events = [
            published("1.0", "2024-01-01", "2024-01-01"),
            published("2.0", "2024-06-01", "2024-09-01"),
            published("2.1", "2024-06-01", "2024-09-01"),
        ];
        let all = [("2024-01-01", "2024-05-31", Some(0)), ("2024-06-01", "", Some(2))];
        assert_eq!(found(&events, None), expected(&all));
        let existing = [("2024-01-01", "2024-08-31", Some(0)), ("2024-09-01", "", Some(2))];
        assert_eq!(found(&events, Some("existing")), expected(&existing));
        assert_eq!(found(&[], None), []);
    }

    #[test]
    fn what_is_withdrawn_gives_way_to_what_was_before_or_to_nothing() {
        let withdrawn = || Act::Withdrawn { reason: "x".into(), redacted: false };
        let mut events = vec![
            published("1.0", "2024-01-01", "2024-01-01"),
            published("2.0", "2024-06-01", "2024-06-01"),
            event(withdrawn(), "2.0", "2024-07-01"),
        ];
        let back =
            [("2024-01-01", "2024-05-31", Some(0)), ("2024-06-01", "2024-06-30", Some(1)), ("2024-07-01", "", Some(0))];
        assert_eq!(found(&events, None), expected(&back));
        events.push(event(withdrawn(), "1.0", "2024-08-01"));
        let none = [&back[..2], &[("2024-07-01", "2024-07-31", Some(0)), ("2024-08-01", "", None)]].concat();
        assert_eq!(found(&events, None), expected(&none));
    }
}
