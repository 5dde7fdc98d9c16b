//! Version numbers of policies.

use std::cmp::Ordering;
use std::fmt;

/// `\d+(\.\d+){0,2}`, kept as written. 1, 1.0 and 1.0.0 are one version.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    key: [u32; 3],
}

impl Version {
    /// Reads a version number; each part has at most nine digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = [0; 3];
        let mut parts = text.split('.');
        for slot in &mut key {
            let Some(part) = parts.next() else { break };
            *slot = number(part)?;
        }
        parts.next().is_none().then(|| Self { text: text.to_owned(), key })
    }

    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The next number for a material change: 2.3 becomes 3.0.
    #[must_use]
    pub fn next_major(&self) -> Self {
        let [major, ..] = self.key;
        Self::of(major.saturating_add(1), 0)
    }

    /// The next number for any other change: 2.3 becomes 2.4.
    #[must_use]
    pub fn next_minor(&self) -> Self {
        let [major, minor, _] = self.key;
        Self::of(major, minor.saturating_add(1))
    }

    /// The version `major.minor`.
    #[must_use]
    pub fn of(major: u32, minor: u32) -> Self {
        Self { text: format!("{major}.{minor}"), key: [major, minor, 0] }
    }
}

fn number(part: &str) -> Option<u32> {
    let digits = !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits { part.parse().ok() } else { None }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_version_has_many_spellings() {
        let one = Version::parse("1").unwrap();
        assert_eq!(one, Version::parse("1.0").unwrap());
        assert_eq!(one, Version::parse("1.0.0").unwrap());
        assert_ne!(Version::parse("1.1").unwrap(), Version::parse("1.10").unwrap());
    }

    #[test]
    fn only_numbers_are_versions() {
        for bad in ["", "1.", ".1", "1.0.0.0", "v1", "1.0-rc", "1234567890", "+1"] {
            assert!(Version::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_next_number_follows_the_change() {
        let now = Version::parse("2.3").unwrap();
        assert_eq!(now.next_major().as_str(), "3.0");
        assert_eq!(now.next_minor().as_str(), "2.4");
    }
}
