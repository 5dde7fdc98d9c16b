//! A draft: the text that editors are working on, or its translation. What a frozen text is not refused for, a draft is.

use super::body::{self, HtmlRule, Manner};
use super::decode::{characters, decode};
use super::disclose::Disclosures;
use super::doc::Doc;
use super::front::{canonical, days_by_audience, meta, split};
use super::markdown;
use super::page::{refusals, refused_link};
use super::policy::Settings;
use super::raw::{Fields, Reading};
use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::json::Value;
use crate::base::path::SitePath;
use crate::base::span::SourceText;

/// A draft, read.
#[derive(Debug)]
pub struct Draft {
    /// Its front matter.
    pub front: DraftFront,
    /// Its canonical body.
    pub body: SourceText,
    /// Its text.
    pub doc: Doc,
}

/// What stands in a draft's front matter.
#[derive(Debug)]
pub struct DraftFront {
    /// The title.
    pub title: String,
    /// What changed, in plain language.
    pub summary: Vec<String>,
    /// Whether the change matters, if it is said.
    pub material: Option<bool>,
    /// From when it applies to named audiences.
    pub effective_for: Vec<(String, Day)>,
    /// The disclosures, as they stand there.
    pub discloses: Option<Value>,
    /// The disclosures, read.
    pub disclosures: Option<Disclosures>,
    /// The front matter's text, for places.
    pub source: SourceText,
}

/// Reads the draft of a translation, as [`read`] does. What binds is said in draft.md alone.
pub fn translation(
    path: &SitePath,
    bytes: &[u8],
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) -> Option<Draft> {
    text(path, bytes, (settings, translated), findings)
}

/// Reads a draft and names everything it would be refused for; nothing comes back without usable front matter.
pub fn read(path: &SitePath, bytes: &[u8], settings: &Settings, findings: &mut Vec<Diagnostic>) -> Option<Draft> {
    text(path, bytes, (settings, governing), findings)
}

/// What a draft's keys say beside its words.
type Binding = fn(&Fields<'_>) -> (Option<bool>, Vec<(String, Day)>);

fn text(
    path: &SitePath,
    bytes: &[u8],
    (settings, binding): (&Settings, Binding),
    findings: &mut Vec<Diagnostic>,
) -> Option<Draft> {
    let source = decode(path, bytes, findings);
    characters(&source, findings);
    let split = split((path, source.text()), findings);
    let body = canonical(split.body);
    let front = split.front.and_then(|text| front(&text, binding, findings));
    let title = front.as_ref().map_or(settings.title.as_str(), |front| front.title.as_str());
    let manner = Manner { title, numbering: settings.numbering, html: settings.html };
    let doc = body::parse(body.text(), manner);
    refusals(&doc, &body, findings);
    // The sanitiser takes such links out without a word, so they are sought in what was written.
    let written = if settings.html == HtmlRule::Safe { markdown::parse(body.text()).0.targets } else { Vec::new() };
    let left = doc.targets.iter().filter(|target| !written.iter().any(|other| other.href == target.href));
    let targets = written.iter().chain(left);
    findings.extend(targets.filter_map(|target| refused_link(target, body.place(target.span))));
    Some(Draft { front: front?, body, doc })
}

/// Whether the change matters, and from when it applies to whom.
fn governing(fields: &Fields<'_>) -> (Option<bool>, Vec<(String, Day)>) {
    let material = fields.flag("material");
    fields.elsewhere("effective", "leave it out: the day is given to `vellum publish --effective`");
    fields.elsewhere("version", "leave it out: `vellum publish` gives the number, or `--version` does");
    (material, days_by_audience(fields))
}

/// A translation binds as the text does that governs.
fn translated(fields: &Fields<'_>) -> (Option<bool>, Vec<(String, Day)>) {
    for key in ["material", "effective", "effective_for"] {
        fields.elsewhere(key, "leave it out: it is that of the text that governs");
    }
    fields.elsewhere("version", "leave it out: `vellum publish --translation` takes it with `--version`");
    fields.elsewhere("language", "leave it out: the file's name says it");
    (None, Vec::new())
}

fn front(source: &SourceText, binding: Binding, findings: &mut Vec<Diagnostic>) -> Option<DraftFront> {
    let reading = Reading::new(source);
    let front = reading.node().and_then(|node| {
        let fields = reading.fields(&node)?;
        let title = fields.need_text("title");
        let summary = fields.texts("summary").into_iter().map(|text| text.value).collect();
        let (material, effective_for) = binding(&fields);
        let discloses = fields.get("discloses");
        let disclosures = discloses.and_then(|node| Disclosures::read(&reading, node));
        let discloses = discloses.map(meta);
        fields.done();
        Some(DraftFront {
            title: title?.value,
            summary,
            material,
            effective_for,
            discloses,
            disclosures,
            source: source.clone(),
        })
    });
    findings.extend(reading.into_findings());
    front
}
