//! A built site in a folder, for `verify`. Nothing is written, and links are not followed.

use std::fs;
use std::path::{Path, PathBuf};

use super::walk;
use crate::base::error::Error;
use crate::base::path::SitePath;

/// A folder that holds a built site, or a copy of one.
#[derive(Debug)]
pub struct Built(PathBuf);

impl Built {
    /// Takes a folder.
    ///
    /// # Errors
    /// It is none, or neither a build nor a list of policies is in it (wrong use).
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let is_site = [".vellum/manifest.json", "policies.json"].iter().any(|name| folder.join(name).is_file());
        let said = || format!("there is no built site in {}: run `vellum build`, or name its folder", folder.display());
        if is_site { Ok(Self(folder.to_path_buf())) } else { Err(Error::usage(said())) }
    }

    /// The bytes of a file, or why there are none.
    ///
    /// # Errors
    /// The disk fails.
    pub fn read(&self, path: &SitePath) -> Result<Result<Vec<u8>, &'static str>, Error> {
        let place = path.on_disk(&self.0);
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_file() => {
                fs::read(&place).map(Ok).map_err(|error| Error::file("read", &place, error))
            }
            Ok(metadata) if metadata.is_symlink() => Ok(Err("a link stands in its place")),
            Ok(_) => Ok(Err("it is no file")),
            Err(error) if walk::is_absent(&error) => Ok(Err("it is not there")),
            Err(error) => Err(Error::file("read", &place, error)),
        }
    }

    /// All files and links, but for what Vellum keeps for itself.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn list(&self) -> Result<Vec<SitePath>, Error> {
        let mut found = Vec::new();
        let mut open = vec![String::new()];
        while let Some(prefix) = open.pop() {
            let folder = self.0.join(&prefix);
            let failed = |error| Error::file("read", &folder, error);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
                match entry.file_type().map_err(failed)?.is_dir() {
                    true if path == ".vellum" => {}
                    true => open.push(format!("{path}/")),
                    false => found.extend(SitePath::parse(&path)),
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_without_following_links() {
        let home = tempfile::tempdir().unwrap();
        assert!(Built::open(home.path()).is_err());
        fs::create_dir_all(home.path().join("a/b")).unwrap();
        fs::create_dir(home.path().join(".vellum")).unwrap();
        for name in ["policies.json", "a/b/c", ".vellum/lock"] {
            fs::write(home.path().join(name), name).unwrap();
        }
        std::os::unix::fs::symlink("c", home.path().join("a/b/d")).unwrap();
        let built = Built::open(home.path()).unwrap();
        let paths = |names: [&str; 3]| names.map(|name| SitePath::parse(name).unwrap());
        let all = paths(["a/b/c", "a/b/d", "policies.json"]);
        assert_eq!(built.list().unwrap(), all);
        let read = all.map(|path| built.read(&path).unwrap().map(|bytes| bytes.len()));
        assert_eq!(read, [Ok(5), Err("a link stands in its place"), Ok(13)]);
        assert_eq!(built.read(&SitePath::parse("a/b/c/x").unwrap()).unwrap(), Err("it is not there"));
    }
}
