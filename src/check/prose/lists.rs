//! Lists that are typed as text: their lines begin with `•`, `–`, `(a)` or `a.`, and are paragraphs. Items of a list that
//! begin with `(a)` have two marks.

use std::ops::Range;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::manuscript::Manuscript;
use crate::check::references::label::places;
use crate::site::passage::{Passage, PassageKind};

/// Names each list that is typed as text, at its first line, and the first whose items have two marks: where one has,
/// most have.
pub fn typed(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let runs = runs(manuscript);
    let (items, lines): (Vec<_>, Vec<_>) = runs.iter().filter(|run| run.is_list()).partition(|run| run.is_of_items());
    findings.extend(lines.iter().chain(items.first()).map(|run| run.finding(manuscript)));
}

fn runs<'m>(manuscript: &'m Manuscript<'_>) -> Vec<Run<'m>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut unbroken = false;
    for (passage, known) in manuscript.each() {
        let labels = known.labels(|| labels(passage));
        unbroken &= !labels.is_empty();
        for label in labels {
            let (at, label) = (label.start, passage.text.get(label.clone()).unwrap_or_default());
            match runs.last_mut().filter(|run| unbroken && run.goes_on(passage, label)) {
                Some(run) => (run.last, run.count) = (label, run.count + 1),
                None => runs.push(Run { passage, at, first: label, last: label, count: 1 }),
            }
            unbroken = true;
        }
    }
    runs
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
    fn goes_on(&self, passage: &Passage, label: &str) -> bool {
        let alike = self.passage.kind == passage.kind && self.passage.depth == passage.depth;
        alike && follows(self.last, label)
    }

    fn is_of_signs(&self) -> bool {
        !self.first.starts_with(|char: char| char.is_ascii())
    }

    fn is_of_items(&self) -> bool {
        !self.is_of_signs() && self.passage.kind == PassageKind::Item
    }

    /// Signs are never a word of a text; labels and dashes make a list when there are two. `b.` may end a sentence, so
    /// that such a list begins at its beginning.
    fn is_list(&self) -> bool {
        let alone = self.is_of_signs() && !is_dash(self.first);
        let begins = !self.first.ends_with('.') || matches!(self.first, "a." | "i.");
        begins && (alone || self.count > 1)
    }

    fn finding(&self, manuscript: &Manuscript<'_>) -> Diagnostic {
        let (first, last) = (self.first, self.last);
        let (sign, item) = (self.is_of_signs(), self.is_of_items());
        let help = match (sign, item) {
            (true, _) => "begin each line with `- `",
            (_, true) => "take the labels out: `numbering: legal` in policy.yaml shows `1. ` as (a), (b)",
            _ => "begin each line with `1. `: `numbering: legal` in policy.yaml shows it as (a), (b)",
        };
        let message = match (self.count, sign, item) {
            (1, ..) => format!("`{first}` looks like an item of a list and is read out as text"),
            (count, true, _) => format!("{count} lines with `{first}` look like a list and are read out as text"),
            (count, _, true) => {
                format!("{count} items from `{first}` to `{last}` have two marks: the list’s and these")
            }
            (count, ..) => {
                format!("{count} lines from `{first}` to `{last}` look like a list and are read out as text")
            }
        };
        let place = manuscript.place(self.passage, &(self.at..self.at + first.len()));
        Diagnostic::new(Code::V604, place, message).help(help)
    }
}

/// The labels with which lines of a passage begin.
fn labels(passage: &Passage) -> Vec<Range<usize>> {
    let text = passage.text.as_str();
    let mut listed = false;
    let own = |(at, line): (usize, &str)| {
        let label = label(line, passage.kind);
        // Where a line is broken, a dash, a letter or the label of an item may stand by chance.
        let before = text.get(..at)?.trim_end();
        let chance = |label: &str| is_dash(label) || label.ends_with('.') || passage.kind == PassageKind::Item;
        let begins = listed || before.is_empty() || before.ends_with(['.', ':', ';', ',']);
        let label = label.filter(|label| begins || !chance(label));
        listed = label.is_some();
        label.map(|label| at..at + label.len())
    };
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
    if is_dash(line) && kind == PassageKind::Paragraph {
        return line.get(..first.len_utf8()).filter(|dash| line.get(dash.len()..).is_some_and(is_spaced));
    }
    if !(first == '(' || first.is_ascii_alphanumeric() && kind == PassageKind::Paragraph) {
        return None;
    }
    if let Some(dotted) = dotted(line) {
        return Some(dotted);
    }
    let open = usize::from(first == '(');
    let close = line.bytes().take(open + 6).position(|byte| byte == b')')?;
    let inner = line.get(open..close)?;
    let single =
        inner.len() == 1 || inner.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x')) || inner.parse::<u8>().is_ok();
    let spaced = is_spaced(line.get(close + 1..)?);
    (single && spaced && !inner.is_empty()).then(|| line.get(..=close)).flatten()
}

/// `a.` or `iv.` before a word.
fn dotted(line: &str) -> Option<&str> {
    let dot = line.bytes().take(6).position(|byte| byte == b'.')?;
    let inner = line.get(..dot)?;
    let single = inner.len() == 1 || inner.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'));
    let small = single && !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_lowercase());
    (small && is_spaced(line.get(dot + 1..)?)).then(|| line.get(..=dot)).flatten()
}

fn is_dash(line: &str) -> bool {
    line.starts_with(['–', '—'])
}

fn is_spaced(rest: &str) -> bool {
    rest.starts_with([' ', '\u{a0}', '\t'])
}

/// Whether one label comes after another.
fn follows(last: &str, next: &str) -> bool {
    if !last.starts_with(|char: char| char.is_ascii()) {
        return last == next;
    }
    let style = |label: &str| (label.starts_with('('), label.ends_with('.'));
    let bare = |label: &str| places(label.trim_matches(['(', ')', '.']));
    if style(last) != style(next) {
        return false;
    }
    let (last, next) = (bare(last), bare(next));
    last.iter().any(|last| next.iter().any(|next| *next == last + 1))
}

#[cfg(test)]
mod tests {
    use super::{follows, labels};
    use crate::site::markdown::passages;

    fn found(text: &str) -> String {
        let passages = passages(text);
        let each = passages.iter().flat_map(|one| labels(one).into_iter().map(|label| one.text.get(label).unwrap()));
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_and_items_begin_with_labels() {
        assert_eq!(found("a. one\nb. two"), "a. b.");
        assert_eq!(found("i. one\n\nii. two"), "i. ii.");
        assert_eq!(found("We have:\n– one;\n– two"), "– –");
        assert_eq!(found("- (a) one\n- (b) two"), "(a) (b)");
        assert_eq!(found("what we say\n– and mean\nand plan\nb. so\n\nA. one"), "");
        assert_eq!(found("- – one\n- a. two\n- it (a) is\n\ne.g. this\n\nvi.x"), "");
    }

    #[test]
    fn labels_of_one_kind_follow_each_other() {
        assert!(follows("a.", "b.") && follows("(i)", "(ii)") && follows("–", "–") && follows("h)", "i)"));
        assert!(!follows("(a)", "b.") && !follows("a.", "c.") && !follows("–", "—"));
    }
}
