//! A version file: front matter and canonical body (FORMAT.md, "Version file").

use std::borrow::Cow;

use super::body::{HtmlRule, Manner, Numbering};
use super::decode::text;
use super::disclose::Disclosures;
use super::raw::{Fields, Reading};
use super::yaml::{Node, NodeKind, Plain};
use crate::base::codes::Code;
use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::json::{self, Map, Value};
use crate::base::path::SitePath;
use crate::base::span::{SourceText, Span, Spanned};
use crate::base::text::{canonical_body, nfc};
use crate::base::version::Version;

/// A file split into its front matter and its body.
#[derive(Clone, Debug)]
pub struct Split {
    /// The YAML between the two lines `---`; its first line is line 2 of the file.
    pub front: Option<SourceText>,
    /// What follows, as it stands in the file.
    pub body: SourceText,
}

/// The front matter of a version, valid.
#[derive(Clone, Debug)]
pub struct Front {
    /// Its number.
    pub version: Spanned<Version>,
    /// Its title.
    pub title: String,
    /// Its language, a BCP 47 tag.
    pub language: String,
    /// How clauses are numbered.
    pub numbering: Numbering,
    /// What happens to HTML.
    pub html: HtmlRule,
    /// The day on which it was published.
    pub published: Spanned<Day>,
    /// The day from which it applies.
    pub effective: Spanned<Day>,
    /// The days from which it applies to named audiences.
    pub effective_for: Vec<(String, Day)>,
    /// Whether the change matters to those it binds.
    pub material: bool,
    /// What changed, in plain language.
    pub summary: Vec<String>,
    /// What is collected, why, and who gets it.
    pub discloses: Option<Disclosures>,
}

/// A version's file, read.
#[derive(Clone, Debug)]
pub struct VersionFile {
    /// Where it stands.
    pub path: SitePath,
    /// The front matter, if it could be used.
    pub front: Option<Front>,
    /// The front matter's text, for places.
    pub front_source: SourceText,
    /// The front matter as canonical JSON, and its hash.
    pub meta: String,
    /// The canonical body.
    pub body: SourceText,
}

impl Front {
    /// What decides how the body reads.
    #[must_use]
    pub fn manner(&self) -> Manner<'_> {
        Manner { title: &self.title, numbering: self.numbering, html: self.html }
    }
}

impl VersionFile {
    /// Its front matter, if it is that of a version.
    #[must_use]
    pub fn front_of(&self, version: &Version) -> Option<&Front> {
        self.front.as_ref().filter(|front| front.version.value == *version)
    }

    /// The hash of the canonical body, which is the hash of `text.md`.
    #[must_use]
    pub fn sha256(&self) -> Hash {
        Hash::of(self.body.text().as_bytes())
    }

    /// The hash of the front matter's canonical JSON.
    #[must_use]
    pub fn meta_sha256(&self) -> Hash {
        Hash::of(self.meta.as_bytes())
    }

    /// Reads a version file. What can be used is returned even when something is wrong.
    pub fn read(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Self {
        let split = split((path, &text(path, bytes, findings)), findings);
        let body = canonical(split.body);
        let front_source = split.front.unwrap_or_else(|| SourceText::part(path.clone(), String::new(), 1));
        let reading = Reading::new(&front_source);
        let node = if front_source.text().is_empty() { None } else { reading.node() };
        let front = node.as_ref().and_then(|node| front(&reading, node));
        let meta = node.map_or_else(String::new, |node| json::canonical(&meta(&node)));
        findings.extend(reading.into_findings());
        Self { path: path.clone(), front, front_source, meta, body }
    }
}

/// The canonical form of a body, with its place in the file kept.
#[must_use]
pub fn canonical(body: SourceText) -> SourceText {
    let Cow::Owned(text) = canonical_body(body.text()) else { return body };
    let first_line = body.place(Span::default()).line;
    SourceText::part(body.path().clone(), text, first_line)
}

/// Splits a file at the two lines `---`. Without them, all is body, and that is a finding.
pub fn split((path, text): (&SitePath, &str), findings: &mut Vec<Diagnostic>) -> Split {
    let whole = || SourceText::new(path.clone(), text.to_owned());
    let Some(rest) = text.strip_prefix("---\n") else {
        let place = whole().place(Span::default());
        let finding = Diagnostic::new(Code::V110, place, "the file does not begin with front matter");
        findings.push(finding.help("begin with a line `---`, then keys such as `title: …`, then a line `---`"));
        return Split { front: None, body: whole() };
    };
    let Some((front, body)) = closing(rest) else {
        let place = whole().place(Span { start: 0, end: 3 });
        let finding = Diagnostic::new(Code::V110, place, "the front matter is not closed");
        findings.push(finding.help("add a line `---` after the last key"));
        return Split { front: None, body: whole() };
    };
    let body_line = 3 + front.matches('\n').count();
    let part = |text: &str, line| SourceText::part(path.clone(), text.to_owned(), line);
    Split { front: Some(part(front, 2)), body: part(body, body_line) }
}

fn closing(rest: &str) -> Option<(&str, &str)> {
    if let Some(body) = rest.strip_prefix("---\n") {
        return Some(("", body));
    }
    if let Some(at) = rest.find("\n---\n") {
        return Some((rest.get(..=at)?, rest.get(at + 5..)?));
    }
    rest.strip_suffix("---").filter(|front| front.is_empty() || front.ends_with('\n')).map(|front| (front, ""))
}

fn front(reading: &Reading<'_>, node: &Node) -> Option<Front> {
    let fields = reading.fields(node)?;
    let version = fields.need_text("version").and_then(|text| version(reading, &text));
    let title = fields.need_text("title");
    let language = fields.need_text("language");
    let numbering = fields.need("numbering").and_then(|node| numbering(reading, node));
    let html = fields.need("html").and_then(|node| html_rule(reading, node));
    let published = fields.need("published").and_then(|node| reading.day(node));
    let effective = fields.need("effective").and_then(|node| reading.day(node));
    let effective_for = days_by_audience(&fields);
    let material = fields.need("material").and_then(|_| fields.flag("material"));
    let summary = fields.need("summary").map(|node| reading.texts(node));
    let discloses = fields.get("discloses").and_then(|node| Disclosures::read(reading, node));
    fields.done();
    Some(Front {
        version: version?,
        title: title?.value,
        language: language?.value,
        numbering: numbering?,
        html: html?,
        published: published?,
        effective: effective?,
        effective_for,
        material: material?,
        summary: summary?.into_iter().map(|text| text.value).collect(),
        discloses,
    })
}

/// Reads a version number, or says why it is none.
pub fn version(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Spanned<Version>> {
    let found = Version::parse(&text.value);
    if found.is_none() {
        let message = format!("`{}` is not a version", text.value);
        reading.say(Code::V105, text.span, message, "a version is one to three numbers joined by dots: \"2.0\"");
    }
    Some(Spanned { value: found?, span: text.span })
}

/// Reads `numbering`.
pub fn numbering(reading: &Reading<'_>, node: &Node) -> Option<Numbering> {
    let words: Vec<&str> = Numbering::WORDS.iter().map(|(word, _)| *word).collect();
    let word = reading.choice(node, &words)?;
    Numbering::WORDS.iter().find(|(known, _)| *known == word).map(|(_, numbering)| *numbering)
}

/// Reads `html`.
pub fn html_rule(reading: &Reading<'_>, node: &Node) -> Option<HtmlRule> {
    reading.choice(node, &["refuse", "safe"]).map(|word| if word == "safe" { HtmlRule::Safe } else { HtmlRule::Refuse })
}

/// Reads `effective_for`.
pub fn days_by_audience(fields: &Fields<'_>) -> Vec<(String, Day)> {
    let Some(node) = fields.get("effective_for") else { return Vec::new() };
    let NodeKind::Map(entries) = &node.kind else {
        fields.reading().fields(node);
        return Vec::new();
    };
    let day = |node| fields.reading().day(node).map(|day| day.value);
    entries.iter().filter_map(|(audience, node)| Some((audience.value.clone(), day(node)?))).collect()
}

/// The front matter as JSON: exactly its keys; booleans are booleans, all else texts, lists and maps.
#[must_use]
pub fn meta(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Text(text) => Value::String(text.clone()),
        NodeKind::Plain(_, Plain::Bool(value)) => Value::Bool(*value),
        NodeKind::Plain(text, _) => Value::String(nfc(text).into_owned()),
        NodeKind::List(items) => Value::Array(items.iter().map(meta).collect()),
        NodeKind::Map(entries) => {
            let pairs = entries.iter().map(|(key, node)| (nfc(&key.value).into_owned(), meta(node)));
            Value::Object(pairs.collect::<Map<String, Value>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "---\nversion: \"1.0\"\ntitle: T\nlanguage: en\nnumbering: legal\nhtml: refuse\npublished: 2025-01-01\neffective: 2025-02-01\nmaterial: true\nsummary: []\n---\n\nBody\n---\nmore";

    fn read(text: &str) -> (VersionFile, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        let file = VersionFile::read(&SitePath::parse("v/1.0.md").unwrap(), text.as_bytes(), &mut findings);
        (file, findings)
    }

    #[test]
    fn a_rule_in_the_body_does_not_close_anything() {
        let (file, findings) = read(FILE);
        assert!(findings.is_empty());
        assert_eq!(file.body.text(), "\nBody\n---\nmore\n");
        assert_eq!(file.body.place(Span { start: 1, end: 2 }).line, 13);
        assert!(file.meta.starts_with("{\"effective\":\"2025-02-01\",\"html\":\"refuse\""));
    }

    #[test]
    fn every_mistake_of_the_front_matter_is_told_at_once() {
        let text = FILE.replace("\"1.0\"", "1.10").replace("legal", "lega").replace("published", "publisht");
        let (file, findings) = read(&text);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code.name()).collect();
        assert_eq!(codes, ["V106", "V105", "V103", "V102"]);
        assert!(file.front.is_none() && !file.body.text().is_empty());
    }

    #[test]
    fn front_matter_that_is_missing_or_open_is_one_finding() {
        assert_eq!(read("Body\n").1.len(), 1);
        assert_eq!(read("---\ntitle: x\n").1[0].message, "the front matter is not closed");
        assert_eq!(read("---\n---").0.body.text(), "");
    }

    #[test]
    fn a_body_is_canonical_whatever_stands_in_the_file() {
        let front = FILE.split_inclusive("\n---\n").next().unwrap();
        for (body, canonical) in
            [("", ""), ("\n\n", ""), ("a", "a\n"), ("\na\n\n", "\na\n"), ("\u{feff}e\u{301}\r\n", "é\n")]
        {
            assert_eq!(read(&format!("{front}{body}")).0.body.text(), canonical, "{body:?}");
        }
    }
}
