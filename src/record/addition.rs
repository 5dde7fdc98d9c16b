//! A text in a further language → its file and its event, added to a version that is published already. Pure: the bytes
//! to write are returned.

use super::publish::Desk;
use super::seal::Text;
use super::translate::{Translation, translated};
use crate::base::codes::Code;
use crate::base::date::{Day, Moment};
use crate::base::diag::{Diagnostic, any_error};
use crate::base::hash::Hash;
use crate::base::json;
use crate::base::path::SitePath;
use crate::base::span::{Place, Span};
use crate::base::version::Version;
use crate::check::languages::outside;
use crate::check::translations::Governing;
use crate::history::event::{Act, Event};
use crate::history::ledger;
use crate::history::timeline::{Entry, Timeline};
use crate::site::draft;
use crate::site::policy::Settings;

/// What is asked of a text that is added to a published version.
#[derive(Clone, Debug)]
pub struct Addition {
    /// Its language.
    pub language: String,
    /// The version; left out, the newest that holds.
    pub version: Option<Version>,
    /// The day of its publication, if it was said.
    pub published: Option<Day>,
    /// The day of the run.
    pub today: Day,
}

/// What adding a text writes.
#[derive(Debug)]
pub struct Added {
    /// The version.
    pub version: Version,
    /// The day of its publication.
    pub on: Day,
    /// The text.
    pub translation: Translation,
    /// The whole ledger after the event.
    pub ledger: String,
    /// The new head.
    pub head: Hash,
}

impl Desk<'_> {
    /// Plans the addition of a text to a published version, or says what stands in its way. Without a text, the
    /// draft of its language is taken.
    ///
    /// # Errors
    /// All findings.
    pub fn add(&self, path: &SitePath, bytes: &[u8], wanted: &Addition) -> Result<Added, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let timeline = Timeline::new(&self.ledger.events, Moment::end());
        let entry = match &wanted.version {
            Some(version) => timeline.entries.iter().find(|entry| entry.version == *version),
            None => timeline.newest().and_then(|index| timeline.entries.get(index)),
        };
        let found = entry.and_then(|entry| Some((entry, self.policy.file(&entry.version)?)));
        let Some((entry, (file, front))) = found else {
            return Err(vec![unknown(path, wanted, &timeline)]);
        };
        let settings = Settings { numbering: front.numbering, html: front.html, ..self.policy.settings.clone() };
        let Some(draft) = draft::translation(path, bytes, &settings, &mut findings) else { return Err(findings) };
        let on = wanted.published.unwrap_or(wanted.today.max(entry.published));
        findings.extend(outside(&self.policy.settings.languages, &wanted.language, &draft));
        findings.extend(refused(path, entry, wanted, on));
        findings.extend(Governing::of_version(file, front).against(&draft));
        let of = Text {
            version: entry.version.clone(),
            title: front.title.clone(),
            language: front.language.clone(),
            numbering: front.numbering,
            html: front.html,
            published: on,
            effective: front.effective.value,
            effective_for: front.effective_for.clone(),
            material: front.material,
            summary: front.summary.clone(),
            discloses: json::parse(file.meta.as_bytes()).and_then(|meta| meta.get("discloses").cloned()),
            body: file.body.text().to_owned(),
        };
        let own = translated(&of, &draft, &wanted.language);
        match self.sealed_in(&own, &draft, &mut findings) {
            Some(translation) if !any_error(&findings) => Ok(self.added(translation, &entry.version, on)),
            _ => Err(findings),
        }
    }

    fn added(&self, translation: Translation, version: &Version, on: Day) -> Added {
        let act = Act::Translated {
            texts: vec![(translation.language.clone(), translation.hashes)],
            assets: translation.assets.clone(),
        };
        let (version, zone) = (version.clone(), self.zone.clone());
        let event = Event { act, version: version.clone(), on, zone, chain: Hash::ZERO, span: Span::default() };
        let event = event.chained(self.ledger.head());
        let before = self.policy.ledger.as_ref().map_or_else(ledger::opening, |source| source.text().to_owned());
        Added { version, on, translation, ledger: before + &ledger::line(&event), head: event.chain }
    }
}

fn unknown(path: &SitePath, wanted: &Addition, timeline: &Timeline) -> Diagnostic {
    let known: Vec<&str> = timeline.entries.iter().map(|entry| entry.version.as_str()).collect();
    let message = match &wanted.version {
        Some(version) => format!("there is no published version {version} to translate"),
        None => "there is no published version to translate".to_owned(),
    };
    let help = match known.as_slice() {
        [] => "publish the text that governs first: its translations go out with it".to_owned(),
        known => format!("there are {}", known.join(", ")),
    };
    Diagnostic::new(Code::V236, Place::of_file(path.as_str()), message).help(help)
}

/// What the record says against it.
fn refused(path: &SitePath, entry: &Entry, wanted: &Addition, on: Day) -> Vec<Diagnostic> {
    let say =
        |message: String, help: &str| Diagnostic::new(Code::V236, Place::of_file(path.as_str()), message).help(help);
    let (version, language) = (&entry.version, &wanted.language);
    let mut findings = Vec::new();
    if entry.texts.iter().any(|(known, _)| known == language) {
        let message = format!("version {version} is published in `{language}` already");
        findings.push(say(message, "a published text is never replaced; the next version brings the next text"));
    }
    if entry.withdrawn.is_some() {
        findings.push(say(format!("version {version} is withdrawn"), "translate the version that holds instead"));
    }
    if on < entry.published {
        let message = format!("version {version} was published on {}, and its translation on {on}", entry.published);
        findings.push(say(message, "a translation is published with its version, or after it"));
    }
    findings
}
