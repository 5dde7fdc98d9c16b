//! A folder of dated texts → a policy with its record. Pure: the files to write are returned.

use std::collections::BTreeMap;

use super::seal::{self, Text};
use super::tidy::{Tidied, tidy};
use crate::base::date::Zone;
use crate::base::diag::{Code, Diagnostic, Severity};
use crate::base::files::Files;
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::span::Place;
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
    /// The texts, in the order of their names.
    pub files: Vec<(SitePath, Vec<u8>)>,
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
    let mut run =
        Run { language, zone, chain: Hash::ZERO, before: None, ledger: ledger::opening(), html: HtmlRule::Refuse };
    let mut done = Imported {
        slug: folder.slug,
        files: Files::default(),
        versions: 0,
        skipped: 0,
        comments: 0,
        dropped: BTreeMap::new(),
    };
    let mut title = None;
    for (path, bytes) in folder.files {
        let mut found = Vec::new();
        let mut text = tidy(&path, &bytes, &mut found);
        findings.extend(found.into_iter().map(|finding| finding.weighing(Severity::Note)));
        done.comments += text.comments;
        for key in text.dropped.drain(..) {
            *done.dropped.entry(key).or_default() += 1;
        }
        if run.before.as_deref() == Some(text.body.as_str()) {
            done.skipped += 1;
            continue;
        }
        title = text.title.clone().or(title);
        let name = title.clone().unwrap_or_else(|| done.slug.as_str().replace('-', " "));
        run.add(&path, text, &name, &mut done, findings)?;
    }
    if done.versions == 0 {
        return None;
    }
    let title = title.unwrap_or_else(|| done.slug.as_str().replace('-', " "));
    let settings = run.settings(&title, &done.slug);
    done.files.insert(SitePath::parse("policy.yaml")?, settings.into_bytes());
    done.files.insert(SitePath::parse("ledger.yaml")?, run.ledger.into_bytes());
    Some(done)
}

struct Run<'a> {
    language: &'a str,
    zone: &'a Zone,
    chain: Hash,
    before: Option<String>,
    ledger: String,
    html: HtmlRule,
}

impl Run<'_> {
    fn add(
        &mut self,
        path: &SitePath,
        text: Tidied,
        title: &str,
        done: &mut Imported,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        let Some(day) = text.day else {
            let finding = Diagnostic::new(Code::V201, Place::of_file(path.as_str()), "no day is given for this text");
            findings.push(finding.help("put `date: YYYY-MM-DD` in its front matter, or the day in its name"));
            return Some(());
        };
        done.versions += 1;
        self.html = if text.html { HtmlRule::Safe } else { HtmlRule::Refuse };
        let sealed = Text {
            version: Version::of(u32::try_from(done.versions).ok()?, 0),
            title: title.to_owned(),
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
        };
        let name = SitePath::parse(&format!("versions/{}.md", sealed.version))?;
        let bytes = sealed.file().into_bytes();
        let file = VersionFile::read(&name, &bytes, &mut Vec::new());
        let event = seal::event(&file, &BTreeMap::new(), self.zone, false)?.chained(self.chain);
        self.chain = event.chain;
        self.ledger.push_str(&ledger::line(&event));
        self.before = Some(text.body);
        done.files.insert(name, bytes);
        Some(())
    }

    fn settings(&self, title: &str, slug: &Slug) -> String {
        let kind = ["privacy", "terms"].into_iter().find(|kind| slug.as_str().contains(kind)).unwrap_or("policy");
        let html = if self.html == HtmlRule::Safe { "safe" } else { "refuse" };
        format!(
            "title: {}\nkind: {kind}\nnumbering: none\nhtml: {html}\nlanguages: [{}]\n",
            scalar(title),
            scalar(self.language)
        )
    }
}
