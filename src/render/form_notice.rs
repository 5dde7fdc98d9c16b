//! The notice at the point of collection, made of the disclosures: what holds from which day, and what from the next.
//! Its sentences stay true when those days pass. Pure.

use super::form::Governing;
use super::form_view::{CollectionView, ComingView, GivenView};
use super::stage::Stage;
use super::wording;
use crate::history::card::Card;
use crate::history::timeline::Entry;
use crate::site::form::Form;
use crate::site::texts::Texts;

/// Who asks, why, on what basis, for how long, and who receives it: from the disclosure, in the theme's words.
#[must_use]
pub fn collection(stage: &Stage<'_>, form: &Form, found: &Governing<'_>) -> CollectionView {
    let (card, entry) = (found.card, found.entry);
    let own = said(stage, form, (card, entry));
    CollectionView {
        who: who(stage),
        applies: stage.texts().say("applies-from", &[("date", &stage.texts().day(entry.effective))]),
        coming: coming(stage, form, found, &own),
        why: own.why,
        basis: own.basis,
        retention: own.retention,
        recipients: own.recipients,
        clause_url: own.clause_url,
        policy_title: card.title.clone(),
        version: entry.version.to_string(),
        policy_url: stage.base.local(&format!("policies/{}/", card.slug)),
    }
}

/// Why, on what basis, for how long, and who receives it, in one line.
#[must_use]
pub fn in_one_line(stage: &Stage<'_>, form: &Form, found: &Governing<'_>) -> String {
    let said = said(stage, form, (found.card, found.entry));
    let parts = [said.why, said.basis.join(", "), said.retention, said.recipients.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn who(stage: &Stage<'_>) -> String {
    let organisation = &stage.site.config.organisation;
    match (organisation.name.as_str(), organisation.trading_as.as_str()) {
        ("", _) => stage.site.config.title.clone(),
        (name, "") => name.to_owned(),
        (name, trading) => format!("{name}, {} {trading}", stage.texts().label("trading", "as")),
    }
}

/// What one version says of the purpose of a form.
#[derive(Clone, Debug)]
struct Said {
    why: String,
    basis: Vec<String>,
    retention: String,
    recipients: Vec<String>,
    clause_url: String,
}

fn said(stage: &Stage<'_>, form: &Form, (card, entry): (&Card, &Entry)) -> Said {
    let texts = stage.texts();
    let mut said = Said {
        why: form.title.clone(),
        basis: Vec::new(),
        retention: String::new(),
        recipients: Vec::new(),
        clause_url: stage.base.local(&format!("policies/{}/v/{}/", card.slug, entry.version)),
    };
    let Some(disclosed) = card.disclosed(&entry.version) else { return said };
    let all = &disclosed.discloses.purposes;
    if let Some(purpose) = all.iter().find(|purpose| purpose.id == form.purpose.value) {
        let clause = &purpose.clause.value;
        let all = &disclosed.discloses.recipients;
        let named = |id: &str| all.iter().find(|one| one.id == id).map_or(id, |one| one.name.as_str()).to_owned();
        said.why = disclosed.clauses.get(clause).cloned().unwrap_or(said.why);
        said.basis = purpose.basis.iter().map(|id| texts.label("basis", id)).collect();
        said.retention = purpose.retention.as_ref().map_or_else(String::new, |kept| wording::retention(kept, texts));
        said.recipients = purpose.recipients.iter().map(|id| named(&id.value)).collect();
        said.clause_url = format!("{}#{clause}", said.clause_url);
    }
    said
}

/// Each version that takes the place of the one before it, with what it says otherwise than that one.
fn coming(stage: &Stage<'_>, form: &Form, found: &Governing<'_>, own: &Said) -> Vec<ComingView> {
    let (card, timeline, texts) = (found.card, &found.card.timeline, stage.texts());
    let mut before = own.clone();
    let mut views = Vec::new();
    let mut at = timeline.entries.iter().position(|entry| entry.version == found.entry.version);
    while let Some((next, entry)) =
        at.and_then(|at| timeline.replaced_by(at)).and_then(|next| Some((next, timeline.entries.get(next)?)))
    {
        let now = said(stage, form, (card, entry));
        let values = [("date", texts.day(entry.effective)), ("version", entry.version.to_string())];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        views.push(ComingView {
            text: texts.say("index-coming", &values),
            url: now.clause_url.clone(),
            changes: changes(&before, &now, texts),
        });
        (at, before) = (Some(next).filter(|_| views.len() < timeline.entries.len()), now);
    }
    views
}

fn changes(before: &Said, now: &Said, texts: &Texts) -> Vec<GivenView> {
    let list = |items: &[String]| items.join("; ");
    // A number that follows another is no change of the purpose.
    let words =
        |why: &str| why.trim_start_matches(|char: char| char.is_ascii_digit() || matches!(char, '.' | ' ')).to_owned();
    let why = if words(&before.why) == words(&now.why) { before.why.clone() } else { now.why.clone() };
    let all = [
        ("collection-why", before.why.clone(), why),
        ("glance-basis", list(&before.basis), list(&now.basis)),
        ("glance-retention", before.retention.clone(), now.retention.clone()),
        ("glance-recipients", list(&before.recipients), list(&now.recipients)),
    ];
    let shown = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    let changed = all.into_iter().filter(|(_, old, new)| old != new);
    changed.map(|(key, _, new)| GivenView { label: texts.say(key, &[]), text: shown(new) }).collect()
}
