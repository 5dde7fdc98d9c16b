//! Which leaf of the old text is which of the new one: first those whose words are the same, then, in the gaps
//! between them, by clause and by likeness. The order of both texts is kept.

use super::chain::heaviest;
use super::clauses::Clauses;
use super::flat::Leaf;
use super::likeness::matches;
use super::words::{Hunk, difference};

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

/// Pairs the leaves of two texts.
#[must_use]
pub fn align(old: &[Leaf<'_>], new: &[Leaf<'_>], clauses: &Clauses<'_>) -> Vec<Pair> {
    let hunks = difference(old.iter().map(Leaf::key), new.iter().map(Leaf::key));
    let mut run = Run { old, new, clauses, pairs: Vec::with_capacity(old.len().max(new.len())) };
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
    clauses: &'a Clauses<'b>,
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
    fn matched(&self, hunk: &Hunk) -> Vec<(usize, usize)> {
        if hunk.old.is_empty() || hunk.new.is_empty() {
            return Vec::new();
        }
        let old: Vec<&Leaf<'_>> = self.old.get(hunk.old.clone()).unwrap_or_default().iter().collect();
        let new: Vec<&Leaf<'_>> = self.new.get(hunk.new.clone()).unwrap_or_default().iter().collect();
        let mut found = matches(&old, &new, self.clauses);
        found.retain(|one| one.score >= ALIKE);
        heaviest(&found, new.len())
    }

    /// What is left between two pairs: deletions, then insertions.
    fn apart(&mut self, from: (usize, usize), to: (usize, usize)) {
        self.pairs.extend((from.0..to.0).map(|old| Pair { old: Some(old), new: None }));
        self.pairs.extend((from.1..to.1).map(|new| Pair { old: None, new: Some(new) }));
    }
}
