//! A folder of dated texts → a policy with its record. Pure: the files to write are returned.

use std::collections::BTreeMap;

use super::seal::{self, Text};
use super::tidy::{Tidied, tidy};
use crate::base::codes::Code;
use crate::base::date::{Day, Zone};
use crate::base::diag::{Diagnostic, Severity};
use crate::base::files::Files;
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::span::Place;
use crate::base::text::is_refused;
use crate::base::version::Version;
use crate::history::ledger;
use crate::site::body::{HtmlRule, Numbering};
use crate::site::emit::scalar;
use crate::site::front::VersionFile;

/// A folder to be imported.
#[derive(Debug)]
pub struct Folder {
    /// What the policy will be called.
    pub slug: Slug,
    /// The texts, in their order.
    pub files: Vec<Given>,
}

/// A text to be imported.
#[derive(Debug)]
pub struct Given {
    /// Where it stands.
    pub path: SitePath,
    /// Its day, where something better than the text itself knows it.
    pub day: Option<Day>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What an import makes.
#[derive(Debug)]
pub struct Imported {
    /// What the policy is called.
    pub slug: Slug,
    /// The policy's files, by their path below its folder.
    pub files: Files,
    /// How many versions there are.
    pub versions: usize,
    /// How many texts were equal to the one before.
    pub skipped: usize,
    /// How many comments were taken out.
    pub comments: usize,
    /// Keys of front matter that mean nothing here, with how often they stood there.
    pub dropped: BTreeMap<String, usize>,
}

/// Imports a folder; findings are about its files.
pub fn import(folder: Folder, language: &str, zone: &Zone, findings: &mut Vec<Diagnostic>) -> Option<Imported> {
    let mut run = Run::new(folder.slug, language, zone);
    for given in folder.files {
        run.take(&given, findings)?;
    }
    run.finish()
}

struct Run<'a> {
    language: &'a str,
    zone: &'a Zone,
    done: Imported,
    title: String,
    chain: Hash,
    before: Option<String>,
    ledger: String,
    html: HtmlRule,
}

impl<'a> Run<'a> {
    fn new(slug: Slug, language: &'a str, zone: &'a Zone) -> Self {
        let title = slug.as_str().replace('-', " ");
        let files = Files::default();
        let done = Imported { slug, files, versions: 0, skipped: 0, comments: 0, dropped: BTreeMap::new() };
        let (ledger, html) = (ledger::opening(), HtmlRule::Refuse);
        Self { language, zone, done, title, chain: Hash::ZERO, before: None, ledger, html }
    }

    /// Takes a text, unless it is equal to the one before.
    fn take(&mut self, given: &Given, findings: &mut Vec<Diagnostic>) -> Option<()> {
        let path = &given.path;
        let mut found = Vec::new();
        let text = tidy(path, &given.bytes, &mut found);
        findings.extend(found.into_iter().map(|finding| finding.weighing(Severity::Note)));
        self.done.comments += text.comments;
        for key in &text.dropped {
            *self.done.dropped.entry(key.clone()).or_default() += 1;
        }
        if self.before.as_ref() == Some(&text.body) {
            self.done.skipped += 1;
            return Some(());
        }
        if let Some(title) = &text.title {
            self.title.clone_from(title);
        }
        let Some(day) = given.day.or(text.day) else {
            let finding = Diagnostic::new(Code::V201, Place::of_file(path.as_str()), "no day is given for this text");
            findings.push(finding.help("put `date: YYYY-MM-DD` in its front matter, or the day in its name"));
            return Some(());
        };
        self.add(text, day)
    }

    /// Freezes a text as the next version.
    fn add(&mut self, text: Tidied, day: Day) -> Option<()> {
        self.done.versions += 1;
        self.html = if text.html { HtmlRule::Safe } else { HtmlRule::Refuse };
        let sealed = self.text(&text, day)?;
        let name = SitePath::parse(&format!("versions/{}.md", sealed.version))?;
        let bytes = sealed.file().into_bytes();
        let file = VersionFile::read(&name, &bytes, &mut Vec::new());
        let event = seal::event(&file, &BTreeMap::new(), self.zone, false)?.chained(self.chain);
        self.chain = event.chain;
        self.ledger.push_str(&ledger::line(&event));
        self.before = Some(text.body);
        self.done.files.insert(name, bytes);
        Some(())
    }

    fn text(&self, text: &Tidied, day: Day) -> Option<Text> {
        Some(Text {
            version: Version::of(u32::try_from(self.done.versions).ok()?, 0),
            title: self.title.clone(),
            language: self.language.to_owned(),
            numbering: Numbering::None,
            html: self.html,
            published: day,
            effective: day,
            effective_for: Vec::new(),
            material: true,
            summary: Vec::new(),
            discloses: None,
            body: text.body.clone(),
        })
    }

    fn finish(mut self) -> Option<Imported> {
        if self.done.versions == 0 {
            return None;
        }
        let settings = self.settings();
        self.done.files.insert(SitePath::parse("policy.yaml")?, settings.into_bytes());
        self.done.files.insert(SitePath::parse("ledger.yaml")?, self.ledger.into_bytes());
        Some(self.done)
    }

    fn settings(&self) -> String {
        let kinds = ["privacy", "terms"].into_iter();
        let kind = kinds.into_iter().find(|kind| self.done.slug.as_str().contains(kind)).unwrap_or("policy");
        let html = if self.html == HtmlRule::Safe { "safe" } else { "refuse" };
        // A draft would be refused for what a frozen title is not.
        let (title, language) = (scalar(&self.title.replace(is_refused, "")), scalar(self.language));
        format!("title: {title}\nkind: {kind}\nnumbering: none\nhtml: {html}\nlanguages: [{language}]\n")
    }
}
