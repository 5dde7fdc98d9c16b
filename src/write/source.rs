//! Writes into a site's own folder: a new folder or file, whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::path::SitePath;

/// Reads a file that was named on the command line.
///
/// # Errors
/// The file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::file("read", path, error))
}

/// Writes a file that was named on the command line; an earlier one of its kind that is there is replaced, whole or not
/// at all.
///
/// # Errors
/// Something else is there (wrong use), or the file cannot be written.
pub fn replace(place: &Path, bytes: &[u8], is_own: &dyn Fn(&[u8]) -> bool) -> Result<(), Error> {
    let there = fs::symlink_metadata(place).ok();
    if let Some(there) = there
        && !(there.is_file() && is_own(&read(place)?))
    {
        return Err(Error::usage(format!(
            "{} is there already, and is another file: it is not replaced",
            place.display()
        )));
    }
    let name = place.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let staged = place.with_file_name(format!(".{name}.new"));
    keep(&staged, bytes)?;
    fs::rename(&staged, place).map_err(|error| Error::file("write", place, error))
}

/// Makes a folder with files in it. It is made beside its place and then renamed, so that it is there whole or not.
///
/// # Errors
/// The folder is there and holds something (wrong use), or cannot be written.
pub fn new_folder(folder: &Path, files: &Files) -> Result<(), Error> {
    let mut there = fs::read_dir(folder).into_iter().flatten();
    if there.next().is_some() {
        return Err(Error::usage(format!("{} is there already, and is not empty", folder.display())));
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make(parent)?;
    let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let staged = parent.join(format!(".{name}.new"));
    let _ = fs::remove_dir_all(&staged);
    for (path, bytes) in files.iter() {
        let place = path.on_disk(&staged);
        make(place.parent().unwrap_or(&staged))?;
        keep(&place, bytes)?;
    }
    let _ = fs::remove_dir(folder);
    fs::rename(&staged, folder).map_err(|error| Error::file("make", folder, error))
}

/// Makes a file where there is none, whole or not at all.
///
/// # Errors
/// Something of that name is there (wrong use), or the file cannot be written.
pub fn new_file(root: &Path, path: &SitePath, bytes: &[u8]) -> Result<(), Error> {
    let place = path.on_disk(root);
    if fs::symlink_metadata(&place).is_ok() {
        return Err(Error::usage(format!("{path} is there already")));
    }
    make(place.parent().unwrap_or(root))?;
    let staged: PathBuf = place.with_file_name(format!(".{}.new", path.name()));
    keep(&staged, bytes)?;
    fs::rename(&staged, &place).map_err(|error| Error::file("write", &place, error))
}

fn make(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::file("make", folder, error))
}

/// Writes a file and makes sure that it has reached the disk.
fn keep(place: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || {
        let mut file = File::create(place)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error| Error::file("write", place, error))
}
