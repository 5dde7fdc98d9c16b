//! A temporary folder in which the program runs, what a run came to, and expectations that are kept in files.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The program under test.
pub const VELLUM: &str = env!("CARGO_BIN_EXE_vellum");

/// The project's own folder, which is the sample site.
pub const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// The fixtures.
pub fn sites() -> PathBuf {
    Path::new(PROJECT).join("tests/sites")
}

/// Whether expectations are to be rewritten instead of compared.
pub fn updating() -> bool {
    std::env::var_os("VELLUM_UPDATE").is_some_and(|value| value == "1")
}

/// What a run came to.
#[derive(Debug, Eq, PartialEq)]
pub struct Ran {
    /// The exit status; 128 and more for a signal, as shells say it.
    pub status: i32,
    /// All of standard output.
    pub out: String,
    /// All of standard error.
    pub err: String,
}

impl Ran {
    /// Takes over what a process left.
    pub fn new(output: &Output) -> Self {
        let signal = output.status.signal().unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8");
        Self {
            status: output.status.code().unwrap_or(128 + signal),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// The same, when the run succeeded and had nothing to say on standard error.
    #[track_caller]
    pub fn quiet(self) -> Self {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{self:?}");
        self
    }
}

/// A temporary folder.
pub struct Home(TempDir);

impl Home {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder that begins as one or more fixtures laid over each other.
    pub fn of(fixtures: &[&str]) -> Self {
        let home = Self::new();
        for fixture in fixtures {
            copy(&sites().join(fixture), home.path());
        }
        home
    }

    /// The sample site, without what is not its content.
    pub fn sample() -> Self {
        let home = Self::new();
        let project = Path::new(PROJECT);
        fs::copy(project.join("site.yaml"), home.path().join("site.yaml")).unwrap();
        for folder in ["content", "forms", "static"] {
            if project.join(folder).is_dir() {
                copy(&project.join(folder), &home.path().join(folder));
            }
        }
        home
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A place in it.
    pub fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file, with the folders that it needs.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let place = self.at(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }

    /// Reads a file as text.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The program, ready to run in this folder, with nothing of the caller's environment but the search path.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(VELLUM);
        command.args(arguments);
        self.tame(&mut command);
        command
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(&self.command(arguments).output().unwrap())
    }

    /// Runs a line of shell, in which `vellum` is the program.
    pub fn shell(&self, line: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        self.tame(&mut command);
        Ran::new(&command.output().unwrap())
    }

    fn tame(&self, command: &mut Command) {
        let program = Path::new(VELLUM).parent().unwrap().display();
        let search = std::env::var("PATH").unwrap_or_default();
        command.current_dir(self.path()).stdin(Stdio::null()).env_clear();
        command.env("PATH", format!("{program}:{search}")).env("LC_ALL", "C.UTF-8").env("HOME", self.path());
        command.env("PROJECT", PROJECT);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.org");
        }
    }

    /// Every file below a folder with its bytes, but for what Vellum keeps for itself.
    pub fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.at(folder))
    }
}

/// Every file below a folder with its bytes, but for what Vellum keeps for itself. Links are named, not followed.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in files(folder) {
        let place = folder.join(&path);
        let link = fs::symlink_metadata(&place).unwrap().is_symlink();
        let bytes = if link {
            format!("-> {}", fs::read_link(&place).unwrap().display()).into_bytes()
        } else {
            fs::read(&place).unwrap()
        };
        found.insert(path, bytes);
    }
    found
}

/// The paths of all files below a folder, in order, but for what Vellum keeps for itself.
pub fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(prefix) = open.pop() {
        for entry in fs::read_dir(folder.join(&prefix)).unwrap().map(Result::unwrap) {
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                if path != ".vellum" {
                    open.push(format!("{path}/"));
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Copies a folder's files into another.
pub fn copy(from: &Path, to: &Path) {
    for path in files(from) {
        let place = to.join(&path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(from.join(&path), place).unwrap();
    }
}

/// The names of the folders in a folder, in order.
pub fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Compares a text with the one that is kept, or keeps it.
#[track_caller]
pub fn same_as_kept(place: &Path, text: &str) {
    if updating() {
        fs::write(place, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    same(&place.display().to_string(), &kept, text);
}

/// Compares two texts and shows the first line at which they part.
#[track_caller]
pub fn same(what: &str, wanted: &str, found: &str) {
    if wanted == found {
        return;
    }
    let at = wanted.lines().zip(found.lines()).take_while(|(one, other)| one == other).count();
    panic!(
        "{what} differs from line {}\n--- wanted\n{wanted}\n--- found\n{found}\n--- first difference\n- {}\n+ {}\n\
         (VELLUM_UPDATE=1 cargo test keeps what was found)",
        at + 1,
        wanted.lines().nth(at).unwrap_or("(the end)"),
        found.lines().nth(at).unwrap_or("(the end)"),
    );
}
