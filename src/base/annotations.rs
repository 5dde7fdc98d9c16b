//! Findings → workflow commands, which a runner of GitHub Actions shows beside the lines they are about.

use super::codes::Code;
use super::diag::{Diagnostic, Severity};

/// One finding as a command on a line of its own.
#[must_use]
pub fn command(finding: &Diagnostic) -> String {
    let place = &finding.place;
    let (line, end_line) = (place.line, place.end_line);
    // The runner takes columns only where both ends are on one line.
    let columns =
        if line == end_line { format!(",col={},endColumn={}", place.column, place.end_column) } else { String::new() };
    let name = finding.code.name();
    let title = Code::find(name).map_or("", |entry| entry.title);
    format!(
        "::{} file={},line={line},endLine={end_line}{columns},title={}::{}",
        level(finding.severity),
        property(&place.file),
        property(&format!("{name} {title}")),
        data(&finding.said())
    )
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// What stands after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind an `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::span::{Place, SourceText, Span};

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
        let finding = Diagnostic::new(Code::V601, Place::of_file("a,b:c%.md"), "50% of\r\na: b, c").help("go");
        let wanted = "::warning file=a%2Cb%3Ac%25.md,line=1,endLine=1,col=1,endColumn=1,title=V601 a word stands twice\
                      ::50%25 of%0D%0Aa: b, c%0AHelp: go";
        assert_eq!(command(&finding), wanted);
    }

    #[test]
    fn a_place_over_several_lines_has_no_columns() {
        let source = SourceText::new(SitePath::parse("a.md").unwrap(), "one\ntwo\n".to_owned());
        let finding =
            Diagnostic::new(Code::V204, source.place(Span { start: 1, end: 5 }), "x").weighing(Severity::Note);
        assert_eq!(command(&finding), "::notice file=a.md,line=1,endLine=2,title=V204 a published text was changed::x");
    }
}
