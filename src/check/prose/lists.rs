//! Lists that are typed as text: their lines begin with `•`, `·` or `(a)`, and are paragraphs.

use std::ops::Range;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::manuscript::Manuscript;
use crate::check::references::label::places;
use crate::site::passage::{Passage, PassageKind};

/// Names each list that is typed as text, at its first line.
pub fn typed(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let mut run: Option<Run<'_>> = None;
    for (passage, known) in manuscript.each() {
        let mut found = false;
        for label in known.labels(|| labels(passage)) {
            let (at, label) = (label.start, passage.text.get(label.clone()).unwrap_or_default());
            found = true;
            let goes_on = run.as_ref().is_some_and(|run| follows(run.last, label));
            if let Some(run) = run.as_mut().filter(|_| goes_on) {
                (run.last, run.count) = (label, run.count + 1);
            } else {
                findings.extend(run.take().and_then(|run| run.finding(manuscript)));
                run = Some(Run { passage, at, first: label, last: label, count: 1 });
            }
        }
        if !found {
            findings.extend(run.take().and_then(|run| run.finding(manuscript)));
        }
    }
    findings.extend(run.and_then(|run| run.finding(manuscript)));
}

/// Lines with labels that follow each other.
struct Run<'a> {
    passage: &'a Passage,
    at: usize,
    first: &'a str,
    last: &'a str,
    count: usize,
}

impl Run<'_> {
    /// Signs are never a word of a text; labels make a list when there are two.
    fn finding(&self, manuscript: &Manuscript<'_>) -> Option<Diagnostic> {
        let sign = !self.first.starts_with(|char: char| char.is_ascii());
        let (first, last) = (self.first, self.last);
        let help = match (sign, self.first.starts_with('(')) {
            (true, _) => "begin each line with `- `",
            (false, _) => "begin each line with `1. `: `numbering: legal` in policy.yaml shows it as (a), (b)",
        };
        let message = match (self.count, sign) {
            (1, false) => return None,
            (1, true) => format!("`{first}` looks like an item of a list and is read out as text"),
            (count, true) => format!("{count} lines with `{first}` look like a list and are read out as text"),
            (count, false) => {
                format!("{count} lines from `{first}` to `{last}` look like a list and are read out as text")
            }
        };
        let place = manuscript.place(self.passage, &(self.at..self.at + first.len()));
        Some(Diagnostic::new(Code::V604, place, message).help(help))
    }
}

/// The labels with which lines of a passage begin.
fn labels(passage: &Passage) -> Vec<Range<usize>> {
    let own = |(at, line): (usize, &str)| label(line, passage.kind).map(|label| at..at + label.len());
    lines(passage).filter_map(own).collect()
}

/// The lines of a passage, and where each begins.
fn lines(passage: &Passage) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    passage.text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

/// The label with which a line begins.
fn label(line: &str, kind: PassageKind) -> Option<&str> {
    let first = line.chars().next()?;
    if matches!(kind, PassageKind::Cell | PassageKind::Heading(_)) {
        return None;
    }
    if matches!(first, '·' | '•' | '◦' | '▪' | '●' | '‣' | '○' | '■') {
        return line.get(..first.len_utf8()).filter(|sign| sign.len() < line.trim_end().len());
    }
    if kind == PassageKind::Item || !(first == '(' || first.is_ascii_alphanumeric()) {
        return None;
    }
    let open = usize::from(first == '(');
    let close = line.bytes().take(open + 6).position(|byte| byte == b')')?;
    let inner = line.get(open..close)?;
    let single =
        inner.len() == 1 || inner.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x')) || inner.parse::<u8>().is_ok();
    let spaced = line.get(close + 1..)?.starts_with([' ', '\u{a0}', '\t']);
    (single && spaced && !inner.is_empty()).then(|| line.get(..=close)).flatten()
}

/// Whether one label comes after another.
fn follows(last: &str, next: &str) -> bool {
    let bare = |label: &str| label.trim_matches(['(', ')']).to_owned();
    if !last.starts_with(|char: char| char.is_ascii()) {
        return last == next;
    }
    let (last, next) = (places(&bare(last)), places(&bare(next)));
    last.iter().any(|last| next.iter().any(|next| *next == last + 1))
}
