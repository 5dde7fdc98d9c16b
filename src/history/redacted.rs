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
        policy.translations.retain(|file| number(file).as_ref() != Some(&entry.version));
        let title = policy.settings.title.clone();
        let version = entry.version.as_str();
        let governing = entry.texts.first().map_or("en", |(language, _)| language);
        policy.versions.extend(wordless(policy.place(version), entry, (governing, &title)));
        for (language, _) in entry.translations() {
            let place = policy.place(&format!("{version}.{language}"));
            policy.translations.extend(wordless(place, entry, (language, &title)));
        }
    }
}

/// What the ledger says of a version, as its file.
fn wordless(place: Option<SitePath>, entry: &Entry, (language, title): (&str, &str)) -> Option<VersionFile> {
    let text = format!(
        "---\nversion: \"{}\"\ntitle: {}\nlanguage: {}\nnumbering: none\nhtml: refuse\npublished: {}\neffective: {}\nmaterial: {}\nsummary: []\n---\n",
        entry.version,
        scalar(title),
        scalar(language),
        entry.published,
        entry.effective,
        entry.material
    );
    Some(VersionFile::read(&place?, text.as_bytes(), &mut Vec::new()))
}
