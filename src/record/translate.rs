//! A draft in a further language → the frozen text of a version in it. Pure: the bytes to write are returned.

use std::collections::BTreeMap;

use super::publish::Desk;
use super::rules;
use super::seal::{self, Text};
use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::language::section;
use crate::base::span::Span;
use crate::base::version::Version;
use crate::check::translations::Governing;
use crate::history::event::TextHashes;
use crate::history::timeline::{Entry, Timeline};
use crate::site::body::{self, Manner};
use crate::site::draft::Draft;
use crate::site::front::VersionFile;

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
    pub(super) fn sealed_in(&self, own: &Text, draft: &Draft, findings: &mut Vec<Diagnostic>) -> Option<Translation> {
        rules::unfrozen(self.policy, &draft.body, own, findings);
        if draft.doc.blocks.is_empty() {
            let finding = Diagnostic::new(Code::V218, draft.body.place(Span::default()), "the text is empty");
            findings.push(finding.help("write the text below the front matter"));
        }
        let path = self.policy.place(&format!("{}.{}", own.version, own.language))?;
        let text = own.file();
        let file = VersionFile::read(&path, text.as_bytes(), &mut Vec::new());
        let (hashes, assets) = seal::kept(&file, &self.frozen())?;
        Some(Translation { language: own.language.clone(), file, text, hashes, assets })
    }
}

/// A text in another language: its words are its own, and what binds is that of the text that governs.
pub(super) fn translated(of: &Text, draft: &Draft, language: &str) -> Text {
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
