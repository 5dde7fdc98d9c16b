//! A text as a tree of blocks. Page, plain text and redline are all made from this one form.
//!
//! What stands inside a block is flat: runs of text, each with the marks it carries. Two texts can then be compared
//! word by word without walking trees, and format is an attribute of words.

use std::sync::Arc;

use super::shared::Shared;
use crate::base::span::Span;

/// A whole text.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    /// The blocks, without a first h1 that repeats the title.
    pub blocks: Vec<Block>,
    /// The notes that are used, by first use; number 1 first.
    pub notes: Vec<Vec<Block>>,
    /// By how much page headings are shifted, so that a page has one h1.
    pub shift: u8,
    /// Destinations of links and pictures, in order.
    pub targets: Vec<Target>,
    /// What a rule may have to say about the text.
    pub remarks: Vec<Remark>,
}

/// A link or picture and where it stands.
#[derive(Clone, Debug)]
pub struct Target {
    /// The destination as written.
    pub href: Arc<str>,
    /// Whether it is a picture.
    pub picture: bool,
    /// Where it stands in the body.
    pub span: Span,
}

/// Something that was met while reading.
#[derive(Clone, Debug)]
pub struct Remark {
    /// What it was.
    pub kind: RemarkKind,
    /// Where it stands in the body.
    pub span: Span,
    /// The words it is about.
    pub words: String,
}

/// What was met while reading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RemarkKind {
    /// HTML in a text that refuses it; it is shown as text.
    Html,
    /// A comment in a text that refuses HTML.
    Comment,
    /// An explicit id that FORMAT.md does not allow; the heading got one of its own.
    BadId,
    /// A character that may not be published, written as an entity; the words are its code point.
    Hidden,
    /// A line that looks like an item of a list and goes on with the words before it.
    LookAlike,
    /// An id that was taken already; the later one got a number.
    RepeatedId,
}

/// One block.
#[derive(Clone, Debug)]
pub enum Block {
    /// Code, verbatim.
    Code(String),
    /// Terms and what they mean.
    Definitions(Shared<Definition>),
    /// A heading.
    Heading(Heading),
    /// A list.
    List(List),
    /// A paragraph, or the text of a tight item.
    Paragraph(Shared<Run>),
    /// A quotation.
    Quote(Shared<Block>),
    /// A thematic break.
    Rule,
    /// A table.
    Table(Table),
}

/// A heading.
#[derive(Clone, Debug)]
pub struct Heading {
    /// 1 to 6, as written.
    pub level: u8,
    /// Its address in the page.
    pub id: Arc<str>,
    /// The id that its words make.
    pub made: Arc<str>,
    /// `1.` or `1.1`; empty when it has none.
    pub number: String,
    /// Its words.
    pub runs: Shared<Run>,
    /// Where it stands in the body.
    pub span: Span,
}

/// A list.
#[derive(Clone, Debug)]
pub struct List {
    /// How its items are marked.
    pub style: ListStyle,
    /// The number of its first item.
    pub start: u64,
    /// Whether its items are single lines, not paragraphs.
    pub tight: bool,
    /// The items.
    pub items: Shared<Item, (ListStyle, u64)>,
}

/// How the items of a list are marked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ListStyle {
    /// `(a)`
    Alpha,
    /// `-`
    Bullet,
    /// `1.`
    Decimal,
    /// `(i)`
    Roman,
    /// `(A)`
    Upper,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// How many of the rows are head rows.
    pub head: usize,
    /// Alignment by column.
    pub aligns: Vec<Align>,
    /// The rows, each a list of cells.
    pub rows: Shared<Vec<Vec<Run>>>,
}

/// Alignment of a column.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Align {
    /// As the page does.
    None,
    /// Left.
    Left,
    /// Centre.
    Center,
    /// Right.
    Right,
}

/// A term and what it means.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The term.
    pub term: Vec<Run>,
    /// Its meanings.
    pub details: Vec<Vec<Block>>,
}

/// A piece of a line and the marks it carries, outermost first.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The piece.
    pub piece: Piece,
    /// The marks.
    pub marks: Vec<Mark>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A hard break.
    Break,
    /// A picture.
    Image(Arc<Image>),
    /// A reference to a note: first the label's index while reading, then the number from 1.
    Note(usize),
    /// Words.
    Text(String),
}

/// A picture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Image {
    /// Its address as written.
    pub src: String,
    /// What stands for it.
    pub alt: String,
}

/// What a run can be marked as.
#[derive(Clone, Debug)]
pub enum Mark {
    /// Inline code.
    Code,
    /// Emphasis.
    Emphasis,
    /// A key to press.
    Keyboard,
    /// A link.
    Link(Arc<Link>),
    /// Highlighted.
    Marked,
    /// Small print.
    Small,
    /// Strong.
    Strong,
    /// Struck out; never `<del>`.
    Struck,
    /// Subscript.
    Sub,
    /// Superscript.
    Sup,
    /// Underlined; never `<ins>`.
    Underlined,
}

/// A link; two links are the same when they lead to the same place.
#[derive(Debug)]
pub struct Link {
    /// The destination as written.
    pub href: String,
    /// Whether it is an address in angle brackets: its words are its destination.
    pub bare: bool,
    /// Which link of the text it is, so that two in a row stay two.
    pub serial: usize,
}

impl PartialEq for Mark {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Link(one), Self::Link(two)) => one.href == two.href,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Run {
    /// A run of unmarked words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { piece: Piece::Text(text.into()), marks: Vec::new() }
    }

    /// The link that the run stands in.
    #[must_use]
    pub fn link(&self) -> Option<&Arc<Link>> {
        self.marks.iter().find_map(|mark| match mark {
            Mark::Link(link) => Some(link),
            _ => None,
        })
    }

    /// Whether the run is inline code, which keeps its white space.
    #[must_use]
    pub fn is_code(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark, Mark::Code))
    }
}

/// The words of some runs without any marks: what ids and titles are made of.
#[must_use]
pub fn words(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match &run.piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Break => text.push(' '),
            Piece::Image(image) => text.push_str(&image.alt),
            Piece::Note(_) => {}
        }
    }
    text
}

impl Doc {
    /// All headings in order, those inside quotes and items too.
    #[must_use]
    pub fn headings(&self) -> Vec<&Heading> {
        let mut found = Vec::new();
        for block in &self.blocks {
            collect(block, &mut found);
        }
        found
    }
}

fn collect<'a>(block: &'a Block, found: &mut Vec<&'a Heading>) {
    if let Block::Heading(heading) = block {
        found.push(heading);
    }
    each_inner(block, &mut |blocks| blocks.iter().for_each(|block| collect(block, found)));
}

/// Calls something for each list of blocks that a block holds.
pub fn each_inner<'a>(block: &'a Block, call: &mut dyn FnMut(&'a [Block])) {
    match block {
        Block::List(list) => list.items.iter().for_each(|item| call(&item.blocks)),
        Block::Quote(blocks) => call(blocks),
        Block::Definitions(all) => all.iter().flat_map(|one| &one.details).for_each(|blocks| call(blocks)),
        _ => {}
    }
}

/// Whether any block, or any that one of them holds, is sought.
fn any_block(blocks: &[Block], is_sought: &dyn Fn(&Block) -> bool) -> bool {
    blocks.iter().any(|block| is_sought(block) || any_inner(block, is_sought))
}

fn any_inner(block: &Block, is_sought: &dyn Fn(&Block) -> bool) -> bool {
    let any = |blocks: &[Block]| any_block(blocks, is_sought);
    match block {
        Block::List(list) => list.items.iter().any(|item| any(&item.blocks)),
        Block::Quote(blocks) => any(blocks),
        Block::Definitions(all) => all.iter().flat_map(|one| &one.details).any(|blocks| any(blocks)),
        _ => false,
    }
}

/// Calls something for each list of blocks that a block holds, to change it, if any of them is sought.
pub fn each_child(block: &mut Block, is_sought: &dyn Fn(&Block) -> bool, call: &mut dyn FnMut(&mut [Block])) {
    if any_inner(block, is_sought) {
        each_list(block, call);
    }
}

fn each_list(block: &mut Block, call: &mut dyn FnMut(&mut [Block])) {
    match block {
        Block::List(list) => list.items.to_mut().iter_mut().for_each(|item| call(&mut item.blocks)),
        Block::Quote(blocks) => call(blocks.to_mut()),
        Block::Definitions(all) => {
            all.to_mut().iter_mut().flat_map(|one| &mut one.details).for_each(|blocks| call(blocks));
        }
        _ => {}
    }
}

/// Calls something for every heading, those inside quotes and items too.
pub fn each_heading(blocks: &mut [Block], call: &mut dyn FnMut(&mut Heading)) {
    let is_heading = |block: &Block| matches!(block, Block::Heading(_));
    for block in blocks {
        if let Block::Heading(heading) = block {
            call(heading);
        }
        each_child(block, &is_heading, &mut |blocks| each_heading(blocks, &mut *call));
    }
}

/// Whether any line of runs in some blocks is sought.
fn any_line(blocks: &[Block], is_sought: &dyn Fn(&[Run]) -> bool) -> bool {
    any_block(blocks, &|block| match block {
        Block::Heading(heading) => is_sought(&heading.runs),
        Block::Paragraph(runs) => is_sought(runs),
        Block::Table(table) => table.rows.iter().flatten().any(|cell| is_sought(cell)),
        Block::Definitions(all) => all.iter().any(|one| is_sought(&one.term)),
        _ => false,
    })
}

/// Calls something for every line of runs in some blocks that is sought, in reading order, to change it.
pub fn each_line(blocks: &mut [Block], is_sought: &dyn Fn(&[Run]) -> bool, call: &mut dyn FnMut(&mut Vec<Run>)) {
    let holds = |block: &Block| any_line(std::slice::from_ref(block), is_sought);
    for block in blocks.iter_mut().filter(|block| holds(block)) {
        match block {
            Block::Heading(heading) => call(heading.runs.to_mut()),
            Block::Paragraph(runs) => call(runs.to_mut()),
            Block::Table(table) => {
                table.rows.to_mut().iter_mut().flatten().filter(|cell| is_sought(cell)).for_each(&mut *call);
            }
            Block::Definitions(all) => {
                for one in all.to_mut() {
                    Some(&mut one.term).filter(|term| is_sought(term)).map(&mut *call);
                    one.details.iter_mut().for_each(|blocks| each_line(blocks, is_sought, call));
                }
            }
            other => each_list(other, &mut |blocks| each_line(blocks, is_sought, &mut *call)),
        }
    }
}
