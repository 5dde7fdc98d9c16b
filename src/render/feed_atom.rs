//! Atom (RFC 4287). The only importer of the Atom crate.

use std::collections::BTreeMap;

use atom_syndication::extension::Extension;
use atom_syndication::{Entry as AtomEntry, Feed, FixedDateTime, Link, Person, Text};

use super::feed::{Frame, Item, NAMESPACE, author, clean};
use super::stage::Stage;

/// A feed in Atom.
pub(super) fn feed(stage: &Stage<'_>, frame: &Frame<'_>, items: Vec<Item>) -> Feed {
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
