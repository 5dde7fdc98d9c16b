//! `checks` in `site.yaml` → what findings weigh in this site, and which are excepted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::external::External;
use super::raw::{Fields, Reading};
use super::yaml::{Node, NodeKind};
use crate::base::codes::{CODES, Code};
use crate::base::diag::Severity;
use crate::base::span::{Place, Span, Spanned};

/// What a site makes of findings.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// What a code weighs here; nothing where it is turned off.
    pub severities: BTreeMap<Code, Option<Severity>>,
    /// Findings that are known, and stay.
    pub exceptions: Vec<Exception>,
    /// How links to other sites are asked for.
    pub external: External,
}

/// Findings that are known, and stay.
#[derive(Clone, Debug)]
pub struct Exception {
    /// What they are.
    pub code: Code,
    /// Where they are.
    pub within: Within,
    /// Where the exception is written.
    pub place: Place,
}

/// Where findings are excepted.
#[derive(Clone, Debug)]
pub enum Within {
    /// In files of a name in which `*` stands for anything, and there on lines that hold some words, if any are said.
    Files {
        /// The name.
        pattern: String,
        /// The words.
        words: String,
    },
    /// On one line of a file.
    Line {
        /// The file.
        file: Arc<str>,
        /// The line.
        line: usize,
    },
}

/// The words for weights.
const WEIGHTS: [&str; 4] = ["error", "warning", "note", "off"];

/// Reads `checks`.
pub fn read(reading: &Reading<'_>, node: &Node) -> Option<Checks> {
    let fields = reading.fields(node)?;
    let severities = fields.get("severities").map_or_else(BTreeMap::new, |node| severities(reading, node));
    let exceptions = fields.items("exceptions").iter().filter_map(|node| exception(reading.fields(node)?)).collect();
    let external = fields.get("external").map_or_else(External::default, |node| External::read(reading, node));
    fields.done();
    Some(Checks { severities, exceptions, external })
}

fn severities(reading: &Reading<'_>, node: &Node) -> BTreeMap<Code, Option<Severity>> {
    let NodeKind::Map(entries) = &node.kind else {
        reading.fields(node);
        return BTreeMap::new();
    };
    let entry = |(name, node): &(Spanned<String>, Node)| {
        let code = code(reading, name);
        let weight = weight(reading.choice(node, &WEIGHTS)?);
        let code = code?;
        let lower = weight.is_none_or(|weight| weight > code.severity());
        if lower && code.is_fixed() {
            fixed(reading, code, name.span);
            return None;
        }
        Some((code, weight))
    };
    entries.iter().filter_map(entry).collect()
}

fn weight(word: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Note].into_iter().find(|weight| weight.word() == word)
}

fn exception(fields: Fields<'_>) -> Option<Exception> {
    let reading = fields.reading();
    let name = fields.need_text("code");
    let pattern = fields.need_text("in");
    let words = fields.plain("words");
    let reason = fields.need_text("reason").and_then(|text| reason(reading, &text));
    fields.done();
    let code = name.as_ref().and_then(|name| exceptable(reading, name));
    let place = reading.source.place(name?.span);
    reason?;
    Some(Exception { code: code?, within: Within::Files { pattern: pattern?.value, words }, place })
}

/// A reason says something.
fn reason(reading: &Reading<'_>, text: &Spanned<String>) -> Option<()> {
    let said = !text.value.trim().is_empty();
    if !said {
        reading.say(Code::V103, text.span, "the exception has no reason", "say why this finding stays");
    }
    said.then_some(())
}

/// A code whose findings may be excepted, by its name.
pub fn exceptable(reading: &Reading<'_>, name: &Spanned<String>) -> Option<Code> {
    let code = code(reading, name)?;
    if code.is_fixed() {
        fixed(reading, code, name.span);
        return None;
    }
    Some(code)
}

fn code(reading: &Reading<'_>, name: &Spanned<String>) -> Option<Code> {
    let found = CODES.iter().find(|entry| entry.name == name.value);
    if found.is_none() {
        let help = "codes look like V601; `vellum check` shows them, and docs/codes.md lists all";
        reading.say(Code::V105, name.span, format!("there is no code `{}`", name.value), help);
    }
    found.map(|entry| entry.code)
}

fn fixed(reading: &Reading<'_>, code: Code, span: Span) {
    let message = format!("{} can be neither lowered nor excepted", code.name());
    let help = "it keeps the record true, or keeps something from being lost in silence: mend what it finds";
    reading.say(Code::V105, span, message, help);
}
