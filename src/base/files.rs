//! Files as a value: an ordered map from paths to bytes.

use std::collections::BTreeMap;

use super::path::SitePath;

/// Ordered path → bytes.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<SitePath, Vec<u8>>);

impl Files {
    /// Adds a file; one of the same path is replaced and returned.
    pub fn insert(&mut self, path: SitePath, bytes: Vec<u8>) -> Option<Vec<u8>> {
        self.0.insert(path, bytes)
    }

    /// The bytes at a path.
    #[must_use]
    pub fn get(&self, path: &SitePath) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The bytes at a path given as text.
    #[must_use]
    pub fn named(&self, path: &str) -> Option<&[u8]> {
        self.get(&SitePath::parse(path)?)
    }

    /// All files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&SitePath, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path, bytes.as_slice()))
    }

    /// All paths in order.
    pub fn paths(&self) -> impl Iterator<Item = &SitePath> {
        self.0.keys()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<(SitePath, Vec<u8>)> for Files {
    fn extend<T: IntoIterator<Item = (SitePath, Vec<u8>)>>(&mut self, files: T) {
        self.0.extend(files);
    }
}

impl IntoIterator for Files {
    type Item = (SitePath, Vec<u8>);
    type IntoIter = std::collections::btree_map::IntoIter<SitePath, Vec<u8>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
