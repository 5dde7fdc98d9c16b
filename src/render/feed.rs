//! Feeds of what happened to policies: Atom (RFC 4287) and JSON Feed 1.1, with the same items. The only importer of the
//! Atom crate.
//!
//! Ids are `tag:` URIs (RFC 4151) made of the site's tag, never of its address, so that a move announces nothing again.

use std::collections::BTreeMap;

use atom_syndication::extension::Extension;
use atom_syndication::{Entry as AtomEntry, Feed, FixedDateTime, Link, Person, Text};
use serde::Serialize;

use super::stage::{Failure, Stage};
use super::version::{address, redline_address};
use crate::base::date::Day;
use crate::base::json;
use crate::history::card::Card;
use crate::history::timeline::Entry;

/// A feed holds the newest events only.
const LONGEST: usize = 100;

/// The namespace of what Atom has no element for.
const NAMESPACE: &str = "https://github.com/assuract/vellum/ns/feed";

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
struct Frame<'a> {
    id: String,
    title: String,
    page: String,
    cards: &'a [Card],
}

impl Frame<'_> {
    /// The heads of the ledgers, by policy.
    fn heads(&self) -> BTreeMap<String, String> {
        let head = |card: &Card| Some((card.slug.to_string(), card.timeline.head?.to_string()));
        self.cards.iter().filter_map(head).collect()
    }
}

/// Something that happened, and when: newest first by the day and then by the event.
struct Item {
    day: Day,
    number: usize,
    stamp: String,
    id: String,
    title: String,
    page: String,
    redline: Option<String>,
    text: String,
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
    stage.put(&format!("{}feed.json", frame.page), json::pretty(&json_feed(stage, frame, &items)))?;
    let atom = atom(stage, frame, items);
    stage.put(&format!("{}feed.atom", frame.page), format!("{}\n", atom.to_string()).into_bytes())
}

/// Who publishes: the organisation, or the site where none is named; and its address, if one is given.
fn author(stage: &Stage<'_>) -> (String, Option<String>) {
    let config = &stage.site.config;
    let organisation = &config.organisation;
    let name = if organisation.name.is_empty() { &config.title } else { &organisation.name };
    (clean(name), Some(organisation.url.clone()).filter(|url| !url.is_empty()))
}

fn atom(stage: &Stage<'_>, frame: &Frame<'_>, items: Vec<Item>) -> Feed {
    let config = &stage.site.config;
    let (name, uri) = author(stage);
    let own = format!("{}feed.atom", frame.page);
    let today = || moment(&stage.today().starts(&config.zone).unwrap_or_default());
    Feed {
        title: Text::plain(clean(&frame.title)),
        id: format!("tag:{}:{}", config.tag, frame.id),
        updated: items.first().map_or_else(today, |item| moment(&item.stamp)),
        authors: vec![Person { name, uri, ..Person::default() }],
        links: vec![
            link("self", stage.base.absolute(&own), "application/atom+xml"),
            link("alternate", stage.base.absolute(&frame.page), "text/html"),
        ],
        lang: Some(config.language.clone()),
        extensions: heads(frame),
        namespaces: BTreeMap::from([("vellum".to_owned(), NAMESPACE.to_owned())]),
        entries: items.into_iter().map(atom_entry).collect(),
        ..Feed::default()
    }
}

/// The heads of the ledgers, as elements of our own.
fn heads(frame: &Frame<'_>) -> BTreeMap<String, BTreeMap<String, Vec<Extension>>> {
    let element = |(slug, head): (String, String)| Extension {
        name: "vellum:head".to_owned(),
        value: Some(head),
        attrs: BTreeMap::from([("policy".to_owned(), slug)]),
        ..Extension::default()
    };
    let all: Vec<Extension> = frame.heads().into_iter().map(element).collect();
    BTreeMap::from([("vellum".to_owned(), BTreeMap::from([("head".to_owned(), all)]))])
}

fn atom_entry(item: Item) -> AtomEntry {
    let mut links = vec![link("alternate", item.page, "text/html")];
    links.extend(item.redline.map(|address| link("related", address, "text/html")));
    let stamp = moment(&item.stamp);
    AtomEntry {
        title: Text::plain(item.title),
        id: item.id,
        updated: stamp,
        published: Some(stamp),
        links,
        summary: Some(Text::plain(item.text)),
        ..AtomEntry::default()
    }
}

fn link(rel: &str, href: String, media: &str) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: Some(media.to_owned()), ..Link::default() }
}

fn moment(stamp: &str) -> FixedDateTime {
    stamp.parse().unwrap_or_default()
}

/// JSON Feed 1.1; members of our own begin with an underscore, as it asks.
#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    language: &'a str,
    authors: [JsonAuthor; 1],
    _vellum: JsonHeads,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonAuthor {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct JsonHeads {
    about: &'static str,
    heads: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_text: &'a str,
    date_published: &'a str,
    _vellum: JsonRedline<'a>,
}

#[derive(Serialize)]
struct JsonRedline<'a> {
    redline_url: Option<&'a str>,
}

fn json_feed<'a>(stage: &'a Stage<'_>, frame: &Frame<'_>, items: &'a [Item]) -> JsonFeed<'a> {
    let (name, url) = author(stage);
    let item = |item: &'a Item| JsonItem {
        id: &item.id,
        url: &item.page,
        title: &item.title,
        content_text: &item.text,
        date_published: &item.stamp,
        _vellum: JsonRedline { redline_url: item.redline.as_deref() },
    };
    JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: clean(&frame.title),
        home_page_url: stage.base.absolute(&frame.page),
        feed_url: stage.base.absolute(&format!("{}feed.json", frame.page)),
        language: &stage.site.config.language,
        authors: [JsonAuthor { name, url }],
        _vellum: JsonHeads { about: NAMESPACE, heads: frame.heads() },
        items: items.iter().map(item).collect(),
    }
}

/// XML 1.0 has no place for most controls and for two non-characters.
fn clean(text: &str) -> String {
    let bad = |char: char| char.is_control() && char != '\n' && char != '\t' || matches!(char, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|char| if bad(char) { '\u{fffd}' } else { char }).collect()
}
