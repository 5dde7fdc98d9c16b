//! Which leaf of the old text is which of the new one: first those whose words are the same, then, in the gaps
//! between them, by id and by likeness. The order of both texts is kept.

use super::flat::Leaf;
use super::words::{Hunk, Vocabulary, difference, likeness};
use crate::site::doc::Piece;

/// A pair; one side is missing where a leaf was inserted or deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pair {
    /// The leaf of the old text.
    pub old: Option<usize>,
    /// The leaf of the new text.
    pub new: Option<usize>,
}

/// Leaves that are less alike than this (in thousandths) are not two states of one block.
const ALIKE: usize = 300;

/// Headings of one id are always two states of one block.
const SAME_ID: usize = 1500;

/// How many pairs are compared in all gaps together before the rest is paired by place only.
const BUDGET: usize = 2_000_000;

/// Pairs the leaves of two texts.
#[must_use]
pub fn align(old: &[Leaf<'_>], new: &[Leaf<'_>]) -> Vec<Pair> {
    let hunks = difference(old.iter().map(Leaf::key), new.iter().map(Leaf::key));
    let mut run = Run { old, new, budget: BUDGET, pairs: Vec::with_capacity(old.len().max(new.len())) };
    let mut at = (0, 0);
    for hunk in hunks {
        run.equal(at, (hunk.old.start, hunk.new.start));
        run.gap(&hunk);
        at = (hunk.old.end, hunk.new.end);
    }
    run.equal(at, (old.len(), new.len()));
    run.pairs
}

struct Run<'a, 'b> {
    old: &'a [Leaf<'b>],
    new: &'a [Leaf<'b>],
    budget: usize,
    pairs: Vec<Pair>,
}

impl Run<'_, '_> {
    fn equal(&mut self, from: (usize, usize), to: (usize, usize)) {
        let both = (from.0..to.0).zip(from.1..to.1);
        self.pairs.extend(both.map(|(old, new)| Pair { old: Some(old), new: Some(new) }));
    }

    /// Pairs what stands in a gap: the pairs that are most alike in sum, without crossing.
    fn gap(&mut self, hunk: &Hunk) {
        let mut at = (hunk.old.start, hunk.new.start);
        for (row, column) in self.matched(hunk) {
            let next = (hunk.old.start + row, hunk.new.start + column);
            self.apart(at, next);
            self.equal(next, (next.0 + 1, next.1 + 1));
            at = (next.0 + 1, next.1 + 1);
        }
        self.apart(at, (hunk.old.end, hunk.new.end));
    }

    /// The pairs of a gap, counted from its start.
    fn matched(&mut self, hunk: &Hunk) -> Vec<(usize, usize)> {
        let old = self.old.get(hunk.old.clone()).unwrap_or_default();
        let new = self.new.get(hunk.new.clone()).unwrap_or_default();
        let cost = old.len().saturating_mul(new.len());
        if cost > self.budget {
            return by_place(old, new);
        }
        self.budget -= cost;
        if cost == 0 { Vec::new() } else { best(old, new) }
    }

    /// What is left between two pairs: deletions, then insertions.
    fn apart(&mut self, from: (usize, usize), to: (usize, usize)) {
        self.pairs.extend((from.0..to.0).map(|old| Pair { old: Some(old), new: None }));
        self.pairs.extend((from.1..to.1).map(|new| Pair { old: None, new: Some(new) }));
    }
}

/// The non-crossing pairs of the greatest sum of likeness (Needleman and Wunsch, 1970).
fn best(old: &[Leaf<'_>], new: &[Leaf<'_>]) -> Vec<(usize, usize)> {
    let scores = scores(old, new);
    let width = new.len() + 1;
    let mut sums = vec![0_usize; (old.len() + 1) * width];
    let get = |sums: &[usize], row: usize, column: usize| sums.get(row * width + column).copied().unwrap_or_default();
    for (row, line) in scores.iter().enumerate().rev() {
        for (column, score) in line.iter().enumerate().rev() {
            let skip = get(&sums, row + 1, column).max(get(&sums, row, column + 1));
            let take = if *score > 0 { score + get(&sums, row + 1, column + 1) } else { 0 };
            if let Some(sum) = sums.get_mut(row * width + column) {
                *sum = skip.max(take);
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    while let Some(score) = scores.get(row).and_then(|line| line.get(column)) {
        let here = get(&sums, row, column);
        if *score > 0 && here == score + get(&sums, row + 1, column + 1) {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if here == get(&sums, row + 1, column) {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

fn scores(old: &[Leaf<'_>], new: &[Leaf<'_>]) -> Vec<Vec<usize>> {
    let mut vocabulary = Vocabulary::default();
    let old_bags: Vec<_> = old.iter().map(|leaf| bag_of(leaf, &mut vocabulary)).collect();
    let new_bags: Vec<_> = new.iter().map(|leaf| bag_of(leaf, &mut vocabulary)).collect();
    let score = |one: &Leaf<'_>, two: &Leaf<'_>, bags: (&[u32], &[u32])| {
        if !one.fits(two) {
            return 0;
        }
        if one.id().is_some() && one.id() == two.id() {
            return SAME_ID;
        }
        let alike = likeness(bags.0, bags.1);
        if alike >= ALIKE { alike } else { 0 }
    };
    let line = |(one, bag): (&Leaf<'_>, &Vec<u32>)| {
        new.iter().zip(&new_bags).map(|(two, other)| score(one, two, (bag, other))).collect()
    };
    old.iter().zip(&old_bags).map(line).collect()
}

fn bag_of<'a>(leaf: &'a Leaf<'_>, vocabulary: &mut Vocabulary<'a>) -> Vec<u32> {
    let texts = leaf.cells.iter().flat_map(|cell| cell.iter()).filter_map(|run| match &run.piece {
        Piece::Text(text) => Some(text.as_str()),
        _ => None,
    });
    vocabulary.bag(texts)
}

/// Where a gap is too large to compare all with all: the leaves at the same distance from its start.
fn by_place(old: &[Leaf<'_>], new: &[Leaf<'_>]) -> Vec<(usize, usize)> {
    let pairs = old.iter().zip(new).enumerate();
    pairs.filter(|(_, (one, two))| one.fits(two)).map(|(index, _)| (index, index)).collect()
}
