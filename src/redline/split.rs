//! Paragraphs that were split in two or more, or joined into one: the words that stay are told from those that changed.
//!
//! One of the parts is a state of the whole and stands in its entry. The others stand beside it; their words are
//! deleted and inserted, since no edit crosses a block, and marked as staying.

use super::change::{Change, Op, Why, compare, one_side};
use super::clauses::{Clauses, Side};
use super::flat::{Leaf, LeafKind};
use super::words::Vocabulary;
use super::{Class, Redline};
use crate::site::doc::{Piece, Run};

/// A part is one whose words were in the whole, but for so many of a thousand.
const OTHERS: usize = 400;

/// A part of fewer words is a coincidence.
const WORDS: usize = 2;

/// Marks the paragraphs that were split or joined.
pub fn mark(redline: &mut Redline<'_>, clauses: &Clauses<'_>) {
    for at in 0..redline.entries.len() {
        let found = redline.entries.get(at).filter(|entry| entry.class == Class::Changed);
        let Some(pair) = found.map(|entry| entry.pair) else { continue };
        let whole = |side: Side| redline.paragraph(side, pair);
        let (Some(old), Some(new)) = (whole(Side::Old), whole(Side::New)) else { continue };
        let split = parts(redline, at, (old, new), Side::New);
        let (parts, side) =
            if split.len() > 1 { (split, Side::New) } else { (parts(redline, at, (new, old), Side::Old), Side::Old) };
        if parts.len() > 1 {
            let lines = lines(redline, &parts, (old, new), (side, clauses));
            write(redline, (at, &parts), lines, side);
        }
    }
}

impl<'a> Redline<'a> {
    /// A paragraph of one side.
    fn paragraph(&self, side: Side, pair: super::align::Pair) -> Option<&Leaf<'a>> {
        let leaf = match side {
            Side::Old => self.old.get(pair.old?),
            Side::New => self.new.get(pair.new?),
        };
        leaf.filter(|leaf| matches!(leaf.kind, LeafKind::Paragraph))
    }
}

/// The entries whose paragraphs on one side are parts of a whole on the other, in order: the entry itself, and those
/// right beside it that only came (or only went).
fn parts(redline: &Redline<'_>, at: usize, (whole, part): (&Leaf<'_>, &Leaf<'_>), side: Side) -> Vec<usize> {
    let wanted = if side == Side::New { Class::Inserted } else { Class::Deleted };
    let loose = |at: usize| {
        let entry = redline.entries.get(at).filter(|entry| entry.class == wanted)?;
        redline.paragraph(side, entry.pair)
    };
    if loose(at + 1).is_none() && at.checked_sub(1).and_then(loose).is_none() {
        return Vec::new();
    }
    let mut vocabulary = Vocabulary::default();
    let mut left = vocabulary.bag(whole.texts());
    take(&mut left, &vocabulary.bag(part.texts()));
    let mut fits = |leaf| {
        let bag = vocabulary.bag(Leaf::texts(leaf));
        let (count, total) = (bag.len(), left.len());
        let mut rest = left.clone();
        take(&mut rest, &bag);
        let shared = total - rest.len();
        let is_part = count >= WORDS && (count - shared.min(count)) * 1000 <= count * OTHERS;
        if is_part {
            left = rest;
        }
        is_part
    };
    let mut parts = vec![at];
    let mut next = at + 1;
    while loose(next).is_some_and(&mut fits) {
        parts.push(next);
        next += 1;
    }
    let mut next = at;
    while let Some(before) = next.checked_sub(1).filter(|before| loose(*before).is_some_and(&mut fits)) {
        parts.insert(0, before);
        next = before;
    }
    parts
}

/// Takes the numbers of one sorted bag out of another.
fn take(left: &mut Vec<u32>, out: &[u32]) {
    let mut out = out.iter().peekable();
    left.retain(|word| {
        while out.next_if(|other| *other < word).is_some() {}
        out.next_if(|other| *other == word).is_none()
    });
}

/// What happened to the words of each part, compared with the whole at once.
fn lines(
    redline: &Redline<'_>,
    parts: &[usize],
    (old, new): (&Leaf<'_>, &Leaf<'_>),
    (side, clauses): (Side, &Clauses<'_>),
) -> Vec<Vec<Change>> {
    let leaf = |at: &usize| redline.entries.get(*at).and_then(|entry| redline.paragraph(side, entry.pair));
    let runs: Vec<&[Run]> = parts.iter().filter_map(leaf).map(first).collect();
    let joined: Vec<Run> = runs.join(&Run { piece: Piece::Break, marks: Vec::new() });
    let changes = match side {
        Side::New => compare(first(old), &joined, clauses),
        Side::Old => compare(&joined, first(new), clauses),
    };
    let mut cut = Cut { side, breaks: runs.iter().map(|runs| breaks(runs)).collect(), done: vec![Vec::new()] };
    changes.into_iter().for_each(|change| cut.add(change));
    cut.done
}

fn first<'a>(leaf: &'a Leaf<'_>) -> &'a [Run] {
    leaf.cells.first().map(AsRef::as_ref).unwrap_or_default()
}

fn breaks(runs: &[Run]) -> usize {
    runs.iter().filter(|run| run.piece == Piece::Break).count()
}

/// Cuts the changes of joined parts where one part ends.
struct Cut {
    side: Side,
    /// How many breaks each part has of its own.
    breaks: Vec<usize>,
    done: Vec<Vec<Change>>,
}

impl Cut {
    fn add(&mut self, change: Change) {
        let (own, other) = match self.side {
            Side::New => (Op::Insert, Op::Delete),
            Side::Old => (Op::Delete, Op::Insert),
        };
        if change.op == other {
            return self.push(change);
        }
        let Change { op, why, runs } = change;
        for run in runs {
            let ends = run.piece == Piece::Break && self.ends();
            if !ends {
                self.push(Change { op, why, runs: vec![run] });
            } else if op != own {
                // The whole has a break of its own where the parts meet.
                self.push(Change { op: other, why, runs: vec![run] });
                self.done.push(Vec::new());
            } else {
                self.done.push(Vec::new());
            }
        }
    }

    /// Counts a break, and says whether it is the one behind a part.
    fn ends(&mut self) -> bool {
        let Some(left) = self.breaks.get_mut(self.done.len() - 1) else { return false };
        match left.checked_sub(1) {
            Some(fewer) => *left = fewer,
            None => return true,
        }
        false
    }

    fn push(&mut self, change: Change) {
        let Some(part) = self.done.last_mut() else { return };
        match part.last_mut() {
            Some(last) if (last.op, last.why) == (change.op, change.why) => last.runs.extend(change.runs),
            _ => part.push(change),
        }
    }
}

/// Puts the changes of the parts into their entries: all of the whole stands with the entry that has both sides.
fn write(redline: &mut Redline<'_>, (at, parts): (usize, &[usize]), lines: Vec<Vec<Change>>, side: Side) {
    let (class, whole) = match side {
        Side::New => (Class::Split, Side::Old),
        Side::Old => (Class::Joined, Side::New),
    };
    let mut all = Vec::new();
    for (part, changes) in parts.iter().zip(lines) {
        if *part == at {
            all.extend(changes);
            continue;
        }
        all.extend(one_side(&changes, whole));
        redline.put(*part, class, (vec![one_side(&changes, side)], at));
    }
    let other = parts.iter().find(|part| **part != at).copied();
    redline.put(at, class, (vec![joined(all, whole)], other.unwrap_or(at)));
}

/// The white space where parts meet stays with the words beside it.
fn joined(changes: Vec<Change>, whole: Side) -> Vec<Change> {
    let own = if whole == Side::Old { Op::Delete } else { Op::Insert };
    let mut joined: Vec<Change> = Vec::with_capacity(changes.len());
    for mut change in changes {
        if change.op == own && change.is_blank() {
            change.why = Why::Place;
        }
        match joined.last_mut() {
            Some(last) if (last.op, last.why) == (change.op, change.why) => last.runs.extend(change.runs),
            _ => joined.push(change),
        }
    }
    joined
}
