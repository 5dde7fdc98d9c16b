//! A redline as data and as Markdown, for programs and for pull requests. `docs/redline.md` describes the data.

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

fn text(leaf: &Leaf<'_>) -> String {
    leaf.cells.iter().map(|cell| words(cell)).collect::<Vec<_>>().join(" | ")
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

/// The redline as Markdown: what changed in meaning, then block by block under the headings of their clauses.
#[must_use]
pub fn markdown(redline: &Redline<'_>, about: About<'_>) -> String {
    let mut lines = vec![format!("### {}: from version {} to {}", escaped(about.policy), about.from, about.to)];
    if redline.is_empty() && about.semantic.is_empty() {
        lines.push("No change.".to_owned());
    }
    lines.extend(bullets(about.semantic.iter().map(|line| escaped(line))));
    let told = clauses(redline);
    lines.extend(bullets(told.iter().map(|clause| {
        let also = if clause.words && clause.kind == Kind::Moved { " and changed" } else { "" };
        format!("{}: {}{also}", named(&clause.number, &clause.title), clause.kind.word())
    })));
    let mut place = None;
    for (at, entry) in redline.entries.iter().enumerate().filter(|(_, entry)| entry.class != Class::Equal) {
        let now = redline.place(at);
        if place.as_ref() != Some(&now) {
            lines.push(format!("#### {}", named(&now.0, &now.1)));
            place = Some(now);
        }
        lines.push(block(redline, entry));
    }
    lines.join("\n\n") + "\n"
}

fn bullets(items: impl Iterator<Item = String>) -> Option<String> {
    let list: Vec<String> = items.map(|item| format!("- {item}")).collect();
    (!list.is_empty()).then(|| list.join("\n"))
}

fn named(number: &str, title: &str) -> String {
    let title = if number.is_empty() && title.is_empty() { "Opening" } else { title };
    format!("{number} {}", escaped(title)).trim().to_owned()
}

/// One block; what changed in its words is marked, and what moved is shown once, where it stands now.
fn block(redline: &Redline<'_>, entry: &Entry) -> String {
    let (old, new) = redline.leaves(entry);
    let other = || entry.other.map(|at| redline.place(at)).map(|(number, title)| named(&number, &title));
    let cells = || entry.cells.iter().map(|cell| cell.iter().map(part).collect::<String>()).collect::<Vec<_>>();
    let leaf = new.or(old).map(text).unwrap_or_default();
    match entry.class {
        Class::Inserted => format!("inserted: {}", marked("ins", &leaf)),
        Class::Deleted => format!("deleted: {}", marked("del", &leaf)),
        Class::Moved if new.is_none() => format!("moved to {}: {}", other().unwrap_or_default(), escaped(&leaf)),
        Class::Moved => format!("moved from {}: {}", other().unwrap_or_default(), cells().join(" | ")),
        class if entry.cells.is_empty() => format!("{}: {}", class.word(), escaped(&leaf)),
        class => format!("{}: {}", class.word(), cells().join(" | ")),
    }
}

fn part(change: &Change) -> String {
    let text = words(&change.runs);
    match (change.op, change.why) {
        (Op::Delete, Why::Words) => marked("del", &text),
        (Op::Insert, Why::Words) => marked("ins", &text),
        (Op::Delete, Why::Follows) => String::new(),
        _ => escaped(&text),
    }
}

/// Words in `<ins>` or `<del>`, which a pull request shows, on one line.
fn marked(tag: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{tag}>{}</{tag}>", escaped(text)) }
}

/// Words that Markdown takes as they are, on one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\n' | '\r' | '\t' => out.push(' '),
            control if control.is_control() => out.push('\u{fffd}'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => out.extend(['\\', char]),
            other => out.push(other),
        }
    }
    out
}
