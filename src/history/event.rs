//! One event of a ledger (FORMAT.md, "Ledger"): from YAML, to JSON, and its link in the chain.

use std::collections::BTreeMap;

use crate::base::codes::Code;
use crate::base::date::{Day, Zone};
use crate::base::hash::Hash;
use crate::base::json::{self, Map, Value};
use crate::base::span::{Span, Spanned};
use crate::base::version::Version;
use crate::site::front;
use crate::site::raw::{Fields, Reading};
use crate::site::yaml::{Node, NodeKind};

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// What was done.
    pub act: Act,
    /// To which version.
    pub version: Version,
    /// On which day.
    pub on: Day,
    /// In which zone.
    pub zone: Zone,
    /// The hash over this event and all before it.
    pub chain: Hash,
    /// Where it stands in the ledger.
    pub span: Span,
}

/// What was done.
#[derive(Clone, Debug)]
pub enum Act {
    /// A notice period was waived; the publication follows.
    NoticeWaived {
        /// Why.
        reason: String,
    },
    /// A version was published.
    Published(Published),
    /// The day from which an upcoming version applies was moved.
    Rescheduled {
        /// To this day.
        effective: Day,
        /// And for these audiences.
        effective_for: Vec<(String, Day)>,
    },
    /// A language was added later.
    Translated {
        /// The new texts by language.
        texts: Vec<(String, TextHashes)>,
        /// The files they use.
        assets: BTreeMap<String, Hash>,
    },
    /// A version was withdrawn.
    Withdrawn {
        /// Why.
        reason: String,
        /// Whether its text may not be shown.
        redacted: bool,
    },
}

/// What a publication records.
#[derive(Clone, Debug)]
pub struct Published {
    /// From when it applies.
    pub effective: Day,
    /// And for named audiences.
    pub effective_for: Vec<(String, Day)>,
    /// Whether the change matters.
    pub material: bool,
    /// Whether it replaces another of the same day on purpose.
    pub supersede: bool,
    /// The texts by language.
    pub texts: Vec<(String, TextHashes)>,
    /// The files that the texts use, by their path below `assets/`.
    pub assets: BTreeMap<String, Hash>,
}

/// The hashes of one text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TextHashes {
    /// Of the canonical body.
    pub sha256: Hash,
    /// Of the plain text.
    pub text_sha256: Hash,
    /// Of the front matter.
    pub meta_sha256: Hash,
}

/// The chain after an event: over the chain before and the event's canonical JSON without `chain`.
#[must_use]
pub fn link(before: Hash, event: &Value) -> Hash {
    let own = event.as_object().map(|map| map.iter().filter(|(key, _)| *key != "chain").collect::<BTreeMap<_, _>>());
    let canonical = own.map_or_else(|| json::canonical(event), |own| json::canonical(&own));
    Hash::of(format!("{before}\n{canonical}").as_bytes())
}

impl Event {
    /// The event as JSON, its fields in the order of FORMAT.md.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("event", text(self.act.name()));
        put("version", text(self.version.as_str()));
        put("on", text(&self.on.to_string()));
        put("zone", text(self.zone.name()));
        for (key, value) in self.act.fields() {
            put(key, value);
        }
        put("chain", text(&self.chain.to_string()));
        Value::Object(map)
    }

    /// The same event with its place in the chain.
    #[must_use]
    pub fn chained(mut self, before: Hash) -> Self {
        self.chain = link(before, &self.json());
        self
    }

    /// Reads an event; every field must be known, right, and not be there when it is empty.
    pub fn read(reading: &Reading<'_>, node: &Node) -> Option<Self> {
        let fields = reading.fields(node)?;
        let names = ["published", "translated", "rescheduled", "withdrawn", "notice-waived"];
        let name = fields.need("event").and_then(|node| reading.choice(node, &names));
        let version = fields.need_text("version").and_then(|text| front::version(reading, &text));
        let on = fields.need("on").and_then(|node| reading.day(node));
        let zone = fields.need_text("zone").and_then(|text| zone(reading, &text));
        let chain = fields.need_text("chain").and_then(|text| hash(reading, &text));
        let act = act(name?, &fields);
        fields.done();
        Some(Self { act: act?, version: version?.value, on: on?.value, zone: zone?, chain: chain?, span: node.span })
    }
}

impl Act {
    /// The event's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoticeWaived { .. } => "notice-waived",
            Self::Published(_) => "published",
            Self::Rescheduled { .. } => "rescheduled",
            Self::Translated { .. } => "translated",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::NoticeWaived { reason } => vec![("reason", text(reason))],
            Self::Published(published) => published.fields(),
            Self::Rescheduled { effective, effective_for } => days(*effective, effective_for),
            Self::Translated { texts, assets } => files(texts, assets),
            Self::Withdrawn { reason, redacted } => {
                let mut fields = vec![("reason", text(reason))];
                fields.extend(redacted.then_some(("redacted", Value::Bool(true))));
                fields
            }
        }
    }
}

impl Published {
    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = days(self.effective, &self.effective_for);
        fields.push(("material", Value::Bool(self.material)));
        fields.extend(self.supersede.then_some(("supersede", Value::Bool(true))));
        fields.extend(files(&self.texts, &self.assets));
        fields
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn days(effective: Day, effective_for: &[(String, Day)]) -> Vec<(&'static str, Value)> {
    let mut fields = vec![("effective", text(&effective.to_string()))];
    if !effective_for.is_empty() {
        let map = effective_for.iter().map(|(audience, day)| (audience.clone(), text(&day.to_string())));
        fields.push(("effective_for", Value::Object(map.collect())));
    }
    fields
}

fn files(texts: &[(String, TextHashes)], assets: &BTreeMap<String, Hash>) -> Vec<(&'static str, Value)> {
    let hashes = |hashes: &TextHashes| {
        let pairs =
            [("sha256", hashes.sha256), ("text_sha256", hashes.text_sha256), ("meta_sha256", hashes.meta_sha256)];
        Value::Object(pairs.into_iter().map(|(key, hash)| (key.to_owned(), text(&hash.to_string()))).collect())
    };
    let by_language = texts.iter().map(|(language, found)| (language.clone(), hashes(found)));
    let mut fields = vec![("texts", Value::Object(by_language.collect()))];
    if !assets.is_empty() {
        let map = assets.iter().map(|(path, hash)| (path.clone(), text(&hash.to_string())));
        fields.push(("assets", Value::Object(map.collect())));
    }
    fields
}

fn act(name: &str, fields: &Fields<'_>) -> Option<Act> {
    Some(match name {
        "published" => {
            let material = fields.need("material").and_then(|_| fields.flag("material"));
            Act::Published(Published {
                effective: effective(fields)?,
                effective_for: audiences(fields),
                supersede: present(fields, "supersede"),
                texts: texts(fields)?,
                assets: assets(fields),
                material: material?,
            })
        }
        "translated" => Act::Translated { texts: texts(fields)?, assets: assets(fields) },
        "rescheduled" => Act::Rescheduled { effective: effective(fields)?, effective_for: audiences(fields) },
        "withdrawn" => {
            Act::Withdrawn { reason: fields.need_text("reason")?.value, redacted: present(fields, "redacted") }
        }
        _ => Act::NoticeWaived { reason: fields.need_text("reason")?.value },
    })
}

/// A flag that is only there when it is true.
fn present(fields: &Fields<'_>, key: &'static str) -> bool {
    let flag = fields.flag(key);
    if flag == Some(false) {
        let message = format!("`{key}: false` is never written");
        fields.reading().say(Code::V208, fields.span(), message, "restore ledger.yaml from your repository");
    }
    flag == Some(true)
}

fn effective(fields: &Fields<'_>) -> Option<Day> {
    fields.need("effective").and_then(|node| fields.reading().day(node)).map(|day| day.value)
}

/// The entries of a map that may be left out.
fn entries<'a>(fields: &Fields<'a>, key: &'static str) -> &'a [(Spanned<String>, Node)] {
    let Some(node) = fields.get(key) else { return &[] };
    if let NodeKind::Map(entries) = &node.kind {
        return entries;
    }
    fields.reading().fields(node);
    &[]
}

fn audiences(fields: &Fields<'_>) -> Vec<(String, Day)> {
    let day = |node| fields.reading().day(node).map(|day| day.value);
    let all = entries(fields, "effective_for").iter();
    all.filter_map(|(audience, node)| Some((audience.value.clone(), day(node)?))).collect()
}

fn assets(fields: &Fields<'_>) -> BTreeMap<String, Hash> {
    let reading = fields.reading();
    let read = |node| reading.text(node).and_then(|text| hash(reading, &text));
    let all = entries(fields, "assets").iter();
    all.filter_map(|(path, node)| Some((path.value.clone(), read(node)?))).collect()
}

fn texts(fields: &Fields<'_>) -> Option<Vec<(String, TextHashes)>> {
    fields.need("texts")?;
    let reading = fields.reading();
    let read = |node| {
        let fields = reading.fields(node)?;
        let need = |key| fields.need_text(key).and_then(|text| hash(reading, &text));
        let (sha256, text_sha256, meta_sha256) = (need("sha256"), need("text_sha256"), need("meta_sha256"));
        fields.done();
        Some(TextHashes { sha256: sha256?, text_sha256: text_sha256?, meta_sha256: meta_sha256? })
    };
    let all = entries(fields, "texts").iter();
    Some(all.filter_map(|(language, node)| Some((language.value.clone(), read(node)?))).collect())
}

fn zone(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Zone> {
    let zone = Zone::parse(&text.value);
    if zone.is_none() {
        reading.say(Code::V208, text.span, format!("`{}` is not a time zone", text.value), "");
    }
    zone
}

fn hash(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Hash> {
    let hash = Hash::parse(&text.value);
    if hash.is_none() {
        reading.say(
            Code::V208,
            text.span,
            "a hash is 64 hex digits in lower case",
            "restore ledger.yaml from your repository",
        );
    }
    hash
}
