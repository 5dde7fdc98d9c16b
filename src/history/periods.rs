//! On which days a version holds, as far as is known: a version may hold again when its successor is withdrawn. Pure.

use super::timeline::{Entry, Timeline};
use crate::base::date::Day;

/// A stretch of days on which a version holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day, if there is one.
    pub until: Option<Day>,
    /// What holds after it, if anything does.
    pub next: Option<usize>,
}

/// From when a version applies.
type Since<'a> = &'a dyn Fn(&Entry) -> Day;

impl Timeline {
    /// The days on which a version holds for those who are of no named audience: the first and the last of each stretch.
    /// The last stretch may have no end.
    #[must_use]
    pub fn periods(&self, index: usize) -> Vec<Period> {
        self.periods_by(index, &|entry| entry.effective)
    }

    /// The days on which a version holds for an audience.
    #[must_use]
    pub fn periods_for(&self, index: usize, audience: &str) -> Vec<Period> {
        self.periods_by(index, &|entry| entry.effective_for(audience))
    }

    fn periods_by(&self, index: usize, effective: Since<'_>) -> Vec<Period> {
        let mut periods: Vec<Period> = Vec::new();
        for day in self.turns(effective) {
            let holder = self.holder(day, effective);
            match periods.last_mut().filter(|period| period.until.is_none()) {
                Some(open) if holder != Some(index) => open.end(day, holder),
                None if holder == Some(index) => periods.push(Period { from: day, until: None, next: None }),
                _ => {}
            }
        }
        periods
    }

    /// The days on which something begins or ends.
    fn turns(&self, effective: Since<'_>) -> Vec<Day> {
        let ends = self.entries.iter().filter_map(|entry| entry.withdrawn.as_ref().map(|gone| gone.on));
        let mut days: Vec<Day> = self.entries.iter().map(effective).chain(ends).collect();
        days.sort();
        days.dedup();
        days
    }

    /// The version that holds on a day.
    fn holder(&self, day: Day, effective: Since<'_>) -> Option<usize> {
        let stands = |entry: &Entry| entry.withdrawn.as_ref().is_none_or(|gone| gone.on > day);
        let all = self.entries.iter().enumerate().filter(|(_, entry)| effective(entry) <= day && stands(entry));
        all.max_by_key(|(_, entry)| (effective(entry), entry.number)).map(|(index, _)| index)
    }

    /// The version that takes the place of another for good, on the day from which it applies itself.
    #[must_use]
    pub fn replaced_by(&self, index: usize) -> Option<usize> {
        match self.periods(index).last() {
            Some(last) => {
                let next = last.next.and_then(|next| self.entries.get(next)).zip(last.until);
                next.filter(|(next, until)| next.effective == until.after(1)).and(last.next)
            }
            None => {
                let shown = self.entries.get(index).filter(|entry| entry.withdrawn.is_none());
                shown.and_then(|_| self.successor(index))
            }
        }
    }
}

impl Period {
    fn end(&mut self, day: Day, next: Option<usize>) {
        self.until = Some(day.before());
        self.next = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::{Moment, Zone};
    use crate::base::hash::Hash;
    use crate::base::span::Span;
    use crate::base::version::Version;
    use crate::history::event::{Act, Event, Published};
    use std::collections::BTreeMap;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn event(act: Act, version: &str, on: &str) -> Event {
        let version = Version::parse(version).unwrap();
        Event { act, version, on: day(on), zone: Zone::utc(), chain: Hash::ZERO, span: Span::default() }
    }

    fn published(version: &str, effective: &str) -> Event {
        let act = Published {
            effective: day(effective),
            effective_for: vec![("existing".into(), day("2024-12-01"))],
            material: true,
            supersede: false,
            texts: Vec::new(),
            assets: BTreeMap::new(),
        };
        event(Act::Published(act), version, "2024-01-01")
    }

    #[test]
    fn a_version_holds_again_when_its_successor_is_withdrawn() {
        let withdrawn = Act::Withdrawn { reason: "x".into(), redacted: false };
        let events = [
            published("1.0", "2024-01-01"),
            published("2.0", "2024-03-01"),
            published("3.0", "2024-09-01"),
            event(withdrawn, "2.0", "2024-05-01"),
        ];
        let timeline = Timeline::new(&events, Moment::end());
        let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        let days = |all: Vec<Period>| -> Vec<String> {
            all.iter().map(|period| format!("{}..{}", period.from, text(period.until))).collect()
        };
        assert_eq!(days(timeline.periods(0)), ["2024-01-01..2024-02-29", "2024-05-01..2024-08-31"]);
        assert_eq!(days(timeline.periods(1)), ["2024-03-01..2024-04-30"]);
        assert_eq!(days(timeline.periods(2)), ["2024-09-01.."]);
        let replaced = [0, 1, 2].map(|index| timeline.replaced_by(index));
        assert_eq!(replaced, [Some(2), None, None]);
        // For the audience all begin on one day, and the last one holds.
        assert_eq!(days(timeline.periods_for(2, "existing")), ["2024-12-01.."]);
        assert!(timeline.periods_for(0, "existing").is_empty());
    }
}
