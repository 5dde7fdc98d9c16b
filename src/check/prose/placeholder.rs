//! Placeholders that nobody filled in: `[Company]`, "TBD", "lorem ipsum". Those of templates, `{{ }}`, are V119.

use std::ops::Range;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::caught::CaughtKind;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each placeholder.
pub fn left(manuscript: &Manuscript<'_>, (passage, known): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    let caught = known.caught(passage).iter().filter(|(_, kind)| *kind == CaughtKind::Placeholder);
    findings.extend(caught.filter_map(|(words, _)| word(manuscript, passage, words)));
    for (at, _) in passage.text.match_indices('[') {
        findings.extend(bracket(manuscript, passage, at));
    }
}

fn finding(manuscript: &Manuscript<'_>, passage: &Passage, (start, end): (usize, usize)) -> Diagnostic {
    let words = passage.text.get(start..end).unwrap_or_default();
    let message = format!("the placeholder `{words}` is published as it is");
    Diagnostic::new(Code::V606, manuscript.place(passage, &(start..end)), message).help("write what it stands for")
}

fn word(manuscript: &Manuscript<'_>, passage: &Passage, words: &Range<usize>) -> Option<Diagnostic> {
    let (start, mut end) = (words.start, words.end);
    let text = passage.text.as_str();
    let joins = |char: char| matches!(char, '-' | '_' | '/' | '.' | '@' | '[' | '‑');
    let before = text.get(..start)?.chars().next_back();
    let after = text.get(end..)?;
    if before.is_some_and(joins) || after.starts_with(['-', '_', '/', '@', '‑']) {
        return None;
    }
    if text.get(start..end)?.eq_ignore_ascii_case("lorem") {
        end += after.get(..6).filter(|next| next.eq_ignore_ascii_case(" ipsum"))?.len();
    }
    Some(finding(manuscript, passage, (start, end)))
}

/// Words with which a placeholder in brackets begins.
const ASKS: &[&str] = &["insert", "enter", "add", "your", "name of", "tbd", "tbc", "to be"];

/// Words that a placeholder in brackets may be, also behind others: "Company name", "Effective date".
const NOUNS: &[&str] = &[
    "company",
    "organisation",
    "organization",
    "name",
    "date",
    "address",
    "email",
    "telephone",
    "phone",
    "country",
    "state",
    "jurisdiction",
    "website",
    "url",
    "link",
    "amount",
    "number",
    "city",
    "business",
    "client",
    "product",
];

fn bracket(manuscript: &Manuscript<'_>, passage: &Passage, at: usize) -> Option<Diagnostic> {
    let rest = passage.text.get(at + 1..)?;
    let inner = rest.get(..rest.find([']', '\n', '['])?)?;
    let end = at + inner.len() + 2;
    let lower = inner.to_lowercase();
    let words = lower.split_whitespace().count();
    let asks =
        ASKS.iter().any(|ask| lower.strip_prefix(ask).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    let noun =
        NOUNS.iter().any(|noun| lower == *noun || lower.strip_suffix(noun).is_some_and(|rest| rest.ends_with(' ')));
    let capital = inner.starts_with(char::is_uppercase);
    let is_one = (1..=8).contains(&words) && (asks || (noun && capital && words <= 4));
    let closed = rest.get(inner.len()..)?.starts_with(']') && !rest.get(inner.len() + 1..)?.starts_with(['(', '[']);
    let glued = passage.text.get(..at)?.ends_with(char::is_alphanumeric);
    (is_one && closed && !glued && passage.link(&(at..end)).is_none()).then(|| finding(manuscript, passage, (at, end)))
}
