//! One moment a build: what is in force, what is said of it, and what is not built yet.

use std::fs;

use scraper::{Html, Selector};
use serde_json::Value;

use crate::harness::{Home, same};
use crate::transcript::transcripts;

transcripts! { "time":
    a_form_says_what_will_be_different
    a_version_in_force_is_withdrawn
    a_version_is_withdrawn_before_its_day_of_publication
    a_version_whose_day_of_publication_has_not_come
    a_withdrawn_text_comes_back
    an_audience_has_days_of_its_own
    an_upcoming_version_is_withdrawn
    nothing_is_in_force_yet
}

/// The sample's customer policy: version 3.0 applies from 3 March 2025, which begins at midnight in London.
const BEGINS: i64 = 1_740_960_000;

/// A sentence that names a day stays true when the day has passed.
const YEARS: &[&str] = &[" 2023", " 2024", " 2025", " 2026", " 2027"];

fn built(home: &Home, seconds: i64) {
    let mut command = home.command(&["build"]);
    command.env("SOURCE_DATE_EPOCH", seconds.to_string());
    assert!(command.output().unwrap().status.success());
}

fn json(home: &Home, path: &str) -> Value {
    serde_json::from_str(&home.read(path)).unwrap()
}

/// All words of some elements of a page.
fn words(home: &Home, page: &str, selector: &str) -> Vec<String> {
    let html = Html::parse_document(&fs::read_to_string(home.at(page)).unwrap());
    let selector = Selector::parse(selector).unwrap();
    let found = html.select(&selector).map(|element| element.text().collect::<String>());
    found.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// What a visitor is told of time on a page without scripts.
fn told(home: &Home, page: &str) -> Vec<String> {
    words(home, page, ".standing p, .notices p, .period")
}

#[test]
fn case_08_one_second_before_at_and_after_an_effective_moment() {
    let home = Home::sample();
    let standing = |home: &Home| -> Vec<String> {
        let versions = json(home, "public/policies/customerprivacypolicy/versions.json");
        let list = versions["versions"].as_array().unwrap().clone();
        list.iter().map(|one| format!("{} {}", one["version"], one["status"]).replace('"', "")).collect()
    };
    let in_force = |home: &Home| json(home, "public/policies.json")["policies"][0]["in_force"]["version"].clone();
    let at = |home: &Home| json(home, "public/policies.json")["next_transition_at"].clone();

    built(&home, BEGINS - 1);
    assert_eq!(standing(&home), ["1.0 superseded", "1.1 superseded", "2.0 in force", "3.0 upcoming"]);
    assert_eq!((in_force(&home), at(&home)), ("2.0".into(), "2025-03-03T00:00:00+00:00".into()));
    let before = home.tree("public");
    let own = told(&home, "public/policies/customerprivacypolicy/index.html");
    let old = told(&home, "public/policies/customerprivacypolicy/v/2.0/index.html");
    let new = told(&home, "public/policies/customerprivacypolicy/v/3.0/index.html");
    // Each of these sentences is as true one second later, and a year later.
    assert_eq!(
        own,
        [
            "Applies from 3 June 2024.",
            "From 3 March 2025 version 3.0 replaces it.",
            "Version 3.0 of this document applies from 3 March 2025. Read version 3.0"
        ]
    );
    assert_eq!(
        old,
        [
            "Applies from 3 June 2024.",
            "From 3 March 2025 version 3.0 replaces it.",
            "Version 3.0 replaces this one from 3 March 2025. Read version 3.0"
        ]
    );
    assert_eq!(
        new,
        ["Applies from 3 March 2025.", "This version applies only from 3 March 2025. Customer privacy policy"]
    );

    built(&home, BEGINS);
    assert_eq!(standing(&home), ["1.0 superseded", "1.1 superseded", "2.0 superseded", "3.0 in force"]);
    assert_eq!(in_force(&home), "3.0");
    assert_eq!(told(&home, "public/policies/customerprivacypolicy/index.html"), ["Applies from 3 March 2025."]);
    assert_eq!(
        told(&home, "public/policies/customerprivacypolicy/v/2.0/index.html"),
        [
            "Applied from 3 June 2024 until 2 March 2025.",
            "Version 3.0 replaces this one from 3 March 2025. Read version 3.0"
        ]
    );
    assert_ne!(home.tree("public"), before);
    let at_it = home.tree("public");

    built(&home, BEGINS + 1);
    assert_eq!(home.tree("public"), at_it, "within a day nothing changes");
}

#[test]
fn no_page_says_that_something_holds_now() {
    let home = Home::sample();
    for day in ["2024-06-03", "2025-03-03", "2026-12-31"] {
        home.run(&["build", "--as-of", day]);
        for page in home.tree("public").into_keys().filter(|path| path.ends_with(".html")) {
            let page = format!("public/{page}");
            for said in told(&home, &page) {
                let dated =
                    YEARS.iter().any(|year| said.contains(year)) || said.starts_with("Replaced on the same day");
                assert!(dated, "{page} on {day}: {said}");
            }
            // What a script shows on a day is not there without it.
            assert!(words(&home, &page, ".badge").iter().all(String::is_empty), "{page} on {day}");
            for holds in ["Nothing is in force", "currently", "Currently", "now applies", "no longer applies"] {
                let own = words(&home, &page, "main").concat();
                let text = words(&home, &page, "[data-policy-text], [data-redline]").concat();
                assert!(!own.replace(&text, "").contains(holds), "{page} on {day} says {holds:?}");
            }
        }
    }
}

#[test]
fn the_day_that_is_asked_for_stands_over_the_environment_and_the_clock() {
    let home = Home::sample();
    let build = |arguments: &[&str], epoch: &str| {
        let mut command = home.command(arguments);
        command.env("SOURCE_DATE_EPOCH", epoch);
        assert!(command.output().unwrap().status.success());
        home.tree("public")
    };
    let asked = build(&["--as-of", "2025-03-03", "build"], "1900000000");
    assert_eq!(build(&["build", "--as-of", "2025-03-03"], ""), asked);
    assert_eq!(build(&["build"], &BEGINS.to_string()), asked);
    assert_eq!(build(&["build"], &(BEGINS + 86_399).to_string()), asked);
    assert_ne!(build(&["build"], &(BEGINS + 86_400).to_string()), asked);
}

#[test]
fn the_sample_as_of_2040() {
    let home = Home::sample();
    let ran = home.run(&["build", "--as-of", "2040-01-01"]).quiet();
    let (built, next) = ran.out.split_once('\n').unwrap();
    assert!(built.starts_with("built ./public: ") && built.ends_with(" files written, 0 unchanged, 0 deleted"));
    same("the last line", "nothing changes by itself until something is published\n", next);
    let manifest = json(&home, "public/policies.json");
    assert_eq!((&manifest["as_of"], &manifest["next_transition_at"]), (&"2040-01-01".into(), &Value::Null));
    for policy in manifest["policies"].as_array().unwrap() {
        assert_eq!(policy["upcoming"], Value::Array(Vec::new()), "{}", policy["id"]);
        assert_eq!(policy["in_force"]["effective"], "2027-03-01", "{}", policy["id"]);
        assert!(policy["history"].as_array().unwrap().len() >= 3, "{}", policy["id"]);
    }
}
