//! Folders that Vellum must not write to: a path and what stands there → whether it is refused, and why.
//! Nothing is written or made here.

use std::fs::{self, DirEntry};
use std::io::{ErrorKind, Result as IoResult};
use std::path::{Component, Path, PathBuf, absolute};

use crate::base::error::Error;
use crate::base::path::SitePath;

use super::disk::OWN;

/// Folders of a site that hold what people wrote.
const SOURCES: [&str; 6] = ["content", "forms", "themes", "static", "src", ".git"];
/// How many files of others are named.
const NAMED: usize = 3;

/// Finds the true place of an output folder that may not exist yet.
///
/// # Errors
/// It is the top of the file system, the site, a folder above or a source folder of it, holds a repository, or is
/// reached over a link (wrong use); or the disk cannot be looked at.
pub fn place(out: &Path, root: &Path) -> Result<PathBuf, Error> {
    let refuse = |why: &str| Err(refused(out, why));
    let real_root = fs::canonicalize(root).map_err(|error| Error::file("read", root, error))?;
    let full = absolute(out).map_err(|error| Error::file("find", out, error))?;
    if let Some(link) = link_on_the_way(&full, &real_root) {
        return refuse(&format!("{} is a symbolic link", link.display()));
    }
    let real = true_place(&full)?;
    if real.components().any(|part| part == Component::ParentDir) {
        return refuse("a folder on the way to it does not exist");
    }
    if real.parent().is_none() {
        return refuse("it is the top of the file system");
    }
    if real == real_root {
        return refuse("it is the site's own folder");
    }
    if real_root.starts_with(&real) {
        return refuse("the site lies in it");
    }
    if let Some(source) = SOURCES.iter().find(|source| is_in(&real, &real_root.join(source))) {
        return refuse(&format!("it lies in {source}/, which Vellum never builds into"));
    }
    match fs::symlink_metadata(&real) {
        Ok(metadata) if !metadata.is_dir() => refuse("it is a file"),
        Ok(_) if fs::symlink_metadata(real.join(".git")).is_ok() => refuse("it is a git repository"),
        Err(error) if error.kind() == ErrorKind::NotADirectory => refuse("a part of it is a file"),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::file("read", &real, error)),
        _ => Ok(real),
    }
}

/// Makes sure that an output folder holds known files only. What is not there holds nothing.
///
/// # Errors
/// It holds others, or a link (wrong use); or it cannot be read.
pub fn inspect(out: &Path, known: &dyn Fn(&SitePath) -> bool) -> Result<(), Error> {
    let mut search = Search { out, known, foreign: Vec::new() };
    search.folder(out, "")?;
    if search.foreign.is_empty() {
        return Ok(());
    }
    let more = if search.foreign.len() > NAMED { " and more" } else { "" };
    let named: Vec<String> = search.foreign.into_iter().take(NAMED).collect();
    Err(refused(out, &format!("it holds files that Vellum did not write: {}{more}", named.join(", "))))
}

fn refused(out: &Path, why: &str) -> Error {
    let out = out.display();
    Error::usage(format!("{out} cannot be the output folder: {why}; pass --out with a folder of its own"))
}

/// The folder itself if it is a link, or a link between it and the site's root.
fn link_on_the_way(full: &Path, real_root: &Path) -> Option<PathBuf> {
    let is_root = |part: &&Path| fs::canonicalize(part).is_ok_and(|real| real == real_root);
    let is_link = |part: &&Path| fs::symlink_metadata(part).is_ok_and(|metadata| metadata.is_symlink());
    let is_below = full.ancestors().any(|part| is_root(&part));
    let parts = full.ancestors().take_while(|part| !is_root(part));
    let depth = if is_below { usize::MAX } else { 1 };
    parts.take(depth).find(is_link).map(Path::to_path_buf)
}

/// The place with all links resolved, as far as it exists.
fn true_place(full: &Path) -> Result<PathBuf, Error> {
    for part in full.ancestors() {
        match fs::canonicalize(part) {
            Ok(mut real) => {
                real.extend(full.strip_prefix(part).unwrap_or(part));
                return Ok(real);
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(Error::file("read", part, error)),
        }
    }
    Ok(full.to_path_buf())
}

/// Whether a place is a folder or in it, by its name or by where a link of that name leads.
fn is_in(real: &Path, folder: &Path) -> bool {
    real.starts_with(folder) || fs::canonicalize(folder).is_ok_and(|folder| real.starts_with(folder))
}

/// A search for files that others wrote; it ends when there are enough to name.
struct Search<'a> {
    out: &'a Path,
    known: &'a dyn Fn(&SitePath) -> bool,
    foreign: Vec<String>,
}

impl Search<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        for entry in sorted(folder).map_err(|error| Error::file("read", folder, error))? {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if self.foreign.len() > NAMED || prefix.is_empty() && name == OWN {
                continue;
            }
            self.entry(&entry, &format!("{prefix}{name}"))?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &DirEntry, path: &str) -> Result<(), Error> {
        let place = entry.path();
        let kind = entry.file_type().map_err(|error| Error::file("read", &place, error))?;
        if kind.is_symlink() {
            return Err(refused(self.out, &format!("{path} in it is a symbolic link")));
        }
        if kind.is_dir() {
            return self.folder(&place, &format!("{path}/"));
        }
        if !SitePath::parse(path).is_some_and(|path| (self.known)(&path)) {
            self.foreign.push(path.to_owned());
        }
        Ok(())
    }
}

/// What stands in a folder, by name; nothing when there is no folder.
fn sorted(folder: &Path) -> IoResult<Vec<DirEntry>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut entries: Vec<DirEntry> = entries.collect::<IoResult<_>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::base::error::Kind;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn home() -> TempDir {
        let home = tempfile::tempdir().unwrap();
        for folder in ["site/content", "site/docs", "other/.git", "real"] {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        fs::write(home.path().join("file"), "").unwrap();
        home
    }

    fn said(home: &Path, out: &str) -> Option<String> {
        let error = place(&home.join(out), &home.join("site")).err()?;
        assert_eq!(error.kind(), Kind::Usage, "{error}");
        let text = error.to_string().replace(home.to_str().unwrap(), "~");
        let why = text.split_once(" cannot be the output folder: ").unwrap().1;
        Some(why.strip_suffix("; pass --out with a folder of its own").unwrap().to_owned())
    }

    #[test]
    fn folders_that_are_not_vellums_are_refused() {
        let home = home();
        symlink(home.path().join("site"), home.path().join("alias")).unwrap();
        for (out, why) in [
            ("/", "it is the top of the file system"),
            ("site", "it is the site's own folder"),
            ("site/.", "it is the site's own folder"),
            ("site/docs/..", "it is the site's own folder"),
            ("alias/public/..", "a folder on the way to it does not exist"),
            ("", "the site lies in it"),
            ("site/content", "it lies in content/, which Vellum never builds into"),
            ("site/content/new/one", "it lies in content/, which Vellum never builds into"),
            ("alias/themes/public", "it lies in themes/, which Vellum never builds into"),
            ("site/static", "it lies in static/, which Vellum never builds into"),
            ("site/.git/x", "it lies in .git/, which Vellum never builds into"),
            ("site/gone/../content", "a folder on the way to it does not exist"),
            ("other", "it is a git repository"),
            ("file", "it is a file"),
            ("file/x", "a part of it is a file"),
        ] {
            assert_eq!(said(home.path(), out).as_deref(), Some(why), "{out}");
        }
        for out in ["site/public", "site/docs/public", "site/contents", "new/one", "alias/public", "real"] {
            assert_eq!(said(home.path(), out), None, "{out}");
        }
    }

    #[test]
    fn links_on_the_way_are_refused_below_the_root_and_as_the_folder_itself() {
        let home = home();
        for link in ["site/public", "site/build", "away"] {
            symlink(home.path().join("real"), home.path().join(link)).unwrap();
        }
        symlink("nowhere", home.path().join("dangling")).unwrap();
        symlink("docs", home.path().join("site/forms")).unwrap();
        for (out, link) in [
            ("site/public", "~/site/public"),
            ("site/build/x", "~/site/build"),
            ("away", "~/away"),
            ("dangling", "~/dangling"),
        ] {
            assert_eq!(said(home.path(), out), Some(format!("{link} is a symbolic link")), "{out}");
        }
        assert_eq!(said(home.path(), "away/x"), None);
        let why = "it lies in forms/, which Vellum never builds into";
        assert_eq!(said(home.path(), "site/docs/x").as_deref(), Some(why));
    }

    #[test]
    fn files_of_others_are_named_in_order() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path();
        inspect(&out.join("gone"), &|_| false).unwrap();
        fs::create_dir_all(out.join("a/empty")).unwrap();
        fs::create_dir_all(out.join(OWN).join("x")).unwrap();
        inspect(out, &|_| false).unwrap();
        for name in ["d", "a/b", "c", "a/a"] {
            fs::write(out.join(name), "").unwrap();
        }
        let said = |known: &dyn Fn(&SitePath) -> bool| inspect(out, known).unwrap_err().to_string();
        assert!(said(&|_| false).contains("did not write: a/a, a/b, c and more; pass --out"));
        assert!(said(&|path| path.name() != "c").contains("did not write: c; pass --out"));
        symlink("c", out.join("link")).unwrap();
        assert!(said(&|_| true).contains("link in it is a symbolic link"));
    }
}
