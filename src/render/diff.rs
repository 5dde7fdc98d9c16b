//! A redline as data, for programs. `docs/redline.md` describes the data.

use serde::Serialize;

use crate::base::json;
use crate::redline::change::{Change, Op, Why};
use crate::redline::flat::Leaf;
use crate::redline::summary::{Kind, clauses};
use crate::redline::{Class, Entry, Redline};
use crate::site::doc::words;

/// What a redline is told with: the policy, the names of both texts, and what changed in meaning, in words.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The policy's name in addresses.
    pub policy: &'a str,
    /// The old version's number.
    pub from: &'a str,
    /// The new version's number, or `draft`.
    pub to: &'a str,
    /// What changed in the disclosures.
    pub semantic: &'a [String],
}

#[derive(Serialize)]
struct Data<'a> {
    policy: &'a str,
    from: &'a str,
    to: &'a str,
    identical: bool,
    counts: Vec<Count>,
    semantic: &'a [String],
    clauses: Vec<ClauseData>,
    changes: Vec<ChangeData>,
}

#[derive(Serialize)]
struct Count {
    class: &'static str,
    clauses: usize,
}

#[derive(Serialize)]
struct ClauseData {
    id: String,
    title: String,
    number: String,
    old_number: String,
    class: &'static str,
    words: bool,
    change: Option<usize>,
}

#[derive(Serialize)]
struct ChangeData {
    change: usize,
    class: &'static str,
    clause: String,
    other: Option<usize>,
    old: Option<String>,
    new: Option<String>,
    words: Vec<WordsData>,
}

#[derive(Serialize)]
struct WordsData {
    op: &'static str,
    why: &'static str,
    text: String,
}

const KINDS: [Kind; 6] = [Kind::Changed, Kind::Inserted, Kind::Deleted, Kind::Moved, Kind::Renumbered, Kind::Format];

/// The redline as JSON.
#[must_use]
pub fn data(redline: &Redline<'_>, about: About<'_>) -> Vec<u8> {
    let clauses = clauses(redline);
    let numbers = numbers(redline);
    let number = |at: usize| numbers.get(at).copied().flatten();
    let count = |kind: Kind| clauses.iter().filter(|clause| clause.kind == kind).count();
    let told = clauses.iter().map(|clause| ClauseData {
        id: clause.id.clone(),
        title: clause.title.clone(),
        number: clause.number.clone(),
        old_number: clause.old_number.clone(),
        class: clause.kind.word(),
        words: clause.words,
        change: number(clause.entry),
    });
    let changes = redline.entries.iter().enumerate().filter_map(|(at, entry)| {
        let (old, new) = redline.leaves(entry);
        Some(ChangeData {
            change: number(at)?,
            class: entry.class.word(),
            clause: redline.clause(at).and_then(Leaf::id).unwrap_or_default().to_owned(),
            other: entry.other.and_then(number),
            old: old.map(text),
            new: new.map(text),
            words: entry.cells.iter().flatten().map(stretch).collect(),
        })
    });
    json::pretty(&Data {
        policy: about.policy,
        from: about.from,
        to: about.to,
        identical: redline.is_empty(),
        counts: KINDS.into_iter().map(|kind| Count { class: kind.word(), clauses: count(kind) }).collect(),
        semantic: about.semantic,
        clauses: told.collect(),
        changes: changes.collect(),
    })
}

/// The numbers of the changes, by entry: those of the ids on the page.
fn numbers(redline: &Redline<'_>) -> Vec<Option<usize>> {
    let mut last = 0;
    let mut number = |entry: &Entry| {
        (entry.class != Class::Equal).then(|| {
            last += 1;
            last
        })
    };
    redline.entries.iter().map(&mut number).collect()
}

/// The words of a block; cells are apart.
pub(super) fn text(leaf: &Leaf<'_>) -> String {
    leaf.own().map(words).collect::<Vec<_>>().join(" | ")
}

fn stretch(change: &Change) -> WordsData {
    let op = match change.op {
        Op::Delete => "delete",
        Op::Equal => "equal",
        Op::Format => "format",
        Op::Insert => "insert",
        Op::Link => "link",
    };
    let why = match change.why {
        Why::Words => "words",
        Why::Follows => "follows",
        Why::Place => "place",
    };
    WordsData { op, why, text: words(&change.runs) }
}
