//! Changes on disk → "something that matters changed, and all is quiet again". The only importer of the watcher crate.
//!
//! Folders are watched, never files: editors save by renaming a new file over the old one, and a watch on the old file
//! would be lost with it. What is watched may also come later, go and come back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::Options;
use crate::base::error::Error;
use crate::base::names::is_scratch;

/// Changes that follow each other closer than this are one.
const QUIET: Duration = Duration::from_millis(100);

/// However busy the disk is, a change waits no longer than this.
const LONGEST: Duration = Duration::from_secs(2);

/// The folders of a site under watch.
pub struct Watch {
    watcher: RecommendedWatcher,
    scope: Arc<Scope>,
    news: Arc<News>,
}

/// What the watcher's thread has to say.
#[derive(Default)]
struct News {
    changed: Notify,
    uprooted: AtomicBool,
}

/// Which paths matter.
struct Scope {
    root: PathBuf,
    watched: Vec<PathBuf>,
    ignored: Vec<PathBuf>,
}

impl Watch {
    /// Watches from now on.
    ///
    /// # Errors
    /// The system cannot watch a folder: most often its limit of watches is reached.
    pub fn start(options: &Options) -> Result<Self, Error> {
        let scope = Arc::new(Scope::of(options)?);
        let news = Arc::new(News::default());
        let (seen, told) = (Arc::clone(&scope), Arc::clone(&news));
        let handler = move |event: notify::Result<Event>| told.hear(&seen, event);
        let watcher = notify::recommended_watcher(handler);
        let watcher = watcher.map_err(|error| Error::machine("cannot watch for changes", error))?;
        let mut watch = Self { watcher, scope, news };
        watch.take_root()?;
        Ok(watch)
    }

    /// Waits until something that matters changed and nothing has changed for a moment. Changes that come while nobody
    /// waits are not lost: the next call returns at once for all of them.
    pub async fn change(&mut self) {
        self.news.changed.notified().await;
        let latest = Instant::now() + LONGEST;
        while Instant::now() < latest {
            let quiet = (Instant::now() + QUIET).min(latest);
            if timeout_at(quiet, self.news.changed.notified()).await.is_err() {
                break;
            }
        }
        if self.news.uprooted.swap(false, Ordering::Relaxed) && self.take_root().is_err() {
            // Most often a folder is just being replaced: the next change tries again.
            self.news.uprooted.store(true, Ordering::Relaxed);
        }
    }

    /// Watches what is there of the wanted folders, and their parents, in which they may appear.
    fn take_root(&mut self) -> Result<(), Error> {
        let parents: BTreeSet<&Path> = self.scope.watched.iter().filter_map(|path| path.parent()).collect();
        let parents = parents.into_iter().map(|path| (path, RecursiveMode::NonRecursive));
        let folders = self.scope.watched.iter().map(|path| (path.as_path(), RecursiveMode::Recursive));
        for (path, mode) in parents.chain(folders).filter(|(path, _)| path.is_dir()) {
            // A folder that was replaced is another one: what was watched under its name is let go first.
            let _ = self.watcher.unwatch(path);
            self.watcher.watch(path, mode).map_err(|error| Error::file("watch", path, error))?;
        }
        Ok(())
    }
}

impl News {
    /// Takes an event in. A lost event or a failure of the watcher may hide any change, so it counts as one.
    fn hear(&self, scope: &Scope, event: notify::Result<Event>) {
        let event = event.unwrap_or_else(|_| Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan));
        if event.need_rescan() || event.paths.iter().any(|path| scope.watched.contains(path)) {
            self.uprooted.store(true, Ordering::Relaxed);
        }
        if event.need_rescan() || alters(event.kind) && event.paths.iter().any(|path| scope.concerns(path)) {
            self.changed.notify_one();
        }
    }
}

/// Whether an event can stand for another content. Reading a file is an event too: a build must not cause the next one.
fn alters(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(_)) => false,
        _ => true,
    }
}

impl Scope {
    fn of(options: &Options) -> Result<Self, Error> {
        // Some systems report the real paths, whatever path was asked for.
        let root = std::fs::canonicalize(&options.root).map_err(|error| Error::file("read", &options.root, error))?;
        let absolute = |path: &PathBuf| root.join(path.strip_prefix(&options.root).unwrap_or(path));
        let [watched, ignored] = [&options.watch, &options.ignore].map(|paths| paths.iter().map(absolute).collect());
        Ok(Self { root, watched, ignored })
    }

    fn concerns(&self, path: &Path) -> bool {
        let inner = path.strip_prefix(&self.root).unwrap_or(path);
        let scratch = inner.iter().any(|part| part.to_str().is_some_and(is_scratch));
        let below = |folders: &[PathBuf]| folders.iter().any(|folder| path.starts_with(folder));
        !scratch && below(&self.watched) && !below(&self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use notify::event::{CreateKind, Flag};

    use super::*;
    use crate::relay::outbox::Outbox;

    fn options(root: &Path) -> Options {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect();
        Options {
            port: 0,
            base_path: "/".to_owned(),
            root: root.to_path_buf(),
            watch: paths(&["content", "static", "site.yaml"]),
            ignore: paths(&["content/out", "public"]),
            outbox: Outbox::default(),
        }
    }

    #[test]
    fn only_sources_matter() {
        let folder = tempfile::tempdir().unwrap();
        let scope = Scope::of(&options(folder.path())).unwrap();
        let concerns = |name: &str| scope.concerns(&scope.root.join(name));
        for name in ["content", "content/a/b.md", "static/.well-known/x", "site.yaml"] {
            assert!(concerns(name), "{name}");
        }
        for name in ["", "public/x", "content/out/x", "content/.x.md.swp", "content/.git/HEAD", "other", "site.yaml~"] {
            assert!(!concerns(name), "{name}");
        }
    }

    #[test]
    fn reading_changes_nothing_and_a_lost_event_may_be_anything() {
        assert!(!alters(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(alters(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(alters(EventKind::Create(CreateKind::Any)));
        let folder = tempfile::tempdir().unwrap();
        let scope = Scope::of(&options(folder.path())).unwrap();
        let news = News::default();
        news.hear(&scope, Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)));
        assert!(news.uprooted.swap(false, Ordering::Relaxed));
        news.hear(&scope, Err(notify::Error::generic("lost")));
        assert!(news.uprooted.load(Ordering::Relaxed));
    }

    async fn noticed(watch: &mut Watch) -> bool {
        tokio::time::timeout(Duration::from_secs(5), watch.change()).await.is_ok()
    }

    async fn silent(watch: &mut Watch) -> bool {
        tokio::time::timeout(Duration::from_millis(300), watch.change()).await.is_err()
    }

    #[tokio::test]
    async fn a_folder_may_come_late_go_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let mut watch = Watch::start(&options(root)).unwrap();
        let content = root.join("content");
        for _ in 0..2 {
            fs::create_dir_all(content.join("policies/new")).unwrap();
            assert!(noticed(&mut watch).await);
            fs::write(content.join("policies/new/draft.md"), "x").unwrap();
            assert!(noticed(&mut watch).await);
            fs::create_dir(content.join("policies/newer")).unwrap();
            assert!(noticed(&mut watch).await);
            fs::write(content.join("policies/newer/draft.md"), "x").unwrap();
            assert!(noticed(&mut watch).await);
            fs::remove_dir_all(&content).unwrap();
            assert!(noticed(&mut watch).await);
        }
        fs::write(root.join("site.yaml"), "x").unwrap();
        assert!(noticed(&mut watch).await);
        fs::write(root.join("other.yaml"), "x").unwrap();
        fs::read(root.join("site.yaml")).unwrap();
        assert!(silent(&mut watch).await);
    }
}
