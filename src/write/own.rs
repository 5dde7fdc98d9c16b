//! Vellum's own folder in a site: what may be lost at any time, such as what is known of other sites. It keeps itself out
//! of the repository.

use std::fs;
use std::path::Path;

use super::disk::OWN;
use super::source;
use crate::base::error::Error;

/// Replaces a file in that folder, whole or not at all.
///
/// # Errors
/// What has the name of the folder is none (wrong use), or the file cannot be written.
pub fn keep(root: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let folder = root.join(OWN);
    match fs::symlink_metadata(&folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(Error::usage(format!("{} is not a folder: remove it", folder.display()))),
        Err(_) => fs::create_dir(&folder).map_err(|error| Error::file("create", &folder, error))?,
    }
    let ignored = folder.join(".gitignore");
    if fs::symlink_metadata(&ignored).is_err() {
        source::replace(&ignored, b"*\n", &|_| true)?;
    }
    source::replace(&folder.join(name), bytes, &|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_a_link_is_not_followed() {
        let home = tempfile::tempdir().unwrap();
        for text in ["one", "two"] {
            keep(home.path(), "links.json", text.as_bytes()).unwrap();
        }
        let read = |name: &str| fs::read_to_string(home.path().join(OWN).join(name)).unwrap();
        assert_eq!((read("links.json").as_str(), read(".gitignore").as_str()), ("two", "*\n"));
        assert_eq!(fs::read_dir(home.path().join(OWN)).unwrap().count(), 2);
        let other = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(home.path(), other.path().join(OWN)).unwrap();
        assert!(keep(other.path(), "links.json", b"x").is_err());
    }
}
