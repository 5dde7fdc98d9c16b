//! Disclosures in the terms of the W3C Data Privacy Vocabulary (DPV 2), as JSON-LD.
//!
//! Legal bases are DPV's own, which belong to no one law; rights are those of the GDPR's articles.

use super::disclosed::{Named, Statement, Use};
use crate::base::json::Value;

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
pub(super) fn linked(statement: &Statement, file: &str, controller: &str) -> Value {
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
