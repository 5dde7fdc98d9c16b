//! The record's bytes: the given vectors, our own, and a check of the built sample by a program in another language.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "tests read real files")]

use std::path::Path;
use std::process::Command;

use vellum::base::hash::Hash;
use vellum::base::json::{self, Value};
use vellum::base::path::SitePath;
use vellum::base::span::SourceText;
use vellum::base::text::canonical_body;
use vellum::history::ledger::Ledger;
use vellum::site::body::{self, HtmlRule, Manner, Numbering};
use vellum::site::{emit, plain};

fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format").join(name);
    json::parse(&std::fs::read(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn plain_text(row: &Value, body: &str) -> String {
    let numbering = if text(&row["numbering"]) == "legal" { Numbering::Legal } else { Numbering::None };
    plain::text(&body::parse(body, Manner { title: text(&row["title"]), numbering, html: HtmlRule::Refuse }))
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_given_bodies_have_the_given_hashes() {
    for row in vectors("vectors.json")["bodies"].as_array().unwrap() {
        let raw = bytes(text(&row["raw_hex"]));
        let body = canonical_body(std::str::from_utf8(&raw).unwrap());
        assert_eq!(body, text(&row["text_md"]), "{}", row["name"]);
        assert_eq!(Hash::of(body.as_bytes()).to_string(), text(&row["sha256"]), "{}", row["name"]);
        let plain = plain_text(row, &body);
        assert_eq!(plain, text(&row["text_txt"]), "{}", row["name"]);
        assert_eq!(Hash::of(plain.as_bytes()).to_string(), text(&row["text_sha256"]), "{}", row["name"]);
    }
}

#[test]
fn our_own_bodies_have_the_text_that_was_written_by_hand() {
    for row in vectors("own.json").as_array().unwrap() {
        let body = canonical_body(text(&row["body"]));
        let plain = plain_text(row, &body);
        assert_eq!(plain, text(&row["text"]), "{}", row["name"]);
        assert_eq!(Hash::of(plain.as_bytes()).to_string(), text(&row["text_sha256"]), "{}", row["name"]);
    }
}

#[test]
fn the_given_front_matter_is_canonical() {
    let ledger = &vectors("vectors.json")["ledger"];
    for (version, meta) in ledger["metas"].as_object().unwrap() {
        assert_eq!(json::canonical(meta), text(&ledger["meta_json"][version]));
    }
}

#[test]
fn the_given_ledger_is_read_and_written_to_the_byte() {
    let given = &vectors("vectors.json")["ledger"];
    let events = format!("format: 1\nevents:\n{}", emit::yaml(&given["events"], 1));
    let source = SourceText::new(SitePath::parse("ledger.yaml").unwrap(), events);
    let mut findings = Vec::new();
    let ledger = Ledger::read(&source, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(ledger.head().to_string(), text(&given["head"]));
    assert_eq!(json::line(&ledger.json()["events"]), json::line(&given["events"]));
}

#[test]
fn one_changed_letter_in_the_given_ledger_breaks_the_chain_there() {
    let given = &vectors("vectors.json")["ledger"];
    let events = format!("format: 1\nevents:\n{}", emit::yaml(&given["events"], 1));
    let source = SourceText::new(SitePath::parse("ledger.yaml").unwrap(), events.replace("regulator", "Regulator"));
    let mut findings = Vec::new();
    Ledger::read(&source, &mut findings);
    let said: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(said, ["the chain breaks at this event (notice-waived of version 2.0)"]);
}

#[test]
fn a_stranger_finds_the_built_sample_to_be_as_the_ledger_says() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    let built = Command::new(env!("CARGO_BIN_EXE_vellum"))
        .args(["--root", root, "--as-of", "2026-11-23", "build", "--out"])
        .arg(&out)
        .status()
        .unwrap();
    assert!(built.success());
    let script = Path::new(root).join("tests/format/verify.py");
    let verify = || Command::new("python3").arg(&script).arg(&out).output().unwrap();
    let checked = verify();
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success(), "{said}");
    assert!(said.ends_with(" checked, 0 wrong\n"), "{said}");
    // The same program finds a single changed byte.
    let page = out.join("policies/customerprivacypolicy/v/2.0/text.txt");
    let mut served = std::fs::read(&page).unwrap();
    served[100] ^= 1;
    std::fs::write(&page, served).unwrap();
    assert!(!verify().status.success());
}
