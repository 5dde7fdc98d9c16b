//! Blocks that left one place and came to another: one to one, unchanged or with some words edited.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::clauses::Clauses;
use super::flat::Leaf;
use super::likeness::{SAME_CLAUSE, matches};
use super::words::{has_letters, words};

/// Leaves that are less alike than this (in thousandths) did not move: one went and another came. At 400, readers took
/// sentences that were written anew around the same few words for ones that had been moved.
const ALIKE: usize = 600;

/// A leaf of fewer words moves only along with its neighbours: that it went here and came there says nothing.
const WORDS: usize = 4;

/// What went or came, with its place in the redline.
pub type Loose<'a, 'b> = (usize, &'a Leaf<'b>);

/// The moves among leaves that went and leaves that came: the place in the redline of each, the old one first.
#[must_use]
pub fn moves(gone: &[Loose<'_, '_>], came: &[Loose<'_, '_>], clauses: &Clauses<'_>) -> Vec<(usize, usize)> {
    if gone.is_empty() || came.is_empty() {
        return Vec::new();
    }
    let mut found = Found::default();
    unchanged(gone, came, &mut found);
    edited(gone, came, clauses, &mut found);
    neighbours(gone, came, &mut found);
    found.by_old.into_iter().collect()
}

#[derive(Default)]
struct Found {
    by_old: BTreeMap<usize, usize>,
    new: BTreeSet<usize>,
}

impl Found {
    fn add(&mut self, old: usize, new: usize) {
        if !self.by_old.contains_key(&old) && self.new.insert(new) {
            self.by_old.insert(old, new);
        }
    }

    fn old_is_free(&self, old: usize) -> bool {
        !self.by_old.contains_key(&old)
    }
}

/// Leaves with the same words; of several that are the same, the first went to the first.
fn unchanged(gone: &[Loose<'_, '_>], came: &[Loose<'_, '_>], found: &mut Found) {
    let mut by_key: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, leaf) in came.iter().filter(|(_, leaf)| is_long(leaf)) {
        by_key.entry(leaf.key()).or_default().push_back(*at);
    }
    for (at, leaf) in gone.iter().filter(|(_, leaf)| is_long(leaf)) {
        if let Some(new) = by_key.get_mut(&leaf.key()).and_then(VecDeque::pop_front) {
            found.add(*at, new);
        }
    }
}

/// Leaves that are alike, those most alike first; headings of one clause before all.
fn edited(gone: &[Loose<'_, '_>], came: &[Loose<'_, '_>], clauses: &Clauses<'_>, found: &mut Found) {
    let old: Vec<&Loose<'_, '_>> = gone.iter().filter(|(at, _)| found.old_is_free(*at)).collect();
    let new: Vec<&Loose<'_, '_>> = came.iter().filter(|(at, _)| !found.new.contains(at)).collect();
    let leaves = |loose: &[&Loose<'_, '_>], at: usize| loose.get(at).map(|(at, leaf)| (*at, is_long(leaf)));
    let old_leaves: Vec<&Leaf<'_>> = old.iter().map(|(_, leaf)| *leaf).collect();
    let new_leaves: Vec<&Leaf<'_>> = new.iter().map(|(_, leaf)| *leaf).collect();
    let mut alike = matches(&old_leaves, &new_leaves, clauses);
    alike.retain(|one| one.score > ALIKE);
    alike.sort_by_key(|one| (std::cmp::Reverse(one.score), one.old, one.new));
    for one in alike {
        let (Some((was, long)), Some((is, also))) = (leaves(&old, one.old), leaves(&new, one.new)) else { continue };
        if one.score >= SAME_CLAUSE || long && also {
            found.add(was, is);
        }
    }
}

/// Short leaves with the same words, right beside one that moved at both ends.
fn neighbours(gone: &[Loose<'_, '_>], came: &[Loose<'_, '_>], found: &mut Found) {
    let old: BTreeMap<usize, &Leaf<'_>> = gone.iter().copied().collect();
    let new: BTreeMap<usize, &Leaf<'_>> = came.iter().copied().collect();
    let same =
        |was: usize, is: usize| matches!((old.get(&was), new.get(&is)), (Some(was), Some(is)) if was.key() == is.key());
    let known: Vec<(usize, usize)> = found.by_old.iter().map(|(old, new)| (*old, *new)).collect();
    for (was, is) in known {
        let mut step = 1;
        while same(was + step, is + step) && found.old_is_free(was + step) {
            found.add(was + step, is + step);
            step += 1;
        }
        let mut step = 1;
        while step <= was.min(is) && same(was - step, is - step) && found.old_is_free(was - step) {
            found.add(was - step, is - step);
            step += 1;
        }
    }
}

fn is_long(leaf: &Leaf<'_>) -> bool {
    leaf.texts().flat_map(words).filter(|word| has_letters(word)).take(WORDS).count() == WORDS
}
