//! On which days one version holds, as far as is known: it may hold again when its successor is withdrawn. Pure.

use super::period::{Period, periods};
use super::timeline::Timeline;
use crate::base::date::Day;

/// Days in a row on which a version holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stretch {
    /// The first day.
    pub from: Day,
    /// The last day, if there is one.
    pub until: Option<Day>,
    /// What holds after it, if anything does.
    pub next: Option<usize>,
}

impl Timeline {
    /// The days on which a version holds for an audience, or for all who are not named.
    #[must_use]
    pub fn stretches(&self, index: usize, audience: Option<&str>) -> Vec<Stretch> {
        let all = periods(self, audience);
        let next = |at: usize| all.get(at + 1).and_then(|next| next.index);
        let own = all.iter().enumerate().filter(|(_, period)| period.index == Some(index));
        own.map(|(at, Period { from, until, .. })| Stretch { from: *from, until: *until, next: next(at) }).collect()
    }

    /// The version whose place another takes: the one before it, or where that was withdrawn by then, the one that held
    /// on the day before, if one did.
    #[must_use]
    pub fn replaces(&self, index: usize) -> Option<usize> {
        let (entry, before) = (self.entries.get(index)?, self.predecessor(index)?);
        let withdrawn = self.entries.get(before)?.withdrawn.as_ref();
        if withdrawn.is_none_or(|gone| gone.on > entry.effective) {
            return Some(before);
        }
        self.period_on(entry.effective.before())?.index
    }

    /// The days around a day on which the same version held, or none.
    #[must_use]
    pub fn period_on(&self, day: Day) -> Option<Period> {
        periods(self, None)
            .into_iter()
            .find(|period| period.from <= day && period.until.is_none_or(|until| day <= until))
    }

    /// Whether a version holds for nobody of those who are meant because it was withdrawn before it applied to them.
    #[must_use]
    pub fn never_applies(&self, index: usize, audience: Option<&str>) -> bool {
        let withdrawn = self.entries.get(index).is_some_and(|entry| entry.withdrawn.is_some());
        withdrawn && self.stretches(index, audience).is_empty()
    }

    /// The version that takes the place of another for good, on the day from which it applies itself.
    #[must_use]
    pub fn replaced_by(&self, index: usize) -> Option<usize> {
        let Some(last) = self.stretches(index, None).pop() else {
            let stands = self.entries.get(index).is_some_and(|entry| entry.withdrawn.is_none());
            return self.successor(index).filter(|_| stands);
        };
        let next = last.next.and_then(|next| self.entries.get(next)).zip(last.until);
        next.filter(|(next, until)| next.effective == until.after(1)).and(last.next)
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
        let days = |all: Vec<Stretch>| -> Vec<String> {
            all.iter().map(|period| format!("{}..{}", period.from, text(period.until))).collect()
        };
        assert_eq!(days(timeline.stretches(0, None)), ["2024-01-01..2024-02-29", "2024-05-01..2024-08-31"]);
        assert_eq!(days(timeline.stretches(1, None)), ["2024-03-01..2024-04-30"]);
        assert_eq!(days(timeline.stretches(2, None)), ["2024-09-01.."]);
        let replaced = [0, 1, 2].map(|index| timeline.replaced_by(index));
        assert_eq!(replaced, [Some(2), None, None]);
        // What was withdrawn by then is not what the next one replaces.
        assert_eq!([0, 1, 2].map(|index| timeline.replaces(index)), [None, Some(0), Some(0)]);
        assert_eq!(timeline.period_on(day("2024-05-01")).unwrap().index, Some(0));
        assert!(!timeline.never_applies(1, None) && timeline.never_applies(1, Some("existing")));
        // For the audience all begin on one day, and the last one holds.
        assert_eq!(days(timeline.stretches(2, Some("existing"))), ["2024-12-01.."]);
        assert!(timeline.stretches(0, Some("existing")).is_empty());
    }
}
