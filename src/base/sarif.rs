//! Findings → SARIF 2.1.0, the OASIS format in which hosts of code and editors take them. One run, in bytes that depend
//! on the findings alone: no path of a machine, no time, no identifier that is drawn.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::codes::{Code, Entry};
use super::diag::{Diagnostic, Severity};
use super::hash::Hash;
use super::json;
use super::percent;
use super::span::Place;

/// The schema that the log is made by.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to: the top of what was checked out.
const ROOT: &str = "%SRCROOT%";

/// A log with one run.
#[must_use]
pub fn log(findings: &[Diagnostic]) -> Vec<u8> {
    let codes: BTreeSet<Code> = findings.iter().map(|finding| finding.code).collect();
    let rules = codes.iter().filter_map(|code| Code::find(code.name())).map(rule).collect();
    let mut known = BTreeMap::new();
    let index = |code| codes.iter().position(|other| *other == code).unwrap_or_default();
    let prints = findings.iter().map(|finding| fingerprint(finding, &mut known));
    let results = findings.iter().zip(prints).map(|(found, print)| result(found, index(found.code), print)).collect();
    let driver = Driver {
        name: "Vellum",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules,
    };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    json::pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: String,
    short_description: Words,
    full_description: Words,
    help: Words,
    help_uri: String,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Words {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Words,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Words>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: Artifact,
    region: Region<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

/// The end is exclusive, as in [`Place`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    start_line: &'a usize,
    start_column: &'a usize,
    end_line: &'a usize,
    end_column: &'a usize,
}

fn rule(entry: &Entry) -> Rule {
    let words = |text: &str| Words { text: text.to_owned() };
    Rule {
        id: entry.name,
        name: in_one_word(entry.title),
        short_description: words(entry.title),
        full_description: words(entry.text),
        help: words(entry.text),
        help_uri: entry.page(),
        default_configuration: Configuration { level: level(entry.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// `a published text was changed` reads `APublishedTextWasChanged`.
fn in_one_word(title: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
    };
    title.split(|char: char| !char.is_alphanumeric()).filter_map(capital).collect()
}

fn result(finding: &Diagnostic, rule_index: usize, fingerprint: String) -> Found<'_> {
    let related = finding.related.iter().zip(1..);
    Found {
        rule_id: finding.code.name(),
        rule_index,
        level: level(finding.severity),
        message: Words { text: finding.said() },
        locations: [Location { id: None, physical_location: physical(&finding.place), message: None }],
        related_locations: related.map(|((place, said), id)| other(id, place, said)).collect(),
        partial_fingerprints: BTreeMap::from([("vellumFinding/v1", fingerprint)]),
    }
}

fn other<'a>(id: usize, place: &'a Place, said: &str) -> Location<'a> {
    let message = Some(Words { text: said.to_owned() });
    Location { id: Some(id), physical_location: physical(place), message }
}

fn physical(place: &Place) -> Physical<'_> {
    let Place { file, line, column, end_line, end_column, .. } = place;
    Physical {
        artifact_location: Artifact { uri: percent::encode(file), uri_base_id: ROOT },
        region: Region { start_line: line, start_column: column, end_line, end_column },
    }
}

/// The same as long as the words of the line are: lines before it do not matter. Like findings are counted.
fn fingerprint(finding: &Diagnostic, known: &mut BTreeMap<Hash, usize>) -> String {
    let words: Vec<&str> = finding.place.excerpt.split_whitespace().collect();
    let hash = Hash::of(format!("{}\n{}\n{}", finding.code.name(), finding.place.file, words.join(" ")).as_bytes());
    let count = known.entry(hash).or_default();
    *count += 1;
    format!("{}:{count}", hash.short(16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::CODES;
    use crate::base::path::SitePath;
    use crate::base::span::{SourceText, Span};

    fn read(findings: &[Diagnostic]) -> json::Value {
        json::parse(&log(findings)).unwrap()
    }

    fn at(text: &str, start: usize) -> Diagnostic {
        let source = SourceText::new(SitePath::parse("content/ä b.md").unwrap(), text.to_owned());
        let place = source.place(Span { start, end: start + 1 });
        Diagnostic::new(Code::V601, place, "said").help("do this")
    }

    #[test]
    fn a_finding_keeps_its_fingerprint_when_lines_come_before_it() {
        let print = |findings: &[Diagnostic]| {
            let results = read(findings)["runs"][0]["results"].as_array().unwrap().clone();
            let of = |result: &json::Value| result["partialFingerprints"]["vellumFinding/v1"].to_string();
            results.iter().map(of).collect::<Vec<_>>()
        };
        let (one, two) = (print(&[at("a b\na  b\n", 0), at("a b\na  b\n", 4)]), print(&[at("c\n\na b\n", 3)]));
        assert_eq!(one[0], two[0]);
        assert_eq!(one[1], one[0].replace(":1", ":2"));
        assert_ne!(print(&[at("a c\n", 0)]), two);
    }

    #[test]
    fn a_place_is_a_relative_address_with_columns_in_code_points() {
        let log = read(&[at("é: 12\n", 4)]);
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        let wanted = r#"{"artifactLocation":{"uri":"content/%C3%A4%20b.md","uriBaseId":"%SRCROOT%"},"region":{"startLine":1,"startColumn":4,"endLine":1,"endColumn":5}}"#;
        assert_eq!(json::line(place), wanted);
        assert_eq!(log["runs"][0]["results"][0]["message"]["text"], "said\nHelp: do this");
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["name"], "AWordStandsTwice");
    }

    #[test]
    fn a_run_without_findings_says_so() {
        assert_eq!(json::line(&read(&[])["runs"][0]["results"]), "[]");
    }

    #[test]
    fn no_text_of_a_rule_is_longer_than_hosts_show() {
        for entry in CODES {
            assert!(entry.text.chars().count() <= 1024, "{}", entry.name);
        }
    }
}
