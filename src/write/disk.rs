//! The output folder on disk: staging, the journal, the manifest, and the steps of a commit.
//! Bytes go into new files in `.vellum/` only; the site itself changes by renames and deletions. Links are never
//! followed, and every step can be taken twice.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{ErrorKind, Result as IoResult, Write};
use std::path::{Path, PathBuf};

use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json::{self, Value};
use crate::base::path::SitePath;

use super::plan::{self, Listed, Place, Plan};

/// Vellum's own folder in the output.
pub const OWN: &str = ".vellum";
/// What paths in it begin with.
pub const OWN_BELOW: &str = ".vellum/";
/// One of Vellum's own files that is being written.
const FRESH: &str = "new";

/// Asked before each change that a commit makes to the disk. Tests end a commit with it, as a kill would.
pub type Probe<'a> = &'a mut dyn FnMut() -> Result<(), Error>;

/// An output folder that this process alone writes to.
#[derive(Debug)]
pub struct Folder {
    out: PathBuf,
    lock: File,
}

impl Folder {
    /// Whether Vellum has written here before.
    ///
    /// # Errors
    /// What has the name of Vellum's own folder is no folder, or the disk fails.
    pub fn is_ours(out: &Path) -> Result<bool, Error> {
        let own = out.join(OWN);
        match look(&own)? {
            Some(metadata) if metadata.is_dir() => Ok(true),
            Some(_) => Err(Error::usage(format!("{} is not a folder: remove it", own.display()))),
            None => Ok(false),
        }
    }

    /// Makes the folder where it is missing and keeps others from writing to it.
    ///
    /// # Errors
    /// Another Vellum is writing to it, or the disk fails.
    pub fn open(out: &Path) -> Result<Self, Error> {
        let own = out.join(OWN);
        fs::create_dir_all(&own).map_err(|error| Error::file("create", &own, error))?;
        let place = own.join("lock");
        if look(&place)?.is_some_and(|metadata| !metadata.is_file()) {
            return Err(Error::usage(format!("{} is not a file: remove it", place.display())));
        }
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(&place);
        let lock = opened.map_err(|error| Error::file("create", &place, error))?;
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            let folder = out.display();
            return Err(Error::usage(format!("another vellum is writing to {folder}: wait for it, or pass --out")));
        }
        Ok(Self { out: out.to_path_buf(), lock })
    }

    /// Whether a commit was begun and not finished.
    pub fn was_cut_short(&self) -> bool {
        fs::symlink_metadata(self.journal()).is_ok()
    }

    /// Takes what remains of the steps of a commit that was begun.
    ///
    /// # Errors
    /// The journal cannot be read, or the disk fails.
    pub fn complete(&self, probe: Probe<'_>) -> Result<(), Error> {
        let journal = self.journal();
        let value = read(&journal)?.as_ref().and_then(Plan::from_json);
        let plan = value.ok_or_else(|| self.spoiled(&journal))?;
        self.finish(&plan, probe)
    }

    /// Writes the journal, then takes the steps.
    ///
    /// # Errors
    /// The disk fails; once the journal stands, the next run completes the commit.
    pub fn commit(&self, plan: &Plan, probe: Probe<'_>) -> Result<(), Error> {
        if plan.is_empty() {
            return Ok(());
        }
        probe()?;
        self.put(&self.journal(), json::line(&plan.to_json()).as_bytes())?;
        self.finish(plan, probe)
    }

    /// The files that the last commit left, and the hash of each. Where only paths were kept, as before there were
    /// hashes, each has one that no file has, so that it is written anew.
    ///
    /// # Errors
    /// The manifest is not as Vellum wrote it, or cannot be read.
    pub fn manifest(&self) -> Result<Listed, Error> {
        let place = self.own("manifest.json");
        if look(&place)?.is_none() {
            return Ok(Listed::new());
        }
        let unknown = |paths: Vec<SitePath>| paths.into_iter().map(|path| (path, Hash::ZERO)).collect();
        let value = read(&place)?;
        let listed = value.as_ref().and_then(|value| plan::hashes(value).or_else(|| plan::paths(value).map(unknown)));
        let own = |(path, _): &(SitePath, Hash)| path.as_str().starts_with(OWN_BELOW);
        let listed = listed.filter(|files| !files.iter().any(own));
        listed.map(|files| files.into_iter().collect()).ok_or_else(|| self.spoiled(&place))
    }

    /// Whether a file of the site has these bytes already.
    pub fn holds(&self, path: &SitePath, bytes: &[u8]) -> bool {
        let place = path.on_disk(&self.out);
        let same = |metadata: &Metadata| metadata.is_file() && u64::try_from(bytes.len()) == Ok(metadata.len());
        fs::symlink_metadata(&place).is_ok_and(|metadata| same(&metadata))
            && fs::read(&place).is_ok_and(|old| old == bytes)
    }

    /// Keeps one page for the commit. A name that the disk refuses must be found out now: a commit that is begun has
    /// to end.
    ///
    /// # Errors
    /// The disk fails.
    pub fn stage(&self, path: &SitePath, bytes: &[u8]) -> Result<(), Error> {
        look(&path.on_disk(&self.out))?;
        let place = self.staged(path);
        let parent = place.parent().unwrap_or(&self.out);
        fs::create_dir_all(parent).map_err(|error| Error::file("create", parent, error))?;
        let written = File::create_new(&place).and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| Error::file("write", &path.on_disk(&self.out), error))
    }

    /// Throws away what is staged.
    ///
    /// # Errors
    /// The disk fails.
    pub fn discard(&self) -> Result<(), Error> {
        let (staging, fresh) = (self.staging(), self.own(FRESH));
        absent(fs::remove_file(&fresh)).map_err(|error| Error::file("remove", &fresh, error))?;
        absent(fs::remove_dir_all(&staging)).map_err(|error| Error::file("remove", &staging, error))
    }

    /// Lets go of the folder. What is staged goes, unless a journal still needs it.
    pub fn release(&self) {
        if !self.was_cut_short() {
            // What cannot be removed now is removed by the next run.
            drop(self.discard());
        }
        drop(self.lock.unlock());
    }

    fn own(&self, name: &str) -> PathBuf {
        self.out.join(OWN).join(name)
    }

    fn journal(&self) -> PathBuf {
        self.own("commit.json")
    }

    fn staging(&self) -> PathBuf {
        self.own("staging")
    }

    /// Where a page waits: under the hash of its path, in one of 256 folders, so that staging makes no folder a page.
    fn staged(&self, path: &SitePath) -> PathBuf {
        let hash = Hash::of(path.as_str().as_bytes());
        self.staging().join(hash.short(2)).join(hash.to_string())
    }

    fn spoiled(&self, file: &Path) -> Error {
        let (file, out) = (file.display(), self.out.display());
        Error::usage(format!("{file} is not as Vellum wrote it: delete {out} and build again"))
    }

    /// Puts one of Vellum's own files into place: written, flushed, then renamed.
    fn put(&self, place: &Path, bytes: &[u8]) -> Result<(), Error> {
        let fresh = self.own(FRESH);
        let written = absent(fs::remove_file(&fresh)).and_then(|()| File::create_new(&fresh)).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&fresh, place)).map_err(|error| Error::file("write", place, error))?;
        // Not every system can flush a folder; the rename stands without it unless the power fails.
        drop(File::open(self.out.join(OWN)).and_then(|folder| folder.sync_all()));
        Ok(())
    }

    fn finish(&self, plan: &Plan, probe: Probe<'_>) -> Result<(), Error> {
        let mut ready = "";
        for place in &plan.place {
            self.place(place, ready, probe)?;
            ready = folder_of(&place.path);
        }
        for path in &plan.remove {
            probe()?;
            self.remove(path)?;
        }
        probe()?;
        let listed = plan.applied(self.manifest()?);
        self.put(&self.own("manifest.json"), &json::pretty(&plan::hashed(listed.iter())))?;
        probe()?;
        let journal = self.journal();
        fs::remove_file(&journal).map_err(|error| Error::file("remove", &journal, error))?;
        probe()?;
        self.discard()
    }

    /// Puts a staged file into place. One that is staged no more was placed before the run was cut short.
    fn place(&self, place: &Place, ready: &str, probe: Probe<'_>) -> Result<(), Error> {
        let from = self.staged(&place.path);
        if look(&from)?.is_none() {
            return Ok(());
        }
        for path in &place.clear {
            probe()?;
            self.remove(path)?;
        }
        let folder = folder_of(&place.path);
        if folder != ready {
            self.make(folder, probe)?;
        }
        let to = place.path.on_disk(&self.out);
        if look(&to)?.is_some_and(|metadata| metadata.is_dir()) {
            probe()?;
            remove_empty(&to)?;
        }
        probe()?;
        fs::rename(&from, &to).map_err(|error| Error::file("write", &to, error))
    }

    /// Makes a folder of the site, part by part, so that no link is followed.
    fn make(&self, folder: &str, probe: Probe<'_>) -> Result<(), Error> {
        let mut place = self.out.clone();
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            place.push(name);
            match look(&place)? {
                Some(metadata) if metadata.is_dir() => {}
                Some(_) => return Err(Error::file("write into", &place, "it is not a folder")),
                None => {
                    probe()?;
                    fs::create_dir(&place).map_err(|error| Error::file("create", &place, error))?;
                }
            }
        }
        Ok(())
    }

    /// Removes an old file and the folders that it leaves empty. A folder in its place is a new one, and stays.
    fn remove(&self, path: &SitePath) -> Result<(), Error> {
        let place = path.on_disk(&self.out);
        if look(&place)?.is_some_and(|metadata| !metadata.is_dir()) {
            fs::remove_file(&place).map_err(|error| Error::file("delete", &place, error))?;
        }
        for folder in plan::above(path.as_str()).collect::<Vec<_>>().into_iter().rev() {
            if absent(fs::remove_dir(self.out.join(folder))).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn folder_of(path: &SitePath) -> &str {
    path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What stands at a place, links not followed; nothing when nothing does.
fn look(place: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(place) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::file("look at", place, error)),
    }
}

fn read(place: &Path) -> Result<Option<Value>, Error> {
    let bytes = fs::read(place).map_err(|error| Error::file("read", place, error))?;
    Ok(json::parse(&bytes))
}

/// A removal of what is not there has succeeded.
fn absent(removed: IoResult<()>) -> IoResult<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Removes a folder that holds empty folders only.
fn remove_empty(folder: &Path) -> Result<(), Error> {
    let failed = |error| Error::file("remove", folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            remove_empty(&entry.path())?;
        }
    }
    fs::remove_dir(folder).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Kind;

    #[test]
    fn one_process_alone_writes() {
        let home = tempfile::tempdir().unwrap();
        let first = Folder::open(home.path()).unwrap();
        let error = Folder::open(home.path()).unwrap_err();
        assert!(error.kind() == Kind::Usage && error.to_string().contains("another vellum is writing to"));
        drop(first);
        Folder::open(home.path()).unwrap();
    }

    #[test]
    fn what_vellum_did_not_write_in_its_own_folder_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        for text in ["", "1", "{\"a\":\"x\"}", "[1]", "[\"../x\"]", "[\".vellum/lock\"]"] {
            fs::write(folder.own("manifest.json"), text).unwrap();
            assert_eq!(folder.manifest().unwrap_err().kind(), Kind::Usage, "{text}");
        }
        fs::write(folder.own("commit.json"), "{").unwrap();
        assert_eq!(folder.complete(&mut || Ok(())).unwrap_err().kind(), Kind::Usage);
        fs::remove_dir_all(home.path().join(OWN)).unwrap();
        fs::write(home.path().join(OWN), "").unwrap();
        assert_eq!(Folder::is_ours(home.path()).unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn a_disk_that_fails_is_an_error_with_its_path() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        for name in ["n".repeat(300), "n/".repeat(3000) + "n"] {
            let error = folder.stage(&SitePath::parse(&name).unwrap(), b"x").unwrap_err();
            assert!(error.kind() == Kind::Machine && error.to_string().starts_with("cannot look at"));
        }
        fs::write(folder.staging(), "in the way").unwrap();
        let error = folder.stage(&SitePath::parse("a/page").unwrap(), b"x").unwrap_err();
        assert!(error.kind() == Kind::Machine && error.to_string().starts_with("cannot create"));
        fs::write(home.path().join("file"), "").unwrap();
        let error = Folder::open(&home.path().join("file/out")).unwrap_err();
        assert!(error.kind() == Kind::Machine && error.to_string().starts_with("cannot create"));
    }
}
