//! The author's mistake: a code, a place, what is wrong and what to do. All are collected, none ends the run.

use super::codes::Code;
use super::parallel::sorted;
use super::span::Place;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The run fails.
    Error,
    /// The run goes on, unless warnings are denied.
    Warning,
    /// Worth knowing, nothing to do.
    Note,
}

impl Severity {
    /// The word that is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The code.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub place: Place,
    /// What stands under the underline, if anything.
    pub label: String,
    /// Other places that belong to it, each with what it has to do with it.
    pub related: Vec<(Place, String)>,
    /// Further lines to show, such as the redline of a silent edit.
    pub details: Vec<String>,
}

impl Diagnostic {
    /// A finding at a place, with the code's own weight.
    #[must_use]
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            help: String::new(),
            place,
            label: String::new(),
            related: Vec::new(),
            details: Vec::new(),
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Says something under the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Names another place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push((place, message.into()));
        self
    }

    /// All that is said, for formats that have one place for it: what is wrong, further lines, what to do.
    #[must_use]
    pub fn said(&self) -> String {
        let help = (!self.help.is_empty()).then(|| format!("Help: {}", self.help));
        let lines = [self.message.clone()].into_iter().chain(self.details.iter().cloned()).chain(help);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Gives it another weight.
    #[must_use]
    pub fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// Findings in the order in which they are shown: by file, line, column and code; the same one only once.
pub fn sort(findings: &mut Vec<Diagnostic>) {
    findings.sort_by(|one, other| key(one).cmp(&key(other)));
    once(findings);
}

/// The same of very many, on all processors.
pub fn sort_many(findings: &mut Vec<Diagnostic>) {
    sorted(findings, |one, other| key(one).cmp(&key(other)));
    once(findings);
}

fn once(findings: &mut Vec<Diagnostic>) {
    findings.dedup_by(|one, other| key(one) == key(other));
}

fn key(finding: &Diagnostic) -> (&str, usize, usize, Code, &str) {
    let place = &finding.place;
    (&place.file, place.line, place.column, finding.code, &finding.message)
}

/// Whether one of them fails the run.
#[must_use]
pub fn any_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_sorted_and_the_same_is_said_once() {
        let at = |file, message: &str| Diagnostic::new(Code::V102, Place::of_file(file), message);
        let mut findings = vec![at("b", "x"), at("a", "y"), at("a", "x"), at("b", "x")];
        sort(&mut findings);
        let order: Vec<_> = findings.iter().map(|f| (&*f.place.file, f.message.as_str())).collect();
        assert_eq!(order, [("a", "x"), ("a", "y"), ("b", "x")]);
    }
}
