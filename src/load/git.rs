//! The repository that a site may stand in → the texts that one file has had. It asks the `git` program, tells
//! nobody when there is none, and never changes the repository, opens a pager or asks a server.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::path::SitePath;

/// No more commits of one file are looked at.
const COMMITS: &str = "--max-count=50";

/// The texts of a file in the history of all branches, the newest first, each read when it is asked for.
pub fn texts(root: &Path, path: &SitePath) -> impl Iterator<Item = Vec<u8>> {
    let listed = git(root, &["rev-list", "--all", COMMITS, "--", path.as_str()]).unwrap_or_default();
    let commits: Vec<String> = String::from_utf8_lossy(&listed).lines().map(str::to_owned).collect();
    commits.into_iter().filter_map(move |commit| git(root, &["cat-file", "blob", &format!("{commit}:./{path}")]))
}

/// What git prints, if it succeeds. Its own settings of where the repository is are passed over, because a hook sets
/// them for a folder that need not be this one.
fn git(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.args(["--no-pager", "--literal-pathspecs"]).args(arguments).current_dir(root);
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}
