//! Disclosures of a draft or its translation: every clause and recipient that they name is there, and nothing is listed
//! twice. Once published, it cannot be mended.

use super::Subject;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::span::{Span, Spanned};
use crate::site::disclose::{Disclosures, Purpose, Repeated};
use crate::site::draft::Draft;
use crate::site::raw::did_you_mean;

/// Every clause and recipient that the disclosures name is there, once.
pub fn named(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let policy = subject.policy;
    for draft in policy.draft.iter().chain(policy.drafts.values()) {
        of(draft, findings);
    }
}

fn of(draft: &Draft, findings: &mut Vec<Diagnostic>) {
    let Some(discloses) = &draft.front.disclosures else { return };
    let desk = Desk { draft, discloses };
    findings.extend(discloses.repeated.iter().map(|one| desk.twice(one)));
    for purpose in &discloses.purposes {
        desk.clause(&purpose.clause, findings);
        desk.recipients(purpose, findings);
        if let Some(except) = purpose.retention.as_ref().and_then(|retention| retention.except.as_ref()) {
            let except = Spanned { value: except.clone(), span: purpose.span };
            desk.clause(&except, findings);
        }
    }
    discloses.recipients.iter().for_each(|recipient| desk.clause(&recipient.clause, findings));
}

struct Desk<'a> {
    draft: &'a Draft,
    discloses: &'a Disclosures,
}

impl Desk<'_> {
    fn clause(&self, named: &Spanned<String>, findings: &mut Vec<Diagnostic>) {
        let headings = self.draft.doc.headings();
        let ids: Vec<&str> = headings.iter().map(|heading| &*heading.id).collect();
        if !ids.contains(&named.value.as_str()) {
            let message = format!("the disclosures name the clause `{}`, which the text does not have", named.value);
            let place = self.draft.front.source.place(named.span);
            findings.push(Diagnostic::new(Code::V507, place, message).help(did_you_mean(&named.value, &ids)));
        }
    }

    fn twice(&self, one: &Repeated) -> Diagnostic {
        let place = |span| self.draft.front.source.place(span);
        let finding = Diagnostic::new(Code::V105, place(one.again), format!("{} stands twice", one.what));
        finding.related(place(one.first), "it stands here first").help("remove one, or give it another name")
    }

    fn recipients(&self, purpose: &Purpose, findings: &mut Vec<Diagnostic>) {
        let ids: Vec<&str> = self.discloses.recipients.iter().map(|recipient| recipient.id.as_str()).collect();
        for named in purpose.recipients.iter().filter(|named| !ids.contains(&named.value.as_str())) {
            let message =
                format!("the purpose `{}` names the recipient `{}`, which is not listed", purpose.id, named.value);
            let place = self.draft.front.source.place(named.span);
            let help = if ids.is_empty() {
                format!("add it under `recipients`: {{id: {}, name: …, clause: …}}", named.value)
            } else {
                did_you_mean(&named.value, &ids)
            };
            let (start, what) = match self.discloses.recipients_start {
                Some(list) => (list, "the recipients that are listed"),
                None => (Span { end: self.discloses.span.start, ..self.discloses.span }, "the disclosures list nobody"),
            };
            let finding = Diagnostic::new(Code::V507, place, message).help(help);
            findings.push(finding.related(self.draft.front.source.place(start), what));
        }
    }
}
