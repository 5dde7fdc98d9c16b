//! A theme's files → templates, assets and texts. A site's own files stand over the default theme's.

use std::collections::BTreeMap;

use super::builtin;
use super::decode::decode;
use super::raw::Reading;
use super::texts::Texts;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::files::Files;
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::span::{Place, SourceText};

/// A theme.
#[derive(Debug, Default)]
pub struct Theme {
    /// Templates by name.
    pub templates: BTreeMap<String, SourceText>,
    /// Assets by name.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// Where each asset is served, by its name.
    paths: BTreeMap<String, String>,
    /// The interface's words in the site's language.
    pub texts: Texts,
    /// The interface's words in every language that the theme has, by language.
    pub tongues: BTreeMap<String, Texts>,
}

impl Theme {
    /// The interface's words in a language; nothing when the theme has no words of it.
    #[must_use]
    pub fn speaking(&self, language: &str) -> Option<&Texts> {
        let short = language.split('-').next().unwrap_or(language);
        self.tongues.get(language).or_else(|| self.tongues.get(short))
    }

    /// The path of an asset in the site; nothing when the theme has none of this name.
    #[must_use]
    pub fn path(&self, asset: &str) -> &str {
        self.paths.get(asset).map_or("", String::as_str)
    }
}

/// The style sheet and the script carry their hash in their names, so that they can be cached for ever.
fn path(name: &str, bytes: &[u8]) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension @ ("css" | "js"))) => format!("assets/{stem}-{}.{extension}", Hash::of(bytes).short(12)),
        _ => format!("assets/{name}"),
    }
}

/// Puts a theme together: the default's files, and over them those of `themes/<name>/`.
pub fn read(name: &str, language: &str, files: &Files, findings: &mut Vec<Diagnostic>) -> Theme {
    let folder = format!("themes/{name}");
    let mut all: BTreeMap<String, (SitePath, Vec<u8>)> = BTreeMap::new();
    for (path, bytes) in builtin::FILES {
        if let Some(full) = SitePath::parse(&format!("themes/default/{path}")) {
            all.insert((*path).to_owned(), (full, bytes.to_vec()));
        }
    }
    let own = files.iter().filter_map(|(path, bytes)| Some((path.under(&folder)?, path, bytes)));
    let mut found = name == "default";
    for (name, path, bytes) in own {
        found = true;
        all.insert(name.to_owned(), (path.clone(), bytes.to_vec()));
    }
    if !found {
        let finding = Diagnostic::new(Code::V105, Place::of_file("site.yaml"), format!("there is no theme `{name}`"));
        findings.push(finding.help(format!("make the folder `{folder}`, or leave `theme` out")));
    }
    sort(all, language, findings)
}

fn sort(all: BTreeMap<String, (SitePath, Vec<u8>)>, language: &str, findings: &mut Vec<Diagnostic>) -> Theme {
    let mut theme = Theme::default();
    let mut texts: BTreeMap<String, Texts> = BTreeMap::new();
    for (name, (file, bytes)) in all {
        match name.split_once('/') {
            Some(("templates", template)) => {
                let source = decode(&file, &bytes, findings);
                theme.templates.insert(template.to_owned(), source);
            }
            Some(("assets", asset)) => {
                theme.paths.insert(asset.to_owned(), path(asset, &bytes));
                theme.assets.insert(asset.to_owned(), bytes);
            }
            Some(("text", words)) => {
                texts.insert(words.trim_end_matches(".yaml").to_owned(), read_texts(&file, &bytes, findings));
            }
            _ => settings(&name, &file, &bytes, findings),
        }
    }
    theme.texts = Texts::spoken(&texts, language);
    theme.tongues = texts.keys().map(|language| (language.clone(), Texts::spoken(&texts, language))).collect();
    for key in theme.texts.missing() {
        let place = Place::of_file("themes/default/text/en.yaml");
        findings.push(Diagnostic::new(Code::V116, place, format!("the text `{key}` is missing")));
    }
    theme
}

fn read_texts(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Texts {
    let source = decode(path, bytes, findings);
    let reading = Reading::new(&source);
    let texts = Texts::read(&reading);
    findings.extend(reading.into_findings());
    texts
}

/// `theme.yaml`, and files that stand where nothing reads them.
fn settings(name: &str, path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) {
    if name != "theme.yaml" {
        let finding = Diagnostic::new(Code::V120, Place::of_file(path.as_str()), "nothing reads this file");
        findings.push(finding.help("a theme has theme.yaml, templates/, assets/ and text/<lang>.yaml"));
        return;
    }
    let source = decode(path, bytes, findings);
    let reading = Reading::new(&source);
    if let Some(node) = reading.node()
        && let Some(fields) = reading.fields(&node)
    {
        fields.text("name");
        fields.text("description");
        fields.choice("extends", &["default"]);
        fields.done();
    }
    findings.extend(reading.into_findings());
}
