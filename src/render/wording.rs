//! Sentences about time that stay true as time passes, and the change of meaning in words.

use std::iter::repeat;

use super::tongue;
use super::view::BadgeView;
use crate::base::date::{Day, Moment};
use crate::history::stretch::Stretch;
use crate::history::timeline::{Entry, Timeline};
use crate::redline::semantic::Semantic;
use crate::site::disclose::{Retention, period};
use crate::site::texts::Texts;

/// When a version applies: what has ended is told in the past, what is coming with its day.
#[must_use]
pub fn standing(timeline: &Timeline, index: usize, now: Moment, texts: &Texts) -> Vec<String> {
    let Some(entry) = timeline.entries.get(index) else { return Vec::new() };
    let periods = timeline.stretches(index, None);
    let mut said = Vec::new();
    for (period, key) in periods.iter().zip(["applies-from"].into_iter().chain(repeat("applies-again"))) {
        match period.until.filter(|until| *until < now.day(&entry.zone)) {
            Some(until) => said.push(past(period.from, until, texts)),
            None => said.extend(present(timeline, (period, key), texts)),
        }
    }
    if periods.is_empty() {
        said.extend(never(timeline, index, texts));
    }
    for audience in timeline.audiences() {
        said.extend(for_audience(timeline, (index, &audience), &periods, texts));
    }
    said
}

/// When a version applies, as it was announced: the same in the future and in the past.
#[must_use]
pub fn announced(timeline: &Timeline, index: usize, texts: &Texts) -> Vec<String> {
    let Some(entry) = timeline.entries.get(index) else { return Vec::new() };
    let key = if timeline.never_applies(index, None) { "planned" } else { "applies-from" };
    let audience = |(name, day): &(String, Day)| {
        let key = if timeline.never_applies(index, Some(name)) { "never-for" } else { "applies-for" };
        texts.say(key, &[("audience", name), ("date", &texts.day(*day))])
    };
    let general = texts.say(key, &[("date", &texts.day(entry.effective))]);
    [general].into_iter().chain(entry.effective_for.iter().map(audience)).collect()
}

fn past(from: Day, until: Day, texts: &Texts) -> String {
    texts.say("applied-until", &[("date", &texts.day(from)), ("until", &texts.day(until))])
}

/// What holds or will hold, and what comes after it.
fn present(timeline: &Timeline, (period, key): (&Stretch, &str), texts: &Texts) -> Vec<String> {
    let mut said = vec![texts.say(key, &[("date", &texts.day(period.from))])];
    if let Some((next, until)) = period.next.and_then(|next| timeline.entries.get(next)).zip(period.until) {
        let date = texts.day(until.after(1));
        said.push(texts.say("replaced-from", &[("date", &date), ("version", next.version.as_str())]));
    }
    said
}

/// A version that holds on no day: it was replaced on its first, or withdrawn before it.
fn never(timeline: &Timeline, index: usize, texts: &Texts) -> Vec<String> {
    let Some(entry) = timeline.entries.get(index) else { return Vec::new() };
    let date = texts.day(entry.effective);
    let next = timeline.successor(index).and_then(|next| timeline.entries.get(next));
    match next.filter(|next| next.effective == entry.effective && entry.withdrawn.is_none()) {
        Some(next) => {
            let same = texts.say("same-day", &[("version", next.version.as_str())]);
            vec![texts.say("applies-from", &[("date", &date)]), same]
        }
        None => vec![texts.say("planned", &[("date", &date)])],
    }
}

/// When a version applies to an audience, where that is another time.
fn for_audience(
    timeline: &Timeline,
    (index, audience): (usize, &str),
    general: &[Stretch],
    texts: &Texts,
) -> Vec<String> {
    let days = |periods: &[Stretch]| periods.iter().map(|period| (period.from, period.until)).collect::<Vec<_>>();
    let own = timeline.stretches(index, Some(audience));
    let named = timeline.entries.get(index).is_some_and(|entry| entry.names(audience));
    if !named && days(&own) == days(general) {
        return Vec::new();
    }
    if own.is_empty() && !general.is_empty() {
        return vec![texts.say("never-for", &[("audience", audience)])];
    }
    own.iter().map(|period| stretch(period, audience, texts)).collect()
}

fn stretch(period: &Stretch, audience: &str, texts: &Texts) -> String {
    let from = texts.day(period.from);
    let until = period.until.map(|until| texts.day(until));
    let values = [("audience", audience), ("date", from.as_str()), ("until", until.as_deref().unwrap_or_default())];
    texts.say(if until.is_some() { "applies-for-until" } else { "applies-for" }, &values)
}

/// What else the record says of a version: that it was recorded later than it says, moved, put into another language or withdrawn.
#[must_use]
pub fn events(entry: &Entry, texts: &Texts) -> Vec<String> {
    let after = entry.after.map(|day| texts.say("recorded-after", &[("date", &texts.day(day))]));
    let mut said: Vec<String> = after.into_iter().collect();
    for moved in &entry.rescheduled {
        let (on, date) = (texts.day(moved.on), texts.day(moved.effective));
        said.push(texts.say("rescheduled", &[("on", &on), ("date", &date)]));
    }
    said.extend(entry.translated.iter().map(|added| tongue::added(added, texts)));
    said.extend(
        entry.withdrawn.as_ref().map(|withdrawn| texts.say("withdrawn-on", &[("date", &texts.day(withdrawn.on))])),
    );
    said
}

/// The days of a version's badge.
#[must_use]
pub fn badge(timeline: &Timeline, index: usize) -> BadgeView {
    let Some(entry) = timeline.entries.get(index) else { return BadgeView::default() };
    let next = timeline.successor(index).and_then(|next| timeline.entries.get(next));
    let withdrawn = entry.withdrawn.as_ref().map_or_else(String::new, |withdrawn| withdrawn.on.to_string());
    let (from, until) = match timeline.stretches(index, None).last() {
        Some(period) => (period.from, period.until),
        None => (entry.effective, next.map(|next| next.effective.before())),
    };
    BadgeView { from: from.to_string(), until: until.map_or_else(String::new, |day| day.to_string()), withdrawn }
}

/// How long data are kept, in words.
#[must_use]
pub fn retention(retention: &Retention, texts: &Texts) -> String {
    let keep = match period(&retention.keep) {
        Some((count, unit)) => {
            let name = match unit {
                'Y' => "period-year",
                'M' => "period-month",
                'W' => "period-week",
                _ => "period-day",
            };
            texts.count(name, usize::try_from(count).unwrap_or(usize::MAX))
        }
        None => retention.keep.clone(),
    };
    texts.say(&format!("from-{}", retention.from), &[("keep", &keep)])
}

/// A change of meaning, in words. `name` gives the words for a purpose.
#[must_use]
pub fn semantic(change: &Semantic, name: &dyn Fn(&str) -> String, texts: &Texts) -> String {
    let list =
        |family: &str, ids: &[String]| ids.iter().map(|id| texts.label(family, id)).collect::<Vec<_>>().join(", ");
    let kept = |one: &Option<Retention>| one.as_ref().map_or_else(|| "–".to_owned(), |one| retention(one, texts));
    let purpose = |key: &str, id: &str| texts.say(key, &[("items", &name(id))]);
    let data = |key: &str, id: &str, items: &[String]| {
        texts.say(key, &[("purpose", &name(id)), ("items", &list("data", items))])
    };
    let both = |key: &str, id: &str, old: String, new: String| {
        texts.say(key, &[("purpose", &name(id)), ("old", &old), ("new", &new)])
    };
    match change {
        Semantic::Basis(id, old, new) => both("semantic-basis", id, list("basis", old), list("basis", new)),
        Semantic::DataAdded(id, items) => data("semantic-data-added", id, items),
        Semantic::DataRemoved(id, items) => data("semantic-data-removed", id, items),
        Semantic::PurposeAdded(id) => purpose("semantic-purpose-added", id),
        Semantic::PurposeRemoved(id) => purpose("semantic-purpose-removed", id),
        Semantic::RecipientAdded(names) => texts.say("semantic-recipient-added", &[("items", &names.join("; "))]),
        Semantic::RecipientRemoved(names) => texts.say("semantic-recipient-removed", &[("items", &names.join("; "))]),
        Semantic::Retention(id, old, new) => both("semantic-retention", id, kept(old), kept(new)),
        Semantic::RightAdded(ids) => texts.say("semantic-right-added", &[("items", &list("right", ids))]),
        Semantic::RightRemoved(ids) => texts.say("semantic-right-removed", &[("items", &list("right", ids))]),
        Semantic::Transfers(old, new) => both("semantic-transfers", "", old.clone(), new.clone()),
    }
}
