//! The rim where files come in: a site's folder on disk → the [`Source`] that everything else reads from.
//! What stands on the disk is read as it is, in an order that depends on names alone; what another system could not
//! carry and links that lead out are told as findings. Nothing is ever written here.

#![expect(clippy::disallowed_methods, reason = "files come in here")]

pub mod built;
pub mod folder;
pub mod git;
mod journal;
pub mod own;
mod walk;

use std::fs;
use std::iter;
use std::path::{Path, PathBuf, absolute};

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::hash::Hash;
use crate::base::language::translation;
use crate::base::names;
use crate::base::path::SitePath;
use crate::base::source::{Loaded, Source};
use crate::base::span::Place;

use walk::{Found, Walk};

/// The file that makes a folder a site.
const SETTINGS: &str = "site.yaml";
/// Where the policies stand: read one by one, never with the rest.
const POLICIES: &str = "content/policies";
/// What to do with a file that stands among the policies.
const POLICY_HELP: &str = "a policy is a folder: put the text into content/policies/<name>/draft.md";
/// What is copied as it is.
const STATIC: &str = "static";
/// What every page may need, besides the settings.
const SHARED: [&str; 4] = ["content", "forms", "keys", "themes"];

/// A site in a folder, and where its last output may be found.
#[derive(Debug)]
pub struct Disk {
    walk: Walk,
    output: Option<PathBuf>,
}

impl Disk {
    /// Looks whether the folder is a site. The output is only ever searched for originals of changed texts.
    ///
    /// # Errors
    /// There is no `site.yaml` (wrong use), or the folder cannot be looked into.
    pub fn open(root: &Path, output: Option<&Path>) -> Result<Self, Error> {
        let settings = root.join(SETTINGS);
        match fs::symlink_metadata(&settings) {
            Ok(metadata) if metadata.is_dir() => Err(no_site(root)),
            Ok(_) => Ok(Self { walk: Walk::new(root)?, output: output.map(Path::to_path_buf) }),
            Err(error) if walk::is_absent(&error) => Err(no_site(root)),
            Err(error) => Err(Error::file("read", &settings, error)),
        }
    }

    /// Where it really is.
    #[must_use]
    pub fn place(&self) -> &Path {
        self.walk.real()
    }

    /// All that stands in a folder of the site. A file of its name is nothing that anyone reads.
    fn folder(&self, name: &str, skip: &str) -> Result<Found, Error> {
        let mut found = self.walk.all(name, skip)?;
        let files = found.files.iter().filter(|path| path.as_str() == name);
        found.problems.extend(files.map(|path| stray(path, "a folder of this name is read: rename the file")));
        found.files.retain(|path| path.as_str() != name);
        Ok(found)
    }

    fn load(&self, found: Found) -> Result<Loaded, Error> {
        let mut loaded = Loaded { problems: found.problems, files: Files::default() };
        loaded.problems.extend(names::check(found.files.iter()));
        for path in found.files {
            let bytes = self.bytes(&path)?;
            loaded.files.insert(path, bytes);
        }
        Ok(loaded)
    }

    fn bytes(&self, path: &SitePath) -> Result<Vec<u8>, Error> {
        let place = path.on_disk(self.walk.root());
        fs::read(&place).map_err(|error| Error::file("read", &place, error))
    }

    /// Where the last output keeps what this file was made from.
    fn published(&self, path: &SitePath) -> Vec<PathBuf> {
        let Some((output, rest)) = self.output.as_ref().zip(path.under(POLICIES)) else { return Vec::new() };
        let parts: Vec<&str> = rest.split('/').collect();
        match parts.as_slice() {
            [slug, "versions", file] => match file.strip_suffix(".md").map(address) {
                Some(version) => {
                    let folder = output.join("policies").join(slug).join("v").join(version);
                    vec![folder.join("text.md"), folder.join("meta.json")]
                }
                None => Vec::new(),
            },
            [_, "assets", ..] => vec![output.join("policies").join(rest)],
            _ => Vec::new(),
        }
    }

    /// The draft whose text a version's file was made from, if the path is such a file.
    fn draft(&self, path: &SitePath) -> Option<PathBuf> {
        let (slug, rest) = path.under(POLICIES)?.split_once('/')?;
        let stem = rest.strip_prefix("versions/")?.strip_suffix(".md")?;
        let draft = translation(stem).map_or_else(|| "draft.md".to_owned(), |(_, tag)| format!("draft.{tag}.md"));
        Some(self.walk.root().join(POLICIES).join(slug).join(draft))
    }
}

impl Source for Disk {
    fn shared(&self) -> Result<Loaded, Error> {
        let mut found = self.walk.all(SETTINGS, "")?;
        for folder in SHARED {
            found.append(self.folder(folder, POLICIES)?);
        }
        let policies = self.walk.one(POLICIES)?;
        let same = names::check(policies.folders.iter()).into_iter().filter(|finding| finding.code == Code::V111);
        found.problems.extend(policies.problems.into_iter().chain(same));
        found.problems.extend(policies.files.iter().map(|path| stray(path, POLICY_HELP)));
        self.load(found)
    }

    fn policies(&self) -> Result<Vec<String>, Error> {
        let found = self.walk.one(POLICIES)?;
        Ok(found.folders.iter().map(|path| path.name().to_owned()).collect())
    }

    fn policy(&self, name: &str) -> Result<Loaded, Error> {
        let folder = format!("{POLICIES}/{name}");
        let place = self.walk.root().join(&folder);
        let held = journal::hold(&place);
        let mut loaded = self.load(self.walk.all(&folder, "")?)?;
        journal::lay_over(name, &place, &mut loaded)?;
        drop(held);
        Ok(loaded)
    }

    fn statics(&self) -> Result<(Vec<SitePath>, Vec<Diagnostic>), Error> {
        let mut found = self.folder(STATIC, "")?;
        found.problems.extend(names::check(found.files.iter()));
        Ok((found.files, found.problems))
    }

    fn read(&self, path: &SitePath) -> Result<Vec<u8>, Error> {
        self.walk.inside(path)?;
        self.bytes(path)
    }

    fn originals(&self, path: &SitePath, wanted: &Hash) -> Vec<Vec<u8>> {
        let near = self.draft(path).into_iter().chain(self.published(path)).filter_map(|place| plain(&place));
        let past = iter::once(self.walk.root()).flat_map(|root| git::texts(root, path));
        let mut texts = Vec::new();
        for text in near.chain(past) {
            let found = Hash::of(&text) == *wanted;
            if !texts.contains(&text) {
                texts.push(text);
            }
            if found {
                break;
            }
        }
        texts
    }
}

fn no_site(root: &Path) -> Error {
    let named = absolute(root).unwrap_or_else(|_| root.to_path_buf());
    let folder = named.display();
    Error::usage(format!("there is no {SETTINGS} in {folder}: run `vellum new site DIR` or pass --root"))
}

fn stray(path: &SitePath, help: &str) -> Diagnostic {
    Diagnostic::new(Code::V120, Place::of_file(path.as_str()), "nothing reads this file").help(help)
}

/// The address of a version below `v/`: that of a translation has its language last.
fn address(stem: &str) -> PathBuf {
    match translation(stem) {
        Some((version, language)) => Path::new(version.as_str()).join(language),
        None => PathBuf::from(stem),
    }
}

/// A candidate's bytes. What is no plain file, or cannot be read, is no candidate.
fn plain(place: &Path) -> Option<Vec<u8>> {
    fs::symlink_metadata(place).ok().filter(fs::Metadata::is_file)?;
    fs::read(place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Kind;
    use std::process::Command;
    use tempfile::TempDir;

    fn site(files: &[(&str, &str)]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &[("site.yaml", "title: x\n")]);
        put(root.path(), files);
        root
    }

    fn put(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let place = root.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
    }

    fn path(text: &str) -> SitePath {
        SitePath::parse(text).unwrap()
    }

    fn names(loaded: &Loaded) -> Vec<&str> {
        loaded.files.paths().map(SitePath::as_str).collect()
    }

    fn told(problems: &[Diagnostic]) -> Vec<(&str, Code)> {
        problems.iter().map(|finding| (&*finding.place.file, finding.code)).collect()
    }

    #[test]
    fn a_folder_without_settings_is_no_site() {
        let root = tempfile::tempdir().unwrap();
        for folder in [root.path().to_path_buf(), root.path().join("gone")] {
            let error = Disk::open(&folder, None).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
            let wanted = "run `vellum new site DIR` or pass --root";
            assert!(error.to_string().contains(folder.to_str().unwrap()) && error.to_string().ends_with(wanted));
        }
        fs::create_dir(root.path().join("site.yaml")).unwrap();
        assert_eq!(Disk::open(root.path(), None).unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn a_site_comes_in_parts() {
        let root = site(&[
            ("content/index.md", "i"),
            ("content/a/b.md", "b"),
            ("content/policies/terms/policy.yaml", "p"),
            ("content/policies/terms/versions/1.0.md", "v"),
            ("content/policies/cookies/draft.md", "d"),
            ("content/policies/stray.md", "s"),
            ("content/policies/.git/HEAD", "h"),
            ("content/index.md~", "~"),
            ("forms/contact.yaml", "f"),
            ("themes/default/theme.yaml", "t"),
            ("static/b.png", "2"),
            ("static/a/z.png", "1"),
            ("static/.well-known/x", "3"),
            ("src/main.rs", "m"),
            ("public/index.html", "o"),
        ]);
        let disk = Disk::open(root.path(), None).unwrap();
        let shared = disk.shared().unwrap();
        let wanted =
            ["content/a/b.md", "content/index.md", "forms/contact.yaml", "site.yaml", "themes/default/theme.yaml"];
        assert_eq!(names(&shared), wanted);
        assert_eq!(told(&shared.problems), [("content/policies/stray.md", Code::V120)]);
        assert_eq!(disk.policies().unwrap(), ["cookies", "terms"]);
        let policy = disk.policy("terms").unwrap();
        let wanted = ["content/policies/terms/policy.yaml", "content/policies/terms/versions/1.0.md"];
        assert_eq!(names(&policy), wanted);
        let (statics, _) = disk.statics().unwrap();
        assert_eq!(statics, ["static/.well-known/x", "static/a/z.png", "static/b.png"].map(path));
        assert_eq!(disk.read(&path("static/b.png")).unwrap(), b"2");
        assert_eq!(disk.read(&path("static/c.png")).unwrap_err().kind(), Kind::Machine);
    }

    #[test]
    fn what_may_be_missing_is_empty() {
        let root = site(&[]);
        let disk = Disk::open(root.path(), Some(Path::new("nowhere"))).unwrap();
        assert_eq!(names(&disk.shared().unwrap()), ["site.yaml"]);
        assert!(disk.policies().unwrap().is_empty() && disk.statics().unwrap().0.is_empty());
        assert!(disk.policy("gone").unwrap().files.is_empty());
        assert!(disk.originals(&path("content/policies/a/versions/1.0.md"), &Hash::ZERO).is_empty());
    }

    #[test]
    fn a_file_where_a_folder_is_read_is_told() {
        let root = site(&[("content", "c"), ("static", "s")]);
        let disk = Disk::open(root.path(), None).unwrap();
        let shared = disk.shared().unwrap();
        assert_eq!((names(&shared), told(&shared.problems)), (vec!["site.yaml"], vec![("content", Code::V120)]));
        let (statics, problems) = disk.statics().unwrap();
        assert_eq!((statics.len(), told(&problems)), (0, vec![("static", Code::V120)]));
        assert!(disk.policies().unwrap().is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_one_elsewhere_are_told_for_files_and_policies() {
        let root = site(&[
            ("content/Terms.md", ""),
            ("content/terms.md", ""),
            ("content/policies/Terms/draft.md", ""),
            ("content/policies/terms/draft.md", ""),
            ("static/caf\u{e9}.png", ""),
            ("static/cafe\u{301}.png", ""),
            ("static/CON.png", ""),
        ]);
        let disk = Disk::open(root.path(), None).unwrap();
        let shared = disk.shared().unwrap();
        assert_eq!(told(&shared.problems), [("content/policies/terms", Code::V111), ("content/terms.md", Code::V111)]);
        let (_, problems) = disk.statics().unwrap();
        assert_eq!(told(&problems), [("static/CON.png", Code::V112), ("static/caf\u{e9}.png", Code::V111)]);
    }

    #[test]
    fn originals_are_sought_in_the_draft_and_the_last_output() {
        let root = site(&[
            ("content/policies/a/draft.md", "draft"),
            ("content/policies/a/draft.fr.md", "ébauche"),
            ("public/policies/a/v/1.0/text.md", "text"),
            ("public/policies/a/v/1.0/meta.json", "meta"),
            ("public/policies/a/v/1.0/fr/text.md", "texte"),
            ("public/policies/a/assets/x/logo.png", "logo"),
        ]);
        let disk = Disk::open(root.path(), Some(&root.path().join("public"))).unwrap();
        let found = |name: &str, wanted: &Hash| disk.originals(&path(name), wanted);
        let version = "content/policies/a/versions/1.0.md";
        assert_eq!(found(version, &Hash::ZERO), [&b"draft"[..], b"text", b"meta"]);
        assert_eq!(found(version, &Hash::of(b"text")), [&b"draft"[..], b"text"]);
        assert_eq!(found("content/policies/a/versions/1.0.fr.md", &Hash::ZERO), ["ébauche".as_bytes(), b"texte"]);
        assert_eq!(found("content/policies/a/assets/x/logo.png", &Hash::ZERO), [b"logo"]);
        assert!(found("content/index.md", &Hash::ZERO).is_empty());
    }

    fn git(folder: &Path, arguments: &[&str]) {
        let name = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(name).args(arguments).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    #[test]
    fn originals_are_sought_in_the_repository_around_the_site() {
        let repository = tempfile::tempdir().unwrap();
        let root = repository.path().join("a site");
        git(repository.path(), &["init", "-q"]);
        let odd = "content/policies/a/assets/-x:(top)*[1] é.png";
        for text in ["first", "second", "third"] {
            put(&root, &[("site.yaml", "title: x\n"), (odd, text), ("content/policies/a/assets/-x1.png", "other")]);
            git(repository.path(), &["add", "."]);
            git(repository.path(), &["commit", "-q", "-m", text]);
        }
        git(repository.path(), &["checkout", "-q", "--orphan", "empty"]);
        let disk = Disk::open(&root, None).unwrap();
        let mut all = disk.originals(&path(odd), &Hash::ZERO);
        all.sort();
        assert_eq!(all, [&b"first"[..], b"second", b"third"]);
        let until = disk.originals(&path(odd), &Hash::of(b"first"));
        assert_eq!(until.last().unwrap(), b"first");
        assert!(disk.originals(&path("--all"), &Hash::ZERO).is_empty());
    }
}
