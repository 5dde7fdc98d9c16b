//! What a version discloses, for programs: `disclosures.json` in our own words, with a schema, and `disclosures.jsonld`
//! in those of [`dpv`]. Both are made of what the page shows as "at a glance".

use serde::Serialize;

use super::dpv;
use super::stage::{Failure, Stage};
use super::version::{Shown, address, glance};
use super::view::{GlanceView, PurposeView};
use crate::base::json;
use crate::history::card::Card;
use crate::site::disclose::{Disclosures, Purpose, Recipient, Retention};

/// An id and the words for it.
#[derive(Serialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) label: String,
}

/// What a version discloses.
#[derive(Serialize)]
pub(super) struct Statement {
    pub(super) schema: String,
    pub(super) policy: String,
    pub(super) version: String,
    pub(super) language: String,
    pub(super) url: String,
    pub(super) purposes: Vec<Use>,
    pub(super) recipients: Vec<Receiver>,
    pub(super) transfers: String,
    pub(super) rights: Vec<Named>,
}

/// A purpose.
#[derive(Serialize)]
pub(super) struct Use {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) clause_url: String,
    pub(super) data: Vec<Named>,
    pub(super) basis: Vec<Named>,
    pub(super) retention: Option<Kept>,
    pub(super) recipients: Vec<String>,
}

/// For how long data are kept.
#[derive(Serialize)]
pub(super) struct Kept {
    pub(super) keep: String,
    pub(super) from: String,
    pub(super) except_url: Option<String>,
    pub(super) text: String,
}

/// Who receives data.
#[derive(Serialize)]
pub(super) struct Receiver {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(rename = "where")]
    pub(super) place: String,
    pub(super) clause_url: String,
}

/// Writes both files of a version that discloses anything and may be shown.
///
/// # Errors
/// A file cannot be kept.
pub fn write(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Result<(), Failure> {
    let Some(found) = shown.front.discloses.as_ref().filter(|_| !shown.entry.redacted()) else { return Ok(()) };
    let own = address(card, shown.entry);
    let page = stage.base.absolute(&own);
    let words = glance(found, &shown.doc, stage.texts());
    let statement = Statement {
        schema: stage.base.absolute("schemas/disclosures.json"),
        policy: card.slug.to_string(),
        version: shown.entry.version.to_string(),
        language: stage.site.config.language.clone(),
        purposes: uses(found, &words, &page),
        recipients: receivers(found, &page),
        transfers: found.transfers.clone(),
        rights: named(&found.rights, &words.rights),
        url: page,
    };
    stage.put(&format!("{own}disclosures.json"), json::pretty(&statement))?;
    let file = format!("{own}disclosures.jsonld");
    let linked = dpv::linked(&statement, &stage.base.absolute(&file), &stage.site.config.organisation.name);
    stage.put(&file, json::pretty(&linked))
}

fn named(ids: &[String], labels: &[String]) -> Vec<Named> {
    let pairs = ids.iter().zip(labels);
    pairs.map(|(id, label)| Named { id: id.clone(), label: label.clone() }).collect()
}

fn uses(found: &Disclosures, words: &GlanceView, page: &str) -> Vec<Use> {
    let one = |(purpose, view): (&Purpose, &PurposeView)| Use {
        id: purpose.id.clone(),
        name: view.name.clone(),
        clause_url: format!("{page}{}", view.clause_url),
        data: named(&purpose.data, &view.data),
        basis: named(&purpose.basis, &view.basis),
        retention: purpose.retention.as_ref().map(|kept| kept_for(kept, &view.retention, page)),
        recipients: purpose.recipients.iter().map(|id| id.value.clone()).collect(),
    };
    found.purposes.iter().zip(&words.purposes).map(one).collect()
}

fn kept_for(kept: &Retention, text: &str, page: &str) -> Kept {
    Kept {
        keep: kept.keep.clone(),
        from: kept.from.clone(),
        except_url: kept.except.as_ref().map(|clause| format!("{page}#{clause}")),
        text: text.to_owned(),
    }
}

fn receivers(found: &Disclosures, page: &str) -> Vec<Receiver> {
    let one = |recipient: &Recipient| Receiver {
        id: recipient.id.clone(),
        name: recipient.name.clone(),
        place: recipient.place.clone(),
        clause_url: format!("{page}#{}", recipient.clause.value),
    };
    found.recipients.iter().map(one).collect()
}
