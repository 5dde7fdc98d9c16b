//! A text → the version's file and its event: the bytes that are hashed, by FORMAT.md. Pure.

use std::collections::BTreeMap;

use crate::base::date::{Day, Zone};
use crate::base::hash::Hash;
use crate::base::json::{Map, Value};
use crate::base::span::Span;
use crate::base::version::Version;
use crate::history::event::{Act, Event, Published, TextHashes};
use crate::site::body::{self, HtmlRule, Numbering};
use crate::site::emit;
use crate::site::front::VersionFile;
use crate::site::links::{Leads, leads};
use crate::site::plain;

/// Everything that decides how a version reads and when it applies.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its number.
    pub version: Version,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// How clauses are numbered.
    pub numbering: Numbering,
    /// What happens to HTML.
    pub html: HtmlRule,
    /// The day of publication.
    pub published: Day,
    /// From when it applies.
    pub effective: Day,
    /// From when it applies to named audiences.
    pub effective_for: Vec<(String, Day)>,
    /// Whether the change matters.
    pub material: bool,
    /// What changed, in plain language.
    pub summary: Vec<String>,
    /// The disclosures, as they stand in the draft.
    pub discloses: Option<Value>,
    /// The canonical body.
    pub body: String,
}

impl Text {
    /// The version's file.
    #[must_use]
    pub fn file(&self) -> String {
        let text = |text: &str| Value::String(text.to_owned());
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("version", text(self.version.as_str()));
        put("title", text(&self.title));
        put("language", text(&self.language));
        put("numbering", text(self.numbering.word()));
        put("html", text(if self.html == HtmlRule::Safe { "safe" } else { "refuse" }));
        put("published", text(&self.published.to_string()));
        put("effective", text(&self.effective.to_string()));
        if !self.effective_for.is_empty() {
            let days = self.effective_for.iter().map(|(audience, day)| (audience.clone(), text(&day.to_string())));
            put("effective_for", Value::Object(days.collect()));
        }
        put("material", Value::Bool(self.material));
        put("summary", Value::Array(self.summary.iter().map(|line| text(line)).collect()));
        if let Some(discloses) = &self.discloses {
            put("discloses", discloses.clone());
        }
        format!("---\n{}---\n{}", emit::yaml(&Value::Object(map), 0), self.body)
    }
}

/// The event of a version's publication, without its place in the chain; nothing when its front matter is no good.
#[must_use]
pub fn event(file: &VersionFile, assets: &BTreeMap<String, Hash>, zone: &Zone, supersede: bool) -> Option<Event> {
    let front = file.front.as_ref()?;
    let (hashes, assets) = kept(file, assets)?;
    let published = Published {
        effective: front.effective.value,
        effective_for: front.effective_for.clone(),
        material: front.material,
        supersede,
        texts: vec![(front.language.clone(), hashes)],
        assets,
    };
    Some(Event {
        act: Act::Published(published),
        version: front.version.value.clone(),
        on: front.published.value,
        zone: zone.clone(),
        chain: Hash::ZERO,
        span: Span::default(),
    })
}

/// What the record keeps of a text: its hashes, and those of the files that it uses.
#[must_use]
pub fn kept(file: &VersionFile, assets: &BTreeMap<String, Hash>) -> Option<(TextHashes, BTreeMap<String, Hash>)> {
    let doc = body::parse(file.body.text(), file.front.as_ref()?.manner());
    let hashes = TextHashes {
        sha256: file.sha256(),
        text_sha256: Hash::of(plain::text(&doc).as_bytes()),
        meta_sha256: file.meta_sha256(),
    };
    let used = doc.targets.iter().filter_map(|target| match leads(&target.href) {
        Leads::Asset(path) => assets.get(&path).map(|hash| (path.clone(), *hash)),
        _ => None,
    });
    Some((hashes, used.collect()))
}
