//! Transcripts: a folder `tests/sites/<group>/<name>/` holds a text `run.txt` and files to begin with in `in/`.
//!
//! Each line of the text that begins with `$ ` is run by a shell in a temporary folder, where `vellum` is the program.
//! What it came to stands below it, complete: `| ` before each line of standard output, `! ` before each line of
//! standard error, `? ` before an exit status other than 0, `\` where a line has no end. Lines with `#` explain. A
//! first line `#with base terms` says which folders of `tests/sites/with/` lie under `in/`.

use std::fs;
use std::path::Path;

use crate::harness::{Home, Ran, folders, same_as_kept, sites};

/// Runs a transcript and compares it with itself; gives back the folder as it is then, and the text.
#[track_caller]
pub fn run(group: &str, name: &str) -> (Home, String) {
    let folder = sites().join(group).join(name);
    let place = folder.join("run.txt");
    let kept = fs::read_to_string(&place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    let home = start(&kept, &folder);
    let mut text = String::new();
    for line in kept.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => text += &format!("{line}\n{}", shown(&home, &home.shell(command))),
            None if line.starts_with('#') || line.is_empty() => text += &format!("{line}\n"),
            None => {}
        }
    }
    same_as_kept(&place, &text);
    (home, text)
}

fn start(kept: &str, folder: &Path) -> Home {
    let with = kept.lines().next().and_then(|line| line.strip_prefix("#with "));
    let under: Vec<String> = with.unwrap_or_default().split_whitespace().map(|name| format!("with/{name}")).collect();
    let home = Home::of(&under.iter().map(String::as_str).collect::<Vec<_>>());
    let own = folder.join("in");
    if own.is_dir() {
        crate::harness::copy(&own, home.path());
    }
    home
}

/// What a run came to; the temporary folder, whose name is another each time, is called `HOME`.
fn shown(home: &Home, ran: &Ran) -> String {
    let place = home.path().display().to_string();
    let mut text = String::new();
    for (mark, stream) in [("| ", &ran.out), ("! ", &ran.err)] {
        let stream = stream.replace(&place, "HOME");
        for line in stream.split_inclusive('\n') {
            let (line, end) = line.strip_suffix('\n').map_or((line, "\\\n"), |line| (line, "\n"));
            text += mark;
            text += line;
            text += end;
        }
    }
    // A line of nothing but its mark would lose its space to editors.
    let text = text.replace("| \n", "|\n").replace("! \n", "!\n");
    if ran.status == 0 { text } else { format!("{text}? {}\n", ran.status) }
}

/// Makes sure that every folder of a group is run by a test.
#[track_caller]
pub fn all_are_run(group: &str, names: &[&str]) {
    let mut names: Vec<&str> = names.to_vec();
    names.sort_unstable();
    assert_eq!(folders(&sites().join(group)), names, "tests/sites/{group} and its tests");
}

/// One named test for each transcript of a group, and one that none is left out.
macro_rules! transcripts {
    ($group:literal: $($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                $crate::transcript::run($group, stringify!($name));
            }
        )*

        #[test]
        fn every_transcript_is_run() {
            $crate::transcript::all_are_run($group, &[$(stringify!($name)),*]);
        }
    };
}
pub(crate) use transcripts;
