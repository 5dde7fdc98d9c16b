//! One policy's files → settings, versions, draft, ledger and assets.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::body::{HtmlRule, Numbering};
use super::decode::{characters, decode};
use super::draft::{self, Draft};
use super::front::{Front, VersionFile, html_rule, numbering};
use super::ids::{self, Moved};
use super::raw::Reading;
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::files::Files;
use crate::base::hash::Hash;
use crate::base::language::{is_language, translation};
use crate::base::parallel::in_parallel;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::source::Loaded;
use crate::base::span::{Place, SourceText, Spanned};
use crate::base::version::Version;

/// The settings of a policy, from `policy.yaml`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its title, while no version has one.
    pub title: String,
    /// `privacy`, `terms` or another word.
    pub kind: String,
    /// Named audiences with dates of their own.
    pub audiences: Vec<String>,
    /// Addresses that lead here.
    pub aliases: Vec<Spanned<String>>,
    /// How many days lie between publication and effect.
    pub notice_days: u32,
    /// How drafts are numbered.
    pub numbering: Numbering,
    /// What happens to HTML in drafts.
    pub html: HtmlRule,
    /// The languages, the governing one first.
    pub languages: Vec<String>,
    /// What became of ids that went.
    pub ids: Vec<Moved>,
}

/// One policy.
#[derive(Debug)]
pub struct Policy {
    /// Its name in addresses.
    pub slug: Slug,
    /// The settings.
    pub settings: Settings,
    /// Where the settings stand.
    pub settings_path: SitePath,
    /// The versions' files, by file name. Translations are not among them.
    pub versions: Vec<VersionFile>,
    /// The translations' files, by file name.
    pub translations: Vec<VersionFile>,
    /// The draft, if there is one that can be read.
    pub draft: Option<Draft>,
    /// The drafts of translations that can be read, by language.
    pub drafts: BTreeMap<String, Draft>,
    /// `ledger.yaml`, if there is one.
    pub ledger: Option<SourceText>,
    /// The bytes below `assets/`, by their path there.
    pub assets: BTreeMap<String, (Hash, Vec<u8>)>,
}

/// The folder that holds the policies.
pub const FOLDER: &str = "content/policies";

/// Reads a policy's files. Nothing comes back when its folder's name is no slug.
pub fn read(name: &str, loaded: Loaded, findings: &mut Vec<Diagnostic>) -> Option<Policy> {
    findings.extend(loaded.problems);
    let folder = format!("{FOLDER}/{name}");
    let Some(slug) = Slug::parse(name) else {
        let message = format!("`{name}` cannot be an address");
        let help = Slug::from_name(name).map_or_else(String::new, |slug| format!("call the folder `{slug}`"));
        findings.push(Diagnostic::new(Code::V114, Place::of_file(&folder), message).help(help));
        return None;
    };
    let settings_path = SitePath::parse(&format!("{folder}/policy.yaml"))?;
    let settings = settings(&settings_path, &loaded.files, name, findings);
    let mut policy = Policy {
        slug,
        settings,
        settings_path,
        versions: Vec::new(),
        translations: Vec::new(),
        draft: None,
        drafts: BTreeMap::new(),
        ledger: None,
        assets: BTreeMap::new(),
    };
    let (versions, others): (Vec<_>, Vec<_>) =
        loaded.files.into_iter().partition(|(path, _)| is_version(&folder, path));
    for (path, bytes) in others {
        policy.take(&folder, &path, bytes, findings);
    }
    for (file, found) in texts(versions) {
        findings.extend(found);
        let of = if translation(file.path.stem()).is_some() { &mut policy.translations } else { &mut policy.versions };
        of.push(file);
    }
    Some(policy)
}

fn is_version(folder: &str, path: &SitePath) -> bool {
    let name = path.under(folder).and_then(|name| name.strip_prefix("versions/"));
    path.extension() == "md" && name.is_some_and(|name| !name.contains('/'))
}

/// So many texts of a policy are read one after the other. Those of one that has more are read on all processors.
const FEW: usize = 200;

/// The published texts of a policy, each with what was found in it. What was read of a file is given up before the next
/// ones are.
fn texts(mut files: Vec<(SitePath, Vec<u8>)>) -> Vec<(VersionFile, Vec<Diagnostic>)> {
    if files.len() <= FEW {
        return files.into_iter().map(|file| text(&file)).collect();
    }
    let mut read = Vec::with_capacity(files.len());
    while !files.is_empty() {
        let next: Vec<_> = files.drain(..FEW.min(files.len())).collect();
        read.extend(in_parallel(&next, |file| Ok::<_, Infallible>(text(file))).into_iter().flatten());
    }
    read
}

/// A frozen text is not refused for what it holds, but only when it cannot be used at all.
fn text((path, bytes): &(SitePath, Vec<u8>)) -> (VersionFile, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let file = VersionFile::read(path, bytes, &mut found);
    if file.front.is_some() {
        found.iter_mut().for_each(|finding| finding.severity = Severity::Note);
    }
    characters_note(&file.front_source, &mut found);
    characters_note(&file.body, &mut found);
    (file, found)
}

impl Policy {
    /// The file of a version, and its front matter.
    #[must_use]
    pub fn file(&self, version: &Version) -> Option<(&VersionFile, &Front)> {
        let named = self.named(version).into_iter();
        named.chain(&self.versions).find_map(|file| Some((file, file.front_of(version)?)))
    }

    /// The file that has a version's name, whatever it holds.
    #[must_use]
    pub fn named(&self, version: &Version) -> Option<&VersionFile> {
        let path = self.place(version.as_str())?;
        let at = self.versions.binary_search_by(|file| file.path.cmp(&path)).ok()?;
        self.versions.get(at)
    }

    /// Where the file of a published text stands: that of a version, or of a version and a language (`2.0.fr`).
    #[must_use]
    pub fn place(&self, text: &str) -> Option<SitePath> {
        SitePath::parse(&format!("{FOLDER}/{}/versions/{text}.md", self.slug))
    }

    /// The file of a version's text in a language that does not govern, and its front matter.
    #[must_use]
    pub fn translation(&self, version: &Version, language: &str) -> Option<(&VersionFile, &Front)> {
        let file = self.translation_file(version, language)?;
        Some((file, file.front.as_ref()?))
    }

    /// The same file, whether its front matter can be used or not.
    #[must_use]
    pub fn translation_file(&self, version: &Version, language: &str) -> Option<&VersionFile> {
        let is_it = |file: &&VersionFile| translation(file.path.stem()) == Some((version.clone(), language));
        self.translations.iter().find(is_it)
    }

    fn take(&mut self, folder: &str, path: &SitePath, bytes: Vec<u8>, findings: &mut Vec<Diagnostic>) {
        let Some(name) = path.under(folder) else { return };
        match name.split_once('/') {
            None if name == "ledger.yaml" => self.ledger = Some(decode(path, &bytes, findings)),
            None if name == "policy.yaml" => {}
            None if name == "draft.md" => self.draft = draft::read(path, &bytes, &self.settings, findings),
            None if translated_draft(name).is_some() => self.translated(path, &bytes, findings),
            Some(("assets", file)) => {
                self.assets.insert(file.to_owned(), (Hash::of(&bytes), bytes));
            }
            _ => {
                let finding = Diagnostic::new(Code::V120, Place::of_file(path.as_str()), "nothing reads this file");
                findings
                    .push(finding.help("a policy has policy.yaml, draft.md, ledger.yaml, versions/*.md and assets/"));
            }
        }
    }

    fn translated(&mut self, path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) {
        let draft = draft::translation(path, bytes, &self.settings, findings);
        if let Some((language, draft)) = translated_draft(path.name()).zip(draft) {
            self.drafts.insert(language.to_owned(), draft);
        }
    }
}

/// The language of a translation's draft, by the name of its file: `draft.fr.md`.
fn translated_draft(name: &str) -> Option<&str> {
    name.strip_prefix("draft.")?.strip_suffix(".md").filter(|tag| is_language(tag))
}

fn characters_note(body: &SourceText, findings: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    characters(body, &mut found);
    findings.extend(found.into_iter().map(|finding| {
        finding.weighing(Severity::Note).help("it was published like this; the next draft can leave it out")
    }));
}

fn settings(path: &SitePath, files: &Files, name: &str, findings: &mut Vec<Diagnostic>) -> Settings {
    let mut settings = Settings {
        title: name.to_owned(),
        kind: "policy".to_owned(),
        audiences: Vec::new(),
        aliases: Vec::new(),
        notice_days: 0,
        numbering: Numbering::None,
        html: HtmlRule::Refuse,
        languages: Vec::new(),
        ids: Vec::new(),
    };
    let Some(bytes) = files.get(path) else {
        let finding = Diagnostic::new(Code::V103, Place::of_file(path.as_str()), "the policy has no policy.yaml");
        findings.push(finding.help("add the file with at least `title: …` and `kind: privacy` or `kind: terms`"));
        return settings;
    };
    let source = decode(path, bytes, findings);
    characters(&source, findings);
    let reading = Reading::new(&source);
    if let Some(node) = reading.node()
        && let Some(fields) = reading.fields(&node)
    {
        settings.title = fields.need_text("title").map_or(settings.title, |text| text.value);
        settings.kind = fields.text("kind").map_or(settings.kind, |text| text.value);
        settings.audiences = fields.texts("audiences").into_iter().map(|text| text.value).collect();
        settings.aliases = fields.texts("aliases");
        settings.notice_days = fields.number("notice_days").unwrap_or_default();
        settings.numbering = fields.get("numbering").and_then(|node| numbering(&reading, node)).unwrap_or_default();
        settings.html = fields.get("html").and_then(|node| html_rule(&reading, node)).unwrap_or_default();
        settings.languages = languages(&reading, &fields.texts("languages"));
        settings.ids = fields.get("ids").map_or_else(Vec::new, |node| ids::read(&reading, node));
        fields.done();
        check_aliases(&reading, &settings.aliases);
    }
    findings.extend(reading.into_findings());
    settings
}

/// The languages: each a tag, and none twice, in whatever case.
fn languages(reading: &Reading<'_>, tags: &[Spanned<String>]) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for tag in tags {
        let twice = languages.iter().any(|other| other.eq_ignore_ascii_case(&tag.value));
        if !is_language(&tag.value) {
            let message = format!("`{}` is not the tag of a language", tag.value);
            reading.say(Code::V105, tag.span, message, "write it as in `en`, `en-GB` or `fr`; the first one governs");
        } else if twice {
            reading.say(Code::V105, tag.span, format!("the language `{}` stands twice", tag.value), "remove one");
        } else {
            languages.push(tag.value.clone());
        }
    }
    languages
}

fn check_aliases(reading: &Reading<'_>, aliases: &[Spanned<String>]) {
    for alias in aliases {
        let path = alias.value.trim_matches('/');
        let fits = alias.value.starts_with('/') && SitePath::parse(path).is_some() && !path.contains([' ', '*', ':']);
        if !fits {
            let message = format!("`{}` is not an address of this site", alias.value);
            reading.say(Code::V105, alias.span, message, "write it as it stands after the host: /policy/old-name/");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_texts_are_all_there_in_the_order_of_their_names() {
        let count = 2 * FEW + 3;
        let mut files = Files::default();
        for number in 0..count {
            let path = SitePath::parse(&format!("{FOLDER}/terms/versions/{number}.md")).unwrap();
            files.insert(path, format!("no front matter, {number}\n").into_bytes());
        }
        let paths: Vec<SitePath> = files.paths().cloned().collect();
        let mut findings = Vec::new();
        let policy = read("terms", Loaded { files, problems: Vec::new() }, &mut findings).unwrap();
        assert_eq!(policy.versions.iter().map(|file| &file.path).collect::<Vec<_>>(), paths.iter().collect::<Vec<_>>());
        assert!(policy.versions.iter().all(|file| file.body.text().contains(&format!(", {}\n", file.path.stem()))));
        assert_eq!(findings.iter().filter(|finding| finding.code == Code::V110).count(), count);
    }
}
