//! What a published text would be refused for, were it a draft. It stays as it is, so each is a note.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::known::Memory;
use super::links::{Owner, Pending, Text};
use super::manuscript::Manuscript;
use super::{Subject, agreement, record};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::history::timeline::Entry;
use crate::site::page::refusals;
use crate::site::shelf::Shelf;

/// Reads each published text of a policy once. What of the record is not what was published is told, and with `notes` what
/// a text would be refused for too. Links of which only the whole site can tell are handed back.
pub fn read(subject: &Subject<'_>, notes: bool, findings: &mut Vec<Diagnostic>) -> Vec<Pending> {
    let shelf = Shelf::default();
    let mut held = Reader { subject, shelf: &shelf, memory: BTreeMap::new(), pending: Vec::new() };
    record::read(subject, &shelf, findings, &mut |text, findings| {
        if notes {
            held.look(text, findings);
        }
    });
    held.pending
}

/// What is kept while the texts of a policy are read, one after the other.
struct Reader<'a> {
    subject: &'a Subject<'a>,
    shelf: &'a Shelf,
    /// What is known of passages, by the language of their text.
    memory: BTreeMap<String, Rc<Memory>>,
    /// Links that need the whole site.
    pending: Vec<Pending>,
}

impl Reader<'_> {
    fn look(&mut self, read: &record::Text<'_>, findings: &mut Vec<Diagnostic>) {
        let subject = self.subject;
        // What is not published yet is not built.
        let is_it = |entry: &&Entry| entry.version == read.entry.version;
        let Some(entry) = subject.timeline.entries.iter().find(is_it) else { return };
        let mut found = Vec::new();
        let record::Text { file, front, parts, doc, .. } = read;
        refusals(doc, &file.body, &mut found);
        let first_day = entry.effective.moment(&entry.zone);
        let owner = Owner::Published(subject.policy, first_day);
        let text = Text { doc, body: &file.body, owner, base: subject.base() };
        self.pending.extend(text.links(&mut found));
        let memory = self.memory.entry(front.language.clone()).or_default();
        let passages = self.shelf.passages(parts);
        let manuscript = Manuscript::of((&text, passages), (&front.language, subject.organisation()), memory);
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
