//! Tables of what is met again and again while texts are read. The only importer of the hash.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// Things by their keys, in no order that anybody may see.
pub type Table<K, V> = HashMap<K, V, FixedState>;

/// Things that were met, in no order that anybody may see.
pub type Met<K> = HashSet<K, FixedState>;

/// A number for a word, the same for the same word. Others may have it, too.
#[must_use]
pub fn number(word: &str) -> u64 {
    FixedState::default().hash_one(word)
}
