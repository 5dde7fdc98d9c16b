//! Paths inside a site or its output: relative, with `/`, never leaving their root.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A relative path whose parts are plain names. Only this type reaches the disk.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SitePath(Arc<str>);

impl SitePath {
    /// Reads a path; `..`, `.`, empty parts, backslashes and controls are refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |part: &str| !matches!(part, "" | "." | "..");
        let chars = !text.chars().any(|char| char == '\\' || char.is_control());
        (chars && text.split('/').all(plain)).then(|| Self(text.into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as a text that many may share.
    #[must_use]
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last part without what follows its last dot.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// What follows the last dot of the last part, or nothing.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// What is left when a leading folder is taken off.
    #[must_use]
    pub fn under(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }

    /// The place on disk, below a root.
    #[must_use]
    pub fn on_disk(&self, root: &Path) -> PathBuf {
        let mut place = root.to_path_buf();
        place.extend(self.0.split('/'));
        place
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_its_root() {
        for bad in ["", "/a", "a//b", "../a", "a/..", "./a", "a\\b", "a\0b", "a/"] {
            assert!(SitePath::parse(bad).is_none(), "{bad:?}");
        }
        let path = SitePath::parse("content/policies/x/versions/1.0.fr.md").unwrap();
        assert_eq!((path.name(), path.stem(), path.extension()), ("1.0.fr.md", "1.0.fr", "md"));
        assert_eq!(path.under("content/policies"), Some("x/versions/1.0.fr.md"));
        assert_eq!(path.under("content/pol"), None);
    }
}
