//! JSON for apps and auditors: `policies.json`, `versions.json` and the ledger, with their schemas.

use std::collections::BTreeMap;

use serde::Serialize;

use super::since::since_address;
use super::stage::{Failure, Stage};
use super::version::{address, redline_address};
use crate::base::json;
use crate::history::card::Card;
use crate::history::ledger::Ledger;
use crate::history::timeline::{Entry, Status};

/// The schemas of the manifests, JSON Schema 2020-12.
const SCHEMAS: &[(&str, &str)] = &[
    ("schemas/disclosures.json", include_str!("schemas/disclosures.json")),
    ("schemas/policies.json", include_str!("schemas/policies.json")),
    ("schemas/versions.json", include_str!("schemas/versions.json")),
];

#[derive(Serialize)]
struct Policies {
    schema: String,
    as_of: String,
    time_zone: String,
    next_transition_at: Option<String>,
    policies: Vec<Policy>,
}

#[derive(Serialize)]
struct Policy {
    id: String,
    title: String,
    kind: String,
    url: String,
    head: Option<String>,
    in_force: Option<InForce>,
    in_force_for: BTreeMap<String, Option<InForce>>,
    upcoming: Vec<Other>,
    history: Vec<Other>,
}

#[derive(Serialize)]
struct InForce {
    version: String,
    url: String,
    effective: String,
    sha256: Option<String>,
}

#[derive(Serialize)]
struct Other {
    version: String,
    url: String,
    published: String,
    effective: String,
    effective_for: BTreeMap<String, String>,
    sha256: Option<String>,
}

#[derive(Serialize)]
struct Versions {
    schema: String,
    as_of: String,
    time_zone: String,
    id: String,
    head: Option<String>,
    versions: Vec<Version>,
}

#[derive(Serialize)]
struct Version {
    version: String,
    published: String,
    effective: String,
    effective_for: BTreeMap<String, String>,
    material: bool,
    summary: Vec<String>,
    sha256: Option<String>,
    text_sha256: Option<String>,
    chain: String,
    url: String,
    text_url: Option<String>,
    redline_url: Option<String>,
    since_url: Option<String>,
    status: &'static str,
    withdrawn: Option<Withdrawn>,
}

#[derive(Serialize)]
struct Withdrawn {
    on: String,
    reason: String,
    redacted: bool,
}

/// When anything changes next in the whole site, as RFC 3339.
#[must_use]
pub fn next_transition(stage: &Stage<'_>) -> Option<String> {
    let applies = stage.cards.iter().filter_map(|card| {
        let (moment, day, zone) = card.timeline.next_transition(stage.now)?;
        Some((moment, day.starts(&zone)?))
    });
    let published = stage.cards.iter().filter_map(|card| {
        let (day, zone) = card.timeline.next_publication.clone()?;
        Some((day.moment(&zone), day.starts(&zone)?))
    });
    applies.chain(published).min().map(|(_, stamp)| stamp)
}

/// `policies.json`: what applies, what is coming, what was.
///
/// # Errors
/// The file cannot be kept.
pub fn policies(stage: &Stage<'_>) -> Result<(), Failure> {
    let manifest = Policies {
        schema: stage.base.absolute("schemas/policies.json"),
        as_of: stage.today().to_string(),
        time_zone: stage.site.config.zone.name().to_owned(),
        next_transition_at: next_transition(stage),
        policies: stage.cards.iter().map(|card| policy(stage, card)).collect(),
    };
    stage.put("policies.json", json::pretty(&manifest))
}

/// The schemas of the manifests.
///
/// # Errors
/// A file cannot be kept.
pub fn schemas(stage: &Stage<'_>) -> Result<(), Failure> {
    SCHEMAS.iter().try_for_each(|(path, text)| stage.put(path, text.as_bytes().to_vec()))
}

fn policy(stage: &Stage<'_>, card: &Card) -> Policy {
    let timeline = &card.timeline;
    let in_force = |index: Option<usize>| {
        let entry = index.and_then(|index| timeline.entries.get(index))?;
        Some(InForce {
            version: entry.version.to_string(),
            url: stage.base.absolute(&address(card, entry)),
            effective: entry.effective.to_string(),
            sha256: sha256(entry),
        })
    };
    let others = |wanted: &[Status]| {
        let all = timeline.entries.iter().enumerate();
        all.filter(|(index, _)| wanted.contains(&timeline.status(*index, stage.now)))
            .map(|(_, entry)| other(stage, card, entry))
            .collect()
    };
    let audiences = timeline.audiences().into_iter();
    Policy {
        id: card.slug.to_string(),
        title: card.title.clone(),
        kind: card.kind.clone(),
        url: stage.base.absolute(&format!("policies/{}/", card.slug)),
        head: timeline.head.map(|head| head.to_string()),
        in_force: in_force(timeline.in_force(stage.now)),
        in_force_for: audiences
            .map(|name| {
                let found = in_force(timeline.in_force_for(&name, stage.now));
                (name, found)
            })
            .collect(),
        upcoming: others(&[Status::Upcoming]),
        history: others(&[Status::Superseded, Status::Withdrawn]),
    }
}

fn other(stage: &Stage<'_>, card: &Card, entry: &Entry) -> Other {
    Other {
        version: entry.version.to_string(),
        url: stage.base.absolute(&address(card, entry)),
        published: entry.published.to_string(),
        effective: entry.effective.to_string(),
        effective_for: effective_for(entry),
        sha256: sha256(entry),
    }
}

fn effective_for(entry: &Entry) -> BTreeMap<String, String> {
    entry.effective_for.iter().map(|(audience, day)| (audience.clone(), day.to_string())).collect()
}

fn sha256(entry: &Entry) -> Option<String> {
    entry.hashes().map(|hashes| hashes.sha256.to_string())
}

/// `versions.json`: every version of a policy, oldest first.
///
/// # Errors
/// The file cannot be kept.
pub fn versions(stage: &Stage<'_>, card: &Card) -> Result<(), Failure> {
    let timeline = &card.timeline;
    let manifest = Versions {
        schema: stage.base.absolute("schemas/versions.json"),
        as_of: stage.today().to_string(),
        time_zone: stage.site.config.zone.name().to_owned(),
        id: card.slug.to_string(),
        head: timeline.head.map(|head| head.to_string()),
        versions: timeline
            .entries
            .iter()
            .enumerate()
            .map(|(index, entry)| version(stage, card, index, entry))
            .collect(),
    };
    stage.put(&format!("policies/{}/versions.json", card.slug), json::pretty(&manifest))
}

fn version(stage: &Stage<'_>, card: &Card, index: usize, entry: &Entry) -> Version {
    let own = address(card, entry);
    Version {
        version: entry.version.to_string(),
        published: entry.published.to_string(),
        effective: entry.effective.to_string(),
        effective_for: effective_for(entry),
        material: entry.material,
        summary: card.summaries.get(index).cloned().unwrap_or_default(),
        sha256: sha256(entry),
        text_sha256: entry.hashes().map(|hashes| hashes.text_sha256.to_string()),
        chain: entry.chain.to_string(),
        url: stage.base.absolute(&own),
        text_url: (!entry.redacted()).then(|| stage.base.absolute(&format!("{own}text.md"))),
        redline_url: redline_address(card, index).map(|address| stage.base.absolute(&address)),
        since_url: since_address(stage, card, index).map(|address| stage.base.absolute(&address)),
        status: card.timeline.status(index, stage.now).word(),
        withdrawn: entry.withdrawn.as_ref().map(|withdrawn| Withdrawn {
            on: withdrawn.on.to_string(),
            reason: withdrawn.reason.clone(),
            redacted: withdrawn.redacted,
        }),
    }
}

/// `ledger.json`: the events that have happened, as the ledger has them.
///
/// # Errors
/// The file cannot be kept.
pub fn ledger(stage: &Stage<'_>, card: &Card, ledger: &Ledger) -> Result<(), Failure> {
    let events = ledger.events.iter().take(card.timeline.events).cloned().collect();
    stage.put(&format!("policies/{}/ledger.json", card.slug), json::pretty(&Ledger { events }.json()))
}
