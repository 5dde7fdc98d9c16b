//! A draft in a further language → the frozen text of a version in it. It goes out with the draft that it translates,
//! or is added to a version that is published already. Pure: the bytes to write are returned.

use std::collections::BTreeMap;

use super::publish::Desk;
use super::rules;
use super::seal::{self, Text};
use crate::base::date::{Day, Moment};
use crate::base::diag::{Code, Diagnostic, any_error};
use crate::base::hash::Hash;
use crate::base::json;
use crate::base::language::section;
use crate::base::path::SitePath;
use crate::base::span::Span;
use crate::base::version::Version;
use crate::check::languages::{Governing, outside};
use crate::history::event::{Act, Event, TextHashes};
use crate::history::ledger;
use crate::history::timeline::{Entry, Timeline};
use crate::site::body::{self, Manner};
use crate::site::draft::{self, Draft};
use crate::site::front::VersionFile;
use crate::site::policy::Settings;

/// A text in a further language, frozen.
#[derive(Debug)]
pub struct Translation {
    /// Its language.
    pub language: String,
    /// Its file as it is read back.
    pub file: VersionFile,
    /// The bytes of that file.
    pub text: String,
    /// What the record keeps of it.
    pub hashes: TextHashes,
    /// The files that it uses.
    pub assets: BTreeMap<String, Hash>,
}

/// A draft in a further language that does not go out with a version.
#[derive(Debug)]
pub struct Aside {
    /// Its language.
    pub language: String,
    /// The version whose text it still is; nothing when it was asked to be left aside.
    pub still: Option<Version>,
}

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
    /// The translations that go out with a text, in the order of policy.yaml, and the drafts that do not.
    pub(super) fn translations(
        &self,
        text: &Text,
        without: &[String],
        findings: &mut Vec<Diagnostic>,
    ) -> (Vec<Translation>, Vec<Aside>) {
        let manner = Manner { title: &text.title, numbering: text.numbering, html: text.html };
        let doc = body::parse(&text.body, manner);
        let governing = Governing::new(format!("version {}", text.version), &doc, text.discloses.clone());
        let (mut ready, mut aside) = (Vec::new(), Vec::new());
        for language in self.policy.settings.languages.iter().skip(1) {
            let Some(draft) = self.policy.drafts.get(language) else { continue };
            let own = translated(text, draft, language);
            let still = self.still(&own);
            if still.is_some() || without.contains(language) {
                aside.push(Aside { language: language.clone(), still });
                continue;
            }
            findings.extend(governing.against(draft));
            ready.extend(self.sealed_in(&own, draft, findings));
        }
        (ready, aside)
    }

    /// The version whose published text a draft still is, word for word.
    fn still(&self, own: &Text) -> Option<Version> {
        let entries = Timeline::new(&self.ledger.events, Moment::end()).entries;
        let same = |entry: &Entry| {
            let (file, front) = self.policy.translation(&entry.version, &own.language)?;
            (front.title == own.title && file.body.text() == own.body).then(|| entry.version.clone())
        };
        entries.iter().rev().find_map(same)
    }

    /// A text as it will be read, with what the record keeps of it.
    fn sealed_in(&self, own: &Text, draft: &Draft, findings: &mut Vec<Diagnostic>) -> Option<Translation> {
        rules::unfrozen(self.policy, &draft.body, own, findings);
        if draft.doc.blocks.is_empty() {
            let finding = Diagnostic::new(Code::V218, draft.body.place(Span::default()), "the text is empty");
            findings.push(finding.help("write the text below the front matter"));
        }
        let path = seal::path(self.policy.slug.as_str(), &format!("{}.{}", own.version, own.language))?;
        let text = own.file();
        let file = VersionFile::read(&path, text.as_bytes(), &mut Vec::new());
        let (hashes, assets) = seal::kept(&file, &self.frozen())?;
        Some(Translation { language: own.language.clone(), file, text, hashes, assets })
    }

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

/// A text in another language: its words are its own, and what binds is that of the text that governs.
fn translated(of: &Text, draft: &Draft, language: &str) -> Text {
    let front = &draft.front;
    let manner = Manner { title: &front.title, numbering: of.numbering, html: of.html };
    Text {
        title: front.title.clone(),
        language: language.to_owned(),
        summary: front.summary.clone(),
        discloses: front.discloses.clone().or_else(|| of.discloses.clone()),
        body: body::written_out_as(draft.body.text(), manner, section(language)),
        ..of.clone()
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
    Diagnostic::new(Code::V236, crate::base::span::Place::of_file(path.as_str()), message).help(help)
}

/// What the record says against it.
fn refused(path: &SitePath, entry: &Entry, wanted: &Addition, on: Day) -> Vec<Diagnostic> {
    let say = |message: String, help: &str| {
        Diagnostic::new(Code::V236, crate::base::span::Place::of_file(path.as_str()), message).help(help)
    };
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
