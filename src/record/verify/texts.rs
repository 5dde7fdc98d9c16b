//! The versions of a policy: their hashed bytes, the pages that show them, and the redlines between them.

use std::collections::{BTreeMap, BTreeSet};

use super::hashed::{Hashed, hashed};
use super::marked::{self, Marked, Wanted};
use super::pages::{TEXT, page, redline};
use super::{Answer, Look, Scene};
use crate::base::codes::Code;
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::history::event::TextHashes;
use crate::history::timeline::{Entry, Status};
use crate::render::body::{Setting, markup};
use crate::render::linker::Linker;
use crate::site::config::BaseUrl;
use crate::site::emit;
use crate::site::front::VersionFile;
use crate::site::texts::Texts;
use crate::site::{body, plain};

/// The text of a version, as it was published.
pub struct Text {
    shown: Marked,
    /// What its front matter says changed.
    pub summary: Vec<String>,
}

/// Checks all versions; gives back their texts, where they are shown and as published.
pub fn check(look: &mut Look<'_>, scene: &Scene<'_>) -> Result<Vec<Option<Text>>, Error> {
    let mut texts: Vec<Option<Text>> = Vec::new();
    for entry in &scene.timeline.entries {
        texts.push(if entry.redacted() { redacted(look, scene, entry)? } else { version(look, scene, entry)? });
    }
    for (index, entry) in scene.timeline.entries.iter().enumerate().filter(|(_, entry)| !entry.redacted()) {
        if let Some(old) = scene.timeline.compared_with(index) {
            let path = scene.at(&format!("v/{}/changes/index.html", entry.version));
            redline(look, &path, (shown(&texts, old), shown(&texts, index)))?;
        }
    }
    assets(look, scene)?;
    in_force(look, scene, &texts)?;
    Ok(texts)
}

/// What a page of a version shows, where that is known.
fn shown(texts: &[Option<Text>], index: usize) -> Option<&Marked> {
    texts.get(index).and_then(Option::as_ref).map(|text| &text.shown)
}

/// The page at the policy's own address shows the version in force; on a day of change it may be either.
fn in_force(look: &mut Look<'_>, scene: &Scene<'_>, texts: &[Option<Text>]) -> Result<(), Error> {
    let Some([start, end]) = scene.index.day else { return Ok(()) };
    let index = scene.timeline.in_force(start).filter(|index| scene.timeline.in_force(end) == Some(*index));
    let found = index.and_then(|index| Some((scene.timeline.entries.get(index)?, texts.get(index)?.as_ref()?)));
    match found {
        Some((entry, text)) => page(look, &scene.at("index.html"), (entry.version.as_str(), &text.shown)),
        None => Ok(()),
    }
}

/// A version and its translations; what comes back is the governing text.
fn version(look: &mut Look<'_>, scene: &Scene<'_>, entry: &Entry) -> Result<Option<Text>, Error> {
    let mut governing = None;
    for (number, (language, hashes)) in entry.texts.iter().enumerate() {
        let own = scene.at(&format!("v/{}/", entry.version));
        let folder = if number == 0 { own } else { format!("{own}{language}/") };
        let held = scene.held.filter(|_| number == 0).and_then(|held| held.policy.file(&entry.version));
        let place = (scene.slug, folder.as_str(), entry.version.as_str());
        let text = text(look, place, hashes, held.map(|(file, _)| file))?;
        if let Some(text) = &text {
            page(look, &format!("{folder}index.html"), (entry.version.as_str(), &text.shown))?;
        }
        if number == 0 {
            governing = text;
        }
    }
    Ok(governing)
}

/// The three hashed files of a text. Where one of them is not what was published, the source stands in for it.
fn text(
    look: &mut Look<'_>,
    (slug, folder, version): (&str, &str, &str),
    hashes: &TextHashes,
    held: Option<&VersionFile>,
) -> Result<Option<Text>, Error> {
    let file = |name: &str, hash, original| Hashed { path: format!("{folder}{name}"), hash, original, version };
    let original = held.map(|file| file.body.text().to_owned());
    let body = hashed(look, &file("text.md", hashes.sha256, original))?;
    let original = held.map(|file| file.meta.clone());
    let meta = hashed(look, &file("meta.json", hashes.meta_sha256, original))?;
    let whole = body.zip(meta).and_then(|(body, meta)| whole(slug, &body, &meta));
    let original = whole.as_ref().map(|(plain, _)| plain.clone());
    hashed(look, &file("text.txt", hashes.text_sha256, original))?;
    Ok(whole.map(|(_, text)| text))
}

/// A body and its front matter → the plain text, and what a page shows.
fn whole(slug: &str, body: &str, meta: &str) -> Option<(String, Text)> {
    let front = emit::yaml(&json::parse(meta.as_bytes())?, 0);
    let path = SitePath::parse("text.md")?;
    let file = VersionFile::read(&path, format!("---\n{front}---\n{body}").as_bytes(), &mut Vec::new());
    let front = file.front.as_ref()?;
    let doc = body::parse(body, front.manner());
    let (base, texts) = (BaseUrl::parse("https://example.org")?, Texts::default());
    let slug = Slug::parse(slug)?;
    let linker = Linker { base: &base, cards: &[], policy: Some(&slug), language: None, first_day: None };
    let html = markup(&doc, Setting { linker, texts: &texts, moved: &[] });
    let page = format!("<article {TEXT}>{}</article>", html.as_str());
    let shown = marked::read(&page, Wanted { mark: TEXT, without: "" })?;
    Some((plain::text(&doc), Text { shown, summary: front.summary.clone() }))
}

/// The redline between a version and the one in force, which stands at the address of the former; on a day of change it
/// may be that of either side.
pub fn since(look: &mut Look<'_>, scene: &Scene<'_>, texts: &[Option<Text>], index: usize) -> Result<(), Error> {
    let Some(entry) = scene.timeline.entries.get(index) else { return Ok(()) };
    let path = scene.at(&format!("v/{}/since/index.html", entry.version));
    let Some([start, end]) = scene.index.day else { return Ok(()) };
    let holding = scene.timeline.in_force(start).filter(|held| scene.timeline.in_force(end) == Some(*held));
    match holding {
        Some(holding) if scene.timeline.status(index, start) == Status::Upcoming => {
            redline(look, &path, (shown(texts, holding), shown(texts, index)))
        }
        Some(holding) => redline(look, &path, (shown(texts, index), shown(texts, holding))),
        None => look.need(&path).map(drop),
    }
}

/// Nothing of a redacted text may be there.
fn redacted(look: &mut Look<'_>, scene: &Scene<'_>, entry: &Entry) -> Result<Option<Text>, Error> {
    let folder = scene.at(&format!("v/{}/", entry.version));
    for name in ["text.md", "text.txt", "meta.json"] {
        let path = format!("{folder}{name}");
        if let Answer::Found(_) = look.get(&path)? {
            look.say(
                Code::V240,
                &path,
                format!("version {} is redacted, and its {name} is still there", entry.version),
            );
        }
    }
    page(look, &format!("{folder}index.html"), (entry.version.as_str(), &Marked::default()))?;
    Ok(None)
}

/// The pictures and files of all versions.
fn assets(look: &mut Look<'_>, scene: &Scene<'_>) -> Result<(), Error> {
    let mut seen: BTreeSet<(&String, &Hash)> = BTreeSet::new();
    let shown = scene.timeline.entries.iter().filter(|entry| !entry.redacted());
    let all: BTreeMap<(&String, &Hash), &str> = shown
        .flat_map(|entry| entry.assets.iter().map(|asset| (asset, entry.version.as_str())))
        .filter(|(asset, _)| seen.insert(*asset))
        .collect();
    for ((path, hash), version) in all {
        hashed(look, &Hashed { path: scene.at(&format!("assets/{path}")), hash: *hash, original: None, version })?;
    }
    Ok(())
}
