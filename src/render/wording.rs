//! Sentences about time that stay true as time passes, and the change of meaning in words.

use super::view::BadgeView;
use crate::base::date::Moment;
use crate::history::timeline::{Entry, Timeline};
use crate::redline::semantic::Semantic;
use crate::site::disclose::{Retention, period};
use crate::site::texts::Texts;

/// When a version applies: what has ended is told in the past, what is coming with its day.
#[must_use]
pub fn standing(timeline: &Timeline, index: usize, now: Moment, texts: &Texts) -> Vec<String> {
    let Some(entry) = timeline.entries.get(index) else { return Vec::new() };
    let next = timeline.successor(index).and_then(|next| timeline.entries.get(next));
    let mut said = Vec::new();
    match next {
        Some(next) if next.effective == entry.effective => {
            said.push(applies_from(entry, texts));
            said.push(texts.say("same-day", &[("version", next.version.as_str())]));
        }
        Some(next) if next.effective <= now.day(&next.zone) => {
            let (date, until) = (texts.day(entry.effective), texts.day(next.effective.before()));
            said.push(texts.say("applied-until", &[("date", &date), ("until", &until)]));
        }
        Some(next) => {
            said.push(applies_from(entry, texts));
            let date = texts.day(next.effective);
            said.push(texts.say("replaced-from", &[("date", &date), ("version", next.version.as_str())]));
        }
        None => said.push(applies_from(entry, texts)),
    }
    for (audience, day) in &entry.effective_for {
        said.push(texts.say("applies-for", &[("audience", audience), ("date", &texts.day(*day))]));
    }
    said
}

fn applies_from(entry: &Entry, texts: &Texts) -> String {
    texts.say("applies-from", &[("date", &texts.day(entry.effective))])
}

/// What else the record says of a version: that it was moved or withdrawn.
#[must_use]
pub fn events(entry: &Entry, texts: &Texts) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for moved in &entry.rescheduled {
        let (on, date) = (texts.day(moved.on), texts.day(moved.effective));
        said.push(texts.say("rescheduled", &[("on", &on), ("date", &date)]));
    }
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
    BadgeView {
        from: entry.effective.to_string(),
        until: next.map_or_else(String::new, |next| next.effective.before().to_string()),
        withdrawn: entry.withdrawn.as_ref().map_or_else(String::new, |withdrawn| withdrawn.on.to_string()),
    }
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
        Semantic::RecipientAdded(names) => texts.say("semantic-recipient-added", &[("items", &names.join(", "))]),
        Semantic::RecipientRemoved(names) => texts.say("semantic-recipient-removed", &[("items", &names.join(", "))]),
        Semantic::Retention(id, old, new) => both("semantic-retention", id, kept(old), kept(new)),
        Semantic::RightAdded(ids) => texts.say("semantic-right-added", &[("items", &list("right", ids))]),
        Semantic::RightRemoved(ids) => texts.say("semantic-right-removed", &[("items", &list("right", ids))]),
        Semantic::Transfers(old, new) => both("semantic-transfers", "", old.clone(), new.clone()),
    }
}
