//! What lists say of a policy, against its ledger: `policies.json`, `versions.json`, the history and the feeds.

use std::collections::BTreeSet;

use super::rows;
use super::texts::{self, Text};
use super::{INDEX, Look, Scene};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::json::{self, Value};
use crate::base::path::SitePath;
use crate::base::span::{Place, SourceText, Span};

/// Checks everything that lists say.
pub fn check(look: &mut Look<'_>, scene: &Scene<'_>, texts: &[Option<Text>]) -> Result<(), Error> {
    let days = scene.index.day.map_or_else(Vec::new, Vec::from);
    match scene.index.row(scene.slug) {
        Some(row) => same(look, INDEX, (scene.slug, row), days.iter().map(|now| rows::policy(scene, *now))),
        None => look.say(Code::V243, INDEX, format!("policies.json does not list the policy {}", scene.slug)),
    }
    let path = scene.at("versions.json");
    if let Some(bytes) = look.need(&path)? {
        let value = json::parse(&bytes).unwrap_or_default();
        written_as_vellum_writes(look, &path, &value, &bytes);
        same(look, &path, ("", &value), days.iter().map(|now| rows::versions(scene, *now, texts)));
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

/// The redlines to the version in force, of the versions that say that they have one.
fn sinces(look: &mut Look<'_>, scene: &Scene<'_>, value: &Value, texts: &[Option<Text>]) -> Result<(), Error> {
    let rows = value.get("versions").and_then(Value::as_array).into_iter().flatten();
    for (index, row) in rows.enumerate() {
        let said = row.get("since_url").filter(|said| !said.is_null());
        let (Some(said), Some(entry)) = (said, scene.timeline.entries.get(index)) else { continue };
        let wanted = rows::url(scene, entry, "since/");
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
