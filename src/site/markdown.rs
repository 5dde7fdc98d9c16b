//! Markdown → builder: `CommonMark` with tables, footnotes, strikethrough, tasks, definition lists and heading ids.
//! The only importer of the Markdown parser.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::builder::{Builder, Draft, Open};
use super::doc::{Align, Mark, Remark, RemarkKind};
use super::passage::{OBJECT, Passage, PassageKind, PassageMark, Words};
use crate::base::span::Span;
use crate::base::text::{code_point, is_refused};

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
}

/// Reads Markdown that may have no HTML. What it has is kept as text, and remarked on.
#[must_use]
pub fn parse(body: &str) -> (Draft, Vec<Remark>) {
    let mut reader = Reader { body, builder: Builder::default(), remarks: Vec::new(), broken: false };
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        reader.event(event, &range);
    }
    (reader.builder.finish(), reader.remarks)
}

struct Reader<'a> {
    body: &'a str,
    builder: Builder,
    remarks: Vec<Remark>,
    /// Whether the line was broken just before, inside a paragraph.
    broken: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        let broken = std::mem::replace(&mut self.broken, matches!(event, Event::SoftBreak));
        if let Event::Text(text) = &event
            && broken
        {
            self.look_alike(text, range);
        }
        match event {
            Event::Start(tag) => self.start(tag, Span::new(range)),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => {
                self.builder.mark(Mark::Code);
                self.builder.text(&text);
                self.builder.unmark();
            }
            Event::Html(text) | Event::InlineHtml(text) => self.html(&text, range),
            Event::FootnoteReference(label) => self.builder.note(&label),
            Event::SoftBreak => self.builder.text("\n"),
            Event::HardBreak => self.builder.hard_break(),
            Event::Rule => self.builder.rule(),
            Event::TaskListMarker(done) => self.builder.task(done),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range),
        }
    }

    /// What stands in the file as it is was looked through there; an entity shows its character only here.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        let written = self.body.get(range.clone()).unwrap_or_default();
        if let Some(hidden) = text.chars().find(|char| is_refused(*char) && !written.contains(*char)) {
            let words = code_point(hidden);
            self.remarks.push(Remark { kind: RemarkKind::Hidden, span: Span::new(range), words });
        }
        self.builder.text(text);
    }

    /// A list that begins inside a paragraph begins with 1; any other number is a word of the paragraph.
    fn look_alike(&mut self, text: &str, range: &Range<usize>) {
        if let Some(words) = marker(text) {
            let span = Span { start: range.start, end: range.start + words.len() };
            self.remarks.push(Remark { kind: RemarkKind::LookAlike, span, words: words.to_owned() });
        }
    }

    fn html(&mut self, text: &str, range: &Range<usize>) {
        let words = text.trim();
        if !words.is_empty() {
            let kind = if words.starts_with("<!--") { RemarkKind::Comment } else { RemarkKind::Html };
            let end = range.start + text.trim_end().len();
            self.remarks.push(Remark { kind, span: Span { start: range.start, end }, words: words.to_owned() });
        }
        self.builder.text(text);
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        match tag {
            Tag::Link { link_type, dest_url, .. } => {
                let bare = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.builder.link(&address(link_type, &dest_url), bare, span);
            }
            Tag::Image { dest_url, .. } => self.builder.begin_picture(&dest_url, span),
            Tag::Emphasis => self.builder.mark(Mark::Emphasis),
            Tag::Strong => self.builder.mark(Mark::Strong),
            Tag::Strikethrough => self.builder.mark(Mark::Struck),
            Tag::Superscript => self.builder.mark(Mark::Sup),
            Tag::Subscript => self.builder.mark(Mark::Sub),
            Tag::HtmlBlock => self.builder.open(Open::Paragraph, span),
            Tag::MetadataBlock(_) => self.builder.open(Open::Through, span),
            other => {
                if let Some(open) = container(other) {
                    self.builder.open(open, span);
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => self.builder.unlink(),
            TagEnd::Image => self.builder.end_picture(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {
                self.builder.unmark();
            }
            _ => self.builder.close(),
        }
    }
}

/// `2.` or `2)` at the beginning of a line.
fn marker(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let follows = line.get(digits..)?;
    let fits = matches!(digits, 1 | 2) && (follows.starts_with(". ") || follows.starts_with(") "));
    line.get(..=digits).filter(|_| fits)
}

/// The parser leaves `mailto:` off mail addresses in angle brackets.
fn address(link_type: LinkType, dest: &CowStr<'_>) -> String {
    if link_type == LinkType::Email && !dest.starts_with("mailto:") {
        format!("mailto:{dest}")
    } else {
        dest.to_string()
    }
}

fn container(tag: Tag<'_>) -> Option<Open> {
    Some(match tag {
        Tag::Paragraph => Open::Paragraph,
        Tag::Heading { level, id, .. } => Open::Heading(heading_level(level), id.map(|id| id.to_string())),
        Tag::BlockQuote(_) => Open::Quote,
        Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => Open::Code,
        Tag::List(start) => Open::List(start),
        Tag::Item => Open::Item,
        Tag::FootnoteDefinition(label) => Open::Note(label.to_string()),
        Tag::DefinitionList => Open::Definitions,
        Tag::DefinitionListTitle => Open::Term,
        Tag::DefinitionListDefinition => Open::Details,
        Tag::Table(aligns) => Open::Table(aligns.into_iter().map(align).collect()),
        Tag::TableHead => Open::Row(true),
        Tag::TableRow => Open::Row(false),
        Tag::TableCell => Open::Cell,
        _ => return None,
    })
}

fn heading_level(level: pulldown_cmark::HeadingLevel) -> u8 {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 => 1,
        H2 => 2,
        H3 => 3,
        H4 => 4,
        H5 => 5,
        H6 => 6,
    }
}

fn align(align: Alignment) -> Align {
    match align {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

/// Markdown → HTML for the sanitiser: notes and their references are written so that they can be found again.
#[must_use]
pub fn to_html(body: &str) -> String {
    let mut html = String::with_capacity(body.len() * 2);
    let events = Parser::new_ext(body, options()).map(|event| match event {
        Event::FootnoteReference(label) => {
            Event::InlineHtml(format!("<sup data-note=\"{}\"></sup>", hex(&label)).into())
        }
        Event::Start(Tag::FootnoteDefinition(label)) => {
            Event::Html(format!("<div data-note=\"{}\">\n", hex(&label)).into())
        }
        Event::End(TagEnd::FootnoteDefinition) => Event::Html("</div>\n".into()),
        Event::TaskListMarker(done) => Event::InlineHtml(format!("<s data-note=\"task-{done}\"></s>").into()),
        other => other,
    });
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

fn hex(label: &str) -> String {
    label
        .bytes()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The references of a text that have no words, `[](#id)`: the place where they belong, and the id. Those in headings
/// are left out: with other words, a heading has another id, and what refers to it reads in another way.
#[must_use]
pub fn references(body: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_heading = false;
    let mut open: Option<(usize, String)> = None;
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        let begun = open.take();
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::Link { dest_url, .. }) if !in_heading => {
                open = dest_url.strip_prefix('#').map(|id| (range.start + 1, id.to_owned()));
            }
            Event::End(TagEnd::Link) => found.extend(begun),
            _ => {}
        }
    }
    found
}

/// Words as Markdown that reads as them, wherever in a line they stand.
#[must_use]
pub fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            // A backslash does not keep these from closing what was opened before them.
            '`' => out.push_str("&#96;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '*' | '_' | '[' | ']' | '&' | '~' | '|' | '!' | '^' => out.extend(['\\', char]),
            _ => out.push(char),
        }
    }
    out
}

/// The notes of a text: where each is written, and which are referred to, by their labels.
#[must_use]
pub fn notes(body: &str) -> (Vec<(String, Span)>, BTreeSet<String>) {
    let (mut written, mut used) = (Vec::new(), BTreeSet::new());
    if !body.contains("[^") {
        return (written, used);
    }
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => written.push((label.to_string(), Span::new(&range))),
            Event::FootnoteReference(label) => drop(used.insert(label.to_string())),
            _ => {}
        }
    }
    (written, used)
}

/// Elements that have no end.
const VOID: &[&str] = &["br", "img"];

/// Elements of words.
const INLINE: &[&str] = &["a", "b", "em", "i", "s", "small", "span", "strong", "sub", "sup", "u"];

/// What was opened and not closed yet.
#[derive(PartialEq)]
enum Begun {
    Element(String),
    Mark(TagEnd),
}

/// Whether all HTML of a text surely ends in the block in which it begins: elements without an end, and elements of words
/// that are closed in the order in which they and the marks around them were opened.
#[must_use]
pub fn is_closed(body: &str) -> bool {
    let mut open = Vec::new();
    Parser::new_ext(body, options()).all(|event| match event {
        Event::Start(tag) => {
            open.push(Begun::Mark(tag.to_end()));
            true
        }
        Event::End(end) => open.pop() == Some(Begun::Mark(end)),
        Event::InlineHtml(tag) => element(&tag, &mut open),
        Event::Html(_) => false,
        _ => true,
    })
}

/// Opens or closes an element of words; says whether that, or one without an end, it is.
fn element(tag: &str, open: &mut Vec<Begun>) -> bool {
    let name = tag.trim_start_matches(['<', '/']).split(|char: char| !char.is_ascii_alphanumeric()).next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    if !INLINE.contains(&name.as_str()) {
        return VOID.contains(&name.as_str());
    }
    if tag.starts_with("</") {
        return open.pop() == Some(Begun::Element(name));
    }
    open.push(Begun::Element(name));
    true
}

/// The parts of a text that are HTML.
#[must_use]
pub fn html_ranges(body: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(body, options()).into_offset_iter();
    let ranges = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => Some(range),
        _ => None,
    });
    ranges.collect()
}

/// A text as a row of passages. HTML in it is passed over, and the words between its tags are read.
#[must_use]
pub fn passages(body: &str) -> Vec<Passage> {
    let mut reader = Passages::default();
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        reader.event(event, range);
    }
    reader.close();
    reader.done
}

/// Reads passages as they come.
#[derive(Default)]
struct Passages {
    done: Vec<Passage>,
    open: Words,
    /// The marks that are open, and where in the words each began.
    marks: Vec<(usize, Option<PassageMark>)>,
    depth: usize,
    heading: Option<usize>,
    in_code: bool,
}

impl Passages {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if !self.in_code => self.open.push(&text, range),
            Event::SoftBreak | Event::HardBreak => self.open.push("\n", range),
            Event::Code(_) | Event::FootnoteReference(_) => self.open.push(OBJECT.encode_utf8(&mut [0; 4]), range),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let begin = self.open.text.len();
        match tag {
            Tag::Strong => self.marks.push((begin, Some(PassageMark::Strong))),
            Tag::Link { link_type, dest_url, .. } => {
                self.marks.push((begin, Some(PassageMark::Link(address(link_type, &dest_url)))));
            }
            Tag::Emphasis | Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Image { .. } => {
                self.marks.push((begin, None));
            }
            Tag::List(_) => self.list(self.depth + 1),
            Tag::CodeBlock(_) => self.in_code = true,
            Tag::Heading { level, .. } => {
                self.begin(PassageKind::Heading(heading_level(level)));
                self.heading = Some(range.start);
                self.open.under = self.heading;
            }
            Tag::Item => self.begin(PassageKind::Item),
            Tag::TableCell => self.begin(PassageKind::Cell),
            // The first paragraph of an item is its words.
            Tag::Paragraph if self.open.kind == PassageKind::Item && self.open.text.is_empty() => {}
            _ => self.begin(PassageKind::Paragraph),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong
            | TagEnd::Link
            | TagEnd::Emphasis
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Image => self.unmark(),
            TagEnd::List(_) => self.list(self.depth.saturating_sub(1)),
            TagEnd::CodeBlock => self.in_code = false,
            _ => self.close(),
        }
    }

    fn list(&mut self, depth: usize) {
        self.close();
        self.depth = depth;
    }

    fn unmark(&mut self) {
        let end = self.open.text.len();
        if let Some((begin, Some(mark))) = self.marks.pop() {
            let at = self.open.marks.partition_point(|(range, _)| range.start <= begin);
            self.open.marks.insert(at, (begin..end, mark));
        }
    }

    fn begin(&mut self, kind: PassageKind) {
        self.close();
        self.open.kind = kind;
        self.open.depth = self.depth;
        self.open.under = self.heading;
    }

    fn close(&mut self) {
        let next = Words::at(self.depth, self.heading);
        let passage = std::mem::replace(&mut self.open, next);
        if !passage.text.trim().is_empty() {
            self.done.push(Passage::new(passage));
        }
        self.marks.clear();
    }
}
