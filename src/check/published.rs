//! What a published text would be refused for, were it a draft. It stays as it is, so each is a note.

use super::agreement;
use super::links::{Owner, Text};
use super::manuscript::Manuscript;
use super::scene::Scene;
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::history::card::Card;
use crate::site::body;
use crate::site::page::refusals;
use crate::site::policy::Policy;

/// Notes on all versions of a policy.
///
/// # Errors
/// A policy that is linked to cannot be read again.
pub fn notes(scene: &Scene<'_>, policy: &Policy, card: &Card) -> Result<Vec<Diagnostic>, Error> {
    let mut findings = Vec::new();
    for entry in card.timeline.entries.iter().filter(|entry| !entry.redacted()) {
        let first_day = entry.effective.moment(&entry.zone);
        let translated = entry.translations().filter_map(|(tag, _)| policy.translation(&entry.version, tag));
        for (file, front) in policy.file(&entry.version).into_iter().chain(translated) {
            let doc = body::parse(file.body.text(), front.manner());
            refusals(&doc, &file.body, &mut findings);
            let text = Text { doc: &doc, body: &file.body, owner: Owner::Published(policy, first_day) };
            for link in text.links(&mut findings) {
                findings.extend(scene.judge(&link)?);
            }
            let organisation = &scene.reach().site.config.organisation;
            let manuscript = Manuscript::new(&text, &front.language, Some(organisation));
            manuscript.look(&mut findings);
            agreement::published(file, (front, &doc), &manuscript.passages, &mut findings);
        }
    }
    // Placeholders and repeated ids have their own places: in drafts, and with the record.
    findings.retain(|finding| !matches!(finding.code, Code::V119 | Code::V217));
    Ok(findings.into_iter().map(note).collect())
}

fn note(finding: Diagnostic) -> Diagnostic {
    let help = match finding.code {
        Code::V118 => "it was published like this, and is shown without its destination; the next draft can mend it",
        _ => "it was published like this; the next draft can mend it",
    };
    finding.weighing(Severity::Note).help(help)
}
