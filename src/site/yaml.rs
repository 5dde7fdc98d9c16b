//! YAML 1.2 → nodes with their spans. The only importer of the YAML parser.
//!
//! Anchors, aliases, tags and keys that are no text are refused as they are met, so nothing can expand; depth is
//! bounded. Whatever can be read is returned, so that the rest of a file's mistakes are told in the same run.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::span::{SourceText, Span, Spanned};
use crate::base::text::nfc;

/// Deeper than this, YAML is refused.
const DEPTH: usize = 32;

/// A value with its span.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// A map's entries, in the order of the file.
pub type Entries = Vec<(Spanned<String>, Node)>;

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A text, in form NFC.
    Text(String),
    /// An unquoted word, read by the core schema.
    Plain(String, Plain),
    /// A list.
    List(Vec<Node>),
    /// A map; a key that stands twice is there once.
    Map(Entries),
}

/// What the core schema makes of an unquoted word (YAML 1.2.2, 10.3.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Plain {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer,
    /// Any other number.
    Float,
}

/// Reads a file. Nothing comes back when it is empty or cannot be read at all.
pub fn parse(source: &SourceText, findings: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut reader = Reader { source, offsets: offsets(source.text()), findings, stack: Vec::new(), root: None };
    for event in Parser::new_from_str(source.text()) {
        let step = match event {
            Ok((event, span)) => {
                let span = Span { start: reader.byte(span.start), end: reader.byte(span.end) };
                reader.event(event, span)
            }
            Err(error) => {
                let at = reader.byte(*error.marker());
                reader.refuse(Code::V101, Span { start: at, end: at }, error.info().to_owned(), "");
                None
            }
        };
        step?;
    }
    reader.root
}

/// Byte offsets of all characters; empty when they are the same.
fn offsets(text: &str) -> Vec<usize> {
    if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() }
}

enum Open {
    List(Span, Vec<Node>),
    Map(Span, Entries, Option<Spanned<String>>),
}

struct Reader<'a> {
    source: &'a SourceText,
    offsets: Vec<usize>,
    findings: &'a mut Vec<Diagnostic>,
    stack: Vec<Open>,
    root: Option<Node>,
}

impl Reader<'_> {
    fn byte(&self, marker: Marker) -> usize {
        if self.offsets.is_empty() {
            return marker.index();
        }
        self.offsets.get(marker.index()).copied().unwrap_or(self.source.text().len())
    }

    /// Takes one event; nothing comes back when reading must stop.
    fn event(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_only(anchor, tag.is_some(), span);
                self.value(Node { span, kind: scalar(&text, style) });
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain_only(anchor, tag.is_some(), span);
                self.open(Open::List(span, Vec::new()), span)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.plain_only(anchor, tag.is_some(), span);
                self.open(Open::Map(span, Vec::new(), None), span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(_) => {
                self.plain_only(1, false, span);
                self.value(Node { span, kind: NodeKind::Plain(String::new(), Plain::Null) });
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.refuse(Code::V101, span, "a second document begins here".to_owned(), "keep one document a file");
                return None;
            }
            _ => {}
        }
        Some(())
    }

    fn plain_only(&mut self, anchor: usize, tagged: bool, span: Span) {
        if anchor != 0 || tagged {
            let message = "anchors, aliases and tags are refused".to_owned();
            self.refuse(
                Code::V107,
                span,
                message,
                "write the value out where it is used, or quote a text that begins with `&`, `*` or `!`",
            );
        }
    }

    fn open(&mut self, open: Open, span: Span) -> Option<()> {
        if self.stack.len() >= DEPTH {
            self.refuse(Code::V101, span, format!("nested deeper than {DEPTH} levels"), "");
            return None;
        }
        self.stack.push(open);
        Some(())
    }

    fn close(&mut self, end: Span) {
        let node = match self.stack.pop() {
            Some(Open::List(start, items)) => (start, NodeKind::List(items)),
            Some(Open::Map(start, entries, _)) => (start, NodeKind::Map(entries)),
            None => return,
        };
        let (start, kind) = node;
        self.value(Node { span: Span { start: start.start, end: end.end }, kind });
    }

    fn value(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key @ Some(_))) => {
                if let Some(key) = key.take() {
                    entries.push((key, node));
                }
            }
            Some(Open::Map(..)) => self.key(node),
        }
    }

    fn key(&mut self, node: Node) {
        let text = match node.kind {
            NodeKind::Text(text) | NodeKind::Plain(text, _) => text,
            NodeKind::List(_) | NodeKind::Map(_) => {
                self.refuse(Code::V101, node.span, "a key must be a text".to_owned(), "");
                String::new()
            }
        };
        let Some(Open::Map(_, entries, slot)) = self.stack.last_mut() else { return };
        let first = entries.iter().find(|(key, _)| key.value == text).map(|(key, _)| key.span);
        *slot = Some(Spanned { value: text.clone(), span: node.span });
        if let Some(first) = first {
            let finding =
                Diagnostic::new(Code::V104, self.source.place(node.span), format!("the key `{text}` stands twice"))
                    .related(self.source.place(first), "it stands here first")
                    .help("remove one of them");
            self.findings.push(finding);
        }
    }

    fn refuse(&mut self, code: Code, span: Span, message: String, help: &str) {
        self.findings.push(Diagnostic::new(code, self.source.place(span), message).help(help));
    }
}

fn scalar(text: &str, style: ScalarStyle) -> NodeKind {
    match (style, core_schema(text)) {
        (ScalarStyle::Plain, Some(plain)) => NodeKind::Plain(text.to_owned(), plain),
        _ => NodeKind::Text(nfc(text).into_owned()),
    }
}

fn core_schema(word: &str) -> Option<Plain> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Some(Plain::Null),
        "true" | "True" | "TRUE" => Some(Plain::Bool(true)),
        "false" | "False" | "FALSE" => Some(Plain::Bool(false)),
        _ => number(word),
    }
}

/// Whether a text can be written without quotes in a block, and is then read as that text.
#[must_use]
pub fn plain_reads_as_text(text: &str) -> bool {
    let first = text.starts_with(|char: char| char.is_ascii_alphanumeric());
    let plain = |char: char| char.is_alphanumeric() || " .,;_/-+=@%&()'’“”?!".contains(char);
    first && !text.ends_with(' ') && text.chars().all(plain) && core_schema(text).is_none()
}

fn number(word: &str) -> Option<Plain> {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|char| char.is_digit(radix));
    let radix = |prefix, radix| word.strip_prefix(prefix).is_some_and(|rest| digits(rest, radix));
    if digits(unsigned, 10) || radix("0o", 8) || radix("0x", 16) {
        return Some(Plain::Integer);
    }
    let special = matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(word, ".nan" | ".NaN" | ".NAN");
    (special || is_float(unsigned)).then_some(Plain::Float)
}

fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        !text.is_empty() && all_digits(text)
    });
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent && (!whole.is_empty() || !part.is_empty()) && all_digits(whole) && all_digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;

    fn read(text: &str) -> (Option<Node>, Vec<String>) {
        let source = SourceText::new(SitePath::parse("site.yaml").unwrap(), text.to_owned());
        let mut findings = Vec::new();
        let node = parse(&source, &mut findings);
        let said =
            findings.iter().map(|f| format!("{} {}:{} {}", f.code.name(), f.place.line, f.place.column, f.message));
        (node, said.collect())
    }

    #[test]
    fn the_core_schema_keeps_no_as_text_and_numbers_apart() {
        for text in ["NO", "yes", "2025-03-01", "1.0.0", "0330 094", "+44", "1_000", "-", "e5"] {
            let plain = core_schema(text);
            assert_eq!(plain.is_some(), text == "+44", "{text}");
        }
        assert_eq!(core_schema("1.10"), Some(Plain::Float));
        assert_eq!(core_schema("1e3"), Some(Plain::Float));
        assert_eq!(core_schema("0x1f"), Some(Plain::Integer));
    }

    #[test]
    fn spans_are_bytes_though_the_parser_counts_characters() {
        let (node, said) = read("é: ü\nb: [1, x]\n");
        assert!(said.is_empty());
        let NodeKind::Map(entries) = node.unwrap().kind else { panic!() };
        assert_eq!((entries[0].1.span.start, entries[0].1.span.end), (4, 6));
        assert_eq!(entries[1].0.span.start, 7);
    }

    #[test]
    fn bombs_tags_and_double_keys_are_told_with_their_places() {
        let (_, said) = read("a: &x [1]\nb: *x\nc: !!str 2\na: 3\n");
        assert_eq!(said.len(), 4, "{said:?}");
        assert_eq!(said[3], "V104 4:1 the key `a` stands twice");
        let deep = "[".repeat(100);
        assert!(read(&deep).0.is_none());
    }
}
