//! The record's integrity: every published version is there, unchanged, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::known::Kept;
use super::{Subject, originals};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::span::{Place, Span};
use crate::base::version::Version;
use crate::history::event::TextHashes;
use crate::history::timeline::Entry;
use crate::site::body;
use crate::site::doc::{Doc, RemarkKind};
use crate::site::front::{Front, VersionFile};
use crate::site::links::asset;
use crate::site::plain;
use crate::site::shelf::Read;

/// The file of a version.
fn file_of<'a>(subject: &Subject<'a>, entry: &Entry) -> Option<&'a VersionFile> {
    let by_front = subject.policy.file(&entry.version).map(|(file, _)| file);
    by_front.or_else(|| subject.policy.named(&entry.version))
}

/// The texts of a version: the language of each, its hashes, and its file.
fn texts<'a>(
    subject: &Subject<'a>,
    entry: &'a Entry,
) -> impl Iterator<Item = (&'a str, &'a TextHashes, Option<&'a VersionFile>)> {
    let governing = entry.governing();
    entry.texts.iter().map(move |(language, hashes)| {
        let file = if governing == Some(language.as_str()) {
            file_of(subject, entry)
        } else {
            subject.policy.translation_file(&entry.version, language)
        };
        (language.as_str(), hashes, file)
    })
}

/// The name of a text's file.
fn file_name(entry: &Entry, language: &str) -> String {
    match entry.governing() {
        Some(governing) if governing == language => format!("{}.md", entry.version),
        _ => format!("{}.{language}.md", entry.version),
    }
}

fn ledger_place(subject: &Subject<'_>, span: Span) -> Place {
    let path = || Place::of_file(&format!("content/policies/{}/ledger.yaml", subject.policy.slug));
    subject.policy.ledger.as_ref().map_or_else(path, |source| source.place(span))
}

/// Every file has its version's name, and no version has two files.
pub fn names(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&Version, Place> = BTreeMap::new();
    for file in &subject.policy.versions {
        let Some(front) = &file.front else { continue };
        let version = &front.version;
        let place = file.front_source.place(version.span);
        if file.path.stem() != version.value.as_str() {
            let message = format!("the file {} holds version {}", file.path.name(), version.value);
            let help = format!("call the file {}.md, or restore its version", version.value);
            findings.push(Diagnostic::new(Code::V203, place.clone(), message).help(help));
        }
        if let Some(first) = seen.get(&version.value) {
            let message = format!("version {} stands in two files", version.value);
            let finding = Diagnostic::new(Code::V202, place.clone(), message).related(first.clone(), "the other one");
            findings.push(finding.help("remove the one that was not published; 1, 1.0 and 1.0.0 are one version"));
        }
        seen.entry(&version.value).or_insert(place);
    }
}

/// Every file is one that the ledger knows.
pub fn known(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let versions: BTreeSet<&Version> = subject.ledger.events.iter().map(|event| &event.version).collect();
    for file in &subject.policy.versions {
        let Some(front) = &file.front else { continue };
        if !versions.contains(&front.version.value) {
            let place = file.front_source.place(front.version.span);
            let message = format!("the ledger does not know version {}", front.version.value);
            let help = if subject.policy.ledger.is_some() {
                "move the text to draft.md and run `vellum publish`"
            } else {
                "there is no ledger.yaml: if there was one, restore it from your repository; else move the text to draft.md and run `vellum publish`"
            };
            findings.push(Diagnostic::new(Code::V206, place, message).help(help));
        }
    }
}

/// Every version that was published is there.
pub fn present(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for entry in &subject.record.entries {
        for (language, _, file) in texts(subject, entry) {
            match file {
                Some(file) if entry.redacted() => findings.push(not_shown(file, entry)),
                None if !entry.redacted() => findings.push(missing(subject, entry, language)),
                _ => {}
            }
        }
    }
}

fn missing(subject: &Subject<'_>, entry: &Entry, language: &str) -> Diagnostic {
    let place = ledger_place(subject, entry.recorded(language));
    let name = file_name(entry, language);
    let file = format!("content/policies/{}/versions/{name}", subject.policy.slug);
    let stem = name.trim_end_matches(".md");
    let message = format!("{} was published, and its file {file} is not there", originals::called(stem));
    let help = "restore the file; a version that no longer holds is withdrawn with `vellum withdraw`";
    Diagnostic::new(Code::V205, place, message).help(help)
}

fn not_shown(file: &VersionFile, entry: &Entry) -> Diagnostic {
    let message = format!("version {} is redacted: nothing of this file is shown", entry.version);
    let finding = Diagnostic::new(Code::V215, file.front_source.place(Span::default()), message);
    finding.help("keep the file or take it away; the record holds either way")
}

/// A published text, read.
pub struct Text<'a> {
    /// Its version.
    pub entry: &'a Entry,
    /// The place of its version in the order of versions, those that are not published yet included.
    pub index: usize,
    /// Its file.
    pub file: &'a VersionFile,
    /// Its front matter.
    pub front: &'a Front,
    /// Its body in parts.
    pub parts: Read,
    /// The text.
    pub doc: Doc,
}

/// Every published text, front matter and picture is what it was.
pub fn unchanged(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let all = 0..subject.record.entries.len();
    read((subject, all), &Kept::default(), findings, &mut |_, _| {});
}

/// The same of some versions; each text that can be read is handed on.
pub fn read(
    (subject, versions): (&Subject<'_>, Range<usize>),
    kept: &Kept,
    findings: &mut Vec<Diagnostic>,
    then: &mut impl FnMut(&Text<'_>, &mut Vec<Diagnostic>),
) {
    for index in versions {
        let Some(entry) = subject.record.entries.get(index).filter(|entry| !entry.redacted()) else { continue };
        for (_, hashes, file) in texts(subject, entry) {
            let Some(file) = file else { continue };
            let unchanged = frozen((subject, kept), file, hashes, findings);
            let Some(front) = &file.front else { continue };
            let parts = kept.shelf.read(file.body.text());
            let doc = body::parse_read(&parts, file.body.text(), front.manner());
            let text = Text { entry, index, file, front, parts, doc };
            if unchanged {
                reads_alike((&text, kept), hashes, findings);
            }
            notes(&text, findings);
            then(&text, findings);
        }
        assets(subject, entry, findings);
    }
}

/// Whether a file holds what was published.
fn frozen(
    (subject, kept): (&Subject<'_>, &Kept),
    file: &VersionFile,
    hashes: &TextHashes,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let body_is = kept.body_hash(file.body.text()) == hashes.sha256;
    let meta_is = file.meta_sha256() == hashes.meta_sha256;
    if !body_is {
        findings.push(originals::body(subject, file, &hashes.sha256));
    }
    if !meta_is {
        findings.push(originals::meta(subject, file, &hashes.meta_sha256));
    }
    body_is && meta_is
}

/// Whether a text reads as it did when it was published.
fn reads_alike((text, kept): (&Text<'_>, &Kept), hashes: &TextHashes, findings: &mut Vec<Diagnostic>) {
    if kept.plain_hash(&plain::text(&text.doc)) == hashes.text_sha256 {
        return;
    }
    let called = originals::called(text.file.path.stem());
    let message = format!("the plain text of {called} is not what was published");
    let finding = Diagnostic::new(Code::V211, text.file.body.place(Span::default()), message);
    let help = "this Vellum reads the text in another way than the one that published it; please report it";
    findings.push(finding.help(help));
}

/// What a frozen text would be refused for, were it a draft; it stays as it is.
fn notes(Text { entry, file, doc, .. }: &Text<'_>, findings: &mut Vec<Diagnostic>) {
    for remark in doc.remarks.iter().filter(|remark| remark.kind == RemarkKind::RepeatedId) {
        let called = originals::called(file.path.stem());
        let message = format!("the id `{}` stands twice in {called}", remark.words);
        let finding = Diagnostic::new(Code::V214, file.body.place(remark.span), message);
        findings
            .push(finding.help("the second is shown with a number at its end; in the next draft, give it another id"));
    }
    for target in &doc.targets {
        if let Some(path) = asset(&target.href).filter(|path| !entry.assets.contains_key(*path)) {
            let message = format!("version {} uses assets/{path}, which was not frozen with it", entry.version);
            let finding = Diagnostic::new(Code::V210, file.body.place(target.span), message);
            findings.push(finding.help("restore ledger.yaml from your repository"));
        }
    }
}

fn assets(subject: &Subject<'_>, entry: &Entry, findings: &mut Vec<Diagnostic>) {
    for (path, wanted) in &entry.assets {
        let found = subject.policy.assets.get(path);
        if found.is_some_and(|(hash, _)| hash == wanted) {
            continue;
        }
        let file = format!("content/policies/{}/assets/{path}", subject.policy.slug);
        let (what, is) = match found {
            None => ("is missing", "it is not there".to_owned()),
            Some((hash, _)) => ("was changed", format!("its hash is {}", hash.short(16))),
        };
        let message = format!("assets/{path}, which version {} uses, {what}", entry.version);
        let mut finding = Diagnostic::new(Code::V210, Place::of_file(&file), message)
            .related(ledger_place(subject, entry.span), "it was published here");
        finding.details.push(format!("its hash was {} when it was published, now {is}", wanted.short(16)));
        findings.push(finding.help("restore the file, and give a new picture a new name"));
    }
}

/// Why a version that is not built is named all the same.
const NAMED_EARLY: &str = "ledger.json holds its event all the same, without a word of its text: what was recorded after it cannot be checked without it";

/// What is worth knowing of days: versions of one day, and versions that are not published yet.
pub fn days(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for coming in &subject.timeline.unpublished {
        let message = format!("version {} is not built: it is published on {}", coming.version, coming.on);
        let finding = Diagnostic::new(Code::V212, ledger_place(subject, coming.span), message);
        let named = coming.number < subject.timeline.events;
        findings.push(if named { finding.help(NAMED_EARLY) } else { finding });
    }
    let today = subject.now;
    for pair in subject.timeline.entries.windows(2) {
        let [one, two] = pair else { continue };
        if one.effective == two.effective && one.effective > today.day(&one.zone) {
            let message = format!("versions {} and {} both apply from {}", one.version, two.version, one.effective);
            let finding = Diagnostic::new(Code::V213, ledger_place(subject, two.span), message);
            findings.push(finding.related(ledger_place(subject, one.span), "the earlier one"));
        }
    }
}
