//! A ledger into which two branches have written: marks that git leaves, or two events that follow the same one.

use super::event::link;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::json::Value;
use crate::base::span::{SourceText, Span};

const HELP: &str = "take ledger.yaml and versions/ of the branch that was merged first, move your own text back to draft.md, and publish it again: docs/record.md says it step by step";

/// Finds marks of a conflict. The text comes back without them and without the other side, every byte in its place.
pub fn marks(source: &SourceText, findings: &mut Vec<Diagnostic>) -> Option<SourceText> {
    let mut text = String::with_capacity(source.text().len());
    let (mut other, mut first, mut start) = (false, None, 0);
    for line in source.text().split_inclusive('\n') {
        let marks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
        let mark = marks.into_iter().find(|mark| line.starts_with(mark));
        if let Some(mark) = mark {
            first = first.or(Some(Span { start, end: start + line.trim_end().len() }));
            other = matches!(mark, "|||||||" | "=======");
        }
        if mark.is_some() || other {
            text.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            text.push_str(line);
        }
        start += line.len();
    }
    let message = "two branches have both written into the ledger, and git could not join them";
    findings.push(Diagnostic::new(Code::V223, source.place(first?), message).help(HELP));
    Some(SourceText::new(source.path().clone(), text))
}

/// Events that git has joined line by line, so that one has two chains: the rest of what is found follows from it.
pub fn joined(said: Vec<Diagnostic>, broken: &mut Vec<Diagnostic>) -> Vec<Diagnostic> {
    let twice = said.iter().find(|finding| finding.code == Code::V104 && finding.message.contains("`chain`"));
    let Some(twice) = twice else { return said };
    broken.clear();
    let message = "two branches have both written into the ledger, and git has joined them line by line";
    let mut finding = Diagnostic::new(Code::V223, twice.place.clone(), message).help(HELP);
    finding.related.clone_from(&twice.related);
    broken.push(finding);
    Vec::new()
}

/// An event that does not follow the one before it, but one further up.
#[must_use]
pub fn fork(source: &SourceText, spans: &[(Hash, Span)], event: &Value, span: Span) -> Option<Diagnostic> {
    let chain = event.get("chain")?.as_str()?;
    let follows = |before: Hash| link(before, event).to_string() == chain;
    let before = [(Hash::ZERO, Span::default())].into_iter().chain(spans.iter().copied());
    let twin = before.zip(spans).find(|((before, _), _)| follows(*before)).map(|(_, (_, twin))| *twin)?;
    let message = "two branches have both written into the ledger: two events follow the same one";
    let finding = Diagnostic::new(Code::V223, source.place(span), message);
    Some(finding.related(source.place(twin), "the other one").help(HELP))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;

    fn read(text: &str) -> (Option<String>, usize) {
        let source = SourceText::new(SitePath::parse("ledger.yaml").unwrap(), text.into());
        let mut findings = Vec::new();
        let mended = marks(&source, &mut findings).map(|source| source.text().to_owned());
        (mended, findings.len())
    }

    #[test]
    fn one_side_is_read_and_every_byte_keeps_its_place() {
        assert_eq!(read("a: 1\nb: 2\n"), (None, 0));
        let (mended, found) = read("a\n<<<<<<< x\nb\n||||||| y\nc\n=======\nd\n>>>>>>> z\ne\n");
        assert_eq!(mended.unwrap(), "a\n         \nb\n         \n \n       \n \n         \ne\n");
        assert_eq!(found, 1);
    }
}
