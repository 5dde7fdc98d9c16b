//! JSON Feed 1.1.

use std::collections::BTreeMap;

use serde::Serialize;

use super::feed::{Frame, Item, NAMESPACE, author, clean};
use super::stage::Stage;

/// JSON Feed 1.1; members of our own begin with an underscore, as it asks.
#[derive(Serialize)]
pub(super) struct JsonFeed<'a> {
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

/// A feed in JSON.
pub(super) fn feed<'a>(stage: &'a Stage<'_>, frame: &Frame<'_>, items: &'a [Item]) -> JsonFeed<'a> {
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
