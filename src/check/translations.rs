//! A translation that is being written has the clauses and the disclosures of the text that governs.

use super::Subject;
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::json::{self, Value};
use crate::base::span::Span;
use crate::site::doc::Doc;
use crate::site::draft::Draft;
use crate::site::front::{Front, VersionFile};
use crate::site::{body, heading_id};

/// A text that governs, as far as a translation must agree with it.
pub struct Governing {
    /// What it is called in messages.
    pub name: String,
    /// The ids of its clauses that can be written, in order.
    ids: Vec<String>,
    /// Its disclosures.
    discloses: Option<Value>,
}

impl Governing {
    /// A text that governs: what it is called, and what it says.
    #[must_use]
    pub fn new(name: String, doc: &Doc, discloses: Option<Value>) -> Self {
        let ids = doc.headings().into_iter().map(|heading| heading.id.to_string());
        Self { name, ids: ids.filter(|id| heading_id::is_id(id)).collect(), discloses }
    }

    /// A published text.
    #[must_use]
    pub fn of_version(file: &VersionFile, front: &Front) -> Self {
        let meta = json::parse(file.meta.as_bytes()).unwrap_or_default();
        let doc = body::parse(file.body.text(), front.manner());
        Self::new(format!("version {}", front.version.value), &doc, meta.get("discloses").cloned())
    }

    fn of_draft(draft: &Draft) -> Self {
        Self::new("draft.md".to_owned(), &draft.doc, draft.front.discloses.clone())
    }

    /// What keeps a draft from being a translation of this text.
    #[must_use]
    pub fn against(&self, draft: &Draft) -> Vec<Diagnostic> {
        let own = draft.doc.headings();
        let missing = self.ids.iter().filter(|id| !own.iter().any(|heading| *heading.id == ***id));
        let missing: Vec<String> = missing.map(|id| format!("`{id}`")).collect();
        let mut findings = Vec::new();
        if let Some(first) = missing.first() {
            let message = format!("{} has clauses that are not in this translation: {}", self.name, missing.join(", "));
            let finding = Diagnostic::new(Code::V234, draft.body.place(Span::default()), message);
            let id = first.trim_matches('`');
            findings.push(finding.help(format!("give the heading that translates {first} its id: `{{#{id}}}`")));
        }
        let disclosed = draft.front.discloses.as_ref();
        if disclosed.is_some() && disclosed.map(without_words) != self.discloses.as_ref().map(without_words) {
            let start = draft.front.disclosures.as_ref().map_or_else(Span::default, |found| found.span);
            let place = draft.front.source.place(Span { end: start.start, ..start });
            let message = format!("the disclosures are not those of {}", self.name);
            let finding = Diagnostic::new(Code::V235, place, message);
            findings.push(
                finding
                    .help("only `name` and `where` of a recipient may read otherwise; left out, they are taken over"),
            );
        }
        findings
    }
}

/// Disclosures without what may be put in another language.
fn without_words(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !matches!(key.as_str(), "name" | "where"));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_words(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_words).collect()),
        other => other.clone(),
    }
}

/// A translation that is being written is one of the draft, or of the newest version.
pub fn drafts(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if subject.policy.drafts.is_empty() {
        return;
    }
    let entries = &subject.record.entries;
    let newest = subject.record.newest().and_then(|index| subject.policy.file(&entries.get(index)?.version));
    let draft = subject.policy.draft.iter().map(Governing::of_draft);
    let of: Vec<Governing> = draft.chain(newest.map(|(file, front)| Governing::of_version(file, front))).collect();
    for draft in subject.policy.drafts.values() {
        let against = |governing: &Governing| governing.against(draft);
        let mut said: Vec<Vec<Diagnostic>> = of.iter().map(against).collect();
        if !said.is_empty() && said.iter().all(|findings| !findings.is_empty()) {
            findings.extend(said.swap_remove(0).into_iter().map(|finding| finding.weighing(Severity::Warning)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::source::Loaded;
    use crate::site::policy;

    const DISCLOSES: &str = "discloses:\n  recipients:\n    - {id: host, name: NAME, clause: a}\n";

    fn draft(discloses: &str, body: &str) -> Draft {
        let path = |name: &str| SitePath::parse(&format!("content/policies/terms/{name}")).unwrap();
        let mut loaded = Loaded::default();
        loaded.files.insert(path("policy.yaml"), b"title: T\nlanguages: [en, fr]\n".to_vec());
        let text = format!("---\ntitle: T\n{discloses}---\n{body}");
        loaded.files.insert(path("draft.fr.md"), text.into_bytes());
        let mut findings = Vec::new();
        let mut policy = policy::read("terms", loaded, &mut findings).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        policy.drafts.remove("fr").unwrap()
    }

    #[test]
    fn a_translation_has_the_clauses_and_disclosures_of_its_text() {
        let governing = Governing::of_draft(&draft(&DISCLOSES.replace("NAME", "Host"), "## A {#a}\n\n## B {#b}\n"));
        let said = |discloses: &str, body| {
            let found = governing.against(&draft(discloses, body));
            found.iter().map(|finding| finding.code.name()).collect::<Vec<_>>()
        };
        let french = DISCLOSES.replace("NAME", "Hébergeur");
        assert!(said(&french, "## Un {#a}\n\n## Deux {#b}\n\n### Plus\n").is_empty());
        assert!(said("", "## Un {#a}\n\n## Deux {#b}\n").is_empty());
        assert_eq!(said(&french.replace("host", "hote"), "## Un {#a}\n\n## B\n"), ["V235"]);
        assert_eq!(said("", "## Un {#a}\n"), ["V234"]);
    }
}
