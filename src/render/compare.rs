//! A redline → markup. Leaves of both texts stand in one sequence; the containers around them are joined as they go.
//!
//! `<ins>` and `<del>` never cross a block; ids stand on the new side only; what is not the policy's own text is
//! marked `data-ui`.

use super::body::{Setting, Writer, heading_tag, list_class};
use super::guide::Guide;
use super::html::Html;
use crate::redline::change::{Change, Op, Why, one_side};
use crate::redline::clauses::Side;
use crate::redline::flat::{Leaf, LeafKind, Nest, NestKind};
use crate::redline::{Class, Entry, Redline};
use crate::site::doc::Run;

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

/// A container that is open, and which containers of the two texts it stands for.
struct Frame {
    kind: NestKind,
    old: Option<usize>,
    new: Option<usize>,
}

struct View<'a, 'b> {
    writer: Writer<'a>,
    open: Vec<Frame>,
    ids: Vec<Option<String>>,
    redline: &'a Redline<'b>,
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

    /// Words that were there before: those that stayed, and those that went.
    fn earlier(&mut self, change: &Change) {
        if change.op != Op::Delete {
            return self.writer.line(&change.runs);
        }
        self.writer.html.open("span", &[("class", "gone")]);
        self.writer.line(&change.runs);
        self.writer.html.close("span");
    }

    /// The earlier words of a block, whole, for reading both side by side. It is hidden unless a reader asks for that.
    fn was(&mut self, entry: &Entry) {
        let [changes] = entry.cells.as_slice() else { return };
        if entry.class != Class::Changed {
            return;
        }
        let texts = self.writer.setting.texts;
        self.writer.html.open("span", &[("class", "was"), ("data-ui", ""), ("hidden", "")]);
        self.writer.html.element("span", &[("class", "vh")], &texts.say("was-start", &[]));
        changes.iter().filter(|change| change.op != Op::Insert).for_each(|change| self.earlier(change));
        self.writer.html.element("span", &[("class", "vh")], &texts.say("was-end", &[]));
        self.writer.html.close("span");
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
        self.block(entry, sides, (attributes, mark), note);
    }

    /// Where a block went to or came from, with the way there; of several that moved together, the first says it.
    fn note(&self, at: usize, entry: &Entry) -> Option<(String, String)> {
        let other = entry.other?;
        let texts = self.writer.setting.texts;
        let href = format!("#{}", self.ids.get(other).cloned().flatten()?);
        let key = match (entry.class, entry.pair.old, entry.pair.new) {
            (Class::Moved, Some(_), _) => "moved-to",
            (Class::Moved, ..) => "moved-from",
            (Class::Split, Some(_), Some(_)) => "split",
            (Class::Split, ..) => "split-part",
            (_, Some(_), Some(_)) => "joined",
            _ => "joined-part",
        };
        let before = at.checked_sub(1).and_then(|before| self.redline.entries.get(before));
        let same_side = |before: &Entry| before.pair.new.is_some() == entry.pair.new.is_some();
        let follows = before.is_some_and(|before| {
            before.class == Class::Moved && same_side(before) && before.other.is_some_and(|one| one + 1 == other)
        });
        let is_moved = entry.class == Class::Moved;
        (!is_moved || !follows).then(|| (href, texts.say(key, &[("place", &self.place(other))])))
    }

    /// The clause that an entry stands in, for people.
    fn place(&self, at: usize) -> String {
        let (number, title) = self.redline.place(at);
        match (number.is_empty(), title.is_empty()) {
            (false, _) => number,
            (true, false) => format!("“{title}”"),
            (true, true) => self.writer.setting.texts.label("word", "opening"),
        }
    }

    fn block(
        &mut self,
        entry: &Entry,
        sides: (Option<&Leaf<'_>>, Option<&Leaf<'_>>),
        (mut attributes, mark): (Vec<(&'static str, String)>, Option<String>),
        note: Option<(String, String)>,
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
            self.way(note.as_ref());
        }
        match leaf.kind {
            LeafKind::Rule => return,
            LeafKind::Heading { .. } => self.heading(entry, leaf, sides),
            LeafKind::Row { head } => self.row(entry, leaf, (head, note.as_ref())),
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

    /// The link to where the rest of a change stands.
    fn way(&mut self, note: Option<&(String, String)>) {
        if let Some((href, said)) = note {
            self.writer.html.element("a", &[("class", "moved-note"), ("data-ui", ""), ("href", href)], said);
            self.writer.html.text(" ");
        }
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

    /// One line of words of a leaf.
    fn cell(&mut self, entry: &Entry, leaf: &Leaf<'_>, index: usize) {
        let Some(runs) = leaf.cells.get(index) else { return };
        let changes = entry.cells.get(index);
        match (entry.class, changes) {
            (Class::Inserted, _) => self.stretch((Op::Insert, Why::Words), runs),
            (Class::Deleted, _) => self.stretch((Op::Delete, Why::Words), runs),
            (Class::Moved, Some(changes)) => {
                let side = if entry.pair.new.is_some() { Side::New } else { Side::Old };
                one_side(changes, side).iter().for_each(|change| self.change(change));
            }
            (_, Some(changes)) => changes.iter().for_each(|change| self.change(change)),
            (_, None) => self.writer.line(runs),
        }
    }

    fn change(&mut self, change: &Change) {
        self.stretch((change.op, change.why), &change.runs);
    }

    fn stretch(&mut self, (op, why): (Op, Why), runs: &[Run]) {
        if runs.is_empty() {
            return;
        }
        let (tag, words) = match op {
            Op::Equal => return self.writer.line(runs),
            Op::Insert => ("ins", "inserted"),
            Op::Delete => ("del", "deleted"),
            Op::Format => return self.noted("fmt", "format-changed", runs),
            Op::Link => return self.noted("lnk", "link-changed", runs),
        };
        let (class, words) = match why {
            Why::Words => (None, words.to_owned()),
            Why::Follows => (Some("follows"), format!("follows-{words}")),
            Why::Place => (Some("moved"), format!("moved-{words}")),
        };
        let class: Vec<_> = class.map(|class| ("class", class)).into_iter().collect();
        let texts = self.writer.setting.texts;
        self.writer.html.open(tag, &class);
        self.writer.html.ui("vh", &texts.say(&format!("{words}-start"), &[]));
        self.writer.line(runs);
        self.writer.html.ui("vh", &texts.say(&format!("{words}-end"), &[]));
        self.writer.html.close(tag);
    }

    fn noted(&mut self, class: &'static str, key: &str, runs: &[Run]) {
        let said = self.writer.setting.texts.say(key, &[]);
        self.writer.html.open("span", &[("class", class), ("title", &said)]);
        self.writer.line(runs);
        self.writer.html.close("span");
        self.writer.html.ui("vh", &format!(" ({said})"));
    }
}

impl Frame {
    /// Whether a container of one of the texts is this one, or can be joined to it.
    fn takes(&mut self, nest: Nest, is_new: bool) -> bool {
        let side = if is_new { &mut self.new } else { &mut self.old };
        let joins = !matches!(nest.kind, NestKind::Item { .. } | NestKind::Note(_));
        match side {
            Some(node) => *node == nest.node,
            None if joins && alike(self.kind, nest.kind) => {
                *side = Some(nest.node);
                true
            }
            None => false,
        }
    }
}

/// Whether two containers can be one: of the same kind, whatever their number.
fn alike(one: NestKind, two: NestKind) -> bool {
    match (one, two) {
        (NestKind::Item { .. }, NestKind::Item { .. }) | (NestKind::Note(_), NestKind::Note(_)) => true,
        _ => one == two,
    }
}

fn list_tag(style: crate::site::doc::ListStyle) -> &'static str {
    if style == crate::site::doc::ListStyle::Bullet { "ul" } else { "ol" }
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
