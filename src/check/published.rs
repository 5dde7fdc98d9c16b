//! What a published text would be refused for, were it a draft. It stays as it is, so each is a note.

use std::convert::Infallible;
use std::ops::Range;

use super::known::Kept;
use super::links::{Owner, Pending, Text};
use super::manuscript::Manuscript;
use super::{Subject, agreement, record};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::parallel::in_parallel;
use crate::site::page::refusals;

/// Reads each published text of a policy once, with what is kept of others. What of the record is not what was published is
/// told, and with `notes` what a text would be refused for too. Links of which only the whole site can tell are handed back.
pub fn read(subject: &Subject<'_>, notes: bool, kept: &Kept, findings: &mut Vec<Diagnostic>) -> Vec<Pending> {
    let count = subject.record.entries.len();
    if count <= STRETCH {
        return stretch((subject, 0..count), notes, kept, findings);
    }
    let all: Vec<_> = (0..count).step_by(STRETCH).map(|start| start..count.min(start + STRETCH)).collect();
    let read = in_parallel(&all, |versions| {
        let mut found = Vec::new();
        let pending = stretch((subject, versions.clone()), notes, &Kept::default(), &mut found);
        Ok::<_, Infallible>((found, pending))
    });
    let mut pending = Vec::new();
    for (found, more) in read.into_iter().flatten() {
        findings.extend(found);
        pending.extend(more);
    }
    pending
}

/// So many versions of a policy are read one after the other. Those of one that has more are read on all processors.
const STRETCH: usize = 200;

/// Reads some versions of a policy.
fn stretch(
    (subject, versions): (&Subject<'_>, Range<usize>),
    notes: bool,
    kept: &Kept,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Pending> {
    let mut reader = Reader { subject, kept, pending: Vec::new() };
    record::read((subject, versions), kept, findings, &mut |text, findings| {
        if notes {
            reader.look(text, findings);
        }
    });
    reader.pending
}

/// Reads texts one after the other.
struct Reader<'a> {
    subject: &'a Subject<'a>,
    kept: &'a Kept,
    /// Links that need the whole site.
    pending: Vec<Pending>,
}

impl Reader<'_> {
    fn look(&mut self, read: &record::Text<'_>, findings: &mut Vec<Diagnostic>) {
        let subject = self.subject;
        // What is not published yet is not built.
        let Some(entry) = subject.published(read.index, &read.entry.version) else { return };
        let mut found = Vec::new();
        let record::Text { file, front, parts, doc, .. } = read;
        refusals(doc, &file.body, &mut found);
        let first_day = entry.effective.moment(&entry.zone);
        let owner = Owner::Published(subject.policy, first_day);
        let text = Text { doc, body: &file.body, owner, base: subject.base() };
        self.pending.extend(text.links(&self.kept.destinations, &mut found));
        let memory = self.kept.memory(&front.language);
        let passages = self.kept.shelf.passages(parts);
        let manuscript = Manuscript::of((&text, passages), (&front.language, subject.organisation()), &memory);
        manuscript.look(&mut found);
        agreement::published(file, (front, doc), &manuscript.passages, &mut found);
        // Placeholders and repeated ids have their own places: in drafts, and with the record.
        found.retain(|finding| !matches!(finding.code, Code::V119 | Code::V217));
        findings.extend(found.into_iter().map(note));
    }
}

/// Of a published text, a finding is a note.
#[must_use]
pub fn note(finding: Diagnostic) -> Diagnostic {
    let help = match finding.code {
        Code::V118 => "it was published like this, and is shown without its destination; the next draft can mend it",
        _ => "it was published like this; the next draft can mend it",
    };
    finding.weighing(Severity::Note).help(help)
}
