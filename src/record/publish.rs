//! A draft → a frozen version and its event. Pure: the bytes to write are returned.

use std::collections::BTreeMap;

use super::seal::{self, Text};
use crate::base::date::{Day, Zone};
use crate::base::diag::{Code, Diagnostic};
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::span::{SourceText, Span};
use crate::base::version::Version;
use crate::history::event::Act;
use crate::history::ledger::{self, Ledger};
use crate::site::body;
use crate::site::decode::{characters, decode};
use crate::site::disclose::Disclosures;
use crate::site::front::{VersionFile, canonical, meta, split};
use crate::site::page::refusals;
use crate::site::policy::Policy;
use crate::site::raw::Reading;

/// What the editor asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// From when the version applies.
    pub effective: Day,
    /// The day of publication.
    pub published: Day,
    /// Its number; left out, the next.
    pub version: Option<Version>,
    /// Whether the change matters, if it is said here and not in the draft.
    pub material: bool,
    /// What changed; left out, the draft says it.
    pub summary: Vec<String>,
    /// Whether it may replace a version of the same day.
    pub supersede: bool,
}

/// What a publication writes.
#[derive(Debug)]
pub struct Plan {
    /// The number of the version.
    pub version: Version,
    /// Where the version's file goes, and its bytes.
    pub file: (SitePath, String),
    /// The whole ledger after the event.
    pub ledger: String,
    /// The new head.
    pub head: Hash,
}

/// What stands in a draft's front matter.
struct Front {
    title: String,
    summary: Vec<String>,
    material: bool,
    effective_for: Vec<(String, Day)>,
    discloses: Option<crate::base::json::Value>,
}

/// Plans the publication of a draft, or says what stands in its way.
///
/// # Errors
/// All findings.
pub fn plan(
    policy: &Policy,
    ledger: &Ledger,
    draft: (&SitePath, &[u8]),
    request: &Request,
    site: (&str, &Zone),
) -> Result<Plan, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let source = decode(draft.0, draft.1, &mut findings);
    characters(&source, &mut findings);
    let split = split(&source, &mut findings);
    let body = canonical(&split.body);
    let front = split.front.and_then(|front| read(&front, &mut findings));
    let front = front.filter(|_| findings.is_empty()).ok_or(std::mem::take(&mut findings))?;
    let language = policy.settings.languages.first().map_or(site.0, String::as_str);
    let material = request.material || front.material;
    let text = Text {
        version: request.version.clone().unwrap_or_else(|| next(ledger, material)),
        title: front.title,
        language: language.to_owned(),
        numbering: policy.settings.numbering,
        html: policy.settings.html,
        published: request.published,
        effective: request.effective,
        effective_for: front.effective_for,
        material,
        summary: if request.summary.is_empty() { front.summary } else { request.summary.clone() },
        discloses: front.discloses,
        body: body.text().to_owned(),
    };
    check(policy, ledger, &text, (&body, request.supersede), &mut findings);
    if crate::base::diag::any_error(&findings) {
        return Err(findings);
    }
    seal(policy, ledger, &text, (request.supersede, site.1)).ok_or(findings)
}

fn seal(policy: &Policy, ledger: &Ledger, text: &Text, (supersede, zone): (bool, &Zone)) -> Option<Plan> {
    let path = seal::path(policy.slug.as_str(), &text.version)?;
    let bytes = text.file();
    let file = VersionFile::read(&path, bytes.as_bytes(), &mut Vec::new());
    let assets: BTreeMap<String, Hash> = policy.assets.iter().map(|(path, (hash, _))| (path.clone(), *hash)).collect();
    let event = seal::event(&file, &assets, zone, supersede)?.chained(ledger.head());
    let before = policy.ledger.as_ref().map_or_else(ledger::opening, |source| source.text().to_owned());
    Some(Plan {
        version: text.version.clone(),
        file: (path, bytes),
        ledger: before + &ledger::line(&event),
        head: event.chain,
    })
}

fn read(source: &SourceText, findings: &mut Vec<Diagnostic>) -> Option<Front> {
    let reading = Reading::new(source);
    let front = reading.node().and_then(|node| {
        let fields = reading.fields(&node)?;
        let title = fields.need_text("title");
        let summary = fields.texts("summary").into_iter().map(|text| text.value).collect();
        let material = fields.flag("material").unwrap_or_default();
        let effective_for = crate::site::front::days_by_audience(&fields);
        let discloses = fields.get("discloses").map(|node| {
            Disclosures::read(&reading, node);
            meta(node)
        });
        fields.done();
        Some(Front { title: title?.value, summary, material, effective_for, discloses })
    });
    findings.extend(reading.into_findings());
    front
}

/// The next number: major if the change matters, else minor (FORMAT.md).
fn next(ledger: &Ledger, material: bool) -> Version {
    let newest = ledger.events.iter().map(|event| &event.version).max();
    match newest {
        None => Version::of(1, 0),
        Some(newest) if material => newest.next_major(),
        Some(newest) => newest.next_minor(),
    }
}

fn check(
    policy: &Policy,
    ledger: &Ledger,
    text: &Text,
    (body, supersede): (&SourceText, bool),
    findings: &mut Vec<Diagnostic>,
) {
    let manner = body::Manner { title: &text.title, numbering: text.numbering, html: text.html };
    let doc = body::parse(body.text(), manner);
    refusals(&doc, body, findings);
    let place = body.place(Span::default());
    if ledger.events.iter().any(|event| event.version == text.version) {
        let message = format!("version {} is in the ledger already", text.version);
        findings
            .push(Diagnostic::new(Code::V202, place.clone(), message).help("leave --version out for the next number"));
    }
    let same_day = ledger.events.iter().any(|event| match &event.act {
        Act::Published(published) => published.effective == text.effective,
        _ => false,
    });
    if same_day && !supersede {
        let message = format!("another version applies from {} already", text.effective);
        findings.push(
            Diagnostic::new(Code::V213, place, message)
                .weighing(crate::base::diag::Severity::Error)
                .help("choose another day, or say --supersede if this one replaces it"),
        );
    }
    for target in &doc.targets {
        if let crate::site::links::Leads::Asset(path) = crate::site::links::leads(&target.href)
            && !policy.assets.contains_key(&path)
        {
            let message = format!("assets/{path} is not there");
            findings.push(
                Diagnostic::new(Code::V210, body.place(target.span), message)
                    .help("put the file into the policy's assets folder"),
            );
        }
    }
}
