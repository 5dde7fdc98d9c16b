//! Atom feeds (RFC 4287) of what happened to policies. The only importer of the feed crate.
//!
//! Ids are `tag:` URIs (RFC 4151) made of the site's tag, never of its address, so that a move announces nothing again.

use atom_syndication::{Entry as AtomEntry, Feed, FixedDateTime, Link, Person, Text};

use super::stage::{Failure, Stage};
use super::version::{address, redline_address};
use crate::base::date::{Day, Zone};
use crate::history::card::Card;
use crate::history::timeline::Entry;

/// A feed holds the newest events only.
const LONGEST: usize = 100;

/// The feed of one policy.
///
/// # Errors
/// The feed cannot be kept.
pub fn policy(stage: &Stage<'_>, card: &Card) -> Result<(), Failure> {
    let place = format!("policies/{}/", card.slug);
    let title = stage.texts().say("feed-title", &[("title", &card.title)]);
    let frame = Frame { id: card.slug.to_string(), title, page: place.clone(), own: format!("{place}feed.atom") };
    write(stage, &frame, happened(stage, card))
}

/// The feed of all policies.
///
/// # Errors
/// The feed cannot be kept.
pub fn all(stage: &Stage<'_>) -> Result<(), Failure> {
    let items = stage.cards.iter().flat_map(|card| happened(stage, card)).collect();
    let frame = Frame {
        id: "policies".to_owned(),
        title: stage.texts().say("feed-all", &[]),
        page: "policies/".to_owned(),
        own: "policies/feed.atom".to_owned(),
    };
    write(stage, &frame, items)
}

struct Frame {
    id: String,
    title: String,
    page: String,
    own: String,
}

/// Something that happened, and when: newest first by the day and then by the event.
struct Item {
    day: Day,
    number: usize,
    entry: AtomEntry,
}

fn happened(stage: &Stage<'_>, card: &Card) -> Vec<Item> {
    let mut items = Vec::new();
    for (index, entry) in card.timeline.entries.iter().enumerate() {
        let summary = card.summaries.get(index).cloned().unwrap_or_default();
        let texts = stage.texts();
        let word = texts.label("word", "version");
        let title = card.titles.get(index).unwrap_or(&card.title);
        let published = format!("{title}: {word} {}", entry.version);
        let standing = texts.say("applies-from", &[("date", &texts.day(entry.effective))]);
        let lines = [vec![standing], summary].concat();
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
    let page = stage.base.absolute(&address(card, entry));
    let mut all = vec![link("alternate", page, "text/html")];
    all.extend(redline_address(card, index).map(|address| link("related", stage.base.absolute(&address), "text/html")));
    let stamp = moment(day, &entry.zone);
    let entry = AtomEntry {
        title: Text::plain(clean(&title)),
        id: format!("tag:{}:{}/{}/{number}", stage.site.config.tag, card.slug, entry.version),
        updated: stamp,
        published: Some(stamp),
        links: all,
        summary: Some(Text::plain(clean(&lines.join(" ")))),
        ..AtomEntry::default()
    };
    Item { day, number, entry }
}

fn write(stage: &Stage<'_>, frame: &Frame, mut items: Vec<Item>) -> Result<(), Failure> {
    items.sort_by(|one, two| (two.day, two.number, &one.entry.id).cmp(&(one.day, one.number, &two.entry.id)));
    items.truncate(LONGEST);
    let config = &stage.site.config;
    let author = Person {
        name: clean(if config.organisation.name.is_empty() { &config.title } else { &config.organisation.name }),
        uri: Some(config.organisation.url.clone()).filter(|url| !url.is_empty()),
        ..Person::default()
    };
    let feed = Feed {
        title: Text::plain(clean(&frame.title)),
        id: format!("tag:{}:{}", config.tag, frame.id),
        updated: items.first().map_or_else(|| moment(stage.today(), &config.zone), |item| item.entry.updated),
        authors: vec![author],
        links: vec![
            link("self", stage.base.absolute(&frame.own), "application/atom+xml"),
            link("alternate", stage.base.absolute(&frame.page), "text/html"),
        ],
        lang: Some(config.language.clone()),
        entries: items.into_iter().map(|item| item.entry).collect(),
        ..Feed::default()
    };
    stage.put(&frame.own, format!("{}\n", feed.to_string()).into_bytes())
}

fn link(rel: &str, href: String, media: &str) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: Some(media.to_owned()), ..Link::default() }
}

fn moment(day: Day, zone: &Zone) -> FixedDateTime {
    day.starts(zone).and_then(|stamp| stamp.parse().ok()).unwrap_or_default()
}

/// XML 1.0 has no place for most controls and for two non-characters.
fn clean(text: &str) -> String {
    let bad = |char: char| char.is_control() && char != '\n' && char != '\t' || matches!(char, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|char| if bad(char) { '\u{fffd}' } else { char }).collect()
}
