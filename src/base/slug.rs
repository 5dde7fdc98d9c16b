//! Names of policies and forms, as they stand in addresses.

use std::fmt;

/// `[a-z0-9]+(-[a-z0-9]+)*`, at most 100 characters (FORMAT.md).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Slug(String);

impl Slug {
    /// The longest slug, in characters.
    pub const MAX: usize = 100;

    /// Reads a slug that is written as one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX;
        let words = text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        (fits && words).then(|| Self(text.to_owned()))
    }

    /// Makes a slug of any name: lower case, every other run of characters becomes `-`.
    /// Nothing is left of a name without a letter or digit of ASCII.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let words: Vec<&str> =
            lower.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        Self::parse(&words.join("-"))
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_words_joined_by_single_dashes() {
        assert!(Slug::parse("end-user-2").is_some());
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "é", "a/b"] {
            assert!(Slug::parse(bad).is_none(), "{bad}");
        }
        assert!(Slug::parse(&"a".repeat(100)).is_some());
        assert!(Slug::parse(&"a".repeat(101)).is_none());
    }

    #[test]
    fn names_become_slugs() {
        assert_eq!(Slug::from_name("Terms & Conditions (UK)").unwrap().as_str(), "terms-conditions-uk");
        assert!(Slug::from_name("—").is_none());
    }
}
