//! A version that was redacted by order, as pages may show it: nothing of its file, be the file there or not.

use super::timeline::{Entry, Timeline};
use crate::base::path::SitePath;
use crate::site::emit::scalar;
use crate::site::front::VersionFile;
use crate::site::policy::Policy;

/// Puts a file without words in the place of each redacted version's own.
pub fn blank(policy: &mut Policy, timeline: &Timeline) {
    for entry in timeline.entries.iter().filter(|entry| entry.redacted()) {
        let number = |file: &VersionFile| file.front.as_ref().map(|front| front.version.value.clone());
        policy.versions.retain(|file| number(file).as_ref() != Some(&entry.version));
        let place = format!("content/policies/{}/versions/{}.md", policy.slug, entry.version);
        let Some(path) = SitePath::parse(&place) else { continue };
        let text = wordless(entry, &policy.settings.title);
        policy.versions.push(VersionFile::read(&path, text.as_bytes(), &mut Vec::new()));
    }
}

/// What the ledger says of a version, as its file.
fn wordless(entry: &Entry, title: &str) -> String {
    let language = entry.texts.first().map_or("en", |(language, _)| language);
    format!(
        "---\nversion: \"{}\"\ntitle: {}\nlanguage: {}\nnumbering: none\nhtml: refuse\npublished: {}\neffective: {}\nmaterial: {}\nsummary: []\n---\n",
        entry.version,
        scalar(title),
        scalar(language),
        entry.published,
        entry.effective,
        entry.material
    )
}
