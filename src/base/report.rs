//! Findings → text for people, or a format for programs, into a given writer. The only importer of the excerpt printer.

use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::annotations;
use super::diag::{Diagnostic, Severity};
use super::json;
use super::parallel::{apart, in_parallel};
use super::sarif;
use super::span::Place;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Format {
    /// Excerpts and help, for people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
    /// One log, SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions, one a line.
    Github,
}

/// Writes all findings.
///
/// # Errors
/// The writer's.
pub fn write(findings: &[Diagnostic], format: Format, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Sarif {
        return out.write_all(&sarif::log(findings));
    }
    for some in findings.chunks(AT_ONCE) {
        in_words(some, format, colour)?.iter().try_for_each(|said| out.write_all(said.as_bytes()))?;
    }
    Ok(())
}

/// So many findings are put into words one after the other.
const STRETCH: usize = 1000;

/// And so many of them on all processors before they are written.
const AT_ONCE: usize = 32 * STRETCH;

/// What is written of some findings. Of many it is made on all processors, by threads that have ended then: the relay tells
/// findings before it gives up what threads would keep.
fn in_words(findings: &[Diagnostic], format: Format, colour: bool) -> io::Result<Vec<String>> {
    let one = |finding: &Diagnostic| match format {
        Format::Human => human(finding, colour) + "\n\n",
        Format::Json => json::line(&Row::of(finding)) + "\n",
        Format::Github => annotations::command(finding) + "\n",
        Format::Sarif => String::new(),
    };
    let stretches: Vec<_> = findings.chunks(STRETCH).collect();
    let all = |stretch: &&[Diagnostic]| Ok::<String, io::Error>(stretch.iter().map(one).collect());
    match stretches.as_slice() {
        [few] => all(few).map(|few| vec![few]),
        many => apart(|| in_parallel(many, all)).map_err(io::Error::other)?,
    }
}

/// The closing line for people: how many errors, warnings and notes, and how many more were excepted.
#[must_use]
pub fn tally(findings: &[Diagnostic], excepted: usize) -> String {
    let kinds = [Severity::Error, Severity::Warning, Severity::Note];
    let said = kinds.iter().filter_map(|kind| {
        let count = findings.iter().filter(|finding| finding.severity == *kind).count();
        let ending = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{ending}", kind.word()))
    });
    let excepted = (excepted > 0).then(|| format!("{excepted} by exception"));
    said.chain(excepted).collect::<Vec<_>>().join(", ")
}

/// One finding as an excerpt with underline and help.
#[must_use]
pub fn human(finding: &Diagnostic, colour: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code.name());
    let mut group = excerpt(Group::with_title(title), &finding.place, &finding.label, AnnotationKind::Primary);
    for (place, message) in &finding.related {
        group = group.element(Level::NOTE.message(message.as_str()));
        group = excerpt(group, place, "", AnnotationKind::Context);
    }
    for line in &finding.details {
        group = group.element(Level::NOTE.message(line.as_str()));
    }
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(finding.help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
    let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
    places.fold(text, true_column)
}

/// The printer counts columns from the beginning of what it shows; that of a long line is cut.
fn true_column(text: String, place: &Place) -> String {
    if place.offset + 1 == place.column || place.excerpt.is_empty() {
        return text;
    }
    let at = |column: usize| format!("{}:{}:{column}\n", place.file, place.line);
    text.replacen(&at(place.offset + 1), &at(place.column), 1)
}

fn excerpt<'a>(group: Group<'a>, place: &'a Place, label: &'a str, kind: AnnotationKind) -> Group<'a> {
    if place.excerpt.is_empty() {
        let origin = Origin::path(&*place.file).line(place.line).char_column(place.column);
        return group.element(origin);
    }
    let byte = |chars: usize| place.excerpt.char_indices().nth(chars).map_or(place.excerpt.len(), |(at, _)| at);
    let width = if place.end_line == place.line { place.end_column.saturating_sub(place.column) } else { usize::MAX };
    let span = byte(place.offset)..byte(place.offset.saturating_add(width.max(1)));
    let underline = kind.span(span);
    let underline = if label.is_empty() { underline } else { underline.label(label) };
    let snippet = Snippet::source(place.excerpt.as_str()).line_start(place.line).path(&*place.file);
    group.element(snippet.fold(false).annotation(underline))
}

#[derive(Serialize)]
struct Row<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

impl<'a> Row<'a> {
    fn of(finding: &'a Diagnostic) -> Self {
        let place = &finding.place;
        Self {
            code: finding.code.name(),
            severity: finding.severity.word(),
            message: &finding.message,
            help: &finding.help,
            file: &place.file,
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            related: finding.related.iter().map(|(place, message)| Related::of(place, message)).collect(),
        }
    }
}

impl<'a> Related<'a> {
    fn of(place: &'a Place, message: &'a str) -> Self {
        Self { file: &place.file, line: place.line, column: place.column, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::Code;
    use crate::base::path::SitePath;
    use crate::base::span::{SourceText, Span};

    fn sample() -> Diagnostic {
        let path = SitePath::parse("content/policies/p/versions/2.0.md").unwrap();
        let text = SourceText::part(path, "We keep it for up to 24 months.\n".to_owned(), 41);
        let place = text.place(Span { start: 21, end: 23 });
        Diagnostic::new(Code::V204, place, "version 2.0 differs from what was published")
            .label("published as \"12\"")
            .help("a published text is never edited; put the change into draft.md and run `vellum publish`")
    }

    #[test]
    fn people_see_the_line_the_fault_and_the_way_out() {
        let expected = "\
error[V204]: version 2.0 differs from what was published
  --> content/policies/p/versions/2.0.md:41:22
   |
41 | We keep it for up to 24 months.
   |                      ^^ published as \"12\"
   |
   = help: a published text is never edited; put the change into draft.md and run `vellum publish`";
        assert_eq!(human(&sample(), false), expected);
    }

    #[test]
    fn programs_get_one_object_a_line() {
        let mut out = Vec::new();
        write(&[sample()], Format::Json, false, &mut out).unwrap();
        let row = json::parse(&out).unwrap();
        assert_eq!(row["code"], "V204");
        assert_eq!(
            (row["line"].as_u64(), row["column"].as_u64(), row["end_column"].as_u64()),
            (Some(41), Some(22), Some(24))
        );
    }

    #[test]
    fn very_many_are_written_in_order() {
        let many: Vec<_> = (0..AT_ONCE + STRETCH + 7).map(|number| sample().help(number.to_string())).collect();
        let mut out = Vec::new();
        write(&many, Format::Json, false, &mut out).unwrap();
        let one_by_one: String = many.iter().map(|finding| json::line(&Row::of(finding)) + "\n").collect();
        assert!(String::from_utf8(out).unwrap() == one_by_one);
    }

    #[test]
    fn the_tally_counts_by_kind() {
        let note = sample().weighing(Severity::Note);
        assert_eq!(tally(&[sample(), note.clone(), note], 0), "1 error, 2 notes");
        assert_eq!(tally(&[sample()], 3), "1 error, 3 by exception");
        assert_eq!(tally(&[], 0), "");
    }
}
