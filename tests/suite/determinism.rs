//! The same input and the same day give the same bytes: whatever the zone, the locale, the folder, the mask of the
//! user, the number of threads and the order in which files were made.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::harness::{Home, PROJECT, Ran, VELLUM, files, tree};

type Tree = BTreeMap<String, Vec<u8>>;

const DAY: &str = "2026-12-01";

/// The sample built in a way of its own, and what was said on the way.
fn built(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> (Tree, Ran) {
    let mut command = home.command(arguments);
    command.envs(environment.iter().copied());
    let ran = Ran::new(&command.output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
    (home.tree("public"), ran)
}

/// Says at once which files differ, not megabytes of them.
#[track_caller]
fn assert_same(one: &Tree, other: &Tree) {
    let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other));
    let differing: Vec<&String> = one.keys().filter(|path| one[*path] != other[*path]).collect();
    assert!(differing.is_empty(), "these files differ: {differing:?}");
}

fn reference() -> (Tree, Ran) {
    built(&Home::sample(), &["build", "--as-of", DAY], &[])
}

#[test]
fn zone_locale_and_threads_do_not_matter() {
    let (wanted, said) = reference();
    for environment in [
        &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR"), ("RAYON_NUM_THREADS", "1")][..],
        &[("TZ", ":no/such/zone"), ("LC_ALL", "C"), ("LANGUAGE", "de"), ("RAYON_NUM_THREADS", "4")],
        &[("TZ", "EST5EDT4"), ("LC_ALL", "ja_JP.eucJP"), ("HOME", "/nonexistent"), ("COLUMNS", "20")],
    ] {
        let (found, ran) = built(&Home::sample(), &["build", "--as-of", DAY], environment);
        assert_same(&wanted, &found);
        assert_eq!((&ran.out, &ran.err), (&said.out, &said.err), "{environment:?}");
    }
}

#[test]
fn the_clock_does_not_matter_and_a_moment_of_a_day_is_the_day() {
    let (wanted, _) = reference();
    // 1 December 2026 in London, from its first second to its last.
    for seconds in ["1796083200", "1796126400", "1796169599"] {
        let home = Home::sample();
        assert_same(&wanted, &built(&home, &["build"], &[("SOURCE_DATE_EPOCH", seconds)]).0);
    }
}

#[test]
fn folder_mask_and_order_of_files_do_not_matter() {
    let (wanted, _) = reference();
    let backwards = Home::new();
    let folder = "très long/öd 'quoted\" & <b> {{ x }}/site";
    let mut paths: Vec<String> = files(&fs::canonicalize(PROJECT).unwrap().join("content"));
    paths.reverse();
    for path in &paths {
        let bytes = fs::read(format!("{PROJECT}/content/{path}")).unwrap();
        backwards.write(&format!("{folder}/content/{path}"), bytes);
    }
    for path in ["static", "forms"].iter().filter(|path| fs::metadata(format!("{PROJECT}/{path}")).is_ok()) {
        crate::harness::copy(format!("{PROJECT}/{path}").as_ref(), &backwards.at(&format!("{folder}/{path}")));
    }
    backwards.write(&format!("{folder}/site.yaml"), fs::read(format!("{PROJECT}/site.yaml")).unwrap());
    let line = format!("umask 077 && cd \"$0\" && exec '{VELLUM}' build --as-of {DAY} --out ../../out");
    let done = Command::new("sh").args(["-c", &line]).arg(backwards.at(folder)).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_same(&wanted, &tree(&backwards.at("très long/out")));
}

#[test]
fn what_was_there_before_does_not_matter() {
    let (wanted, _) = reference();
    let home = Home::sample();
    for day in ["2024-06-03", "2040-01-01", "2025-04-01", DAY] {
        built(&home, &["build", "--as-of", day], &[]);
    }
    assert_same(&wanted, &home.tree("public"));
    let empty: Vec<String> = empty_folders(&home);
    assert!(empty.is_empty(), "{empty:?}");
    let again = home.run(&["build", "--as-of", DAY]);
    let files = wanted.len();
    assert!(again.out.starts_with(&format!("built ./public: 0 files written, {files} unchanged, 0 deleted\n")));
}

fn empty_folders(home: &Home) -> Vec<String> {
    let ran = home.shell("find public -type d -empty").quiet();
    ran.out.lines().map(str::to_owned).collect()
}

#[test]
fn the_address_of_the_site_is_the_only_thing_that_another_address_changes() {
    let (wanted, _) = reference();
    let home = Home::sample();
    let same = built(&home, &["build", "--as-of", DAY, "--base-url", "https://www.pipcall.com/"], &[]).0;
    assert_same(&wanted, &same);
    let other = built(&home, &["build", "--as-of", DAY, "--base-url", "http://127.0.0.1:8080/legal"], &[]).0;
    assert!(other.keys().eq(wanted.keys()));
    for path in wanted.keys().filter(|path| path.ends_with("text.md") || path.ends_with("meta.json")) {
        assert_eq!(wanted[path], other[path], "{path}");
    }
}

#[test]
fn publishing_is_the_same_everywhere_too() {
    let publish = |environment: &[(&str, &str)]| {
        let home = Home::of(&["with/base", "with/terms"]);
        let mut command = home.command(&["publish", "terms", "--effective", "2025-03-30", "--as-of", "2025-03-29"]);
        command.envs(environment.iter().copied());
        let ran = Ran::new(&command.output().unwrap()).quiet();
        (home.tree("content"), ran.out)
    };
    let wanted = publish(&[]);
    assert_eq!(publish(&[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8")]), wanted);
    assert_eq!(publish(&[("TZ", "America/Adak"), ("RAYON_NUM_THREADS", "1")]), wanted);
}
