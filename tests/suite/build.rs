//! Building, killed at any moment: the site is never without what its manifest names, and the next build completes it.

use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::Home;

/// Two days between which the version in force and the upcoming ones change, so that pages are written and deleted.
const BEFORE: &str = "2025-02-01";
const AFTER: &str = "2027-04-01";
const KILLS: u32 = 20;

/// Starts to build, kills the program after a while, and says whether it was still running.
fn killed(home: &Home, after: Duration) -> bool {
    let mut command = home.command(&["build", "--as-of", AFTER]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(after);
    let _ = child.kill();
    !child.wait().unwrap().success()
}

fn build(home: &Home, day: &str) -> Duration {
    let begun = Instant::now();
    assert_eq!(home.run(&["build", "--as-of", day]).status, 0);
    begun.elapsed()
}

/// Every address of the site that its manifest names is there.
fn is_whole(home: &Home) {
    let manifest: Value = serde_json::from_str(&home.read("public/policies.json")).unwrap();
    for policy in manifest["policies"].as_array().unwrap() {
        let listed = ["upcoming", "history"].into_iter().flat_map(|key| policy[key].as_array().unwrap());
        let versions = listed.chain(Some(&policy["in_force"]).filter(|one| !one.is_null()));
        for url in versions.map(|version| &version["url"]).chain([&policy["url"]]) {
            let path = url.as_str().unwrap().strip_prefix("https://www.pipcall.com/").unwrap();
            assert!(home.at(&format!("public/{path}index.html")).is_file(), "{path}");
        }
    }
}

#[test]
fn case_24_killed_at_twenty_moments_the_site_stays_whole_and_the_next_build_completes_it() {
    let home = Home::sample();
    let usual = build(&home, AFTER);
    let after = home.tree("public");
    build(&home, BEFORE);
    let before = home.tree("public");
    let (mut cut, mut committed) = (0, 0);
    for kill in 0..KILLS {
        // The commit is the last part of a build: most of the kills fall there.
        let share = if kill < 4 { 0.2 * f64::from(kill) } else { 0.75 + 0.3 * f64::from(kill - 4) / f64::from(KILLS) };
        cut += usize::from(killed(&home, usual.mul_f64(share)));
        is_whole(&home);
        committed += usize::from(home.tree("public") != before);
        build(&home, BEFORE);
        assert_eq!(home.tree("public"), before, "kill {kill}");
    }
    assert!(cut >= 4, "only {cut} of {KILLS} came before the end, {committed} after the commit had begun");
    build(&home, AFTER);
    assert_eq!(home.tree("public"), after);
}
