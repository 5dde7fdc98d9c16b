//! Languages of texts: BCP 47 tags, as they stand in names of files and in addresses, and the languages whose words are known.

use super::version::Version;

/// Whether a text is a tag of a language: two or three letters, then parts of at most eight letters and digits. No tag
/// is a name that Vellum uses beside the languages in addresses, such as `changes`.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts
        .next()
        .is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let fits = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    first && parts.all(fits)
}

/// The version and the language of a translation's file, by the name of the file without its extension: `2.0.fr`.
#[must_use]
pub fn translation(stem: &str) -> Option<(Version, &str)> {
    let (version, language) = stem.rsplit_once('.')?;
    Some((Version::parse(version)?, Some(language).filter(|tag| is_language(tag))?))
}

/// A language of whose words something is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
    /// German. Every noun of it has a capital.
    German,
    /// Any other.
    Other,
}

impl Language {
    /// That of a BCP 47 tag, of whatever region and script.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next().unwrap_or(tag).to_ascii_lowercase().as_str() {
            "en" => Self::English,
            "fr" => Self::French,
            "de" => Self::German,
            _ => Self::Other,
        }
    }
}

/// What a clause is called where a reference to it is written out; a sign where nobody said the word.
#[must_use]
pub fn section(language: &str) -> &'static str {
    match Language::of(language) {
        Language::English | Language::French => "section",
        Language::German => "Abschnitt",
        Language::Other => "§",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_the_first_part_of_its_tag() {
        let all = ["en", "EN-GB", "fr-CA", "de", "den", "enm", "", "pt-BR"].map(Language::of);
        let other = [Language::Other; 4];
        assert_eq!(all[..4], [Language::English, Language::English, Language::French, Language::German]);
        assert_eq!(all[4..], other);
    }

    #[test]
    fn a_translation_is_known_by_the_name_of_its_file() {
        let found = |stem| translation(stem).map(|(version, language)| (version.to_string(), language));
        assert_eq!(found("2.0.fr"), Some(("2.0".to_owned(), "fr")));
        assert_eq!(found("1.2.3.pt-BR"), Some(("1.2.3".to_owned(), "pt-BR")));
        for other in ["2.0", "2.0.FR", "2.0.changes", "2.0.fr-", "x.fr", "fr", "2.0.f", "2.0.zh-Hans_CN"] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
