//! Vellum's own folder in a site: what it kept there for itself.

use std::fs;
use std::path::Path;

use crate::base::error::Error;

/// A file of that folder; nothing when there is none.
///
/// # Errors
/// It is there and cannot be read.
pub fn read(root: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let folder = root.join(".vellum");
    let place = folder.join(name);
    let is_plain = fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir())
        && fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_file());
    if !is_plain {
        return Ok(None);
    }
    fs::read(&place).map(Some).map_err(|error| Error::file("read", &place, error))
}
