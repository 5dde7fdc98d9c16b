//! A publication goes out here: its texts and its event, all or none. The bytes of all are written to one file of
//! the policy's folder first; its rename is the moment of publication. Then each goes to its place, and the file is
//! removed. Killed at any moment, it leaves nothing that is read, or that file, which is read as if all were in place.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::base::error::Error;
use crate::base::journal::{Journal, LEDGER, NAME};
use crate::base::path::SitePath;

use super::disk::Probe;

/// A file that is being written. As its name begins with a dot, nothing reads it.
const FRESH: &str = ".new";

/// A policy's record, as it stood when a publication was begun.
#[derive(Debug)]
pub struct Record {
    root: PathBuf,
    folder: PathBuf,
    ledger: Option<Vec<u8>>,
}

impl Record {
    /// Completes a publication that was cut short, and takes note of the ledger. Says whether there was one.
    ///
    /// # Errors
    /// What was cut short does not belong to the ledger (wrong use), or the disk fails.
    pub fn open(root: &Path, policy: &SitePath) -> Result<(Self, bool), Error> {
        let folder = policy.on_disk(root);
        let mut record = Self { root: root.to_path_buf(), folder, ledger: None };
        let held = record.hold();
        let was_cut = record.complete(&mut || Ok(()))?;
        record.ledger = read(&record.folder.join(LEDGER))?;
        drop(held);
        Ok((record, was_cut))
    }

    /// The ledger's bytes, if there is one.
    #[must_use]
    pub fn ledger(&self) -> Option<&[u8]> {
        self.ledger.as_deref()
    }

    /// Publishes.
    ///
    /// # Errors
    /// The ledger is no longer what it was (wrong use), or the disk fails.
    pub fn commit(&self, journal: &Journal) -> Result<(), Error> {
        self.commit_with(journal, &mut || Ok(()))
    }

    fn commit_with(&self, journal: &Journal, probe: Probe<'_>) -> Result<(), Error> {
        let held = self.hold();
        self.complete(probe)?;
        if read(&self.folder.join(LEDGER))?.as_deref() != self.ledger() {
            let ledger = self.folder.join(LEDGER);
            let message = format!("{} was changed meanwhile, and nothing was published", ledger.display());
            return Err(Error::usage(format!("{message}: run the command again")));
        }
        // What the disk would refuse, it refuses now: once the journal stands, the version is published.
        if let Err(error) = self.prepare(journal, probe) {
            self.clear(journal);
            return Err(error);
        }
        self.finish(journal, probe).map_err(|error| {
            let journal = self.folder.join(NAME);
            let stands = format!("it is done in {}, and could not be put into place", journal.display());
            Error::machine(format!("{stands}; the next `vellum publish` tries again"), error)
        })?;
        drop(held);
        Ok(())
    }

    fn prepare(&self, journal: &Journal, probe: Probe<'_>) -> Result<(), Error> {
        for (path, text) in journal.files() {
            self.stage(&path.on_disk(&self.folder), text.as_bytes(), probe)?;
        }
        self.put(&self.folder.join(NAME), &journal.bytes(), probe)
    }

    /// Takes away what a publication that failed has written beside the places of its files.
    fn clear(&self, journal: &Journal) {
        for (path, _) in journal.files() {
            let place = path.on_disk(&self.folder);
            drop(fs::remove_file(place.parent().unwrap_or(&self.folder).join(FRESH)));
        }
    }

    /// Keeps others from reading or publishing meanwhile. Where the system cannot lock a folder, what is compared in a
    /// commit must do.
    fn hold(&self) -> Option<File> {
        let file = File::open(&self.folder).ok()?;
        file.lock().ok()?;
        Some(file)
    }

    fn complete(&self, probe: Probe<'_>) -> Result<bool, Error> {
        let place = self.folder.join(NAME);
        let Some(bytes) = read(&place)? else { return Ok(false) };
        let ledger = read(&self.folder.join(LEDGER))?;
        let journal = Journal::parse(&bytes).filter(|journal| journal.belongs_to(ledger.as_deref()));
        let Some(journal) = journal else {
            let message = format!("{} does not belong to the ledger beside it", place.display());
            return Err(Error::usage(format!("{message}; `vellum check` says what to do")));
        };
        self.finish(&journal, probe)?;
        Ok(true)
    }

    fn finish(&self, journal: &Journal, probe: Probe<'_>) -> Result<(), Error> {
        for (path, text) in journal.files() {
            self.put(&path.on_disk(&self.folder), text.as_bytes(), probe)?;
        }
        probe()?;
        let place = self.folder.join(NAME);
        fs::remove_file(&place).map_err(|error| Error::file("remove", &place, error))?;
        flush(&self.folder);
        Ok(())
    }

    /// Puts a file into place, whole or not at all, and makes sure that it has reached the disk.
    fn put(&self, place: &Path, bytes: &[u8], probe: Probe<'_>) -> Result<(), Error> {
        let fresh = self.stage(place, bytes, probe)?;
        probe()?;
        fs::rename(&fresh, place).map_err(|error| Error::file("write", place, error))?;
        probe()?;
        flush(place.parent().unwrap_or(&self.folder));
        Ok(())
    }

    /// Writes a file beside its place. Whatever is left there is written over by the next publication.
    fn stage(&self, place: &Path, bytes: &[u8], probe: Probe<'_>) -> Result<PathBuf, Error> {
        let folder = place.parent().unwrap_or(&self.folder);
        self.make(folder, probe)?;
        let fresh = folder.join(FRESH);
        probe()?;
        let written = absent(fs::remove_file(&fresh)).and_then(|()| File::create_new(&fresh)).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        if let Err(error) = written {
            drop(fs::remove_file(&fresh));
            return Err(Error::file("write", place, error));
        }
        Ok(fresh)
    }

    /// Makes a folder of the policy. One that is a link may not lead out of the site.
    fn make(&self, folder: &Path, probe: Probe<'_>) -> Result<(), Error> {
        let failed = |error| Error::file("make", folder, error);
        if fs::symlink_metadata(folder).is_err() {
            probe()?;
            fs::create_dir(folder).map_err(failed)?;
            flush(&self.folder);
        }
        let root = fs::canonicalize(&self.root).map_err(failed)?;
        if fs::canonicalize(folder).map_err(failed)?.starts_with(root) {
            return Ok(());
        }
        Err(Error::file("write into", folder, "it is a link that leads out of the site"))
    }
}

/// A file's bytes; nothing when it is not there.
fn read(place: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(place) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::file("read", place, error)),
    }
}

/// A removal of what is not there has succeeded.
fn absent(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Not every system can flush a folder; a rename stands without it unless the power fails.
fn flush(folder: &Path) {
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Kind;
    use crate::base::source::Source;
    use crate::load::Disk;
    use std::collections::BTreeMap;
    use tempfile::TempDir;

    const POLICY: &str = "content/policies/terms";

    fn home(ledger: Option<&str>) -> TempDir {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(POLICY)).unwrap();
        fs::write(home.path().join("site.yaml"), "").unwrap();
        if let Some(text) = ledger {
            fs::write(home.path().join(POLICY).join(LEDGER), text).unwrap();
        }
        home
    }

    fn open(home: &TempDir) -> Result<(Record, bool), Error> {
        Record::open(home.path(), &SitePath::parse(POLICY).unwrap())
    }

    fn journal(record: &Record, number: &str) -> Journal {
        let before = record.ledger().map_or_else(String::new, |bytes| String::from_utf8(bytes.to_vec()).unwrap());
        let text = |name: String| (SitePath::parse(&format!("versions/{name}.md")).unwrap(), format!("text {name}\n"));
        let texts = vec![text(number.to_owned()), text(format!("{number}.fr"))];
        Journal::new(texts, record.ledger(), format!("{before}{number}\n")).unwrap()
    }

    /// The policy's files as a command reads them, and how many of them are told to be in a journal only.
    fn seen(home: &TempDir) -> (BTreeMap<String, String>, usize) {
        let loaded = Disk::open(home.path(), None).unwrap().policy("terms").unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let files = loaded.files.iter().map(|(path, bytes)| (path.under(POLICY).unwrap().to_owned(), text(bytes)));
        (files.collect(), loaded.problems.len())
    }

    fn names(home: &TempDir) -> Vec<String> {
        let mut found = Vec::new();
        for folder in ["", "versions"] {
            let entries = fs::read_dir(home.path().join(POLICY).join(folder)).into_iter().flatten();
            found.extend(entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()));
        }
        found.sort();
        found
    }

    fn stop(left: &mut usize) -> Result<(), Error> {
        *left = left.checked_sub(1).ok_or_else(|| Error::machine("killed", "by the test"))?;
        Ok(())
    }

    fn files(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn cut_short_anywhere_it_leaves_all_files_or_none() {
        let (before, after) = (
            files(&[("ledger.yaml", "0.9\n")]),
            files(&[
                ("ledger.yaml", "0.9\n1.0\n"),
                ("versions/1.0.fr.md", "text 1.0.fr\n"),
                ("versions/1.0.md", "text 1.0\n"),
            ]),
        );
        let (mut steps, mut kinds) = (0, Vec::new());
        loop {
            let home = home(Some("0.9\n"));
            let (record, _) = open(&home).unwrap();
            let mut left = steps;
            let done = record.commit_with(&journal(&record, "1.0"), &mut || stop(&mut left)).is_ok();
            let (is, told) = seen(&home);
            assert!(is == before && told == 0 || is == after, "step {steps}: {is:?}");
            // The next run completes it, itself cut short anywhere or not.
            for more in 0..12 {
                let mut left = more;
                drop(record.complete(&mut || stop(&mut left)));
                assert_eq!(seen(&home).0, is, "step {steps}, then {more}");
            }
            assert!(!open(&home).unwrap().1 && seen(&home) == (is.clone(), 0));
            let (record, _) = open(&home).unwrap();
            record.commit(&journal(&record, "2.0")).unwrap();
            assert!(!names(&home).iter().any(|name| name.starts_with('.')), "step {steps}: {:?}", names(&home));
            kinds.push(is == after);
            if done {
                break;
            }
            steps += 1;
        }
        // Both happen, and once it is published it stays so.
        assert!(kinds.is_sorted() && kinds.iter().filter(|after| **after).count() > 5 && !kinds[0], "{kinds:?}");
    }

    #[test]
    fn the_second_of_two_is_refused_and_no_event_is_lost() {
        let home = home(None);
        let (one, two) = (open(&home).unwrap().0, open(&home).unwrap().0);
        one.commit(&journal(&one, "1.0")).unwrap();
        let error = two.commit(&journal(&two, "1.1")).unwrap_err();
        assert!(error.kind() == Kind::Usage && error.to_string().contains("was changed meanwhile"), "{error}");
        let texts = [("versions/1.0.fr.md", "text 1.0.fr\n"), ("versions/1.0.md", "text 1.0\n")];
        assert_eq!(seen(&home).0, files(&[&[("ledger.yaml", "1.0\n")], &texts[..]].concat()));
    }

    #[test]
    fn a_journal_of_another_ledger_takes_nothing_away() {
        let home = home(Some("old\n"));
        let (record, _) = open(&home).unwrap();
        let mut left = 7;
        record.commit_with(&journal(&record, "1.0"), &mut || stop(&mut left)).unwrap_err();
        let ledger = home.path().join(POLICY).join(LEDGER);
        assert_eq!(seen(&home).1, 1);
        fs::write(&ledger, "old\nnewer\n").unwrap();
        assert_eq!(seen(&home), (files(&[("ledger.yaml", "old\nnewer\n")]), 1));
        assert_eq!(open(&home).unwrap_err().kind(), Kind::Usage);
        fs::write(home.path().join(POLICY).join(NAME), "{").unwrap();
        assert_eq!((seen(&home).1, open(&home).unwrap_err().kind()), (1, Kind::Usage));
        assert_eq!(fs::read_to_string(&ledger).unwrap(), "old\nnewer\n");
    }

    #[test]
    fn what_the_disk_refuses_is_not_published() {
        let home = home(Some("old\n"));
        fs::write(home.path().join(POLICY).join("versions"), "in the way").unwrap();
        let (record, _) = open(&home).unwrap();
        assert_eq!(record.commit(&journal(&record, "1.0")).unwrap_err().kind(), Kind::Machine);
        assert!(!names(&home).contains(&NAME.to_owned()) && seen(&home).1 == 0);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link_that_leads_out() {
        let (home, away) = (home(None), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(away.path(), home.path().join(POLICY).join("versions")).unwrap();
        let (record, _) = open(&home).unwrap();
        assert_eq!(record.commit(&journal(&record, "1.0")).unwrap_err().kind(), Kind::Machine);
        assert_eq!((fs::read_dir(away.path()).unwrap().count(), names(&home)), (0, vec!["versions".to_owned()]));
    }
}
