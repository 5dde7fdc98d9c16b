//! Comments such as `# allow V601: the name of a band` → exceptions for the line that they stand on, or stand above.
//! They are read in YAML files and in front matter; a text itself has no comments, and a frozen text no exceptions.

use super::checks::{Exception, Within, exceptable};
use super::front::split;
use super::raw::Reading;
use super::yaml::{Node, NodeKind};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::span::{SourceText, Span, Spanned};
use crate::base::text::unix_lines;

/// What such a comment begins with.
const MARK: &str = "# allow V";

/// What is in every comment that is meant to be one.
const MEANT: &str = "llow";
const SHOUTED: &str = "LLOW";

/// Reads the comments of all files.
pub fn exceptions(files: &Files, findings: &mut Vec<Diagnostic>) -> Vec<Exception> {
    let texts = files.iter().filter_map(|(path, bytes)| text(path, bytes));
    texts.flat_map(|text| of(&text, findings)).collect()
}

/// The YAML of a file that has such a comment.
fn text(path: &SitePath, bytes: &[u8]) -> Option<SourceText> {
    let own = path.as_str().contains("/versions/") || path.name() == "ledger.yaml";
    if own || !matches!(path.extension(), "yaml" | "md") {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.contains(MEANT) || text.contains(SHOUTED))?;
    let text = unix_lines(text);
    if path.extension() == "yaml" {
        return Some(SourceText::new(path.clone(), text.into_owned()));
    }
    split((path, &text), &mut Vec::new()).front
}

fn of(source: &SourceText, findings: &mut Vec<Diagnostic>) -> Vec<Exception> {
    // What is wrong with the YAML itself is told where the file is read.
    let Some(node) = Reading::new(source).node() else { return Vec::new() };
    let words = scalars(&node);
    let reading = Reading::new(source);
    let is_comment = |at: usize| !words.iter().any(|span| span.start <= at && at < span.end);
    let starts = source.text().match_indices('#').map(|(at, _)| at).filter(|at| is_comment(*at));
    let found = starts.filter_map(|at| exception(&reading, at)).collect();
    findings.extend(reading.into_findings());
    found
}

/// Where the values stand; a comment inside one is a part of it.
fn scalars(node: &Node) -> Vec<Span> {
    match &node.kind {
        NodeKind::Text(_) | NodeKind::Plain(..) => vec![node.span],
        NodeKind::List(items) => items.iter().flat_map(scalars).collect(),
        NodeKind::Map(entries) => entries.iter().flat_map(|(_, node)| scalars(node)).collect(),
    }
}

fn exception(reading: &Reading<'_>, at: usize) -> Option<Exception> {
    let text = reading.source.text();
    let comment = text.get(at..)?.lines().next()?;
    let before = text.get(..at)?;
    let before = before.get(before.rfind('\n').map_or(0, |end| end + 1)..)?;
    if !before.is_empty() && !before.ends_with([' ', '\t']) {
        return None;
    }
    if !comment.starts_with(MARK) {
        if let Some(name) = meant(comment) {
            let span = Span { start: at, end: at + comment.len() };
            reading.say(
                Code::V105,
                span,
                "this comment is no exception",
                format!("write it so: `# allow {name}: why`"),
            );
        }
        return None;
    }
    let said = comment.get(MARK.len() - 1..)?;
    let (name, reason) = said.split_once(':').unwrap_or((said, ""));
    let start = at + MARK.len() - 1;
    let name = Spanned { value: name.trim().to_owned(), span: Span { start, end: start + name.trim_end().len() } };
    let code = exceptable(reading, &name);
    let span = Span { start: at, end: at + comment.len() };
    if reason.trim().is_empty() {
        let help = format!("say why this finding stays: `# allow {}: …`", name.value);
        reading.say(Code::V103, span, "the exception has no reason", help);
        return None;
    }
    let place = reading.source.place(span);
    let below = if before.trim().is_empty() { 1 + comments(text.get(at + comment.len()..)?) } else { 0 };
    let within = Within::Line { file: place.file.clone(), line: place.line + below };
    Some(Exception { code: code?, within, place })
}

/// The code of a comment that is nearly an exception: `#Allow v601`.
fn meant(comment: &str) -> Option<String> {
    let words = comment.trim_start_matches('#').trim_start().to_ascii_uppercase();
    let rest = words.strip_prefix("ALLOW")?.trim_start_matches([':', ' ', '\t']);
    let code = rest.get(..4).filter(|code| code.starts_with('V'))?;
    code.bytes().skip(1).all(|byte| byte.is_ascii_digit()).then(|| code.to_owned())
}

/// How many further lines hold a comment only.
fn comments(after: &str) -> usize {
    after.lines().skip(1).take_while(|line| line.trim_start().starts_with('#')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Vec<(Code, usize)> {
        let mut files = Files::default();
        files.insert(SitePath::parse(name).unwrap(), text.as_bytes().to_vec());
        let mut findings = Vec::new();
        let found = exceptions(&files, &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        let line = |exception: &Exception| match &exception.within {
            Within::Line { line, .. } => *line,
            Within::Files { .. } => 0,
        };
        found.iter().map(|exception| (exception.code, line(exception))).collect()
    }

    #[test]
    fn a_comment_is_about_its_line_or_the_one_below() {
        let text = "a: 1 # allow V601: x\n# allow V119: y\n  # allow V401: z\nb: 2\n";
        assert_eq!(read("site.yaml", text), [(Code::V601, 1), (Code::V119, 4), (Code::V401, 4)]);
    }

    #[test]
    fn a_comment_that_is_nearly_an_exception_is_told() {
        for near in ["#allow V601: x", "# Allow v601: x", "# allow: V601 x", "# ALLOW V601"] {
            let mut files = Files::default();
            files.insert(SitePath::parse("site.yaml").unwrap(), format!("a: 1 {near}\n").into_bytes());
            let mut findings = Vec::new();
            assert!(exceptions(&files, &mut findings).is_empty());
            assert_eq!(findings[0].help, "write it so: `# allow V601: why`");
        }
        assert_eq!(read("site.yaml", "a: 1 # we allow V601\nb: 2 # allow this\n"), []);
    }

    #[test]
    fn what_is_part_of_a_value_or_of_a_text_is_no_comment() {
        assert_eq!(read("site.yaml", "a: \"x # allow V601: x\"\nb: x# allow V601:x\nc: |\n  # allow V601: x\n"), []);
        let page = "---\ntitle: T # allow V601: x\n---\n# allow V601: x\n";
        assert_eq!(read("content/about.md", page), [(Code::V601, 2)]);
        assert_eq!(read("content/policies/p/versions/1.0.md", page), []);
    }
}
