//! A document → the markup of its page.

use super::glossary::{self, Glossary, Marker};
use super::html::Html;
use super::linker::Linker;
use crate::site::doc::{Align, Block, Definition, Doc, Heading, List, ListStyle, Mark, Piece, Run, Table};
use crate::site::ids::{Moved, carried};
use crate::site::texts::Texts;

/// What the markup of a text depends on beside the text.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Where links lead.
    pub linker: Linker<'a>,
    /// The interface's words.
    pub texts: &'a Texts,
    /// What became of ids that went.
    pub moved: &'a [Moved],
}

/// The markup of a document.
#[must_use]
pub fn markup(doc: &Doc, setting: Setting<'_>) -> Html {
    marked(doc, setting, &Glossary::default())
}

/// The markup of a document whose terms can be opened.
#[must_use]
pub fn marked(doc: &Doc, setting: Setting<'_>, glossary: &Glossary) -> Html {
    let headings = doc.headings();
    let mut writer = Writer::new(setting, doc.shift, &|id| headings.iter().any(|heading| *heading.id == *id));
    writer.terms = Some(Marker::new(glossary));
    writer.blocks(&doc.blocks);
    writer.notes(&doc.notes);
    writer.html
}

/// Writes blocks; the redline uses its lines and names.
pub struct Writer<'a> {
    /// What was written so far.
    pub html: Html,
    /// What it depends on.
    pub setting: Setting<'a>,
    /// By how much headings are shifted.
    pub shift: u8,
    /// Ids that went, each with that of the clause that has it now.
    old_ids: Vec<(&'a str, &'a str)>,
    /// Where terms can be opened; redlines leave them alone.
    terms: Option<Marker<'a>>,
}

impl<'a> Writer<'a> {
    /// Begins to write a text that has some ids.
    pub fn new(setting: Setting<'a>, shift: u8, has: &dyn Fn(&str) -> bool) -> Self {
        Self { html: Html::new(), setting, shift, old_ids: carried(setting.moved, has), terms: None }
    }
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph(runs) => self.wrapped("p", runs),
            Block::List(list) => self.list(list),
            Block::Quote(blocks) => {
                self.html.open("blockquote", &[]);
                self.blocks(blocks);
                self.html.close("blockquote");
            }
            Block::Code(code) => {
                self.html.open("pre", &[("tabindex", "0")]);
                self.html.element("code", &[], code);
                self.html.close("pre");
            }
            Block::Table(table) => self.table(table),
            Block::Rule => self.html.open("hr", &[]),
            Block::Definitions(all) => {
                self.html.open("dl", &[]);
                all.iter().for_each(|one| self.definition(one));
                self.html.close("dl");
            }
        }
    }

    fn wrapped(&mut self, tag: &'static str, runs: &[Run]) {
        self.html.open(tag, &[]);
        self.line(runs);
        self.html.close(tag);
    }

    fn heading(&mut self, heading: &Heading) {
        let tag = heading_tag(heading.level + self.shift);
        self.terms.iter_mut().for_each(Marker::clause);
        self.html.open(tag, &[("id", &heading.id)]);
        self.old_ids(&heading.id);
        self.number(&heading.number);
        self.line(&heading.runs);
        self.anchor(&heading.id);
        self.html.close(tag);
    }

    /// The places of ids that a clause had before, so that old links find it.
    pub fn old_ids(&mut self, id: &str) {
        for (old, _) in self.old_ids.iter().filter(|(_, new)| *new == id) {
            self.html.element("span", &[("id", old), ("data-ui", "")], "");
        }
    }

    /// The number before a heading.
    pub fn number(&mut self, number: &str) {
        if !number.is_empty() {
            self.html.ui("num", number);
            self.html.text(" ");
        }
    }

    /// The link behind a heading that leads to it.
    pub fn anchor(&mut self, id: &str) {
        let label = self.setting.texts.say("anchor-label", &[]);
        let href = format!("#{id}");
        let attributes =
            [("class", "anchor"), ("data-ui", ""), ("href", href.as_str()), ("aria-label", label.as_str())];
        self.html.element("a", &attributes, "#");
    }

    fn list(&mut self, list: &List) {
        let tag = self.open_list(list.style, list.start);
        for item in list.items.iter() {
            self.html.open("li", &[]);
            for block in &item.blocks {
                match block {
                    Block::Paragraph(runs) if list.tight => self.line(runs),
                    other => self.block(other),
                }
            }
            self.html.close("li");
        }
        self.html.close(tag);
    }

    /// Opens a list and says with which tag.
    pub fn open_list(&mut self, style: ListStyle, start: u64) -> &'static str {
        let tag = if style == ListStyle::Bullet { "ul" } else { "ol" };
        let start = start.to_string();
        let mut attributes = Vec::new();
        attributes.extend(list_class(style).map(|class| ("class", class)));
        if tag == "ol" && start != "1" {
            attributes.push(("start", start.as_str()));
        }
        self.html.open(tag, &attributes);
        tag
    }

    fn definition(&mut self, one: &Definition) {
        self.wrapped("dt", &one.term);
        for blocks in &one.details {
            self.html.open("dd", &[]);
            match blocks.as_slice() {
                [Block::Paragraph(runs)] => self.line(runs),
                blocks => self.blocks(blocks),
            }
            self.html.close("dd");
        }
    }

    fn table(&mut self, table: &Table) {
        self.open_table();
        let (head, body) = table.rows.split_at(table.head.min(table.rows.len()));
        for (tag, rows, cell) in [("thead", head, "th"), ("tbody", body, "td")] {
            if rows.is_empty() {
                continue;
            }
            self.html.open(tag, &[]);
            rows.iter().for_each(|row| self.row(row, cell, &table.aligns));
            self.html.close(tag);
        }
        self.close_table();
    }

    /// Opens a table in a group that scrolls. It is no landmark: several would need names of their own.
    pub fn open_table(&mut self) {
        let label = self.setting.texts.say("table-label", &[]);
        let scrolls = [("class", "table"), ("role", "group"), ("tabindex", "0"), ("aria-label", label.as_str())];
        self.html.open("div", &scrolls);
        self.html.open("table", &[]);
    }

    /// Closes a table.
    pub fn close_table(&mut self) {
        self.html.close("table");
        self.html.close("div");
    }

    fn row(&mut self, cells: &[Vec<Run>], tag: &'static str, aligns: &[Align]) {
        self.html.open("tr", &[]);
        for (index, cell) in cells.iter().enumerate() {
            let class = aligns.get(index).and_then(|align| align_class(*align));
            let class: Vec<_> = class.map(|class| ("class", class)).into_iter().collect();
            self.html.open(tag, &class);
            self.line(cell);
            self.html.close(tag);
        }
        self.html.close("tr");
    }

    fn notes(&mut self, notes: &[Vec<Block>]) {
        if notes.is_empty() {
            return;
        }
        self.open_notes();
        for (index, blocks) in notes.iter().enumerate() {
            self.html.open("li", &[("id", &format!("v-fn-{}", index + 1))]);
            self.blocks(blocks);
            self.html.close("li");
        }
        self.close_notes();
    }

    /// Opens the section of notes.
    pub fn open_notes(&mut self) {
        let label = self.setting.texts.say("footnotes", &[]);
        self.html.open("section", &[("class", "footnotes"), ("role", "doc-endnotes"), ("aria-label", &label)]);
        self.html.open("ol", &[]);
    }

    /// Closes the section of notes.
    pub fn close_notes(&mut self) {
        self.html.close("ol");
        self.html.close("section");
    }

    /// A line of runs: marks are opened and closed where they change.
    pub fn line(&mut self, runs: &[Run]) {
        let spots = self.terms.as_mut().map(|terms| terms.line(runs)).unwrap_or_default();
        let mut open: Vec<(&Mark, &'static str)> = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let marks = self.shown(&run.marks);
            let shared = open.iter().zip(&marks).take_while(|((one, _), (two, _))| same(one, two)).count();
            while open.len() > shared {
                if let Some((_, tag)) = open.pop() {
                    self.html.close(tag);
                }
            }
            for (mark, tag) in marks.into_iter().skip(shared) {
                self.open_mark(mark, tag);
                open.push((mark, tag));
            }
            match &run.piece {
                Piece::Text(words) => glossary::write(&mut self.html, (index, words), &spots, self.setting.texts),
                other => self.piece(other),
            }
        }
        for (_, tag) in open.into_iter().rev() {
            self.html.close(tag);
        }
    }

    /// The marks that are shown: a link that leads nowhere is not, nor one inside another.
    fn shown<'m>(&self, marks: &'m [Mark]) -> Vec<(&'m Mark, &'static str)> {
        let mut linked = false;
        let mut shown = Vec::with_capacity(marks.len());
        for mark in marks {
            if let Mark::Link(link) = mark {
                if linked || self.setting.linker.address(&link.href).is_none() {
                    continue;
                }
                linked = true;
            }
            shown.push((mark, mark_tag(mark)));
        }
        shown
    }

    fn open_mark(&mut self, mark: &Mark, tag: &'static str) {
        let Mark::Link(link) = mark else { return self.html.open(tag, &[]) };
        let address = self.setting.linker.address(&link.href).unwrap_or_default();
        self.html.open(tag, &[("href", &address)]);
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => self.html.text(text),
            Piece::Break => self.html.open("br", &[]),
            Piece::Image(image) => match self.setting.linker.picture(&image.src) {
                Some(src) => self.html.open("img", &[("src", &src), ("alt", &image.alt)]),
                None => self.html.text(&format!("[{}]", image.alt)),
            },
            Piece::Note(number) => {
                let number = number.to_string();
                self.html.open("sup", &[("data-ui", "")]);
                self.html.element("a", &[("href", &format!("#v-fn-{number}")), ("role", "doc-noteref")], &number);
                self.html.close("sup");
            }
        }
    }
}

/// Whether a mark can stay open: links only if they are the same link.
fn same(one: &Mark, two: &Mark) -> bool {
    match (one, two) {
        (Mark::Link(one), Mark::Link(two)) => one.serial == two.serial && one.href == two.href,
        _ => one == two,
    }
}

/// `h1` to `h6`; the page's own h1 is its title, so a text's headings begin at h2.
#[must_use]
pub fn heading_tag(level: u8) -> &'static str {
    match level {
        0..=2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    }
}

/// The class that shows how items are marked.
#[must_use]
pub fn list_class(style: ListStyle) -> Option<&'static str> {
    match style {
        ListStyle::Alpha => Some("alpha"),
        ListStyle::Roman => Some("roman"),
        ListStyle::Upper => Some("upper"),
        ListStyle::Bullet | ListStyle::Decimal => None,
    }
}

fn align_class(align: Align) -> Option<&'static str> {
    match align {
        Align::None => None,
        Align::Left => Some("left"),
        Align::Center => Some("center"),
        Align::Right => Some("right"),
    }
}

fn mark_tag(mark: &Mark) -> &'static str {
    match mark {
        Mark::Code => "code",
        Mark::Emphasis => "em",
        Mark::Keyboard => "kbd",
        Mark::Link(_) => "a",
        Mark::Marked => "mark",
        Mark::Small => "small",
        Mark::Strong => "strong",
        Mark::Struck => "s",
        Mark::Sub => "sub",
        Mark::Sup => "sup",
        Mark::Underlined => "u",
    }
}
