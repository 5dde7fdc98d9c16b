//! A document as a sequence of leaves: the blocks that hold words, each with the containers around it.

use std::borrow::Cow;

use crate::site::doc::{Block, Doc, List, ListStyle, Piece, Run, Table};

/// A block that holds words.
#[derive(Clone, Debug)]
pub struct Leaf<'a> {
    /// What it is.
    pub kind: LeafKind<'a>,
    /// The containers around it, outermost first.
    pub path: Vec<Nest>,
    /// Its lines of words: one, or one for each cell of a row.
    pub cells: Vec<Cow<'a, [Run]>>,
    /// The places of cells that only the other text has; they are empty here.
    pub lacks: Vec<usize>,
}

/// What a leaf is.
#[derive(Clone, Copy, Debug)]
pub enum LeafKind<'a> {
    /// Code, verbatim.
    Code,
    /// A heading.
    Heading {
        /// Its level in the text.
        level: u8,
        /// Its address.
        id: &'a str,
        /// Its number, or nothing.
        number: &'a str,
    },
    /// A paragraph.
    Paragraph,
    /// A row of a table.
    Row {
        /// Whether it is a head row.
        head: bool,
    },
    /// A thematic break.
    Rule,
    /// A term that is defined.
    Term,
}

/// A container, and which one of its document it is.
#[derive(Clone, Copy, Debug)]
pub struct Nest {
    /// What it is.
    pub kind: NestKind,
    /// Its number in the document.
    pub node: usize,
}

/// What a container is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NestKind {
    /// A list of terms.
    Definitions,
    /// What a term means.
    Details,
    /// An item.
    Item {
        /// Its number in an ordered list.
        number: u64,
    },
    /// A list.
    List(ListStyle),
    /// A note, by its number.
    Note(usize),
    /// All notes.
    Notes,
    /// A quotation.
    Quote,
    /// A table of so many columns.
    Table(usize),
}

/// The leaves of a document, in reading order.
#[must_use]
pub fn leaves(doc: &Doc) -> Vec<Leaf<'_>> {
    let mut walk = Walk { leaves: Vec::new(), path: Vec::new(), nodes: 0 };
    walk.blocks(&doc.blocks);
    if !doc.notes.is_empty() {
        walk.inside(NestKind::Notes, |walk| {
            for (index, note) in doc.notes.iter().enumerate() {
                walk.inside(NestKind::Note(index + 1), |walk| walk.blocks(note));
            }
        });
    }
    walk.leaves
}

struct Walk<'a> {
    leaves: Vec<Leaf<'a>>,
    path: Vec<Nest>,
    nodes: usize,
}

impl<'a> Walk<'a> {
    fn inside(&mut self, kind: NestKind, visit: impl FnOnce(&mut Self)) {
        self.nodes += 1;
        self.path.push(Nest { kind, node: self.nodes });
        visit(self);
        self.path.pop();
    }

    fn leaf(&mut self, kind: LeafKind<'a>, cells: Vec<Cow<'a, [Run]>>) {
        self.leaves.push(Leaf { kind, path: self.path.clone(), cells, lacks: Vec::new() });
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &'a Block) {
        match block {
            Block::Heading(heading) => {
                let kind = LeafKind::Heading { level: heading.level, id: &heading.id, number: &heading.number };
                self.leaf(kind, vec![Cow::Borrowed(&*heading.runs)]);
            }
            Block::Paragraph(runs) => self.leaf(LeafKind::Paragraph, vec![Cow::Borrowed(&**runs)]),
            Block::Code(code) => self.leaf(LeafKind::Code, vec![Cow::Owned(vec![Run::text(code.as_str())])]),
            Block::Rule => self.leaf(LeafKind::Rule, Vec::new()),
            Block::Quote(blocks) => self.inside(NestKind::Quote, |walk| walk.blocks(blocks)),
            Block::List(list) => self.inside(NestKind::List(list.style), |walk| walk.list(list)),
            Block::Table(table) => {
                let columns = table.rows.iter().map(Vec::len).max().unwrap_or_default();
                self.inside(NestKind::Table(columns), |walk| walk.table(table));
            }
            Block::Definitions(all) => self.inside(NestKind::Definitions, |walk| {
                for one in all.iter() {
                    walk.leaf(LeafKind::Term, vec![Cow::Borrowed(one.term.as_slice())]);
                    one.details.iter().for_each(|blocks| walk.inside(NestKind::Details, |walk| walk.blocks(blocks)));
                }
            }),
        }
    }

    fn list(&mut self, list: &'a List) {
        for (number, item) in (list.start..).zip(list.items.iter()) {
            self.inside(NestKind::Item { number }, |walk| walk.blocks(&item.blocks));
        }
    }

    fn table(&mut self, table: &'a Table) {
        for (index, row) in table.rows.iter().enumerate() {
            let cells = row.iter().map(|cell| Cow::Borrowed(cell.as_slice())).collect();
            self.leaf(LeafKind::Row { head: index < table.head }, cells);
        }
    }
}

impl Leaf<'_> {
    /// What two leaves must share to be the same text: their kind, and their words without format.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = String::from(match self.kind {
            LeafKind::Code => "c",
            LeafKind::Heading { .. } => "h",
            LeafKind::Paragraph => "p",
            LeafKind::Row { .. } => "r",
            LeafKind::Rule => "-",
            LeafKind::Term => "t",
        });
        for cell in &self.cells {
            key.push('\u{1f}');
            cell.iter().for_each(|run| push(&run.piece, &mut key));
        }
        key
    }

    /// Whether two leaves can be two states of one block.
    #[must_use]
    pub fn fits(&self, other: &Leaf<'_>) -> bool {
        let same = std::mem::discriminant(&self.kind) == std::mem::discriminant(&other.kind);
        same && self.cells.len() == other.cells.len()
    }

    /// The words of all its lines.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().flat_map(|cell| texts(cell))
    }
}

/// The words of a line.
pub fn texts(runs: &[Run]) -> impl Iterator<Item = &str> {
    runs.iter().filter_map(|run| match &run.piece {
        Piece::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

impl<'a> Leaf<'a> {
    /// The cells that its own text has.
    pub fn own(&self) -> impl Iterator<Item = &[Run]> {
        let cells = self.cells.iter().enumerate().filter(|(at, _)| !self.lacks.contains(at));
        cells.map(|(_, cell)| cell.as_ref())
    }

    /// The id of a heading.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        match self.kind {
            LeafKind::Heading { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The number of a heading, without the last full stop; empty where it has none.
    #[must_use]
    pub fn number(&self) -> Option<&'a str> {
        match self.kind {
            LeafKind::Heading { number, .. } => Some(number.trim_end_matches('.')),
            _ => None,
        }
    }
}

fn push(piece: &Piece, key: &mut String) {
    match piece {
        Piece::Text(text) => key.push_str(text),
        Piece::Break => key.push('\n'),
        Piece::Note(_) => key.push('\u{1e}'),
        Piece::Image(image) => {
            key.push('\u{1d}');
            key.push_str(&image.src);
            key.push('\u{1d}');
            key.push_str(&image.alt);
        }
    }
}
