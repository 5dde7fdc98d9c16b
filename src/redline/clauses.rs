//! Which clause of the old text is which of the new one, and what references to it say in each: numbers and titles that
//! are computed, and so follow when other clauses come and go.

use std::collections::HashMap;

use super::flat::Leaf;
use crate::base::text::collapse;
use crate::site::doc::words;
use crate::site::ids::{Moved, chain};

/// The clauses of two texts.
#[derive(Debug, Default)]
pub struct Clauses<'a> {
    /// Ids of the old text that another of the new one goes on with.
    renamed: HashMap<&'a str, &'a str>,
    /// What references say, by the id in the new text; only where it differs.
    labels: HashMap<&'a str, [String; 2]>,
}

/// One of the two texts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// The old one.
    Old,
    /// The new one.
    New,
}

impl<'a> Clauses<'a> {
    /// Finds out which clauses go on; `moved` says what became of ids that went.
    #[must_use]
    pub fn new(old: &[Leaf<'a>], new: &[Leaf<'a>], moved: &'a [Moved]) -> Self {
        let by_id: HashMap<&'a str, &Leaf<'a>> = new.iter().filter_map(|leaf| Some((leaf.id()?, leaf))).collect();
        let mut clauses = Self::default();
        for leaf in old {
            let Some(id) = leaf.id() else { continue };
            let known = by_id.get_key_value(id).or_else(|| chain(moved, id).find_map(|id| by_id.get_key_value(id)));
            let Some((now, heir)) = known else { continue };
            if *now != id {
                clauses.renamed.insert(id, now);
            }
            if let Some(labels) = labels(leaf, heir) {
                clauses.labels.insert(now, labels);
            }
        }
        clauses
    }

    /// The id in the new text of a clause that has one in the old; ids that nobody renamed stay what they are.
    #[must_use]
    pub fn now<'b>(&self, id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.renamed.get(id).copied().unwrap_or(id)
    }

    /// Whether two ids are those of one clause.
    #[must_use]
    pub fn same(&self, old: &str, new: &str) -> bool {
        self.now(old) == new
    }

    /// Whether two destinations lead to the same place.
    #[must_use]
    pub fn lead_to_one(&self, old: &str, new: &str) -> bool {
        old == new
            || matches!((old.strip_prefix('#'), new.strip_prefix('#')), (Some(old), Some(new)) if self.same(old, new))
    }

    /// What a reference to a destination says in a text, if it says something else in the other; and the clause.
    #[must_use]
    pub fn label(&self, side: Side, href: &str) -> Option<(&'a str, &str)> {
        if self.labels.is_empty() {
            return None;
        }
        let id = href.strip_prefix('#')?;
        let id = if side == Side::Old { self.now(id) } else { id };
        let (id, [old, new]) = self.labels.get_key_value(id)?;
        Some((id, if side == Side::Old { old } else { new }))
    }
}

/// What references to a clause say in both texts, where it differs: its number, or its title where it has none.
fn labels(old: &Leaf<'_>, new: &Leaf<'_>) -> Option<[String; 2]> {
    let [was, is] = [old.number()?, new.number()?];
    let labels = match (was.is_empty(), is.is_empty()) {
        (false, false) => [was.to_owned(), is.to_owned()],
        (true, true) => [title(old), title(new)],
        _ => return None,
    };
    let [was, is] = &labels;
    (was != is && !was.is_empty() && !is.is_empty()).then_some(labels)
}

fn title(leaf: &Leaf<'_>) -> String {
    collapse(&leaf.cells.iter().map(|cell| words(cell)).collect::<String>())
}
