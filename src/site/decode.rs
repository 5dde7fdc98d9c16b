//! Bytes → text: UTF-8 or a finding with line and column, and the characters that nobody may publish.

use std::borrow::Cow;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::path::SitePath;
use crate::base::span::{SourceText, Span};
use crate::base::text::{code_point, has_refused, is_refused, unix_lines};

/// Decodes a file. What cannot be decoded becomes U+FFFD, and is a finding.
pub fn decode(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> SourceText {
    SourceText::new(path.clone(), text(path, bytes, findings).into_owned())
}

/// The text of a file, as [`decode()`] has it.
pub fn text<'a>(path: &SitePath, bytes: &'a [u8], findings: &mut Vec<Diagnostic>) -> Cow<'a, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => unix_lines(text),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default().len();
            let byte = bytes.get(before).copied().unwrap_or_default();
            let text = String::from_utf8_lossy(bytes).into_owned();
            let raw = SourceText::new(path.clone(), text);
            let place = raw.place(Span { start: before, end: before + 1 });
            let message = format!("the byte {byte:02X} is not UTF-8");
            findings.push(Diagnostic::new(Code::V109, place, message).help("save the file as UTF-8"));
            Cow::Owned(unix_lines(raw.text()).into_owned())
        }
    }
}

/// Names every character of a text that may not be published.
pub fn characters(source: &SourceText, findings: &mut Vec<Diagnostic>) {
    if !has_refused(source.text()) {
        return;
    }
    for (at, char) in source.text().char_indices().filter(|(_, char)| is_refused(*char)) {
        let place = source.place(Span { start: at, end: at + char.len_utf8() });
        let message = format!("the character {} may not be published", code_point(char));
        findings.push(Diagnostic::new(Code::V108, place, message).help("delete it; it cannot be seen"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_windows_is_named_with_its_place() {
        let mut findings = Vec::new();
        let source = decode(&SitePath::parse("a.md").unwrap(), b"ab\ncaf\xe9\n", &mut findings);
        assert_eq!(source.text(), "ab\ncaf\u{fffd}\n");
        let found = &findings[0];
        assert_eq!((found.place.line, found.place.column), (2, 4));
        assert_eq!(found.message, "the byte E9 is not UTF-8");
    }

    #[test]
    fn hidden_characters_are_named_by_code_point() {
        let mut findings = Vec::new();
        let source =
            decode(&SitePath::parse("a.md").unwrap(), "\u{feff}a\u{202e}b\u{200d}\n\u{feff}".as_bytes(), &mut findings);
        characters(&source, &mut findings);
        let said: Vec<_> = findings.iter().map(|f| (f.place.line, f.place.column, f.message.as_str())).collect();
        assert_eq!(
            said,
            [(1, 2, "the character U+202E may not be published"), (2, 1, "the character U+FEFF may not be published")]
        );
    }
}
