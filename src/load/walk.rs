//! Folders → paths in the order of their bytes. The only importer of the walking crate.
//! Links are followed where they stay inside the site; one that leads out, nowhere or in a circle is a finding and is
//! never followed. Names that are no [`SitePath`] are findings too.

use std::fs::{self, FileType};
use std::io::{Error as IoError, ErrorKind};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::names;
use crate::base::path::SitePath;
use crate::base::span::Place;

/// A site's folder, ready to be walked.
#[derive(Debug)]
pub struct Walk {
    root: PathBuf,
    real: PathBuf,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// Plain files, in the order of their paths.
    pub files: Vec<SitePath>,
    /// Folders, in the order of their paths.
    pub folders: Vec<SitePath>,
    /// What could not be walked, and why.
    pub problems: Vec<Diagnostic>,
}

impl Found {
    /// Takes in what another walk found; the order of each is kept.
    pub fn append(&mut self, other: Self) {
        self.files.extend(other.files);
        self.folders.extend(other.folders);
        self.problems.extend(other.problems);
    }
}

impl Walk {
    /// Takes a folder that exists.
    ///
    /// # Errors
    /// Its true place cannot be told.
    pub fn new(root: &Path) -> Result<Self, Error> {
        let real = fs::canonicalize(root).map_err(|error| Error::file("read", root, error))?;
        Ok(Self { root: root.to_path_buf(), real })
    }

    /// The folder as it was given.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder without links and relative parts.
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// All that stands at or below a path, but for what stands at or below `skip`. What is not there is empty.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn all(&self, start: &str, skip: &str) -> Result<Found, Error> {
        self.walk(start, skip, true)
    }

    /// What stands directly in a folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn one(&self, start: &str) -> Result<Found, Error> {
        let mut found = self.walk(start, "", false)?;
        found.folders.retain(|path| path.as_str() != start);
        Ok(found)
    }

    /// Makes sure that a path does not lead out of the site.
    ///
    /// # Errors
    /// It does, or it cannot be told.
    pub fn inside(&self, path: &SitePath) -> Result<(), Error> {
        let place = path.on_disk(&self.root);
        let real = fs::canonicalize(&place).map_err(|error| Error::file("read", &place, error))?;
        if real.starts_with(&self.real) {
            Ok(())
        } else {
            Err(Error::file("read", &place, "it is a link that leads out of the site"))
        }
    }

    fn walk(&self, start: &str, skip: &str, deep: bool) -> Result<Found, Error> {
        let mut visit = Visit { walk: self, skip, deep, found: Found::default(), open: Vec::new() };
        let Some(path) = SitePath::parse(start) else { return Ok(visit.found) };
        let disk = path.on_disk(&self.root);
        let kind = match fs::symlink_metadata(&disk) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if is_absent(&error) => return Ok(visit.found),
            Err(error) => return Err(Error::file("read", &disk, error)),
        };
        if self.holds_parent(&disk)? {
            let top = Spot { path, disk: &disk, kind, top: true };
            if visit.spot(top)? {
                visit.folder(&disk)?;
            }
        }
        visit.found.files.sort();
        visit.found.folders.sort();
        Ok(visit.found)
    }

    /// Whether the folder above is inside the site; if not, the link that leads out was told where it stands.
    fn holds_parent(&self, disk: &Path) -> Result<bool, Error> {
        let above = disk.parent().unwrap_or(&self.root);
        let real = fs::canonicalize(above).map_err(|error| Error::file("read", above, error))?;
        Ok(real.starts_with(&self.real))
    }
}

/// Whether an error of the system says that there is nothing.
pub fn is_absent(error: &IoError) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

struct Visit<'a> {
    walk: &'a Walk,
    skip: &'a str,
    deep: bool,
    found: Found,
    /// The true places of the folders whose links are being followed.
    open: Vec<PathBuf>,
}

/// One thing that the walk came to.
struct Spot<'a> {
    path: SitePath,
    disk: &'a Path,
    kind: FileType,
    top: bool,
}

impl Visit<'_> {
    fn folder(&mut self, start: &Path) -> Result<(), Error> {
        let depth = if self.deep { usize::MAX } else { 1 };
        let mut entries = WalkDir::new(start).min_depth(1).max_depth(depth).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|error| unreadable(start, error))?;
            let enter = self.entry(&entry)?;
            if entry.file_type().is_dir() && !enter {
                entries.skip_current_dir();
            }
        }
        Ok(())
    }

    /// Takes in one entry; says whether to go into it.
    fn entry(&mut self, entry: &DirEntry) -> Result<bool, Error> {
        if names::is_scratch(&entry.file_name().to_string_lossy()) {
            return Ok(false);
        }
        let below = entry.path().strip_prefix(&self.walk.root).unwrap_or(entry.path());
        let Some(path) = site_path(below) else {
            self.found.problems.push(unspeakable(below));
            return Ok(false);
        };
        if path.as_str() == self.skip {
            return Ok(false);
        }
        self.spot(Spot { path, disk: entry.path(), kind: entry.file_type(), top: false })
    }

    fn spot(&mut self, spot: Spot<'_>) -> Result<bool, Error> {
        if spot.kind.is_symlink() {
            self.link(spot)?;
            return Ok(false);
        }
        if spot.kind.is_dir() {
            self.found.folders.push(spot.path);
            return Ok(true);
        }
        if spot.kind.is_file() {
            self.found.files.push(spot.path);
        } else {
            self.found.problems.push(special(&spot.path));
        }
        Ok(false)
    }

    fn link(&mut self, spot: Spot<'_>) -> Result<(), Error> {
        let parent = spot.disk.parent().unwrap_or(&self.walk.root);
        let parent = fs::canonicalize(parent).map_err(|error| Error::file("read", spot.disk, error))?;
        let target = match fs::canonicalize(spot.disk) {
            Ok(target) => target,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(Error::file("read", spot.disk, error));
            }
            Err(error) => {
                self.refuse(&spot, if is_absent(&error) { Refusal::Nowhere } else { Refusal::Circle });
                return Ok(());
            }
        };
        if !target.starts_with(&self.walk.real) {
            self.refuse(&spot, Refusal::Out);
            return Ok(());
        }
        if parent.starts_with(&target) || self.open.iter().any(|open| open.starts_with(&target)) {
            self.refuse(&spot, Refusal::Circle);
            return Ok(());
        }
        let kind = fs::metadata(&target).map_err(|error| Error::file("read", spot.disk, error))?.file_type();
        let (disk, enter) = (spot.disk, self.deep || spot.top);
        if self.spot(Spot { kind, ..spot })? && enter {
            self.open.push(parent);
            self.folder(disk)?;
            self.open.pop();
        }
        Ok(())
    }

    fn refuse(&mut self, spot: &Spot<'_>, why: Refusal) {
        let target = fs::read_link(spot.disk).unwrap_or_default();
        let (path, target) = (&spot.path, shown(&target));
        let (message, help) = match why {
            Refusal::Out => (
                format!("`{path}` is a link that leads out of the site, to `{target}`"),
                "links are followed inside the site only: put a copy in place of the link",
            ),
            Refusal::Nowhere => (
                format!("`{path}` is a link that leads nowhere: there is no `{target}`"),
                "point the link at a file of the site, or remove it",
            ),
            Refusal::Circle => {
                (format!("`{path}` is a link that leads in a circle, over `{target}`"), "remove the link")
            }
        };
        let finding = Diagnostic::new(Code::V113, Place::of_file(path.as_str()), message);
        self.found.problems.push(finding.help(help));
    }
}

/// Why a link is not followed.
#[derive(Clone, Copy)]
enum Refusal {
    Out,
    Nowhere,
    Circle,
}

fn site_path(below: &Path) -> Option<SitePath> {
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    SitePath::parse(&parts?.join("/"))
}

/// A path as it can be shown: what no terminal should get is replaced.
fn shown(path: &Path) -> String {
    let lossy = path.to_string_lossy();
    lossy.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}

fn unspeakable(below: &Path) -> Diagnostic {
    let path = shown(below);
    let wrong = match below.to_str() {
        None => "is not UTF-8",
        Some(text) if text.contains('\\') => "holds a backslash, which Windows takes for a folder",
        Some(_) => "holds a control character",
    };
    let finding = Diagnostic::new(Code::V112, Place::of_file(&path), format!("`{path}` {wrong}"));
    finding.help("rename the file; letters, digits, dots and dashes travel everywhere")
}

fn special(path: &SitePath) -> Diagnostic {
    let message = format!("`{path}` is neither a file nor a folder");
    Diagnostic::new(Code::V120, Place::of_file(path.as_str()), message).help("remove it")
}

fn unreadable(start: &Path, error: walkdir::Error) -> Error {
    let place = error.path().unwrap_or(start).to_path_buf();
    match error.into_io_error() {
        Some(cause) => Error::file("read", &place, cause),
        None => Error::file("read", &place, "it leads in a circle"),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn site(files: &[&str], links: &[(&str, &str)]) -> (TempDir, Walk) {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("site");
        fs::create_dir(&root).unwrap();
        fs::write(home.path().join("secret"), "s").unwrap();
        for path in files {
            let place = root.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, "").unwrap();
        }
        for (path, target) in links {
            symlink(target, root.join(path)).unwrap();
        }
        let walk = Walk::new(&root).unwrap();
        (home, walk)
    }

    fn files(found: &Found) -> Vec<&str> {
        found.files.iter().map(SitePath::as_str).collect()
    }

    fn said(found: &Found) -> Vec<String> {
        let line =
            |finding: &Diagnostic| format!("{} {}: {}", finding.code.name(), finding.place.file, finding.message);
        found.problems.iter().map(line).collect()
    }

    #[test]
    fn files_come_in_the_order_of_bytes() {
        let made = ["c/z", "c/a-b", "c/a/x", "c/a.x", "c/B", "c/é"];
        let (_home, walk) = site(&made, &[]);
        let found = walk.all("c", "").unwrap();
        assert_eq!(files(&found), ["c/B", "c/a-b", "c/a.x", "c/a/x", "c/z", "c/é"]);
        assert_eq!(files(&walk.all("c", "c/a").unwrap()), ["c/B", "c/a-b", "c/a.x", "c/z", "c/é"]);
    }

    #[test]
    fn links_inside_the_site_are_followed() {
        let links = [("c/file.md", "../shared/one.md"), ("c/folder", "../shared"), ("c/near", "file.md")];
        let (_home, walk) = site(&["c/x", "shared/one.md", "shared/deep/two.md"], &links);
        let found = walk.all("c", "").unwrap();
        assert_eq!(files(&found), ["c/file.md", "c/folder/deep/two.md", "c/folder/one.md", "c/near", "c/x"]);
        assert!(found.problems.is_empty());
        let one = walk.one("c").unwrap();
        assert_eq!((files(&one).len(), one.folders.len()), (3, 1));
    }

    #[test]
    fn links_that_lead_out_nowhere_or_in_a_circle_are_told_and_not_followed() {
        let links = [
            ("c/out", "../../secret"),
            ("c/root", "/"),
            ("c/home", "../.."),
            ("c/gone", "../nothing"),
            ("c/self", "self"),
            ("c/up", ".."),
            ("c/d/here", "."),
            ("c/d/other", "../../e"),
            ("e/back", "../c/d"),
            ("c/.#lock", "nobody@nowhere"),
        ];
        let (_home, walk) = site(&["c/x", "c/d/y", "e/z"], &links);
        let found = walk.all("c", "").unwrap();
        assert_eq!(files(&found), ["c/d/other/z", "c/d/y", "c/x"]);
        let wanted = [
            "V113 c/d/here: `c/d/here` is a link that leads in a circle, over `.`",
            "V113 c/d/other/back: `c/d/other/back` is a link that leads in a circle, over `../c/d`",
            "V113 c/gone: `c/gone` is a link that leads nowhere: there is no `../nothing`",
            "V113 c/home: `c/home` is a link that leads out of the site, to `../..`",
            "V113 c/out: `c/out` is a link that leads out of the site, to `../../secret`",
            "V113 c/root: `c/root` is a link that leads out of the site, to `/`",
            "V113 c/self: `c/self` is a link that leads in a circle, over `self`",
            "V113 c/up: `c/up` is a link that leads in a circle, over `..`",
        ];
        assert_eq!(said(&found), wanted);
        assert!(found.problems.iter().all(|finding| !finding.help.is_empty()));
        assert!(walk.inside(&SitePath::parse("c/out").unwrap()).is_err());
        assert!(walk.inside(&SitePath::parse("c/x").unwrap()).is_ok());
    }

    #[test]
    fn a_top_folder_that_is_a_link_is_judged_like_any_other() {
        let (home, walk) = site(&["real/p/a/x"], &[("in", "real"), ("out", "../away")]);
        fs::create_dir_all(home.path().join("away/p/b")).unwrap();
        assert_eq!(files(&walk.all("in", "").unwrap()), ["in/p/a/x"]);
        assert_eq!(walk.one("in/p").unwrap().folders.len(), 1);
        assert_eq!(said(&walk.all("out", "").unwrap()).len(), 1);
        assert!(walk.one("out/p").unwrap().folders.is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_no_path_can_hold_are_told() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let (_home, walk) = site(&["c/x", "c/back\\slash/in", "c/bell\u{7}"], &[]);
        fs::write(walk.root().join(OsStr::from_bytes(b"c/caf\xe9")), "").unwrap();
        let found = walk.all("c", "").unwrap();
        assert_eq!(files(&found), ["c/x"]);
        let wanted = [
            "V112 c/back\\slash: `c/back\\slash` holds a backslash, which Windows takes for a folder",
            "V112 c/bell\u{fffd}: `c/bell\u{fffd}` holds a control character",
            "V112 c/caf\u{fffd}: `c/caf\u{fffd}` is not UTF-8",
        ];
        assert_eq!(said(&found), wanted);
    }

    #[test]
    fn what_is_neither_file_nor_folder_is_told_and_never_opened() {
        let (_home, walk) = site(&["c/x"], &[]);
        let _socket = std::os::unix::net::UnixListener::bind(walk.root().join("c/socket")).unwrap();
        let found = walk.all("c", "").unwrap();
        assert_eq!(files(&found), ["c/x"]);
        assert_eq!(said(&found), ["V120 c/socket: `c/socket` is neither a file nor a folder"]);
    }
}
