//! Opening and closing, text and breaks → blocks. Markdown and sanitised HTML both speak to this one builder, so
//! that the same rules hold for both.

use std::sync::Arc;

use super::doc::{
    Align, Block, Definition, Heading, Image, Item, Link, List, ListStyle, Mark, Piece, Run, Table, Target,
    each_heading, words,
};
use super::heading_id;
use super::space;
use crate::base::span::Span;

/// Containers deeper than this are opened in name only: their content goes to the one around them.
const DEPTH: usize = 48;

/// What can be opened.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    /// A cell of a table.
    Cell,
    /// A block of code.
    Code,
    /// A list of terms.
    Definitions,
    /// What a term means.
    Details,
    /// A heading of a level, with the id it asks for.
    Heading(u8, Option<String>),
    /// An item of a list.
    Item,
    /// A list; ordered ones have a start.
    List(Option<u64>),
    /// A note with its label.
    Note(String),
    /// A paragraph.
    Paragraph,
    /// A quotation.
    Quote,
    /// A row of a table; a head row or not.
    Row(bool),
    /// A table.
    Table(Vec<Align>),
    /// A term.
    Term,
    /// An element that means nothing to a text; it only parts what stands before it from what stands in it.
    Through,
}

#[derive(Debug)]
struct Frame {
    open: Open,
    span: Span,
    blocks: Vec<Block>,
    runs: Vec<Run>,
    items: Vec<Item>,
    tight: bool,
    rows: Vec<(bool, Vec<Vec<Run>>)>,
    cells: Vec<Vec<Run>>,
    definitions: Vec<Definition>,
}

impl Frame {
    fn new(open: Open, span: Span) -> Self {
        Self {
            open,
            span,
            blocks: Vec::new(),
            runs: Vec::new(),
            items: Vec::new(),
            tight: true,
            rows: Vec::new(),
            cells: Vec::new(),
            definitions: Vec::new(),
        }
    }

    /// Whether the frame takes words only, and no blocks.
    fn is_line(&self) -> bool {
        matches!(self.open, Open::Cell | Open::Code | Open::Heading(..) | Open::Paragraph | Open::Term)
    }
}

/// What was read, before ids, numbers and notes are worked out.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// Notes by label.
    pub notes: Vec<(String, Vec<Block>)>,
    /// Labels that are referred to; [`Piece::Note`] is an index into this.
    pub labels: Vec<String>,
    /// Links and pictures.
    pub targets: Vec<Target>,
    /// Whether there is a reference without words.
    pub refers: bool,
}

impl Draft {
    /// Adds what was read of a part of the text that begins at a place. Serial numbers of links tell them apart within a
    /// line, so those of parts may be the same.
    pub fn append(&mut self, part: &Self, start: usize) {
        if start == 0 {
            self.blocks.clone_from(&part.blocks);
            self.notes.clone_from(&part.notes);
            self.labels.clone_from(&part.labels);
            self.targets.clone_from(&part.targets);
            self.refers = part.refers;
            return;
        }
        let first = self.blocks.len();
        self.blocks.extend_from_slice(&part.blocks);
        each_heading(self.blocks.get_mut(first..).unwrap_or_default(), &mut |heading| {
            heading.span = heading.span.behind(start);
        });
        let shift = |target: &Target| Target { span: target.span.behind(start), ..target.clone() };
        self.targets.extend(part.targets.iter().map(shift));
        self.refers |= part.refers;
    }
}

/// Builds blocks.
#[derive(Debug)]
pub struct Builder {
    frames: Vec<Frame>,
    marks: Vec<Mark>,
    links: usize,
    picture: Option<Image>,
    draft: Draft,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            frames: vec![Frame::new(Open::Quote, Span::default())],
            marks: Vec::new(),
            links: 0,
            picture: None,
            draft: Draft::default(),
        }
    }
}

impl Builder {
    /// Opens a container.
    pub fn open(&mut self, open: Open, span: Span) {
        let deep = self.frames.len() > DEPTH;
        let in_line = self.top().is_some_and(Frame::is_line);
        if in_line {
            self.push(Piece::Break);
        } else {
            self.flush();
        }
        let fits = match &open {
            Open::Item => self.top_is(|open| matches!(open, Open::List(_))),
            Open::Row(_) => self.top_is(|open| matches!(open, Open::Table(_))),
            Open::Cell => self.top_is(|open| matches!(open, Open::Row(_))),
            Open::Term | Open::Details => self.top_is(|open| *open == Open::Definitions),
            _ => true,
        };
        let open = if deep || in_line || !fits { Open::Through } else { open };
        if open == Open::Paragraph && self.top_is(|open| *open == Open::Item) {
            self.loosen();
        }
        self.frames.push(Frame::new(open, span));
    }

    /// Closes the container opened last.
    pub fn close(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        self.flush();
        if let Some(frame) = self.frames.pop() {
            self.settle(frame);
        }
    }

    /// Opens a mark.
    pub fn mark(&mut self, mark: Mark) {
        self.marks.push(mark);
    }

    /// Opens a link; a bare one is an address in angle brackets.
    pub fn link(&mut self, href: &str, bare: bool, span: Span) {
        self.links += 1;
        self.draft.targets.push(Target { href: href.into(), picture: false, span });
        self.marks.push(Mark::Link(Arc::new(Link { href: href.to_owned(), bare, serial: self.links })));
    }

    /// Closes the mark or link opened last.
    pub fn unmark(&mut self) {
        self.marks.pop();
    }

    /// Closes a link; one without words that leads to a clause becomes a reference to be resolved.
    pub fn unlink(&mut self) {
        let Some(Mark::Link(link)) = self.marks.last().cloned() else { return self.unmark() };
        let used = |run: &Run| run.link().is_some_and(|found| found.serial == link.serial);
        let empty = self.top().is_none_or(|frame| !frame.runs.iter().any(used));
        if empty && link.href.starts_with('#') {
            self.push(Piece::Text(String::new()));
        }
        self.marks.pop();
    }

    /// Begins a picture; texts until [`Builder::end_picture`] are what stands for it.
    pub fn begin_picture(&mut self, src: &str, span: Span) {
        self.draft.targets.push(Target { href: src.into(), picture: true, span });
        self.picture = Some(Image { src: src.to_owned(), alt: String::new() });
    }

    /// Ends a picture.
    pub fn end_picture(&mut self) {
        if let Some(mut image) = self.picture.take() {
            image.alt = crate::base::text::collapse(&image.alt);
            self.push(Piece::Image(Arc::new(image)));
        }
    }

    /// Adds words.
    pub fn text(&mut self, text: &str) {
        match &mut self.picture {
            Some(image) => image.alt.push_str(text),
            None => self.push(Piece::Text(text.to_owned())),
        }
    }

    /// Adds a hard break.
    pub fn hard_break(&mut self) {
        match &mut self.picture {
            Some(image) => image.alt.push(' '),
            None => self.push(Piece::Break),
        }
    }

    /// Adds a reference to a note.
    pub fn note(&mut self, label: &str) {
        let known = self.draft.labels.iter().position(|found| found == label);
        let index = known.unwrap_or_else(|| {
            self.draft.labels.push(label.to_owned());
            self.draft.labels.len() - 1
        });
        self.push(Piece::Note(index));
    }

    /// Adds a thematic break.
    pub fn rule(&mut self) {
        if self.top().is_some_and(Frame::is_line) {
            return self.push(Piece::Break);
        }
        self.flush();
        self.block(Block::Rule);
    }

    /// Makes the item that is open a task: its box is a part of its words.
    pub fn task(&mut self, done: bool) {
        self.text(if done { "[x] " } else { "[ ] " });
    }

    /// Closes what is open and hands everything over.
    #[must_use]
    pub fn finish(mut self) -> Draft {
        while self.frames.len() > 1 {
            self.close();
        }
        self.flush();
        if let Some(root) = self.frames.pop() {
            self.draft.blocks = root.blocks;
        }
        self.draft
    }

    fn top(&self) -> Option<&Frame> {
        self.frames.iter().rev().find(|frame| frame.open != Open::Through)
    }

    fn top_mut(&mut self) -> Option<&mut Frame> {
        self.frames.iter_mut().rev().find(|frame| frame.open != Open::Through)
    }

    fn top_is(&self, test: impl Fn(&Open) -> bool) -> bool {
        self.top().is_some_and(|frame| test(&frame.open))
    }

    fn push(&mut self, piece: Piece) {
        self.draft.refers |= matches!(&piece, Piece::Text(text) if text.is_empty());
        let run = Run { piece, marks: self.marks.clone() };
        if let Some(frame) = self.top_mut() {
            frame.runs.push(run);
        }
    }

    fn block(&mut self, block: Block) {
        if let Some(frame) = self.top_mut() {
            frame.blocks.push(block);
        }
    }

    fn loosen(&mut self) {
        let list = self.frames.iter_mut().rev().find(|frame| matches!(frame.open, Open::List(_)));
        if let Some(list) = list {
            list.tight = false;
        }
    }

    /// Words that stand in a container without a paragraph around them become one.
    fn flush(&mut self) {
        let Some(frame) = self.top_mut() else { return };
        if frame.is_line() {
            return;
        }
        let runs = space::tidy(std::mem::take(&mut frame.runs));
        if !runs.is_empty() {
            frame.blocks.push(Block::Paragraph(runs.into()));
        }
    }

    /// A closed frame becomes a part of the one around it.
    fn settle(&mut self, frame: Frame) {
        match frame.open {
            Open::Through => self.separate(),
            Open::Paragraph => {
                let runs = space::tidy(frame.runs);
                if !runs.is_empty() {
                    self.block(Block::Paragraph(runs.into()));
                }
            }
            Open::Heading(level, id) => {
                let runs = space::tidy(frame.runs);
                let heading = Heading {
                    level,
                    id: id.unwrap_or_default().into(),
                    made: heading_id::made(&words(&runs)).into(),
                    number: String::new(),
                    runs: runs.into(),
                    span: frame.span,
                };
                self.block(Block::Heading(heading));
            }
            Open::Code => self.block(Block::Code(code_text(&frame.runs))),
            Open::Quote => self.block(Block::Quote(frame.blocks.into())),
            Open::Note(label) => self.draft.notes.push((label, frame.blocks)),
            _ => self.settle_part(frame),
        }
    }

    /// A closed part of a list, table or list of terms.
    fn settle_part(&mut self, frame: Frame) {
        match frame.open {
            Open::List(start) => {
                let style = if start.is_some() { ListStyle::Decimal } else { ListStyle::Bullet };
                let list = List { style, start: start.unwrap_or(1), tight: frame.tight, items: frame.items.into() };
                self.lift(frame.blocks, (!list.items.is_empty()).then_some(Block::List(list)));
            }
            Open::Table(aligns) => {
                let head = frame.rows.iter().take_while(|(head, _)| *head).count();
                let rows: Vec<_> = frame.rows.into_iter().map(|(_, cells)| cells).collect();
                self.lift(frame.blocks, Some(Block::Table(Table { head, aligns, rows: rows.into() })));
            }
            Open::Definitions => self.lift(frame.blocks, Some(Block::Definitions(frame.definitions.into()))),
            open => {
                let Some(around) = self.top_mut() else { return };
                match open {
                    Open::Item => around.items.push(Item { blocks: frame.blocks }),
                    Open::Row(head) => around.rows.push((head, frame.cells)),
                    Open::Cell => around.cells.push(space::tidy(frame.runs)),
                    Open::Term => {
                        let term = space::tidy(frame.runs);
                        around.definitions.push(Definition { term, details: Vec::new() });
                    }
                    Open::Details => details(around, frame.blocks),
                    _ => {}
                }
            }
        }
    }

    /// Blocks that stood between the parts of a container stay in the text, before it.
    fn lift(&mut self, stray: Vec<Block>, block: Option<Block>) {
        let Some(around) = self.top_mut() else { return };
        around.blocks.extend(stray);
        around.blocks.extend(block);
    }

    fn separate(&mut self) {
        if self.top().is_some_and(Frame::is_line) {
            self.push(Piece::Break);
        }
    }
}

fn details(around: &mut Frame, blocks: Vec<Block>) {
    if around.definitions.is_empty() {
        around.definitions.push(Definition { term: Vec::new(), details: Vec::new() });
    }
    if let Some(last) = around.definitions.last_mut() {
        last.details.push(blocks);
    }
}

fn code_text(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match &run.piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Break => text.push('\n'),
            Piece::Image(_) | Piece::Note(_) => {}
        }
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
}
