//! Notes: one that is referred to is written, once, and one that is written is referred to.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::span::Span;
use crate::check::manuscript::Manuscript;
use crate::site::markdown::notes;
use crate::site::raw::nearest;

/// Names each reference to a note that is not there, and each note that is not shown.
pub fn look(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    if !manuscript.source().contains("[^") {
        return;
    }
    let (written, used) = notes(manuscript.source());
    let labels: Vec<&str> = written.iter().map(|(label, _)| label.as_str()).collect();
    missing(manuscript, &labels, findings);
    for (index, (label, span)) in written.iter().enumerate() {
        let place = manuscript.at(Span { start: span.start, end: span.start + label.len() + 3 });
        let first = written.iter().take(index).find(|(other, _)| other == label);
        if let Some((_, first)) = first {
            let message = format!("the note `{label}` is written twice, and only the first is shown");
            let finding =
                Diagnostic::new(Code::V305, place, message).help("take one of them out, or give it another label");
            findings
                .push(finding.related(manuscript.at(Span { start: first.start, end: first.start + 3 }), "the first"));
        } else if !used.contains(label) {
            let message = format!("nothing refers to the note `{label}`, so it is not shown");
            let help = format!("write `[^{label}]` where it belongs, or take it out");
            findings.push(Diagnostic::new(Code::V305, place, message).help(help));
        }
    }
}

/// A reference without its note stays as it is typed.
fn missing(manuscript: &Manuscript<'_>, labels: &[&str], findings: &mut Vec<Diagnostic>) {
    for passage in &manuscript.passages {
        for (at, _) in passage.text.match_indices("[^") {
            let label = passage.text.get(at + 2..).and_then(|rest| rest.split_once(']')).map(|(label, _)| label);
            let fits = |label: &&str| !label.is_empty() && !label.contains([' ', '\n', '[']);
            let Some(label) = label.filter(fits) else { continue };
            let place = manuscript.place(passage, &(at..at + label.len() + 3));
            let near = nearest(label, labels.iter().copied()).map(|near| format!("did you mean `[^{near}]`?"));
            let help = near.unwrap_or_else(|| format!("write the note on a line of its own: `[^{label}]: …`"));
            let message = format!("the note `{label}` is not there, so `[^{label}]` is published as it is typed");
            findings.push(Diagnostic::new(Code::V304, place, message).help(help));
        }
    }
}
