//! Texts in further languages: their names, whether the record knows them, and whether a translation that is being
//! written has the clauses and disclosures of the text that governs.

use super::Subject;
use crate::base::diag::{Code, Diagnostic, Severity};
use crate::base::json::{self, Value};
use crate::base::language::translation;
use crate::base::span::{Place, Span};
use crate::base::version::Version;
use crate::site::body;
use crate::site::doc::Doc;
use crate::site::draft::Draft;
use crate::site::front::{Front, VersionFile};

/// The files of translations with their front matter, and the language that each is named after.
fn files<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a VersionFile, &'a Front, &'a str)> {
    let files = subject.policy.translations.iter();
    files.filter_map(|file| Some((file, file.front.as_ref()?, translation(file.path.stem())?.1)))
}

/// Every translation has the name of its version and language, and no text has two files.
pub fn names(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&Version, &str, Place)> = Vec::new();
    for (file, front, language) in files(subject) {
        let version = &front.version;
        let place = file.front_source.place(version.span);
        if front.language != language {
            let message = format!("the file {} holds a text whose language is `{}`", file.path.name(), front.language);
            let help = "restore the file from your repository, or give it the name of its language";
            findings.push(Diagnostic::new(Code::V230, place.clone(), message).help(help));
        } else if file.path.stem() != format!("{}.{language}", version.value) {
            let message = format!("the file {} holds version {}", file.path.name(), version.value);
            let help = format!("call the file {}.{language}.md, or restore its version", version.value);
            findings.push(Diagnostic::new(Code::V203, place.clone(), message).help(help));
        }
        if let Some((.., first)) = seen.iter().find(|(other, tag, _)| **other == version.value && *tag == language) {
            let message = format!("the text of version {} in `{language}` stands in two files", version.value);
            let finding = Diagnostic::new(Code::V202, place.clone(), message).related(first.clone(), "the other one");
            findings.push(finding.help("remove the one that was not published; 1, 1.0 and 1.0.0 are one version"));
        }
        seen.push((&version.value, language, place));
    }
}

/// Every translation is one that the ledger knows.
pub fn known(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for (file, front, language) in files(subject) {
        let entry = subject.record.entries.iter().find(|entry| entry.version == front.version.value);
        let texts = entry.into_iter().flat_map(|entry| &entry.texts);
        if texts.into_iter().any(|(tag, _)| tag == language) {
            continue;
        }
        let message = format!("the ledger does not know the text of version {} in `{language}`", front.version.value);
        let slug = &subject.policy.slug;
        let publish = match entry {
            Some(entry) => format!("vellum publish {slug} --translation {language} --version {}", entry.version),
            None => format!("vellum publish {slug} --effective DATE"),
        };
        let help = format!("move the text to draft.{language}.md and run `{publish}`");
        let place = file.front_source.place(front.version.span);
        findings.push(Diagnostic::new(Code::V231, place, message).help(help));
    }
}

/// The languages of a policy are those that policy.yaml lists.
pub fn listed(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let languages = &subject.policy.settings.languages;
    findings.extend(subject.policy.drafts.iter().filter_map(|(tag, draft)| outside(languages, tag, draft)));
    for (file, front, language) in files(subject).filter(|(.., tag)| !languages.iter().any(|own| own == tag)) {
        let place = file.front_source.place(front.version.span);
        let finding = Diagnostic::new(Code::V232, place, unlisted(language)).weighing(Severity::Note);
        findings.push(finding.help("it was published, and stays where it is; no text in it can be published now"));
    }
}

/// Says why a draft cannot be one of a translation, when its language governs or is not listed.
#[must_use]
pub fn outside(languages: &[String], language: &str, draft: &Draft) -> Option<Diagnostic> {
    let place = draft.front.source.place(Span::default());
    match languages.iter().position(|own| own == language) {
        Some(0) => {
            let message = format!("`{language}` is the language of the text that governs");
            let help = "its draft is draft.md; the first of `languages` in policy.yaml governs";
            Some(Diagnostic::new(Code::V233, place, message).help(help))
        }
        Some(_) => None,
        None => {
            let help = how_to_list(languages, language);
            Some(Diagnostic::new(Code::V232, place, unlisted(language)).help(help))
        }
    }
}

fn unlisted(language: &str) -> String {
    format!("policy.yaml does not list the language `{language}`")
}

fn how_to_list(languages: &[String], language: &str) -> String {
    match languages {
        [] => format!("add to policy.yaml `languages: [en, {language}]`, the language that governs first"),
        known => format!("add it to policy.yaml: `languages: [{}, {language}]`", known.join(", ")),
    }
}

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
        let ids = doc.headings().into_iter().map(|heading| heading.id.clone());
        Self { name, ids: ids.filter(|id| body::is_id(id)).collect(), discloses }
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
        let missing = self.ids.iter().filter(|id| !own.iter().any(|heading| heading.id == **id));
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
