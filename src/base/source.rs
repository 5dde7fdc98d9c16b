//! Where a site's files come from. The disk is one answer (`load`); a map of files in memory is another.

use super::diag::Diagnostic;
use super::error::Error;
use super::files::Files;
use super::hash::Hash;
use super::path::SitePath;

/// Files that were read, and what was wrong with the reading of them.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files, by their path below the site's root.
    pub files: Files,
    /// Links that lead out, names that cannot be carried to another system, and the like.
    pub problems: Vec<Diagnostic>,
}

/// A site's files, read when they are asked for. Nothing is ever written through it.
pub trait Source: Sync {
    /// Everything but the policies and `static/`: settings, pages, forms and themes.
    ///
    /// # Errors
    /// A file that is there cannot be read, or there is no `site.yaml` (wrong use).
    fn shared(&self) -> Result<Loaded, Error>;

    /// The names of the folders in `content/policies/`, in order.
    ///
    /// # Errors
    /// The folder cannot be read.
    fn policies(&self) -> Result<Vec<String>, Error>;

    /// All files of one policy.
    ///
    /// # Errors
    /// A file cannot be read.
    fn policy(&self, name: &str) -> Result<Loaded, Error>;

    /// The paths below `static/`, in order; their bytes are read one by one with [`Source::read`].
    ///
    /// # Errors
    /// The folder cannot be read.
    fn statics(&self) -> Result<(Vec<SitePath>, Vec<Diagnostic>), Error>;

    /// One file's bytes.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, path: &SitePath) -> Result<Vec<u8>, Error>;

    /// Texts among which the original of a changed one may be found: the last output, the history of a repository.
    fn originals(&self, path: &SitePath, wanted: &Hash) -> Vec<Vec<u8>>;
}
