//! What happened to the words of a block → `<ins>`, `<del>` and what is said of them.

use super::compare::View;
use crate::redline::change::{Change, Op, Why, one_side};
use crate::redline::clauses::Side;
use crate::redline::flat::Leaf;
use crate::redline::{Class, Entry};
use crate::site::doc::Run;

impl View<'_, '_> {
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
    pub(super) fn was(&mut self, entry: &Entry) {
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

    /// Where a block went to or came from, with the way there; of several that moved together, the first says it.
    pub(super) fn note(&self, at: usize, entry: &Entry) -> Option<(String, String)> {
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

    /// The link to where the rest of a change stands.
    pub(super) fn way(&mut self, note: Option<&(String, String)>) {
        if let Some((href, said)) = note {
            self.writer.html.element("a", &[("class", "moved-note"), ("data-ui", ""), ("href", href)], said);
            self.writer.html.text(" ");
        }
    }

    /// One line of words of a leaf.
    pub(super) fn cell(&mut self, entry: &Entry, leaf: &Leaf<'_>, index: usize) {
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
