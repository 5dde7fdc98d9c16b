//! What a version's page is, as JSON-LD in the terms of schema.org, for search engines and archives.
//!
//! schema.org has no type for a policy. `WebPage` says what is true; `Legislation` would not be.

use serde::Serialize;

use super::stage::Stage;
use super::version::Shown;
use crate::base::date::Day;
use crate::base::json;
use crate::history::card::Card;
use crate::history::timeline::Entry;

#[derive(Serialize)]
struct WebPage<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    url: &'a str,
    name: &'a str,
    version: &'a str,
    #[serde(rename = "inLanguage")]
    language: &'a str,
    #[serde(rename = "datePublished")]
    published: String,
    #[serde(rename = "dateModified")]
    modified: String,
    publisher: Organisation<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    encoding: Vec<MediaObject>,
}

#[derive(Serialize)]
struct Organisation<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

#[derive(Serialize)]
struct MediaObject {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "contentUrl")]
    url: String,
    #[serde(rename = "encodingFormat")]
    media: &'static str,
    sha256: String,
}

/// The page of a version, safe in a script element. At the policy's own address, the page was modified when this
/// version took its place there.
#[must_use]
pub fn page(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, is_permanent: bool) -> String {
    let config = &stage.site.config;
    let entry = shown.entry;
    let own = shown.address(card);
    let place = format!("policies/{}/", card.slug);
    let url = stage.base.absolute(if is_permanent { &own } else { &place });
    let organisation = &config.organisation;
    let modified = if is_permanent { changed(entry) } else { entry.effective.max(entry.published) };
    json::script(&WebPage {
        context: "https://schema.org",
        kind: "WebPage",
        id: &url,
        url: &url,
        name: &shown.front.title,
        version: entry.version.as_str(),
        language: &shown.front.language,
        published: entry.published.to_string(),
        modified: modified.to_string(),
        publisher: Organisation {
            kind: "Organization",
            name: if organisation.name.is_empty() { &config.title } else { &organisation.name },
            url: &organisation.url,
        },
        encoding: files(stage, shown, &own),
    })
}

/// The day of the last thing that the record says of a version: its page says it too.
fn changed(entry: &Entry) -> Day {
    let moved = entry.rescheduled.iter().map(|moved| moved.on);
    let gone = entry.withdrawn.iter().map(|gone| gone.on);
    let added = entry.translated.iter().map(|added| added.on);
    moved.chain(gone).chain(added).max().unwrap_or(entry.published)
}

/// The hashed files of a version whose text may be shown.
fn files(stage: &Stage<'_>, shown: &Shown<'_>, own: &str) -> Vec<MediaObject> {
    let Some(hashes) = shown.hashes().filter(|_| !shown.entry.redacted()) else { return Vec::new() };
    let file = |name: &str, media, sha256: String| MediaObject {
        kind: "MediaObject",
        url: stage.base.absolute(&format!("{own}{name}")),
        media,
        sha256,
    };
    vec![
        file("text.md", "text/markdown", hashes.sha256.to_string()),
        file("text.txt", "text/plain", hashes.text_sha256.to_string()),
    ]
}
