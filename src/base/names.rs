//! File names that travel: collisions on other systems, names that some refuse, and files that editors leave behind.

use std::collections::BTreeMap;

use super::codes::Code;
use super::diag::Diagnostic;
use super::path::SitePath;
use super::span::Place;
use super::text::nfc;

/// Device names of Windows, with any extension.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];

/// Longer names are refused by some file systems, in bytes.
const LONGEST: usize = 200;

/// Whether a name is what an editor or a system leaves behind, and so is passed over.
#[must_use]
pub fn is_scratch(name: &str) -> bool {
    let hidden = name.starts_with('.') && name != ".well-known";
    let ending = [".swp", ".swx", ".bak", ".orig"].iter().any(|ending| name.ends_with(ending));
    hidden || ending || name.ends_with('~') || name.starts_with('#') && name.ends_with('#') || name == "4913"
}

/// Names everything about some paths that another system would not carry.
#[must_use]
pub fn check<'a>(paths: impl Iterator<Item = &'a SitePath>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut folded: BTreeMap<String, &SitePath> = BTreeMap::new();
    for path in paths {
        if let Some(wrong) = path.as_str().split('/').find_map(not_portable) {
            let finding = Diagnostic::new(Code::V112, Place::of_file(path.as_str()), wrong);
            findings.push(finding.help("rename the file; letters, digits, dots and dashes travel everywhere"));
        }
        let key = nfc(&path.as_str().to_lowercase()).into_owned();
        if let Some(first) = folded.insert(key, path) {
            let message = format!("`{first}` and `{path}` are one file on other systems");
            let finding = Diagnostic::new(Code::V111, Place::of_file(path.as_str()), message);
            findings.push(finding.related(Place::of_file(first.as_str()), "the other one").help("rename one of them"));
        }
    }
    findings
}

fn not_portable(part: &str) -> Option<String> {
    let stem = part.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = |name: &str| {
        let digit = stem.strip_prefix(name);
        digit.is_some_and(|digit| digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let quoted = |what: &str| Some(format!("`{part}` {what}"));
    if RESERVED.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        return quoted("is a device on Windows");
    }
    if let Some(char) = part.chars().find(|char| "<>:\"|?*".contains(*char)) {
        return Some(format!("`{part}` holds `{char}`, which Windows refuses"));
    }
    if part.ends_with(['.', ' ']) {
        return quoted("ends in a dot or a space, which Windows drops");
    }
    if part.starts_with('-') {
        return quoted("begins with a dash, which commands take for an option");
    }
    if part.len() > LONGEST {
        let short: String = part.chars().take(40).collect();
        return Some(format!("`{short}…` is longer than {LONGEST} bytes"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[&str]) -> Vec<String> {
        let paths: Vec<SitePath> = names.iter().map(|name| SitePath::parse(name).unwrap()).collect();
        check(paths.iter()).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn names_that_are_one_elsewhere_are_both_named() {
        assert_eq!(
            said(&["a/Terms.md", "a/terms.md"]),
            ["`a/Terms.md` and `a/terms.md` are one file on other systems"]
        );
        assert_eq!(said(&["cafe\u{301}.md", "caf\u{e9}.md"]).len(), 1);
        assert!(said(&["a/x.md", "b/x.md"]).is_empty());
    }

    #[test]
    fn names_that_windows_refuses_are_told() {
        let long = "n".repeat(300);
        for name in ["CON.md", "com1", "a:b.md", "x.", "-rf.md", "a/lpt9.txt/b", &long] {
            assert_eq!(said(&[name]).len(), 1, "{name}");
        }
        assert!(said(&["contact.md", "common.md", "com10.md"]).is_empty());
    }

    #[test]
    fn what_editors_leave_is_passed_over() {
        for name in ["4913", "x~", ".x.swp", "#x#", ".DS_Store", "x.md.orig"] {
            assert!(is_scratch(name), "{name}");
        }
        assert!(!is_scratch(".well-known") && !is_scratch("x.md"));
    }
}
