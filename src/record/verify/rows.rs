//! What lists may say of a policy at a moment, made from its ledger alone.

use std::fmt::Display;

use super::Scene;
use super::texts::Text;
use crate::base::date::{Day, Moment};
use crate::base::json::Value;
use crate::history::timeline::{Entry, Status};

/// What `policies.json` says of a policy at a moment.
pub fn policy(scene: &Scene<'_>, now: Moment) -> Value {
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
pub fn versions(scene: &Scene<'_>, now: Moment, texts: &[Option<Text>]) -> Value {
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

/// An address of a version.
pub fn url(scene: &Scene<'_>, entry: &Entry, rest: &str) -> Value {
    text(format!("{}{}", scene.index.base, scene.at(&format!("v/{}/{rest}", entry.version))))
}

fn head(scene: &Scene<'_>) -> Value {
    scene.timeline.head.map_or(Value::Null, text)
}

fn sha256(entry: &Entry) -> Value {
    entry.hashes().map_or(Value::Null, |hashes| text(hashes.sha256))
}

fn days(days: &[(String, Day)]) -> Value {
    Value::Object(days.iter().map(|(audience, day)| (audience.clone(), text(day))).collect())
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn text(text: impl Display) -> Value {
    Value::String(format!("{text}"))
}
