//! Texts in further languages: their names, whether the record knows them, and whether policy.yaml lists their language.

use super::Subject;
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::language::translation;
use crate::base::span::{Place, Span};
use crate::base::version::Version;
use crate::site::draft::Draft;
use crate::site::front::{Front, VersionFile};

/// The files of translations with their front matter, and the language that each is named after.
fn files<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a VersionFile, &'a Front, &'a str)> {
    let files = subject.policy.translations.iter();
    files.filter_map(|file| Some((file, file.front.as_ref()?, translation(file.path.stem())?.1)))
}

/// Every translation has the name of its version and language, and no text has two files.
pub fn names(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&Version, &str, Place)> = Vec::new();
    for (file, front, language) in files(subject) {
        let version = &front.version;
        let place = file.front_source.place(version.span);
        if front.language != language {
            let message = format!("the file {} holds a text whose language is `{}`", file.path.name(), front.language);
            let help = "restore the file from your repository, or give it the name of its language";
            findings.push(Diagnostic::new(Code::V230, place.clone(), message).help(help));
        } else if file.path.stem() != format!("{}.{language}", version.value) {
            let message = format!("the file {} holds version {}", file.path.name(), version.value);
            let help = format!("call the file {}.{language}.md, or restore its version", version.value);
            findings.push(Diagnostic::new(Code::V203, place.clone(), message).help(help));
        }
        if let Some((.., first)) = seen.iter().find(|(other, tag, _)| **other == version.value && *tag == language) {
            let message = format!("the text of version {} in `{language}` stands in two files", version.value);
            let finding = Diagnostic::new(Code::V202, place.clone(), message).related(first.clone(), "the other one");
            findings.push(finding.help("remove the one that was not published; 1, 1.0 and 1.0.0 are one version"));
        }
        seen.push((&version.value, language, place));
    }
}

/// Every translation is one that the ledger knows.
pub fn known(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for (file, front, language) in files(subject) {
        let entry = subject.record.entries.iter().find(|entry| entry.version == front.version.value);
        let texts = entry.into_iter().flat_map(|entry| &entry.texts);
        if texts.into_iter().any(|(tag, _)| tag == language) {
            continue;
        }
        let message = format!("the ledger does not know the text of version {} in `{language}`", front.version.value);
        let slug = &subject.policy.slug;
        let publish = match entry {
            Some(entry) => format!("vellum publish {slug} --translation {language} --version {}", entry.version),
            None => format!("vellum publish {slug} --effective DATE"),
        };
        let help = format!("move the text to draft.{language}.md and run `{publish}`");
        let place = file.front_source.place(front.version.span);
        findings.push(Diagnostic::new(Code::V231, place, message).help(help));
    }
}

/// The languages of a policy are those that policy.yaml lists.
pub fn listed(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let languages = &subject.policy.settings.languages;
    findings.extend(subject.policy.drafts.iter().filter_map(|(tag, draft)| outside(languages, tag, draft)));
    for (file, front, language) in files(subject).filter(|(.., tag)| !languages.iter().any(|own| own == tag)) {
        let place = file.front_source.place(front.version.span);
        let finding = Diagnostic::new(Code::V232, place, unlisted(language)).weighing(Severity::Note);
        findings.push(finding.help("it was published, and stays where it is; no text in it can be published now"));
    }
}

/// Says why a draft cannot be one of a translation, when its language governs or is not listed.
#[must_use]
pub fn outside(languages: &[String], language: &str, draft: &Draft) -> Option<Diagnostic> {
    let place = draft.front.source.place(Span::default());
    match languages.iter().position(|own| own == language) {
        Some(0) => {
            let message = format!("`{language}` is the language of the text that governs");
            let help = "its draft is draft.md; the first of `languages` in policy.yaml governs";
            Some(Diagnostic::new(Code::V233, place, message).help(help))
        }
        Some(_) => None,
        None => {
            let help = how_to_list(languages, language);
            Some(Diagnostic::new(Code::V232, place, unlisted(language)).help(help))
        }
    }
}

fn unlisted(language: &str) -> String {
    format!("policy.yaml does not list the language `{language}`")
}

fn how_to_list(languages: &[String], language: &str) -> String {
    match languages {
        [] => format!("add to policy.yaml `languages: [en, {language}]`, the language that governs first"),
        known => format!("add it to policy.yaml: `languages: [{}, {language}]`", known.join(", ")),
    }
}
