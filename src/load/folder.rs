//! A foreign folder of texts, for `import`. Nothing is written, and links are not followed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::error::Error;
use crate::base::names::is_scratch;
use crate::base::path::SitePath;

/// The texts of a folder, in the order of their names.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn texts(folder: &Path) -> Result<Vec<(SitePath, Vec<u8>)>, Error> {
    let mut texts = Vec::new();
    for (name, path) in entries(folder)? {
        let shown = format!("{}/{name}", folder.display());
        if path.is_file() && path.extension().is_some_and(|extension| extension == "md") {
            let known = SitePath::parse(shown.trim_start_matches(['/', '.'])).or_else(|| SitePath::parse(&name));
            let bytes = fs::read(&path).map_err(|error| Error::file("read", &path, error))?;
            texts.extend(known.map(|known| (known, bytes)));
        }
    }
    Ok(texts)
}

/// The folders in a folder, in the order of their names.
///
/// # Errors
/// The folder cannot be read.
pub fn folders(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    Ok(entries(folder)?.into_iter().filter(|(_, path)| path.is_dir()).collect())
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let failed = |error| Error::file("read", folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_link = entry.file_type().map_err(failed)?.is_symlink();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_link && !is_scratch(&name) {
            names.push((name, entry.path()));
        }
    }
    names.sort();
    Ok(names)
}
