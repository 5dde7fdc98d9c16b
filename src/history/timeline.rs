//! Events → versions in order, and what holds at a moment.

use std::collections::BTreeMap;

use super::event::{Act, Event, Published, TextHashes};
use crate::base::date::{Day, Moment, Zone};
use crate::base::hash::Hash;
use crate::base::span::Span;
use crate::base::version::Version;

/// What the record says of one version.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub version: Version,
    /// The day of publication.
    pub published: Day,
    /// The zone that its days are days of.
    pub zone: Zone,
    /// From when it applies, as it stands now.
    pub effective: Day,
    /// From when it applies to named audiences, as it stands now.
    pub effective_for: Vec<(String, Day)>,
    /// Whether the change matters.
    pub material: bool,
    /// Its texts by language, the governing one first.
    pub texts: Vec<(String, TextHashes)>,
    /// The files it uses.
    pub assets: BTreeMap<String, Hash>,
    /// The chain at its publication.
    pub chain: Hash,
    /// The number of the event of its publication, from 1.
    pub number: usize,
    /// When languages were added.
    pub translated: Vec<Translated>,
    /// When it was moved, and to which day.
    pub rescheduled: Vec<Rescheduled>,
    /// When and why it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
    /// Where its publication stands in the ledger.
    pub span: Span,
    /// The newest day among the events that were recorded before it, where that is later than its own day.
    pub after: Option<Day>,
}

/// When a version was moved.
#[derive(Clone, Debug)]
pub struct Rescheduled {
    /// The day of the decision.
    pub on: Day,
    /// The day from which the version then applied.
    pub effective: Day,
    /// The number of the event, from 1.
    pub number: usize,
}

/// When a version was given in further languages.
#[derive(Clone, Debug)]
pub struct Translated {
    /// The number of the event, from 1.
    pub number: usize,
    /// The day.
    pub on: Day,
    /// The languages.
    pub languages: Vec<String>,
    /// Where the event stands in the ledger.
    pub span: Span,
}

/// When and why a version was withdrawn.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    /// The number of the event, from 1.
    pub number: usize,
    /// The day.
    pub on: Day,
    /// The reason.
    pub reason: String,
    /// Whether the text may not be shown.
    pub redacted: bool,
}

/// A version whose day of publication has not come.
#[derive(Clone, Debug)]
pub struct Unpublished {
    /// Its number.
    pub version: Version,
    /// The day of its publication.
    pub on: Day,
    /// The number of the event, from 1.
    pub number: usize,
    /// Where the event stands in the ledger.
    pub span: Span,
}

/// Where a version stands at a moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// It binds.
    InForce,
    /// Another has replaced it.
    Superseded,
    /// It will bind.
    Upcoming,
    /// It was withdrawn.
    Withdrawn,
}

impl Status {
    /// The word in manifests.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Superseded => "superseded",
            Self::Upcoming => "upcoming",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The versions of a policy in their order: by effective date, then by event.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The versions, oldest first.
    pub entries: Vec<Entry>,
    /// How many events have happened.
    pub events: usize,
    /// The newest chain among them.
    pub head: Option<Hash>,
    /// Versions whose day of publication has not come.
    pub unpublished: Vec<Unpublished>,
    /// Versions that were withdrawn before their day of publication: they were never published, and never are.
    pub recalled: Vec<(Version, Withdrawn)>,
    /// When the next of them is published.
    pub next_publication: Option<(Day, Zone)>,
}

impl Timeline {
    /// Puts the events in order that have happened at a moment.
    #[must_use]
    pub fn new(events: &[Event], now: Moment) -> Self {
        let mut timeline = Self { recalled: recalled(events, now), ..Self::default() };
        let mut newest = None;
        for (number, event) in (1..).zip(events) {
            if event.on > now.day(&event.zone) {
                timeline.later(number, event);
                continue;
            }
            timeline.events = number;
            timeline.head = Some(event.chain);
            timeline.apply((number, newest), event);
            if !timeline.is_recalled(&event.version) {
                newest = newest.max(Some(event.on));
            }
        }
        timeline.entries.sort_by_key(|entry| (entry.effective, entry.number));
        timeline
    }

    fn later(&mut self, number: usize, event: &Event) {
        if self.is_recalled(&event.version) {
            return;
        }
        if let Act::Published(_) = event.act {
            let Event { version, on, span, .. } = event.clone();
            self.unpublished.push(Unpublished { version, on, number, span });
        }
        let moment = event.on.moment(&event.zone);
        let sooner = self.next_publication.as_ref().is_none_or(|(day, zone)| moment < day.moment(zone));
        if sooner {
            self.next_publication = Some((event.on, event.zone.clone()));
        }
    }

    /// `newest` is the newest day among the events before.
    fn apply(&mut self, (number, newest): (usize, Option<Day>), event: &Event) {
        if let Act::Published(published) = &event.act {
            if self.is_recalled(&event.version) {
                return;
            }
            let after = newest.filter(|day| *day > event.on);
            self.entries.push(Entry { after, ..Entry::new(number, event, published) });
            return;
        }
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.version == event.version) else { return };
        match &event.act {
            Act::Rescheduled { effective, effective_for } => {
                entry.effective = *effective;
                entry.effective_for.clone_from(effective_for);
                entry.rescheduled.push(Rescheduled { on: event.on, effective: *effective, number });
            }
            Act::Withdrawn { reason, redacted } => {
                entry.withdraw(Withdrawn { number, on: event.on, reason: reason.clone(), redacted: *redacted });
            }
            Act::Translated { texts, assets } => {
                entry.texts.extend(texts.iter().cloned());
                entry.assets.extend(assets.clone());
                let languages = texts.iter().map(|(language, _)| language.clone()).collect();
                entry.translated.push(Translated { number, on: event.on, languages, span: event.span });
            }
            Act::NoticeWaived { .. } | Act::Published(_) => {}
        }
    }

    /// Whether a version was withdrawn before its day of publication.
    #[must_use]
    pub fn is_recalled(&self, version: &Version) -> bool {
        self.recalled.iter().any(|(recalled, _)| recalled == version)
    }

    /// Versions whose day of publication has not come, and that the ledger names all the same: an event that has happened
    /// was recorded after theirs, and its place in the chain cannot be shown without theirs.
    pub fn named_early(&self) -> impl Iterator<Item = &Unpublished> {
        self.unpublished.iter().filter(|coming| coming.number < self.events)
    }

    /// The version that binds at a moment.
    #[must_use]
    pub fn in_force(&self, now: Moment) -> Option<usize> {
        self.in_force_by(now, |entry| entry.effective)
    }

    /// The version that binds an audience at a moment.
    #[must_use]
    pub fn in_force_for(&self, audience: &str, now: Moment) -> Option<usize> {
        self.in_force_by(now, |entry| entry.effective_for(audience))
    }

    fn in_force_by(&self, now: Moment, effective: impl Fn(&Entry) -> Day) -> Option<usize> {
        let mut today = today(now);
        let mut begun = |entry| today(entry) >= effective(entry) && entry.withdrawn.is_none();
        let all = self.entries.iter().enumerate().filter(|(_, entry)| begun(entry));
        all.max_by_key(|(_, entry)| (effective(entry), entry.number)).map(|(index, _)| index)
    }

    /// Where a version stands at a moment.
    #[must_use]
    pub fn status(&self, index: usize, now: Moment) -> Status {
        let Some(entry) = self.entries.get(index) else { return Status::Upcoming };
        if entry.withdrawn.is_some() {
            Status::Withdrawn
        } else if entry.effective > now.day(&entry.zone) {
            Status::Upcoming
        } else if self.in_force(now) == Some(index) {
            Status::InForce
        } else {
            Status::Superseded
        }
    }

    /// The versions that apply from a day, in order; what was withdrawn is not among them.
    pub fn on(&self, day: Day) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.effective == day && entry.withdrawn.is_none())
    }

    /// The version that replaces another: the next that was not withdrawn before it applied.
    #[must_use]
    pub fn successor(&self, index: usize) -> Option<usize> {
        let later = self.entries.iter().enumerate().skip(index + 1);
        later.filter(|(_, entry)| entry.applies()).map(|(index, _)| index).next()
    }

    /// The version before, leaving out those withdrawn before they applied.
    #[must_use]
    pub fn predecessor(&self, index: usize) -> Option<usize> {
        self.before(index, Entry::applies)
    }

    /// The version that a redline compares with: the one before whose text may be shown.
    #[must_use]
    pub fn compared_with(&self, index: usize) -> Option<usize> {
        self.before(index, |entry| entry.applies() && !entry.redacted())
    }

    fn before(&self, index: usize, fits: impl Fn(&Entry) -> bool) -> Option<usize> {
        let earlier = self.entries.iter().enumerate().take(index);
        earlier.filter(|(_, entry)| fits(entry)).map(|(index, _)| index).last()
    }

    /// The redline between a version and the one in force: which is the old side, and which the new. There is one for
    /// so many of the newest versions; a version that is to come is the new side.
    #[must_use]
    pub fn since(&self, index: usize, now: Moment, newest: usize) -> Option<(usize, usize)> {
        let holding = self.in_force(now).filter(|holding| *holding != index)?;
        self.entries.get(index).filter(|entry| !entry.redacted())?;
        let upcoming = self.status(index, now) == Status::Upcoming;
        let sides = if upcoming { (holding, index) } else { (index, holding) };
        (self.entries.len() - index <= newest).then_some(sides)
    }

    /// The newest version that holds: the last in order that was not withdrawn. A draft is compared with it.
    #[must_use]
    pub fn newest(&self) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.withdrawn.is_none())
    }

    /// The versions that will apply, soonest first.
    #[must_use]
    pub fn upcoming(&self, now: Moment) -> Vec<usize> {
        let mut today = today(now);
        let mut comes = |entry| today(entry) < entry.effective && entry.withdrawn.is_none();
        let all = self.entries.iter().enumerate().filter(|(_, entry)| comes(entry));
        all.map(|(index, _)| index).collect()
    }

    /// The audiences that any version names.
    #[must_use]
    pub fn audiences(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.entries.iter().flat_map(|entry| entry.effective_for.iter().map(|(name, _)| name.clone())).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The next day on which anything changes, and its zone.
    #[must_use]
    pub fn next_transition(&self, now: Moment) -> Option<(Moment, Day, Zone)> {
        let days = self.entries.iter().filter(|entry| entry.withdrawn.is_none()).flat_map(|entry| {
            let own = entry.effective_for.iter().map(|(_, day)| *day);
            own.chain([entry.effective]).map(move |day| (day.moment(&entry.zone), day, entry.zone.clone()))
        });
        days.filter(|(moment, ..)| *moment > now).min_by_key(|(moment, ..)| *moment)
    }
}

/// Tells the day of a moment where an entry's days begin. Most entries of a policy have one zone, for which the day is worked
/// out once.
fn today<'a>(now: Moment) -> impl FnMut(&'a Entry) -> Day {
    let mut last: Option<(&'a str, Day)> = None;
    move |entry| {
        let known = last.filter(|(zone, _)| *zone == entry.zone.name());
        let (_, day) = *last.insert(known.unwrap_or_else(|| (entry.zone.name(), now.day(&entry.zone))));
        day
    }
}

/// The versions whose withdrawal has happened and lies before their day of publication.
fn recalled(events: &[Event], now: Moment) -> Vec<(Version, Withdrawn)> {
    let mut published: BTreeMap<&Version, Day> = BTreeMap::new();
    let mut recalled = Vec::new();
    for (number, event) in (1..).zip(events) {
        match &event.act {
            Act::Published(_) => {
                published.insert(&event.version, event.on);
            }
            Act::Withdrawn { reason, redacted } => {
                let early = published.get(&event.version).is_some_and(|day| event.on < *day);
                if early && event.on <= now.day(&event.zone) {
                    let gone = Withdrawn { number, on: event.on, reason: reason.clone(), redacted: *redacted };
                    recalled.push((event.version.clone(), gone));
                }
            }
            _ => {}
        }
    }
    recalled
}

impl Entry {
    fn new(number: usize, event: &Event, published: &Published) -> Self {
        Self {
            version: event.version.clone(),
            published: event.on,
            zone: event.zone.clone(),
            effective: published.effective,
            effective_for: published.effective_for.clone(),
            material: published.material,
            texts: published.texts.clone(),
            assets: published.assets.clone(),
            chain: event.chain,
            number,
            translated: Vec::new(),
            rescheduled: Vec::new(),
            withdrawn: None,
            span: event.span,
            after: None,
        }
    }

    /// What was withdrawn before and is redacted now keeps its first day.
    fn withdraw(&mut self, act: Withdrawn) {
        self.withdrawn = Some(match self.withdrawn.take() {
            Some(first) => {
                let reason = format!("{} {}", first.reason, act.reason);
                Withdrawn { reason, redacted: first.redacted || act.redacted, ..first }
            }
            None => act,
        });
    }

    /// From when it applies to an audience.
    #[must_use]
    pub fn effective_for(&self, audience: &str) -> Day {
        let own = self.effective_for.iter().find(|(name, _)| name == audience);
        own.map_or(self.effective, |(_, day)| *day)
    }

    /// Whether it has a day of its own for an audience.
    #[must_use]
    pub fn names(&self, audience: &str) -> bool {
        self.effective_for.iter().any(|(name, _)| name == audience)
    }

    /// The hashes of the governing text.
    #[must_use]
    pub fn hashes(&self) -> Option<&TextHashes> {
        self.texts.first().map(|(_, hashes)| hashes)
    }

    /// The language of the text that governs.
    #[must_use]
    pub fn governing(&self) -> Option<&str> {
        self.texts.first().map(|(language, _)| language.as_str())
    }

    /// The texts that do not govern, by language.
    pub fn translations(&self) -> impl Iterator<Item = &(String, TextHashes)> {
        self.texts.iter().skip(1)
    }

    /// Where a text of it stands in the ledger.
    #[must_use]
    pub fn recorded(&self, language: &str) -> Span {
        let later = self.translated.iter().find(|event| event.languages.iter().any(|own| own == language));
        later.map_or(self.span, |event| event.span)
    }

    /// Whether its text may not be shown.
    #[must_use]
    pub fn redacted(&self) -> bool {
        self.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.redacted)
    }

    /// Whether it applied, or will: it was not withdrawn before.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.withdrawn.as_ref().is_none_or(|withdrawn| withdrawn.on >= self.effective)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(act: Act, version: &str, on: &str) -> Event {
        let zone = Zone::parse("Europe/London").unwrap();
        let version = Version::parse(version).unwrap();
        Event { act, version, on: Day::parse(on).unwrap(), zone, chain: Hash::ZERO, span: Span::default() }
    }

    fn published(version: &str, on: &str, effective: &str) -> Event {
        let day = |text| Day::parse(text).unwrap();
        let act = Published {
            effective: day(effective),
            effective_for: vec![("existing".into(), day("2025-06-01"))],
            material: true,
            supersede: false,
            texts: Vec::new(),
            assets: BTreeMap::new(),
        };
        event(Act::Published(act), version, on)
    }

    fn at(day: &str) -> Moment {
        Day::parse(day).unwrap().moment(&Zone::parse("Europe/London").unwrap())
    }

    fn names(timeline: &Timeline) -> Vec<&str> {
        timeline.entries.iter().map(|entry| entry.version.as_str()).collect()
    }

    #[test]
    fn the_order_is_by_effective_day_then_by_event() {
        let events = [
            published("1.0", "2024-01-01", "2024-01-01"),
            published("3.0", "2024-02-01", "2025-01-01"),
            published("2.0", "2024-03-01", "2024-06-01"),
            published("2.1", "2024-03-02", "2024-06-01"),
        ];
        let timeline = Timeline::new(&events, at("2024-07-01"));
        assert_eq!(names(&timeline), ["1.0", "2.0", "2.1", "3.0"]);
        assert_eq!(timeline.in_force(at("2024-07-01")), Some(2));
        assert_eq!(timeline.in_force(at("2024-05-31")), Some(0));
        assert_eq!(timeline.status(1, at("2024-07-01")), Status::Superseded);
        assert_eq!(timeline.in_force_for("existing", at("2024-07-01")), None);
        assert_eq!(timeline.next_transition(at("2024-07-01")).unwrap().1.to_string(), "2025-01-01");
    }

    #[test]
    fn a_version_is_compared_with_the_one_in_force() {
        let redacted = Act::Withdrawn { reason: "x".into(), redacted: true };
        let events = [
            published("1.0", "2024-01-01", "2024-01-01"),
            published("2.0", "2024-02-01", "2024-02-01"),
            event(redacted, "2.0", "2024-02-02"),
            published("3.0", "2024-03-01", "2024-03-01"),
            published("4.0", "2024-03-01", "2025-01-01"),
        ];
        let timeline = Timeline::new(&events, at("2024-07-01"));
        let since = |newest| [0, 1, 2, 3].map(|index| timeline.since(index, at("2024-07-01"), newest));
        assert_eq!(since(50), [Some((0, 2)), None, None, Some((2, 3))]);
        assert_eq!(since(3), [None, None, None, Some((2, 3))]);
        assert_eq!(timeline.since(0, at("2023-01-01"), 50), None);
    }

    #[test]
    fn what_is_not_published_yet_is_not_there() {
        let events = [published("1.0", "2024-01-01", "2024-01-01"), published("2.0", "2024-02-01", "2024-03-01")];
        let timeline = Timeline::new(&events, at("2024-01-31"));
        assert_eq!(names(&timeline), ["1.0"]);
        assert_eq!(timeline.unpublished[0].version.as_str(), "2.0");
        assert_eq!(timeline.next_publication.unwrap().0.to_string(), "2024-02-01");
    }

    #[test]
    fn a_version_withdrawn_before_its_publication_is_never_there() {
        let withdrawn = Act::Withdrawn { reason: "x".into(), redacted: false };
        let events = [
            published("1.0", "2024-01-01", "2024-01-01"),
            published("2.0", "2024-08-01", "2024-09-01"),
            event(Act::NoticeWaived { reason: "x".into() }, "3.0", "2024-10-01"),
            published("3.0", "2024-10-01", "2024-10-01"),
            event(withdrawn, "2.0", "2024-03-01"),
        ];
        let early: Vec<String> =
            Timeline::new(&events, at("2024-06-01")).named_early().map(|one| one.version.to_string()).collect();
        assert_eq!(early, ["3.0"]);
        let timeline = Timeline::new(&events, at("2024-12-01"));
        assert_eq!((names(&timeline), timeline.events), (vec!["1.0", "3.0"], 5));
        assert_eq!(timeline.recalled[0].1.on.to_string(), "2024-03-01");
        assert_eq!(Timeline::new(&events, at("2024-02-01")).unpublished.len(), 2);
        let after = Timeline::new(&events[..2], at("2024-02-01"));
        assert_eq!(
            (after.named_early().count(), after.next_publication.unwrap().0.to_string()),
            (0, "2024-08-01".into())
        );
    }

    #[test]
    fn a_version_withdrawn_before_it_applied_is_nobodys_predecessor() {
        let withdrawn = Act::Withdrawn { reason: "x".into(), redacted: false };
        let events = [
            published("1.0", "2024-01-01", "2024-01-01"),
            published("2.0", "2024-02-01", "2024-06-01"),
            event(withdrawn, "2.0", "2024-03-01"),
            published("3.0", "2024-04-01", "2024-07-01"),
        ];
        let timeline = Timeline::new(&events, at("2024-12-01"));
        assert_eq!((timeline.predecessor(2), timeline.successor(0)), (Some(0), Some(2)));
        assert_eq!(timeline.status(1, at("2024-12-01")), Status::Withdrawn);
        let moved = Act::Rescheduled { effective: Day::parse("2023-12-01").unwrap(), effective_for: Vec::new() };
        let mut events = events.to_vec();
        events.push(event(moved, "3.0", "2024-05-01"));
        assert_eq!(names(&Timeline::new(&events, at("2024-12-01"))), ["3.0", "1.0", "2.0"]);
    }
}
