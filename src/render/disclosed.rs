//! What a version discloses, for programs: `disclosures.json` in our own words, with a schema, and `disclosures.jsonld`
//! in those of the W3C Data Privacy Vocabulary (DPV 2). Both are made of what the page shows as "at a glance".
//!
//! Legal bases are DPV's own, which belong to no one law; rights are those of the GDPR's articles.

use serde::Serialize;

use super::stage::{Failure, Stage};
use super::version::{Shown, address, glance};
use super::view::{GlanceView, PurposeView};
use crate::base::json::{self, Value};
use crate::history::card::Card;
use crate::site::disclose::{Disclosures, Purpose, Recipient, Retention};

/// The terms of DPV for each legal basis, and for each right.
const TERMS: &[(&str, &str)] = &[
    ("consent", "dpv:Consent"),
    ("contract", "dpv:Contract"),
    ("pre-contract", "dpv:EnterIntoContract"),
    ("legal-obligation", "dpv:LegalObligation"),
    ("vital-interests", "dpv:VitalInterest"),
    ("public-task", "dpv:PublicInterest"),
    ("legitimate-interests", "dpv:LegitimateInterest"),
    ("access", "eu-gdpr:A15"),
    ("rectification", "eu-gdpr:A16"),
    ("erasure", "eu-gdpr:A17"),
    ("restriction", "eu-gdpr:A18"),
    ("portability", "eu-gdpr:A20"),
    ("objection", "eu-gdpr:A21"),
    ("marketing-objection", "eu-gdpr:A21"),
    ("automated-decisions", "eu-gdpr:A22"),
    ("complaint", "eu-gdpr:A77"),
];

/// The names that stand for the vocabularies.
const PREFIXES: [(&str, &str); 5] = [
    ("dpv", "https://w3id.org/dpv#"),
    ("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// An id and the words for it.
#[derive(Serialize)]
struct Named {
    id: String,
    label: String,
}

#[derive(Serialize)]
struct Statement {
    schema: String,
    policy: String,
    version: String,
    language: String,
    url: String,
    purposes: Vec<Use>,
    recipients: Vec<Receiver>,
    transfers: String,
    rights: Vec<Named>,
}

#[derive(Serialize)]
struct Use {
    id: String,
    name: String,
    clause_url: String,
    data: Vec<Named>,
    basis: Vec<Named>,
    retention: Option<Kept>,
    recipients: Vec<String>,
}

#[derive(Serialize)]
struct Kept {
    keep: String,
    from: String,
    except_url: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct Receiver {
    id: String,
    name: String,
    #[serde(rename = "where")]
    place: String,
    clause_url: String,
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
    let linked = linked(&statement, &stage.base.absolute(&file), &stage.site.config.organisation.name);
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

fn term(id: &str) -> &str {
    TERMS.iter().find(|(known, _)| *known == id).map_or(id, |(_, term)| *term)
}

/// A node of JSON-LD.
fn node<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(values.into_iter().collect())
}

fn terms(all: &[Named]) -> Value {
    list(all.iter().map(|one| node([("@id", term(&one.id).into())])))
}

/// The statement in DPV's terms: a process for each purpose.
fn linked(statement: &Statement, file: &str, controller: &str) -> Value {
    let processes = statement.purposes.iter().map(|one| process(one, statement, file));
    let notice = [
        ("@context", node(PREFIXES.map(|(prefix, address)| (prefix, address.into())))),
        ("@id", statement.url.as_str().into()),
        ("@type", "dpv:PrivacyNotice".into()),
        ("dct:hasVersion", statement.version.as_str().into()),
        ("dpv:hasProcess", list(processes)),
        ("dpv:hasRight", terms(&statement.rights)),
    ];
    let who = || node([("@type", "dpv:DataController".into()), ("dpv:hasName", controller.into())]);
    node(notice.into_iter().chain((!controller.is_empty()).then(|| ("dpv:hasDataController", who()))))
}

fn process(one: &Use, statement: &Statement, file: &str) -> Value {
    let label = |text: &str| node([("@value", text.into()), ("@language", statement.language.as_str().into())]);
    let thing = |kind: &str, id: &str, words: &str| {
        let id = format!("{file}#{}-{id}", kind.to_lowercase());
        node([("@id", id.into()), ("@type", format!("dpv:{kind}").into()), ("skos:prefLabel", label(words))])
    };
    let receives = |id: &String| {
        let found = statement.recipients.iter().find(|recipient| recipient.id == *id);
        thing("Recipient", id, found.map_or(id.as_str(), |recipient| recipient.name.as_str()))
    };
    let kept = one.retention.iter().map(|kept| {
        let duration = node([("@value", kept.keep.as_str().into()), ("@type", "xsd:duration".into())]);
        let members = [("dpv:hasDuration", duration), ("skos:prefLabel", label(&kept.text))];
        node([("@type", "dpv:StorageDuration".into())].into_iter().chain(members))
    });
    node([
        ("@id", format!("{file}#process-{}", one.id).into()),
        ("@type", "dpv:Process".into()),
        ("dct:source", node([("@id", one.clause_url.as_str().into())])),
        ("dpv:hasPurpose", thing("Purpose", &one.id, &one.name)),
        ("dpv:hasPersonalData", list(one.data.iter().map(|data| thing("PersonalData", &data.id, &data.label)))),
        ("dpv:hasLegalBasis", terms(&one.basis)),
        ("dpv:hasStorageCondition", list(kept)),
        ("dpv:hasRecipient", list(one.recipients.iter().map(receives))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::disclose::{BASES, RIGHTS};

    #[test]
    fn every_basis_and_right_has_a_term() {
        for id in BASES.iter().chain(RIGHTS) {
            assert!(term(id).contains(':'), "{id}");
        }
    }
}
