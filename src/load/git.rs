//! A repository → the texts that one file has had: all of them, to find an original, or those of a branch, to import
//! them. It asks the `git` program, and never changes the repository, opens a pager or asks a server.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::date::Moment;
use crate::base::error::Error;
use crate::base::path::SitePath;

/// No more commits of one file are looked at.
const COMMITS: &str = "--max-count=50";

/// The texts of a file in the history of all branches, the newest first, each read when it is asked for.
pub fn texts(root: &Path, path: &SitePath) -> impl Iterator<Item = Vec<u8>> {
    let listed = git(root, &["rev-list", "--all", COMMITS, "--", path.as_str()]).unwrap_or_default();
    let commits: Vec<String> = String::from_utf8_lossy(&listed).lines().map(str::to_owned).collect();
    commits.into_iter().filter_map(move |commit| git(root, &["cat-file", "blob", &format!("{commit}:./{path}")]))
}

/// A file's texts, as the commits of a branch left them.
#[derive(Debug)]
pub struct Past {
    /// The texts, oldest first.
    pub texts: Vec<Committed>,
    /// Whether the repository holds a part of its history only.
    pub shallow: bool,
}

/// A text and the commit that brought it to the branch.
#[derive(Debug)]
pub struct Committed {
    /// What the file was called then, from the top of the repository.
    pub path: String,
    /// When it was committed.
    pub at: Moment,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The texts of one file on the branch that is checked out: what readers of that branch saw, so a merge counts as one
/// step, on the day of the merge. Renames that git sees are followed; `names` are the file's newest name and older ones.
///
/// # Errors
/// `git` cannot be run, or the folder is no repository that it will read (wrong use).
pub fn past(repository: &Path, names: &[String]) -> Result<Past, Error> {
    let shallow = asked(repository, &["rev-parse", "--is-shallow-repository"])?.starts_with(b"true");
    let log = asked(repository, LOG)?;
    let steps = steps(&String::from_utf8_lossy(&log), names);
    let text = |step: Step| {
        let bytes = git(repository, &["cat-file", "blob", &format!("{}:{}", step.commit, step.path)])?;
        Some(Committed { path: step.path, at: step.at, bytes })
    };
    Ok(Past { texts: steps.into_iter().rev().filter_map(text).collect(), shallow })
}

/// Every commit of the branch, newest first: its id, when it was committed, and what it did to which files.
const LOG: &[&str] = &[
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--root",
    "--find-renames",
    "--name-status",
    "-z",
    "--no-ext-diff",
    "--no-color",
    "--no-show-signature",
    "--format=%H %ct",
    "--end-of-options",
    "HEAD",
];

/// A commit that gave the file a text.
#[derive(Debug, Eq, PartialEq)]
struct Step {
    commit: String,
    at: Moment,
    path: String,
}

/// What the log says of a file, newest first. Going back over a rename, the older name takes the place of the newer.
fn steps(log: &str, names: &[String]) -> Vec<Step> {
    let mut names = names.to_vec();
    let mut steps = Vec::new();
    let mut commit = None;
    let mut parts = log.split('\0').map(|part| part.trim_start_matches('\n')).filter(|part| !part.is_empty());
    while let Some(part) = parts.next() {
        if let Some(found) = header(part) {
            commit = Some(found);
            continue;
        }
        let Some(path) = parts.next() else { break };
        let older = part.starts_with(['R', 'C']).then_some(path);
        let path = if older.is_some() { parts.next().unwrap_or_default() } else { path };
        let known = names.iter().position(|name| name == path).filter(|_| !part.starts_with('D'));
        let (Some(at), Some((id, moment))) = (known, &commit) else { continue };
        if steps.last().is_none_or(|step: &Step| step.commit != *id) {
            steps.push(Step { commit: id.clone(), at: *moment, path: path.to_owned() });
        }
        if let (Some(older), Some(name)) = (older.filter(|_| part.starts_with('R')), names.get_mut(at)) {
            older.clone_into(name);
        }
    }
    steps
}

/// A commit's id and when it was committed. A status has no space in it.
fn header(part: &str) -> Option<(String, Moment)> {
    let (id, seconds) = part.split_once(' ')?;
    Some((id.to_owned(), Moment::from_unix(seconds.trim().parse().ok()?)?))
}

/// What git prints; what it says when it fails is made plain.
fn asked(repository: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let shown = repository.display();
    if !repository.is_dir() {
        return Err(Error::usage(format!("{shown} is not a folder")));
    }
    let output = command(repository, arguments).output().map_err(|error| Error::machine("cannot run git", error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::usage(if said.contains("dubious ownership") {
        format!(
            "git does not read {shown}, because it belongs to somebody else; if you trust it, say so: \
             git config --global --add safe.directory FOLDER"
        )
    } else if said.contains("not a git repository") {
        format!("{shown} is not a git repository")
    } else if said.contains("ambiguous argument 'HEAD'") {
        format!("{shown} holds no commit on the branch that is checked out")
    } else {
        format!("git cannot read the history of {shown}: {}", said.lines().next().unwrap_or_default())
    }))
}

/// What git prints, if it succeeds.
fn git(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = command(root, arguments).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// What would point git to another repository, or have it run or print something else.
const FOREIGN: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIFF_OPTS",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
    "GIT_WORK_TREE",
];

/// Its own settings of where the repository is are passed over, because a hook sets them for a folder that need not be
/// this one.
fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["--no-pager", "--literal-pathspecs", "--no-replace-objects", "-c", "core.fsmonitor=false"]);
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1");
    command.env("LC_ALL", "C");
    for name in FOREIGN {
        command.env_remove(name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_followed_over_renames_and_deletions() {
        let log = "c5 50\0\nM\0b.md\0c4 40\0\nR080\0a.md\0b.md\0M\0x.md\0c3 30\0\nA\0a.md\0A\0b.md\0c2 20\0\nD\0a.md\0c1 10\0\nA\0a.md\0";
        let found = steps(log, &["b.md".to_owned()]);
        let seen: Vec<(&str, &str)> = found.iter().map(|step| (step.commit.as_str(), step.path.as_str())).collect();
        assert_eq!(seen, [("c5", "b.md"), ("c4", "b.md"), ("c3", "a.md"), ("c1", "a.md")]);
        assert_eq!(steps(log, &["none.md".to_owned()]), []);
    }
}
