//! Which leaves are alike: pairs that share words, by an index of words, so that the cost grows with the text and not
//! with its square. A budget of steps says how common a word may be to be looked up.

use std::collections::HashMap;
use std::slice::from_ref;

use super::clauses::Clauses;
use super::flat::Leaf;
use super::index::{Bags, Index};
use super::words::likeness;

/// Two leaves and how alike they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Match {
    /// The place of the old one.
    pub old: usize,
    /// The place of the new one.
    pub new: usize,
    /// In thousandths; above 1000 for headings of one clause.
    pub score: usize,
}

/// Headings of one clause are always two states of one block.
pub const SAME_CLAUSE: usize = 1500;

/// How many leaves are weighed against one.
const NEAREST: usize = 8;

/// The pairs that share words, or are headings of one clause; by the place of the old leaf, then of the new one.
#[must_use]
pub fn matches(old: &[&Leaf<'_>], new: &[&Leaf<'_>], clauses: &Clauses<'_>) -> Vec<Match> {
    let bags = Bags::new(old.iter().copied().map(from_ref), new.iter().copied().map(from_ref));
    let index = Index::new(&bags);
    let by_id: HashMap<&str, usize> = new.iter().enumerate().filter_map(|(at, leaf)| Some((leaf.id()?, at))).collect();
    let mut seen = vec![0_usize; new.len()];
    let mut found = Vec::new();
    for (row, leaf) in old.iter().enumerate() {
        let same = leaf.id().and_then(|id| by_id.get(clauses.now(id)).copied());
        let bag = bags.old.get(row).map(Vec::as_slice).unwrap_or_default();
        let mut near = index.near(bag, &mut seen);
        near.retain(|at| Some(*at) != same && new.get(*at).is_some_and(|other| leaf.fits(other)));
        near.truncate(NEAREST);
        let score = |at: usize| likeness(bag, bags.new.get(at).map(Vec::as_slice).unwrap_or_default());
        let own = found.len();
        found.extend(near.into_iter().map(|at| Match { old: row, new: at, score: score(at) }));
        found.extend(same.map(|at| Match { old: row, new: at, score: SAME_CLAUSE }));
        found.get_mut(own..).unwrap_or_default().sort_by_key(|one| one.new);
    }
    found
}
