//! The versions of a policy: their hashed bytes, the pages that show them, and the redlines between them.

use std::collections::{BTreeMap, BTreeSet};

use super::marked::{self, Marked, Wanted};
use super::{Answer, Look, Scene};
use crate::base::diag::{Code, Diagnostic};
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::span::{Place, SourceText, Span};
use crate::history::event::TextHashes;
use crate::history::timeline::Entry;
use crate::redline::words::text_difference;
use crate::render::body::{Setting, markup};
use crate::render::linker::Linker;
use crate::site::config::BaseUrl;
use crate::site::emit;
use crate::site::front::VersionFile;
use crate::site::texts::Texts;
use crate::site::{body, plain};

const TEXT: &str = "data-policy-text";
const REDLINE: &str = "data-redline";

/// A version's file of the hashed kind: where it is served, its hash, and what was published, where that is at hand.
struct Hashed<'a> {
    path: String,
    hash: Hash,
    original: Option<String>,
    version: &'a str,
}

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
            redline(look, &scene.at(&format!("v/{}/changes/index.html", entry.version)), (&texts, old, index))?;
        }
    }
    assets(look, scene)?;
    in_force(look, scene, &texts)?;
    Ok(texts)
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
    let linker = Linker { base: &base, cards: &[], policy: Some(&slug), first_day: None };
    let html = markup(&doc, Setting { linker, texts: &texts, moved: &[] });
    let page = format!("<article {TEXT}>{}</article>", html.as_str());
    let shown = marked::read(&page, Wanted { mark: TEXT, without: "" })?;
    Some((plain::text(&doc), Text { shown, summary: front.summary.clone() }))
}

/// The file's text if it has its hash; else the original, where it has.
fn hashed(look: &mut Look<'_>, file: &Hashed<'_>) -> Result<Option<String>, Error> {
    let original = file.original.clone().filter(|text| Hash::of(text.as_bytes()) == file.hash);
    let Some(bytes) = look.need(&file.path)? else { return Ok(original) };
    let found = Hash::of(&bytes);
    if found == file.hash {
        return Ok(String::from_utf8(bytes).ok());
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let message = format!("{name} of version {} is not what was published", file.version);
    let (place, label) = original.as_deref().map_or_else(
        || (Place::of_file(&file.path), String::new()),
        |original| first_difference(&file.path, original, &bytes),
    );
    let mut finding = Diagnostic::new(Code::V240, place, message).label(label);
    finding.details.push(format!("published with the hash {}", file.hash));
    finding.details.push(format!("what is there has {found}"));
    look.findings.push(finding);
    Ok(original)
}

/// Where a file first differs from its original, and what stood there.
fn first_difference(path: &str, original: &str, bytes: &[u8]) -> (Place, String) {
    let found = String::from_utf8_lossy(bytes).into_owned();
    let hunk = text_difference(original, &found).into_iter().next();
    let (Some(hunk), Some(path)) = (hunk, SitePath::parse(path)) else {
        return (Place::of_file(path), String::new());
    };
    let was = original.get(hunk.old).unwrap_or_default().trim_end_matches('\n');
    let label = if was.is_empty() { "was not there".to_owned() } else { format!("published as {}", cut(was, 0)) };
    (SourceText::new(path, found).place(Span::new(&hunk.new)), label)
}

/// Checks that a page shows a text.
fn page(look: &mut Look<'_>, path: &str, (version, text): (&str, &Marked)) -> Result<(), Error> {
    let Some(bytes) = look.need(path)? else { return Ok(()) };
    let html = String::from_utf8_lossy(&bytes);
    let Some(shown) = marked::read(&html, Wanted { mark: TEXT, without: "" }) else {
        look.say(Code::V244, path, format!("no text is marked in the page of version {version}"));
        return Ok(());
    };
    let message = format!("the page does not show the text of version {version}");
    look.findings.extend(differs((Code::V244, path), message.clone(), (&text.blocks, &shown.blocks)));
    if text.blocks == shown.blocks {
        look.findings.extend(differs((Code::V244, path), message, (&text.links, &shown.links)));
    }
    Ok(())
}

/// The redline between a version and the one in force, which stands at the address of the former; on a day of change it
/// may be that of either side.
pub fn since(look: &mut Look<'_>, scene: &Scene<'_>, texts: &[Option<Text>], index: usize) -> Result<(), Error> {
    let Some(entry) = scene.timeline.entries.get(index) else { return Ok(()) };
    let path = scene.at(&format!("v/{}/since/index.html", entry.version));
    let Some([start, end]) = scene.index.day else { return Ok(()) };
    let holding = scene.timeline.in_force(start).filter(|held| scene.timeline.in_force(end) == Some(*held));
    match holding {
        Some(holding) if holding < index => redline(look, &path, (texts, holding, index)),
        Some(holding) => redline(look, &path, (texts, index, holding)),
        None => look.need(&path).map(drop),
    }
}

/// Checks that a redline leads from one text to the other.
fn redline(look: &mut Look<'_>, path: &str, (texts, old, new): (&[Option<Text>], usize, usize)) -> Result<(), Error> {
    let side = |index: usize| texts.get(index).and_then(Option::as_ref);
    let Some(bytes) = look.need(path)? else { return Ok(()) };
    let html = String::from_utf8_lossy(&bytes);
    let ways =
        [("del", "without what is deleted", "new", side(new)), ("ins", "without what is inserted", "old", side(old))];
    for (without, way, name, side) in ways {
        let Some(side) = side else { continue };
        let shown = marked::read(&html, Wanted { mark: REDLINE, without }).unwrap_or_default();
        let message = format!("the redline {way} is not the {name} text");
        look.findings.extend(differs((Code::V245, path), message, (&side.shown.blocks, &shown.blocks)));
    }
    Ok(())
}

/// The first block at which two texts part.
fn differs((code, path): (Code, &str), message: String, sides: (&[String], &[String])) -> Option<Diagnostic> {
    let (wanted, found) = sides;
    if wanted == found {
        return None;
    }
    let at = wanted.iter().zip(found).take_while(|(one, other)| one == other).count();
    let (was, is) = (wanted.get(at).map(String::as_str), found.get(at).map(String::as_str));
    let same = was.unwrap_or_default().chars().zip(is.unwrap_or_default().chars());
    let from = same.take_while(|(one, other)| one == other).count();
    let show = |text: Option<&str>| text.map_or_else(|| "nothing".to_owned(), |text| cut(text, from));
    let mut finding = Diagnostic::new(code, Place::of_file(path), message);
    finding.details.push(format!("published: {}", show(was)));
    finding.details.push(format!("shown: {}", show(is)));
    Some(finding)
}

/// Some words around a place, in quotes.
fn cut(text: &str, at: usize) -> String {
    let from = at.saturating_sub(30);
    let part: String = text.chars().skip(from).take(80).collect();
    let more = text.chars().count() > from + 80;
    format!("\"{}{part}{}\"", if from > 0 { "…" } else { "" }, if more { "…" } else { "" })
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
