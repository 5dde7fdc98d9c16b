//! A redline → markup. Leaves of both texts stand in one sequence; the containers around them are joined as they go.
//!
//! `<ins>` and `<del>` never cross a block; ids stand on the new side only; what is not the policy's own text is
//! marked `data-ui`.

use super::body::{Setting, Writer, heading_tag, list_class};
use super::frame::{Frame, alike, list_tag};
use super::guide::Guide;
use super::html::Html;
use crate::redline::flat::{Leaf, LeafKind, Nest, NestKind};
use crate::redline::{Class, Entry, Redline};

/// The markup of a redline. Changed entries get the ids `v-c1`, `v-c2` … in their order.
#[must_use]
pub fn markup(redline: &Redline<'_>, shift: u8, setting: Setting<'_>) -> Html {
    let has =
        |id: &str| redline.new.iter().any(|leaf| matches!(leaf.kind, LeafKind::Heading { id: own, .. } if own == id));
    let writer = Writer::new(setting, shift, &has);
    let guide = Guide::new(redline);
    let mut view = View { writer, open: Vec::new(), ids: change_ids(redline), redline, guide: &guide, at: 0 };
    for (at, entry) in redline.entries.iter().enumerate() {
        let (old, new) = redline.leaves(entry);
        view.at = at;
        view.fold();
        view.containers(old, new);
        view.leaf(at, entry, (old, new));
        view.unfold();
    }
    view.close_to(0);
    view.writer.html
}

/// The ids of the changed entries, by the entry's place in the redline.
#[must_use]
pub fn change_ids(redline: &Redline<'_>) -> Vec<Option<String>> {
    let mut number = 0;
    let mut id = |entry: &Entry| {
        (entry.class != Class::Equal).then(|| {
            number += 1;
            format!("v-c{number}")
        })
    };
    redline.entries.iter().map(&mut id).collect()
}

/// A redline while it is written.
pub(super) struct View<'a, 'b> {
    pub(super) writer: Writer<'a>,
    open: Vec<Frame>,
    pub(super) ids: Vec<Option<String>>,
    pub(super) redline: &'a Redline<'b>,
    guide: &'a Guide,
    at: usize,
}

impl View<'_, '_> {
    /// Begins a part that is folded, if one begins here: it is in the page, and unfolds when it is searched or printed.
    fn fold(&mut self) {
        if let Some(fold) = self.guide.begins(self.at) {
            self.close_to(0);
            let said = self.writer.setting.texts.count("folded", fold.len());
            self.writer.html.open("details", &[("class", "fold")]);
            self.writer.html.element("summary", &[("data-ui", "")], &said);
        }
    }

    /// Ends a part that is folded, if one ends here.
    fn unfold(&mut self) {
        if self.guide.ends(self.at) {
            self.close_to(0);
            self.writer.html.close("details");
        }
    }

    /// Links to the change before and the one after.
    fn steps(&mut self) {
        let Some((before, after)) = self.guide.steps(self.at).filter(|steps| *steps != (None, None)) else { return };
        let html = &mut self.writer.html;
        html.open("span", &[("class", "steps"), ("data-ui", "")]);
        for (number, key, sign) in [(before, "change-before", "↑"), (after, "change-after", "↓")] {
            let Some(number) = number else { continue };
            let (href, said) = (format!("#v-c{number}"), self.writer.setting.texts.say(key, &[]));
            html.element("a", &[("href", &href), ("aria-label", &said)], sign);
        }
        html.close("span");
    }

    /// Opens and closes containers so that a leaf stands where it belongs.
    fn containers(&mut self, old: Option<&Leaf<'_>>, new: Option<&Leaf<'_>>) {
        let Some(leaf) = new.or(old) else { return };
        let is_new = new.is_some();
        let mut depth = 0;
        while let (Some(frame), Some(nest)) = (self.open.get_mut(depth), leaf.path.get(depth)) {
            if !frame.takes(*nest, is_new) {
                break;
            }
            depth += 1;
        }
        self.close_to(depth);
        for nest in leaf.path.iter().skip(depth) {
            self.open_nest(*nest, is_new);
        }
        if let (Some(old), Some(_)) = (old, new) {
            for (frame, nest) in self.open.iter_mut().zip(&old.path) {
                if frame.old.is_none() && alike(frame.kind, nest.kind) {
                    frame.old = Some(nest.node);
                }
            }
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(frame) = self.open.pop() else { return };
            match frame.kind {
                NestKind::Quote => self.writer.html.close("blockquote"),
                NestKind::Item { .. } | NestKind::Note(_) => self.writer.html.close("li"),
                NestKind::List(style) if list_tag(style) == "ul" => self.writer.html.close("ul"),
                NestKind::List(_) => self.writer.html.close("ol"),
                NestKind::Table(_) => {
                    self.writer.html.close("tbody");
                    self.writer.close_table();
                }
                NestKind::Notes => self.writer.close_notes(),
                NestKind::Definitions | NestKind::Details => self.writer.html.close("div"),
            }
        }
    }

    fn open_nest(&mut self, nest: Nest, is_new: bool) {
        let html = &mut self.writer.html;
        match nest.kind {
            NestKind::Quote => html.open("blockquote", &[]),
            NestKind::Item { number } => self.item(number),
            NestKind::List(style) => {
                let class: Vec<_> = list_class(style).map(|class| ("class", class)).into_iter().collect();
                html.open(list_tag(style), &class);
            }
            NestKind::Table(_) => {
                self.writer.open_table();
                self.writer.html.open("tbody", &[]);
            }
            NestKind::Notes => self.writer.open_notes(),
            NestKind::Note(number) if is_new => html.open("li", &[("id", &format!("v-fn-{number}"))]),
            NestKind::Note(_) => html.open("li", &[]),
            NestKind::Definitions => html.open("div", &[("class", "dl")]),
            NestKind::Details => html.open("div", &[("class", "dd")]),
        }
        let node = Some(nest.node);
        let (old, new) = if is_new { (None, node) } else { (node, None) };
        self.open.push(Frame { kind: nest.kind, old, new });
    }

    /// An item; in an ordered list it says its number, since items of two texts stand in one list.
    fn item(&mut self, number: u64) {
        let ordered =
            matches!(self.open.last(), Some(Frame { kind: NestKind::List(style), .. }) if list_tag(*style) == "ol");
        let value = number.to_string();
        let value: Vec<_> = ordered.then_some(("value", value.as_str())).into_iter().collect();
        self.writer.html.open("li", &value);
    }

    fn leaf(&mut self, at: usize, entry: &Entry, sides: (Option<&Leaf<'_>>, Option<&Leaf<'_>>)) {
        let Some(leaf) = sides.1.or(sides.0) else { return };
        let mut attributes: Vec<(&'static str, String)> = Vec::new();
        if let (LeafKind::Heading { id, .. }, Some(_)) = (leaf.kind, sides.1) {
            attributes.push(("id", id.to_owned()));
        }
        let mut class = block_class(entry).to_owned();
        if matches!(leaf.kind, LeafKind::Term) {
            class.insert_str(0, if class.is_empty() { "dt" } else { "dt " });
        }
        if !class.is_empty() {
            attributes.push(("class", class));
        }
        let mark = self.ids.get(at).cloned().flatten();
        let note = self.note(at, entry);
        self.block(entry, sides, (attributes, mark), note.as_ref());
    }

    fn block(
        &mut self,
        entry: &Entry,
        sides: (Option<&Leaf<'_>>, Option<&Leaf<'_>>),
        (mut attributes, mark): (Vec<(&'static str, String)>, Option<String>),
        note: Option<&(String, String)>,
    ) {
        let Some(leaf) = sides.1.or(sides.0) else { return };
        let tag = leaf_tag(leaf.kind, self.writer.shift);
        let has_id = attributes.iter().any(|(name, _)| *name == "id");
        if let (Some(mark), false) = (&mark, has_id) {
            attributes.insert(0, ("id", mark.clone()));
        }
        let plain: Vec<(&'static str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.writer.html.open(tag, &plain);
        if let (Some(mark), true) = (&mark, has_id) {
            self.writer.html.element("span", &[("id", mark), ("data-ui", "")], "");
        }
        if !matches!(leaf.kind, LeafKind::Row { .. } | LeafKind::Rule) {
            self.way(note);
        }
        match leaf.kind {
            LeafKind::Rule => return,
            LeafKind::Heading { .. } => self.heading(entry, leaf, sides),
            LeafKind::Row { head } => self.row(entry, leaf, (head, note)),
            LeafKind::Code => {
                self.writer.html.open("code", &[]);
                self.cell(entry, leaf, 0);
                self.writer.html.close("code");
                self.steps();
            }
            LeafKind::Paragraph | LeafKind::Term => {
                self.was(entry);
                self.cell(entry, leaf, 0);
                self.steps();
            }
        }
        self.writer.html.close(tag);
    }

    fn heading(&mut self, entry: &Entry, leaf: &Leaf<'_>, sides: (Option<&Leaf<'_>>, Option<&Leaf<'_>>)) {
        let LeafKind::Heading { id, number, .. } = leaf.kind else { return };
        if sides.1.is_some() {
            self.writer.old_ids(id);
        }
        self.was(entry);
        self.writer.number(number);
        self.cell(entry, leaf, 0);
        let other = entry.other.and_then(|at| self.redline.entries.get(at)).filter(|_| sides.0.is_none());
        self.renumbered((sides.0.or(other.and_then(|other| self.redline.leaves(other).0)), sides.1));
        if sides.1.is_some() {
            self.writer.anchor(id);
        }
        self.steps();
    }

    fn row(&mut self, entry: &Entry, leaf: &Leaf<'_>, (head, note): (bool, Option<&(String, String)>)) {
        let tag = if head { "th" } else { "td" };
        for index in 0..leaf.cells.len() {
            self.writer.html.open(tag, &[]);
            self.way(note.filter(|_| index == 0));
            self.cell(entry, leaf, index);
            if index + 1 == leaf.cells.len() {
                self.steps();
            }
            self.writer.html.close(tag);
        }
    }

    fn renumbered(&mut self, sides: (Option<&Leaf<'_>>, Option<&Leaf<'_>>)) {
        let number = |side: Option<&Leaf<'_>>| match side.map(|leaf| leaf.kind) {
            Some(LeafKind::Heading { number, .. }) => number.trim_end_matches('.').to_owned(),
            _ => String::new(),
        };
        let (from, to) = (number(sides.0), number(sides.1));
        if from != to && !from.is_empty() && !to.is_empty() {
            let said = self.writer.setting.texts.say("renumbered", &[("from", &from), ("to", &to)]);
            self.writer.html.text(" ");
            self.writer.html.ui("renum", &said);
        }
    }
}

fn leaf_tag(kind: LeafKind<'_>, shift: u8) -> &'static str {
    match kind {
        LeafKind::Heading { level, .. } => heading_tag(level + shift),
        LeafKind::Paragraph | LeafKind::Term => "p",
        LeafKind::Row { .. } => "tr",
        LeafKind::Code => "pre",
        LeafKind::Rule => "hr",
    }
}

fn block_class(entry: &Entry) -> &'static str {
    match entry.class {
        Class::Equal | Class::Renumbered => "",
        Class::Inserted => "block-ins",
        Class::Deleted => "block-del",
        Class::Moved if entry.pair.new.is_some() => "block-ins block-moved",
        Class::Moved => "block-del block-moved",
        Class::Changed | Class::Format | Class::Joined | Class::Link | Class::Split => "block-chg",
    }
}
