//! A draft → a frozen version and its event. Pure: the bytes to write are returned.

use super::seal::{self, Text};
use crate::base::date::{Day, Zone};
use crate::base::diag::{Code, Diagnostic, Severity, any_error};
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::span::{SourceText, Span};
use crate::base::version::Version;
use crate::history::event::Act;
use crate::history::ledger::{self, Ledger};
use crate::site::body;
use crate::site::draft::{self, Draft};
use crate::site::front::VersionFile;
use crate::site::links::{Leads, leads};
use crate::site::policy::Policy;

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

/// What a publication is made of.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// The site's language.
    pub language: &'a str,
    /// The site's zone.
    pub zone: &'a Zone,
}

impl Desk<'_> {
    /// Plans the publication of a draft, or says what stands in its way.
    ///
    /// # Errors
    /// All findings.
    pub fn plan(&self, path: &SitePath, bytes: &[u8], request: &Request) -> Result<Plan, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let draft = draft::read(path, bytes, &self.policy.settings, &mut findings);
        let Some(draft) = draft else { return Err(findings) };
        let text = self.text(&draft, request);
        self.once(&text, &draft.body, request, &mut findings);
        self.assets(&text, &draft.body, &mut findings);
        if any_error(&findings) {
            return Err(findings);
        }
        self.seal(&text, request.supersede).ok_or(findings)
    }

    fn text(&self, draft: &Draft, request: &Request) -> Text {
        let settings = &self.policy.settings;
        let front = &draft.front;
        let material = request.material || front.material;
        let summary = if request.summary.is_empty() { &front.summary } else { &request.summary };
        Text {
            version: request.version.clone().unwrap_or_else(|| next(self.ledger, material)),
            title: front.title.clone(),
            language: settings.languages.first().map_or(self.language, String::as_str).to_owned(),
            numbering: settings.numbering,
            html: settings.html,
            published: request.published,
            effective: request.effective,
            effective_for: front.effective_for.clone(),
            material,
            summary: summary.clone(),
            discloses: front.discloses.clone(),
            body: draft.body.text().to_owned(),
        }
    }

    fn seal(&self, text: &Text, supersede: bool) -> Option<Plan> {
        let path = seal::path(self.policy.slug.as_str(), &text.version)?;
        let bytes = text.file();
        let file = VersionFile::read(&path, bytes.as_bytes(), &mut Vec::new());
        let assets = self.policy.assets.iter().map(|(path, (hash, _))| (path.clone(), *hash)).collect();
        let event = seal::event(&file, &assets, self.zone, supersede)?.chained(self.ledger.head());
        let before = self.policy.ledger.as_ref().map_or_else(ledger::opening, |source| source.text().to_owned());
        Some(Plan {
            version: text.version.clone(),
            file: (path, bytes),
            ledger: before + &ledger::line(&event),
            head: event.chain,
        })
    }

    /// A number is used once, and so is a day unless the editor says otherwise.
    fn once(&self, text: &Text, body: &SourceText, request: &Request, findings: &mut Vec<Diagnostic>) {
        let place = body.place(Span::default());
        if self.ledger.events.iter().any(|event| event.version == text.version) {
            let message = format!("version {} is in the ledger already", text.version);
            let finding = Diagnostic::new(Code::V202, place.clone(), message);
            findings.push(finding.help("leave --version out for the next number"));
        }
        let same_day = |act: &Act| matches!(act, Act::Published(published) if published.effective == text.effective);
        if !request.supersede && self.ledger.events.iter().any(|event| same_day(&event.act)) {
            let message = format!("another version applies from {} already", text.effective);
            let finding = Diagnostic::new(Code::V213, place, message).weighing(Severity::Error);
            findings.push(finding.help("choose another day, or say --supersede if this one replaces it"));
        }
    }

    /// Every file that the text uses is there to be frozen.
    fn assets(&self, text: &Text, body: &SourceText, findings: &mut Vec<Diagnostic>) {
        let manner = body::Manner { title: &text.title, numbering: text.numbering, html: text.html };
        for target in body::parse(body.text(), manner).targets {
            let Leads::Asset(path) = leads(&target.href) else { continue };
            if !self.policy.assets.contains_key(&path) {
                let finding =
                    Diagnostic::new(Code::V210, body.place(target.span), format!("assets/{path} is not there"));
                findings.push(finding.help("put the file into the policy's assets folder"));
            }
        }
    }
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
