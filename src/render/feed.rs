//! Feeds of what happened to policies: Atom (RFC 4287) and JSON Feed 1.1, with the same items.
//!
//! Ids are `tag:` URIs (RFC 4151) made of the site's tag, never of its address, so that a move announces nothing again.

use std::collections::BTreeMap;

use super::stage::{Failure, Stage};
use super::tongue;
use super::version::{address, redline_address};
use super::{feed_atom, feed_json, wording};
use crate::base::date::Day;
use crate::base::json;
use crate::history::card::Card;
use crate::history::timeline::Entry;

/// A feed holds the newest events only.
const LONGEST: usize = 100;

/// The namespace of what Atom has no element for.
pub(super) const NAMESPACE: &str = "https://github.com/assuract/vellum/ns/feed";

/// The feeds of one policy.
///
/// # Errors
/// A feed cannot be kept.
pub fn policy(stage: &Stage<'_>, card: &Card) -> Result<(), Failure> {
    let page = format!("policies/{}/", card.slug);
    let title = stage.texts().say("feed-title", &[("title", &card.title)]);
    let frame = Frame { id: card.slug.to_string(), title, page, cards: std::slice::from_ref(card) };
    write(stage, &frame)
}

/// The feeds of all policies.
///
/// # Errors
/// A feed cannot be kept.
pub fn all(stage: &Stage<'_>) -> Result<(), Failure> {
    let title = stage.texts().say("feed-all", &[]);
    let frame = Frame { id: "policies".to_owned(), title, page: "policies/".to_owned(), cards: stage.cards };
    write(stage, &frame)
}

/// What both forms of a feed say of themselves.
pub(super) struct Frame<'a> {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) page: String,
    cards: &'a [Card],
}

impl Frame<'_> {
    /// The heads of the ledgers, by policy.
    pub(super) fn heads(&self) -> BTreeMap<String, String> {
        let head = |card: &Card| Some((card.slug.to_string(), card.timeline.head?.to_string()));
        self.cards.iter().filter_map(head).collect()
    }
}

/// Something that happened, and when: newest first by the day and then by the event.
pub(super) struct Item {
    day: Day,
    number: usize,
    pub(super) stamp: String,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) page: String,
    pub(super) redline: Option<String>,
    pub(super) text: String,
}

fn happened(stage: &Stage<'_>, card: &Card) -> Vec<Item> {
    let mut items = Vec::new();
    for (index, entry) in card.timeline.entries.iter().enumerate() {
        let summary = card.summaries.get(index).cloned().unwrap_or_default();
        let texts = stage.texts();
        let word = texts.label("word", "version");
        let title = card.titles.get(index).unwrap_or(&card.title);
        let published = format!("{title}: {word} {}", entry.version);
        let lines = [wording::announced(&card.timeline, index, texts), summary].concat();
        items.push(item(stage, card, (index, entry), (entry.published, entry.number, published, lines)));
        for moved in &entry.rescheduled {
            let said = texts.say("rescheduled", &[("on", &texts.day(moved.on)), ("date", &texts.day(moved.effective))]);
            items.push(item(
                stage,
                card,
                (index, entry),
                (moved.on, moved.number, format!("{title}: {said}"), vec![said]),
            ));
        }
        for added in &entry.translated {
            let said = tongue::added(added, texts);
            let heading = format!("{title}: {word} {}: {said}", entry.version);
            items.push(item(stage, card, (index, entry), (added.on, added.number, heading, vec![said])));
        }
        if let Some(gone) = &entry.withdrawn {
            let date = texts.day(gone.on);
            let said = texts.say("notice-withdrawn", &[("date", &date), ("reason", &gone.reason)]);
            let heading = format!("{title}: {word} {}: {said}", entry.version);
            items.push(item(stage, card, (index, entry), (gone.on, gone.number, heading, vec![said])));
        }
    }
    items
}

fn item(
    stage: &Stage<'_>,
    card: &Card,
    (index, entry): (usize, &Entry),
    (day, number, title, lines): (Day, usize, String, Vec<String>),
) -> Item {
    Item {
        day,
        number,
        stamp: day.starts(&entry.zone).unwrap_or_default(),
        id: format!("tag:{}:{}/{}/{number}", stage.site.config.tag, card.slug, entry.version),
        title: clean(&title),
        page: stage.base.absolute(&address(card, entry)),
        redline: redline_address(card, index).map(|address| stage.base.absolute(&address)),
        text: clean(&lines.join(" ")),
    }
}

fn write(stage: &Stage<'_>, frame: &Frame<'_>) -> Result<(), Failure> {
    let mut items: Vec<Item> = frame.cards.iter().flat_map(|card| happened(stage, card)).collect();
    items.sort_by(|one, two| (two.day, two.number, &one.id).cmp(&(one.day, one.number, &two.id)));
    items.truncate(LONGEST);
    stage.put(&format!("{}feed.json", frame.page), json::pretty(&feed_json::feed(stage, frame, &items)))?;
    let atom = feed_atom::feed(stage, frame, items);
    stage.put(&format!("{}feed.atom", frame.page), format!("{}\n", atom.to_string()).into_bytes())
}

/// Who publishes: the organisation, or the site where none is named; and its address, if one is given.
pub(super) fn author(stage: &Stage<'_>) -> (String, Option<String>) {
    let config = &stage.site.config;
    let organisation = &config.organisation;
    let name = if organisation.name.is_empty() { &config.title } else { &organisation.name };
    (clean(name), Some(organisation.url.clone()).filter(|url| !url.is_empty()))
}

/// XML 1.0 has no place for most controls and for two non-characters.
pub(super) fn clean(text: &str) -> String {
    let bad = |char: char| char.is_control() && char != '\n' && char != '\t' || matches!(char, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|char| if bad(char) { '\u{fffd}' } else { char }).collect()
}
