//! What lists say of a policy, against its ledger: `policies.json`, `versions.json`, the history and the feeds.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::texts::{self, Text};
use super::{INDEX, Look, Scene};
use crate::base::date::{Day, Moment};
use crate::base::diag::{Code, Diagnostic};
use crate::base::error::Error;
use crate::base::json::{self, Value};
use crate::base::path::SitePath;
use crate::base::span::{Place, SourceText, Span};
use crate::history::timeline::{Entry, Status};

/// Checks everything that lists say.
pub fn check(look: &mut Look<'_>, scene: &Scene<'_>, texts: &[Option<Text>]) -> Result<(), Error> {
    let days = scene.index.day.map_or_else(Vec::new, Vec::from);
    match scene.index.row(scene.slug) {
        Some(row) => same(look, INDEX, (scene.slug, row), days.iter().map(|now| policy(scene, *now))),
        None => look.say(Code::V243, INDEX, format!("policies.json does not list the policy {}", scene.slug)),
    }
    let path = scene.at("versions.json");
    if let Some(bytes) = look.need(&path)? {
        let value = json::parse(&bytes).unwrap_or_default();
        written_as_vellum_writes(look, &path, &value, &bytes);
        same(look, &path, ("", &value), days.iter().map(|now| versions(scene, *now, texts)));
        sinces(look, scene, &value, texts)?;
    }
    hashes(look, scene)
}

/// Says where a file of JSON is not written as Vellum writes it.
pub fn written_as_vellum_writes(look: &mut Look<'_>, path: &str, value: &Value, bytes: &[u8]) {
    let wanted = json::pretty(value);
    if wanted == bytes {
        return;
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    let at = wanted.iter().zip(bytes).take_while(|(one, other)| one == other).count();
    let span = Span { start: at.min(text.len()), end: at.min(text.len()) };
    let place =
        SitePath::parse(path).map_or_else(|| Place::of_file(path), |path| SourceText::new(path, text).place(span));
    let message = format!("{path} is not written as Vellum writes it");
    look.findings.push(Diagnostic::new(Code::V243, place, message));
}

/// Compares what a list says with what it may say; on a day of change the list is right by either side of it.
fn same(look: &mut Look<'_>, path: &str, (name, found): (&str, &Value), wanted: impl Iterator<Item = Value>) {
    let told = wanted.map(|wanted| {
        let mut told = Vec::new();
        differ(name, &wanted, found, &mut told);
        told
    });
    for said in told.min_by_key(Vec::len).unwrap_or_default() {
        let file = path.rsplit('/').next().unwrap_or(path);
        look.say(Code::V243, path, format!("{file} says other than the ledger: {said}"));
    }
}

fn differ(path: &str, wanted: &Value, found: &Value, told: &mut Vec<String>) {
    let name = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (wanted, found) {
        (Value::Object(one), Value::Object(two)) => {
            for (key, value) in one {
                differ(&name(key), value, two.get(key).unwrap_or(&Value::Null), told);
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            for (index, (one, two)) in one.iter().zip(two).enumerate() {
                differ(&name(&(index + 1).to_string()), one, two, told);
            }
        }
        (Value::Array(one), Value::Array(two)) => {
            told.push(format!("`{path}` has {} entries, not {}", two.len(), one.len()));
        }
        (one, two) if one != two => told.push(format!("`{path}` is {}, not {}", short(two), short(one))),
        _ => {}
    }
}

fn short(value: &Value) -> String {
    let line = json::line(value);
    let part: String = line.chars().take(120).collect();
    if part.len() < line.len() { format!("{part}…") } else { line }
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn text(text: impl Display) -> Value {
    Value::String(format!("{text}"))
}

fn days(days: &[(String, Day)]) -> Value {
    Value::Object(days.iter().map(|(audience, day)| (audience.clone(), text(day))).collect())
}

fn url(scene: &Scene<'_>, entry: &Entry, rest: &str) -> Value {
    text(format!("{}{}", scene.index.base, scene.at(&format!("v/{}/{rest}", entry.version))))
}

fn head(scene: &Scene<'_>) -> Value {
    scene.timeline.head.map_or(Value::Null, text)
}

fn sha256(entry: &Entry) -> Value {
    entry.hashes().map_or(Value::Null, |hashes| text(hashes.sha256))
}

/// What `policies.json` says of a policy at a moment.
fn policy(scene: &Scene<'_>, now: Moment) -> Value {
    let timeline = scene.timeline;
    let in_force = |index: Option<usize>| {
        index.and_then(|index| timeline.entries.get(index)).map_or(Value::Null, |entry| {
            let (version, effective) = (text(&entry.version), text(entry.effective));
            let address = url(scene, entry, "");
            object([("version", version), ("url", address), ("effective", effective), ("sha256", sha256(entry))])
        })
    };
    let others = |wanted: &[Status]| {
        let all = timeline.entries.iter().enumerate();
        let those = all.filter(|(index, _)| wanted.contains(&timeline.status(*index, now)));
        Value::Array(those.map(|(_, entry)| other(scene, entry)).collect())
    };
    let audiences = timeline.audiences().into_iter();
    let audiences = audiences.map(|name| {
        let found = in_force(timeline.in_force_for(&name, now));
        (name, found)
    });
    object([
        ("url", text(format!("{}{}", scene.index.base, scene.at("")))),
        ("head", head(scene)),
        ("in_force", in_force(timeline.in_force(now))),
        ("in_force_for", Value::Object(audiences.collect())),
        ("upcoming", others(&[Status::Upcoming])),
        ("history", others(&[Status::Superseded, Status::Withdrawn])),
    ])
}

fn other(scene: &Scene<'_>, entry: &Entry) -> Value {
    object([
        ("version", text(&entry.version)),
        ("url", url(scene, entry, "")),
        ("published", text(entry.published)),
        ("effective", text(entry.effective)),
        ("effective_for", days(&entry.effective_for)),
        ("sha256", sha256(entry)),
    ])
}

/// What `versions.json` says at a moment.
fn versions(scene: &Scene<'_>, now: Moment, texts: &[Option<Text>]) -> Value {
    let all = scene.timeline.entries.iter().enumerate().map(|(index, entry)| {
        let mut row = version(scene, now, (index, entry));
        let summary = texts.get(index).and_then(Option::as_ref).map(|text| &text.summary);
        if let (Value::Object(row), Some(summary)) = (&mut row, summary) {
            row.insert("summary".to_owned(), Value::Array(summary.iter().map(text).collect()));
        }
        row
    });
    let of_index = |key: &str| scene.index.value.get(key).cloned().unwrap_or_default();
    object([
        ("schema", text(format!("{}schemas/versions.json", scene.index.base))),
        ("as_of", of_index("as_of")),
        ("time_zone", of_index("time_zone")),
        ("id", text(scene.slug)),
        ("head", head(scene)),
        ("versions", Value::Array(all.collect())),
    ])
}

fn version(scene: &Scene<'_>, now: Moment, (index, entry): (usize, &Entry)) -> Value {
    let shown = !entry.redacted();
    let either = |there: bool, rest: &str| if there { url(scene, entry, rest) } else { Value::Null };
    let withdrawn = entry.withdrawn.as_ref().map_or(Value::Null, |gone| {
        let redacted = Value::Bool(gone.redacted);
        object([("on", text(gone.on)), ("reason", text(&gone.reason)), ("redacted", redacted)])
    });
    object([
        ("version", text(&entry.version)),
        ("published", text(entry.published)),
        ("effective", text(entry.effective)),
        ("effective_for", days(&entry.effective_for)),
        ("material", Value::Bool(entry.material)),
        ("sha256", sha256(entry)),
        ("text_sha256", entry.hashes().map_or(Value::Null, |hashes| text(hashes.text_sha256))),
        ("chain", text(entry.chain)),
        ("url", url(scene, entry, "")),
        ("text_url", either(shown, "text.md")),
        ("redline_url", either(shown && scene.timeline.compared_with(index).is_some(), "changes/")),
        ("status", text(scene.timeline.status(index, now).word())),
        ("withdrawn", withdrawn),
    ])
}

/// The redlines to the version in force, of the versions that say that they have one.
fn sinces(look: &mut Look<'_>, scene: &Scene<'_>, value: &Value, texts: &[Option<Text>]) -> Result<(), Error> {
    let rows = value.get("versions").and_then(Value::as_array).into_iter().flatten();
    for (index, row) in rows.enumerate() {
        let said = row.get("since_url").filter(|said| !said.is_null());
        let (Some(said), Some(entry)) = (said, scene.timeline.entries.get(index)) else { continue };
        let wanted = url(scene, entry, "since/");
        if *said != wanted {
            let name = scene.at("versions.json");
            let (said, wanted) = (short(said), short(&wanted));
            look.say(Code::V243, &name, format!("`since_url` of version {} is {said}, not {wanted}", entry.version));
        }
        texts::since(look, scene, texts, index)?;
    }
    Ok(())
}

/// The hashes that the history and the feeds show are those of the ledger, and the head is among those of the history.
fn hashes(look: &mut Look<'_>, scene: &Scene<'_>) -> Result<(), Error> {
    let ledger = json::line(&scene.ledger.json());
    let known: BTreeSet<&str> = hex_words(&ledger).collect();
    for (name, is_page) in [("history/index.html", true), ("feed.atom", false), ("feed.json", false)] {
        let path = scene.at(name);
        let found = if is_page { look.need(&path)? } else { look.get(&path)?.bytes() };
        let Some(bytes) = found else { continue };
        let shown = String::from_utf8_lossy(&bytes);
        if let Some(odd) = hex_words(&shown).find(|word| !known.contains(word)) {
            look.say(Code::V243, &path, format!("{path} shows a hash that the ledger does not know: {odd}"));
        }
        let head = scene.timeline.head.map(|head| head.to_string()).filter(|_| is_page);
        if let Some(head) = head.filter(|head| !shown.contains(head.as_str())) {
            look.say(Code::V243, &path, format!("{path} does not show the head {head}"));
        }
    }
    Ok(())
}

/// The words of 64 hex digits in a text.
fn hex_words(text: &str) -> impl Iterator<Item = &str> {
    let hex = |char: char| char.is_ascii_digit() || ('a'..='f').contains(&char);
    text.split(|char: char| !char.is_ascii_alphanumeric()).filter(move |word| word.len() == 64 && word.chars().all(hex))
}
