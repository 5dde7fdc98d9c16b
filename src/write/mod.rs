//! The rim where a build goes out: pages → the output folder, all at once.
//! Pages are staged as they come, in parallel, on the same file system; a commit puts them into place in an order that
//! never dangles. Killed at any moment, it leaves the old site or a journal that the next [`Output::open`] completes.
//! It never writes outside the output folder, never follows a link, and deletes only what its manifest lists.

#![expect(clippy::disallowed_methods, reason = "files go out here")]

mod disk;
mod guard;
pub mod journal;
mod plan;
pub mod own;
pub mod source;

use std::collections::BTreeMap;
use std::mem;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::path::SitePath;

use disk::{Folder, Probe};
use plan::Listed;

/// What a commit did, in files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Summary {
    /// New, or other than before.
    pub written: usize,
    /// There already, byte for byte.
    pub unchanged: usize,
    /// No longer part of the site.
    pub deleted: usize,
}

/// An output folder that is being built into. Dropped without a commit, it leaves the last good site untouched.
#[derive(Debug)]
pub struct Output {
    folder: Folder,
    listed: Listed,
    staged: Mutex<BTreeMap<String, Staged>>,
}

/// A page that came, under its folded path.
#[derive(Debug)]
struct Staged {
    path: SitePath,
    hash: Hash,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Coming,
    Fresh,
    Kept,
}

impl Output {
    /// Takes hold of an output folder, makes it where it is missing, and completes a commit that was cut short.
    ///
    /// # Errors
    /// The folder is one that Vellum must not write to, or another Vellum is writing to it (wrong use); or the disk
    /// fails.
    pub fn open(out: &Path, root: &Path) -> Result<Self, Error> {
        let place = guard::place(out, root)?;
        if !Folder::is_ours(&place)? {
            guard::inspect(&place, &|_| false)?;
        }
        let folder = Folder::open(&place)?;
        if folder.was_cut_short() {
            guard::inspect(&place, &|_| true)?;
            folder.complete(&mut || Ok(()))?;
        }
        folder.discard()?;
        let listed = folder.manifest()?;
        guard::inspect(&place, &|path| listed.contains_key(path))?;
        Ok(Self { folder, listed, staged: Mutex::default() })
    }

    /// Takes one page. Many threads may call at once; nothing of the site changes yet.
    ///
    /// # Errors
    /// Another page has the place, here or on a system where case does not count; or the disk fails.
    pub fn stage(&self, path: &SitePath, bytes: &[u8]) -> Result<(), Error> {
        let key = plan::folded(path.as_str());
        let hash = Hash::of(bytes);
        self.claim(&key, path, hash)?;
        let kept = self.listed.get(path) == Some(&hash) && self.folder.holds(path, bytes);
        if !kept {
            self.folder.stage(path, bytes)?;
        }
        if let Some(staged) = self.lock().get_mut(&key) {
            staged.state = if kept { State::Kept } else { State::Fresh };
        }
        Ok(())
    }

    /// Puts all staged pages into place and deletes what is no longer part of the site.
    ///
    /// # Errors
    /// A page could not be staged, or the disk fails; what was begun is completed by the next [`Output::open`].
    pub fn commit(self) -> Result<Summary, Error> {
        self.commit_with(&mut || Ok(()))
    }

    /// Gives up what was staged, as a drop does.
    pub fn abandon(self) {
        drop(self);
    }

    fn commit_with(mut self, probe: Probe<'_>) -> Result<Summary, Error> {
        let staged = mem::take(self.staged.get_mut().unwrap_or_else(PoisonError::into_inner));
        if let Some(lost) = staged.values().find(|staged| staged.state == State::Coming) {
            return Err(Error::machine("cannot write the site", format!("{} was not staged", lost.path)));
        }
        let mut listed = mem::take(&mut self.listed);
        let mut fresh = Vec::new();
        let mut unchanged = 0;
        for Staged { path, hash, state } in staged.into_values() {
            listed.remove(&path);
            match state {
                State::Kept => unchanged += 1,
                State::Coming | State::Fresh => fresh.push((path, hash)),
            }
        }
        let gone: Vec<SitePath> = listed.into_keys().collect();
        let summary = Summary { written: fresh.len(), unchanged, deleted: gone.len() };
        self.folder.commit(&plan::make(fresh, gone), probe)?;
        Ok(summary)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Staged>> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claim(&self, key: &str, path: &SitePath, hash: Hash) -> Result<(), Error> {
        let mut staged = self.lock();
        let above = plan::above(key).find_map(|folder| staged.get(folder));
        let below = format!("{key}/");
        let below = staged.range(below.clone()..).next().filter(|(key, _)| key.starts_with(&below));
        if let Some(other) = staged.get(key).or(above).or(below.map(|(_, other)| other)) {
            let cause = format!("{} has the same place, so one of the two needs another name", other.path);
            return Err(Error::machine(format!("cannot write {path}"), cause));
        }
        if key == disk::OWN || key.starts_with(disk::OWN_BELOW) {
            return Err(Error::machine(format!("cannot write {path}"), "the folder is Vellum's own"));
        }
        staged.insert(key.to_owned(), Staged { path: path.clone(), hash, state: State::Coming });
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.folder.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Kind;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::PathBuf;
    use std::thread;
    use tempfile::TempDir;

    type Tree = BTreeMap<String, String>;

    /// A site's folder and an output folder in it.
    struct Home {
        folder: TempDir,
    }

    impl Home {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("site.yaml"), "").unwrap();
            Self { folder }
        }

        fn out(&self) -> PathBuf {
            self.folder.path().join("public")
        }

        fn open(&self) -> Result<Output, Error> {
            Output::open(&self.out(), self.folder.path())
        }

        fn staged(&self, pages: &[(&str, &str)]) -> Output {
            let output = self.open().unwrap();
            for (path, text) in pages {
                output.stage(&name(path), text.as_bytes()).unwrap();
            }
            output
        }

        fn build(&self, pages: &[(&str, &str)]) -> Summary {
            self.staged(pages).commit().unwrap()
        }

        /// The files of the site; an empty folder stands with a slash.
        fn tree(&self) -> Tree {
            let mut tree = Tree::new();
            collect(&self.out(), "", &mut tree);
            tree
        }

        fn own(&self) -> Vec<String> {
            let entries = fs::read_dir(self.out().join(disk::OWN)).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    fn collect(folder: &Path, prefix: &str, tree: &mut Tree) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if path == disk::OWN {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                let before = tree.len();
                collect(&entry.path(), &format!("{path}/"), tree);
                if tree.len() == before {
                    tree.insert(format!("{path}/"), String::new());
                }
            } else {
                tree.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }

    fn name(path: &str) -> SitePath {
        SitePath::parse(path).unwrap()
    }

    fn tree(pages: &[(&str, &str)]) -> Tree {
        pages.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    fn summary(written: usize, unchanged: usize, deleted: usize) -> Summary {
        Summary { written, unchanged, deleted }
    }

    const OLD: &[(&str, &str)] = &[
        ("404.html", "old"),
        ("about", "a file"),
        ("folder/one/x", "x"),
        ("folder/two", "y"),
        ("gone/deep/page", "z"),
        ("policies.json", "old"),
        ("policies/a/index.html", "old"),
        ("policies/a/v/1.0/index.html", "same"),
    ];
    const NEW: &[(&str, &str)] = &[
        ("404.html", "new"),
        ("about/index.html", "a page"),
        ("about/team/index.html", "a page"),
        ("folder", "a file"),
        ("policies.json", "new"),
        ("policies/a/index.html", "new"),
        ("policies/a/v/1.0/index.html", "same"),
        ("policies/a/v/2.0/index.html", "new"),
    ];

    #[test]
    fn a_build_leaves_its_pages_and_a_manifest() {
        let home = Home::new();
        assert_eq!(home.build(OLD), summary(8, 0, 0));
        assert_eq!(home.tree(), tree(OLD));
        assert_eq!(home.own(), ["lock", "manifest.json"]);
        assert_eq!(home.build(OLD), summary(0, 8, 0));
        assert_eq!(home.build(NEW), summary(7, 1, 4));
        assert_eq!(home.tree(), tree(NEW));
        let manifest = fs::read_to_string(home.out().join(".vellum/manifest.json")).unwrap();
        let lines: Vec<&str> = manifest.lines().filter_map(|line| line.split('"').nth(1)).collect();
        assert_eq!(lines, NEW.iter().map(|(path, _)| *path).collect::<Vec<_>>());
        assert_eq!(home.build(&[]), summary(0, 0, 8));
        assert!(home.tree().is_empty());
    }

    #[test]
    fn the_manifest_holds_the_hash_of_each_file_and_one_without_hashes_is_made_anew() {
        let home = Home::new();
        home.build(&[("a", "1"), ("b", "2")]);
        let manifest = home.out().join(".vellum/manifest.json");
        let written = fs::read_to_string(&manifest).unwrap();
        assert!(written.contains(&format!("\"b\": \"{}\"", Hash::of(b"2"))));
        fs::write(&manifest, "[\"a\", \"b\"]").unwrap();
        assert_eq!(home.build(&[("a", "1"), ("b", "2")]), summary(2, 0, 0));
        assert_eq!(fs::read_to_string(&manifest).unwrap(), written);
    }

    #[test]
    fn what_has_not_changed_is_not_touched() {
        let home = Home::new();
        home.build(&[("a", "1"), ("b", "1")]);
        let written = |path: &str| fs::metadata(home.out().join(path)).unwrap().modified().unwrap();
        let before = (written("a"), written("b"), written(".vellum/manifest.json"));
        thread::sleep(std::time::Duration::from_millis(20));
        assert_eq!(home.build(&[("a", "1"), ("b", "1")]), summary(0, 2, 0));
        assert_eq!((written("a"), written("b"), written(".vellum/manifest.json")), before);
        assert_eq!(home.build(&[("a", "1"), ("b", "2")]), summary(1, 1, 0));
        assert!(written("a") == before.0 && written("b") > before.1);
    }

    #[test]
    fn without_a_commit_the_last_good_site_stays() {
        let home = Home::new();
        home.build(OLD);
        home.staged(NEW).abandon();
        drop(home.staged(&[("x", "x")]));
        assert_eq!((home.tree(), home.own()), (tree(OLD), vec!["lock".to_owned(), "manifest.json".to_owned()]));
    }

    #[test]
    fn pages_come_from_many_threads() {
        let home = Home::new();
        let output = home.open().unwrap();
        thread::scope(|scope| {
            for part in 0..8 {
                let output = &output;
                scope.spawn(move || {
                    for page in 0..50 {
                        output.stage(&name(&format!("p/{page}/{part}")), b"x").unwrap();
                    }
                });
            }
        });
        assert_eq!(output.commit().unwrap(), summary(400, 0, 0));
        assert_eq!(home.tree().len(), 400);
    }

    #[test]
    fn two_pages_of_one_place_are_refused() {
        let home = Home::new();
        let output = home.staged(&[("a/b", "1"), ("caf\u{e9}", "1")]);
        for path in ["a/b", "A/B", "a", "a/b/c", "cafe\u{301}", ".vellum/manifest.json", ".Vellum/x", ".vellum"] {
            let error = output.stage(&name(path), b"2").unwrap_err();
            assert!(error.kind() == Kind::Machine && error.to_string() == format!("cannot write {path}"));
        }
        output.stage(&name("a/bc"), b"3").unwrap();
        assert_eq!(output.commit().unwrap(), summary(3, 0, 0));
    }

    #[test]
    fn a_page_that_could_not_be_staged_ends_the_commit() {
        let home = Home::new();
        home.build(OLD);
        let output = home.staged(NEW);
        let staging = home.out().join(".vellum/staging");
        fs::remove_dir_all(&staging).unwrap();
        fs::write(&staging, "in the way").unwrap();
        assert_eq!(output.stage(&name("x"), b"x").unwrap_err().kind(), Kind::Machine);
        assert_eq!(output.commit().unwrap_err().kind(), Kind::Machine);
        fs::remove_file(&staging).unwrap();
        assert_eq!(home.tree(), tree(OLD));
        assert_eq!(home.build(OLD), summary(0, 8, 0));
    }

    #[test]
    fn a_folder_with_files_of_others_is_refused_and_left_alone() {
        let home = Home::new();
        fs::create_dir_all(home.out()).unwrap();
        fs::write(home.out().join("thesis.doc"), "mine").unwrap();
        assert_eq!(home.open().unwrap_err().kind(), Kind::Usage);
        assert!(!home.out().join(disk::OWN).exists());
        fs::remove_file(home.out().join("thesis.doc")).unwrap();
        home.build(OLD);
        fs::write(home.out().join("gone/note"), "mine").unwrap();
        let error = home.open().unwrap_err();
        assert!(error.kind() == Kind::Usage && error.to_string().contains("did not write: gone/note;"));
    }

    #[test]
    fn a_file_that_was_taken_away_is_written_again() {
        let home = Home::new();
        home.build(OLD);
        fs::remove_dir_all(home.out().join("policies")).unwrap();
        fs::create_dir_all(home.out().join("404.html")).unwrap_err();
        fs::remove_file(home.out().join("404.html")).unwrap();
        fs::create_dir_all(home.out().join("404.html/empty")).unwrap();
        assert_eq!(home.build(OLD), summary(3, 5, 0));
        assert_eq!(home.tree(), tree(OLD));
    }

    /// Ends a commit before its change number `steps`, as a kill would. Says whether it came so far.
    fn cut(home: &Home, pages: &[(&str, &str)], steps: usize) -> bool {
        let mut left = steps;
        let ended = home.staged(pages).commit_with(&mut || stop(&mut left));
        ended.is_err()
    }

    fn stop(left: &mut usize) -> Result<(), Error> {
        *left = left.checked_sub(1).ok_or_else(|| Error::machine("killed", "by the test"))?;
        Ok(())
    }

    /// No page may be newer than what it refers to.
    fn never_dangles(tree: &Tree) {
        let new = |path: &str| tree.get(path).is_some_and(|text| text == "new");
        let order = ["policies.json", "404.html", "policies/a/index.html", "policies/a/v/2.0/index.html"];
        let first = order.iter().position(|path| new(path)).unwrap_or(order.len());
        assert!(order.iter().skip(first).all(|path| new(path)), "{tree:?}");
    }

    #[test]
    fn a_commit_that_is_cut_short_anywhere_is_completed_by_the_next_run() {
        let mut steps = 0;
        loop {
            let home = Home::new();
            home.build(OLD);
            let was_cut = cut(&home, NEW, steps);
            never_dangles(&home.tree());
            drop(home.open().unwrap());
            let wanted = if steps == 0 { OLD } else { NEW };
            assert_eq!(home.tree(), tree(wanted), "after {steps} steps");
            assert_eq!(home.own(), ["lock", "manifest.json"]);
            assert_eq!(home.build(wanted), summary(0, wanted.len(), 0));
            if !was_cut {
                break;
            }
            steps += 1;
        }
        assert!(steps > 15, "{steps}");
    }

    #[test]
    fn a_completion_that_is_cut_short_is_completed_too() {
        for (first, second) in
            [1, 6, 11, 16].into_iter().flat_map(|first| (0..18 - first).map(move |second| (first, second)))
        {
            let home = Home::new();
            home.build(OLD);
            assert!(cut(&home, NEW, first));
            let folder = Folder::open(&home.out()).unwrap();
            let mut left = second;
            drop(folder.complete(&mut || stop(&mut left)));
            drop(folder);
            assert_eq!(home.build(NEW), summary(0, NEW.len(), 0), "{first} {second}");
            assert_eq!(home.tree(), tree(NEW));
        }
    }

    #[test]
    fn a_kill_while_staging_leaves_the_old_site() {
        let home = Home::new();
        home.build(OLD);
        let output = home.staged(NEW);
        let staging = home.out().join(".vellum/staging");
        assert!(staging.exists());
        let copy = home.folder.path().join("copy");
        fs::rename(&staging, &copy).unwrap();
        drop(output);
        fs::rename(&copy, &staging).unwrap();
        assert_eq!(home.build(OLD), summary(0, OLD.len(), 0));
        assert_eq!(home.own(), ["lock", "manifest.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn writes_never_follow_links() {
        let home = Home::new();
        home.build(&[("a/page", "old"), ("b", "old")]);
        let away = home.folder.path().join("away");
        fs::create_dir(&away).unwrap();
        fs::write(away.join("page"), "mine").unwrap();
        let link = |to: &Path, from: &str| std::os::unix::fs::symlink(to, home.out().join(from)).unwrap();

        let output = home.staged(&[("a/page", "new"), ("b", "new")]);
        fs::remove_dir_all(home.out().join("a")).unwrap();
        link(&away, "a");
        fs::remove_file(home.out().join("b")).unwrap();
        link(&away.join("page"), "b");
        assert_eq!(output.commit().unwrap_err().kind(), Kind::Machine);
        assert_eq!(home.open().unwrap_err().kind(), Kind::Usage);
        fs::remove_file(home.out().join("a")).unwrap();
        fs::remove_file(home.out().join("b")).unwrap();
        home.build(&[("a/page", "new"), ("b", "new")]);
        assert_eq!(fs::read_to_string(away.join("page")).unwrap(), "mine");

        fs::remove_dir_all(home.out().join(".vellum")).unwrap();
        link(&away, ".vellum");
        assert_eq!(home.open().unwrap_err().kind(), Kind::Usage);
        assert_eq!(fs::read_dir(&away).unwrap().count(), 1);
    }
}
