//! Publishing, killed at any moment: a version with its event, or neither; and so what is done to a version later.

use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::harness::{Home, Ran};

const PUBLISH: &[&str] = &["publish", "terms", "--effective", "2025-03-01", "--as-of", "2025-02-01"];
const AGAIN: &[&str] = &["publish", "terms", "--effective", "2025-04-01", "--as-of", "2025-02-01"];
const KILLS: u32 = 50;

fn site() -> Home {
    Home::of(&["with/base", "with/terms"])
}

/// Starts to publish, kills the program after a while, and says whether it was still running.
fn killed(home: &Home, after: Duration) -> bool {
    let mut command = home.command(PUBLISH);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(after);
    let _ = child.kill();
    !child.wait().unwrap().success()
}

/// The versions that the program tells of. What it finds may be a warning, and never an error.
fn versions(home: &Home) -> usize {
    let check = home.run(&["check", "--as-of", "2025-06-01"]);
    assert_eq!(check.status, 0, "{check:?}");
    let log = home.run(&["log", "terms", "--as-of", "2025-06-01"]).quiet();
    log.out.lines().filter(|line| line.contains("in force") || line.contains("superseded")).count()
}

/// How long it takes to publish, undisturbed.
fn usual() -> Duration {
    let once = || {
        let (home, begun) = (site(), Instant::now());
        home.run(PUBLISH).quiet();
        begun.elapsed()
    };
    [once(), once(), once()].into_iter().min().unwrap()
}

/// Numbers that are as good as random and the same in every run.
fn next(seed: &mut u64) -> u32 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    u32::try_from(*seed >> 33).unwrap()
}

#[test]
fn killed_at_fifty_moments_it_leaves_both_files_or_neither() {
    let (usual, mut seed, mut cut) = (usual(), 3, 0);
    for kill in 0..KILLS {
        let home = site();
        // From the start to a little past the end, each somewhere in its fiftieth.
        let share = f64::from(kill) + f64::from(next(&mut seed) % 1000) / 1000.0;
        cut += usize::from(killed(&home, usual.mul_f64(share / f64::from(KILLS) * 1.1)));
        let before = versions(&home);
        assert!(before < 2, "kill {kill}");
        let edited = home.read("content/policies/terms/draft.md").replace("12 months", "24 months");
        home.write("content/policies/terms/draft.md", edited);
        home.run(AGAIN).quiet();
        assert_eq!(versions(&home), before + 1, "kill {kill}");
        let left: Vec<String> = home.tree("content").into_keys().filter(|path| path.contains("/.")).collect();
        assert!(left.is_empty(), "kill {kill}: {left:?}");
    }
    assert!(cut > 5, "only {cut} of {KILLS} came before the end");
}

/// A site with a version that something can be done to.
fn published() -> Home {
    let home = site();
    home.run(PUBLISH).quiet();
    home
}

/// Kills an act at moments from its start to a little past its end: the record is that from before, or that from after.
fn acts(act: &[&str]) {
    let log = |home: &Home| home.run(&["log", "terms", "--as-of", "2025-02-02"]);
    let (done, before, begun) = (published(), log(&published()).quiet().out, Instant::now());
    done.run(act).quiet();
    let (usual, after) = (begun.elapsed(), log(&done).quiet().out);
    assert_ne!(before, after);
    let mut cut = 0;
    for kill in 0..KILLS {
        let home = published();
        let mut child = home.command(act).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(usual.mul_f64(f64::from(kill) / f64::from(KILLS) * 1.1));
        let _ = child.kill();
        cut += usize::from(!child.wait().unwrap().success());
        let found = log(&home).out;
        assert!(found == before || found == after, "kill {kill}: {found}");
        let _ = home.run(act);
        assert_eq!(log(&home).quiet().out, after, "kill {kill}");
        let left: Vec<String> = home.tree("content").into_keys().filter(|path| path.contains("/.")).collect();
        assert!(left.is_empty(), "kill {kill}: {left:?}");
    }
    assert!(cut > 5, "only {cut} of {KILLS} came before the end");
}

#[test]
fn killed_at_fifty_moments_a_version_is_moved_or_is_not() {
    acts(&["reschedule", "terms", "1.0", "--effective", "2025-04-01", "--as-of", "2025-02-02"]);
}

#[test]
fn killed_at_fifty_moments_a_version_is_withdrawn_or_is_not() {
    acts(&["withdraw", "terms", "1.0", "--reason", "It was a mistake.", "--redact", "--as-of", "2025-02-02"]);
}

#[test]
fn of_many_at_once_none_loses_an_event() {
    let home = site();
    let days = ["2025-03-01", "2025-04-01", "2025-05-01", "2025-06-01", "2025-07-01"];
    let start = |day: &&str| {
        let text = home.read("content/policies/terms/draft.md").replace("12 months", &format!("the time until {day}"));
        home.write(&format!("{day}.md"), text);
        let file = format!("{day}.md");
        let arguments = ["publish", "terms", "--from", &file, "--published", "2025-02-01", "--effective", day];
        let mut command = home.command(&[&arguments[..], &["--as-of", "2025-02-01"]].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = days.iter().map(start).collect();
    let ended: Vec<Ran> = running.into_iter().map(|child| Ran::new(&child.wait_with_output().unwrap())).collect();
    let done = ended.iter().filter(|ran| ran.status == 0).count();
    let refused = ended.iter().filter(|ran| ran.status == 2 && ran.err.contains("was changed meanwhile")).count();
    assert!(done > 0 && done + refused == days.len(), "{ended:?}");
    let log = home.run(&["log", "terms", "--as-of", "2026-01-01"]).quiet();
    assert_eq!(log.out.matches("applies from").count(), done, "{}", log.out);
    home.run(&["check", "--as-of", "2026-01-01"]).quiet();
}
