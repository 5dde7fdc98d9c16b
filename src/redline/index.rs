//! An index of the words of leaves: which leaves share words with one, those that share most first.

use super::flat::Leaf;
use super::words::Vocabulary;

/// How many leaves are looked up in all, about.
const BUDGET: usize = 1_000_000;

/// A word that no more leaves than these hold is always looked up.
const RARE: usize = 8;

/// The words of leaves, or of groups of them, as sorted numbers.
pub struct Bags {
    /// Of the old ones.
    pub old: Vec<Vec<u32>>,
    /// Of the new ones.
    pub new: Vec<Vec<u32>>,
    words: usize,
}

impl Bags {
    /// Reads the words of leaves, or of groups of them.
    #[must_use]
    pub fn new<'a, 'b: 'a>(
        old: impl Iterator<Item = &'a [Leaf<'b>]>,
        new: impl Iterator<Item = &'a [Leaf<'b>]>,
    ) -> Self {
        let mut vocabulary = Vocabulary::default();
        let mut bag = |leaves: &'a [Leaf<'b>]| vocabulary.bag(leaves.iter().flat_map(Leaf::texts));
        let (old, new) = (old.map(&mut bag).collect(), new.map(&mut bag).collect());
        Self { old, new, words: vocabulary.len() }
    }
}

/// Which new leaves hold a word.
pub struct Index {
    leaves: Vec<Vec<usize>>,
    common: usize,
}

impl Index {
    /// Indexes the new leaves.
    #[must_use]
    pub fn new(bags: &Bags) -> Self {
        let mut leaves = vec![Vec::new(); bags.words];
        for (at, bag) in bags.new.iter().enumerate() {
            for word in distinct(bag) {
                if let Some(list) = leaves.get_mut(word) {
                    list.push(at);
                }
            }
        }
        let asked: usize = bags.old.iter().map(Vec::len).sum();
        Self { leaves, common: (BUDGET / asked.max(1)).max(RARE) }
    }

    /// The leaves that share words with a bag, those that share most first; `seen` is all zero before and after.
    pub fn near(&self, bag: &[u32], seen: &mut [usize]) -> Vec<usize> {
        let mut near = Vec::new();
        for word in distinct(bag) {
            let list = self.leaves.get(word).filter(|list| list.len() <= self.common);
            for at in list.into_iter().flatten() {
                let Some(count) = seen.get_mut(*at) else { continue };
                if *count == 0 {
                    near.push(*at);
                }
                *count += 1;
            }
        }
        near.sort_by_key(|at| (std::cmp::Reverse(seen.get(*at).copied().unwrap_or_default()), *at));
        for at in &near {
            if let Some(count) = seen.get_mut(*at) {
                *count = 0;
            }
        }
        near
    }
}

fn distinct(bag: &[u32]) -> impl Iterator<Item = usize> {
    bag.chunk_by(|one, two| one == two).filter_map(|same| usize::try_from(*same.first()?).ok())
}
