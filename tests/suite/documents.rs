//! The pages of docs/codes are made from the table of codes, each with an example out of its transcript.

use std::fs;
use std::path::Path;

use vellum::base::codes::{CODES, Entry};

use crate::harness::{PROJECT, files, same_as_kept, sites};

/// What the codes of a family are about.
const FAMILIES: [(&str, &str); 7] = [
    ("V1", "Files and YAML"),
    ("V2", "Versions, dates and the record"),
    ("V3", "Clauses, references and terms"),
    ("V4", "Links"),
    ("V5", "Disclosures and forms"),
    ("V6", "Prose"),
    ("V7", "Output"),
];

#[test]
fn every_code_has_its_page() {
    let folder = Path::new(PROJECT).join("docs/codes");
    for entry in CODES {
        same_as_kept(&folder.join(format!("{}.md", entry.name)), &page(entry));
    }
    let wanted: Vec<String> = CODES.iter().map(|entry| format!("{}.md", entry.name)).collect();
    assert_eq!(files(&folder), wanted, "docs/codes and src/base/codes.rs");
}

#[test]
fn the_list_of_codes_is_complete() {
    let mut text = "# Codes\n\nWhat `vellum check` and the other commands can find; each has a page. \
                    [editors.md](editors.md) says how a site\ngives a code another severity, or excepts a finding.\n"
        .to_owned();
    let mut listed = 0;
    for (family, title) in FAMILIES {
        let own: Vec<&Entry> = CODES.iter().filter(|entry| entry.name.starts_with(family)).collect();
        if own.is_empty() {
            continue;
        }
        listed += own.len();
        text += &format!("\n## {title}\n\n| code | severity | what was found |\n|---|---|---|\n");
        for Entry { name, severity, title, .. } in own {
            text += &format!("| [{name}](codes/{name}.md) | {} | {} |\n", severity.word(), title);
        }
    }
    assert_eq!(listed, CODES.len(), "each code belongs to a family");
    same_as_kept(&Path::new(PROJECT).join("docs/codes.md"), &text);
}

fn page(entry: &Entry) -> String {
    let Entry { name, title, text, .. } = entry;
    let weight = if entry.code.is_fixed() {
        "A site can neither lower nor except it."
    } else {
        "A site can give it another severity, or except a finding with a reason: [editors.md](../editors.md)."
    };
    let severity = entry.severity.word();
    let example = example(name);
    format!(
        "# {name}: {title}\n\nSeverity: {severity}. {weight}\n\n{text}\n\n## Example\n\n```text\n{example}```\n\n\
         `vellum explain {name}` says the same in a terminal. All codes: [codes.md](../codes.md).\n"
    )
}

/// The first finding of a code in its transcript, without the marks of the streams.
fn example(name: &str) -> String {
    let text = fs::read_to_string(sites().join("diagnostics").join(name).join("run.txt")).unwrap();
    let begins = |line: &&str| !line.contains(&format!("[{name}]: "));
    let lines =
        text.lines().skip_while(begins).take_while(|line| !matches!(*line, "|" | "!") && !line.starts_with('$'));
    let lines: Vec<&str> = lines.filter_map(|line| line.get(2..)).collect();
    assert!(!lines.is_empty(), "{name} has an example");
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}
