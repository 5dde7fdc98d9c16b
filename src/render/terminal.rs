//! A redline → lines for the terminal: only what changed, under the heading of its clause.
//!
//! Without colour, `[-gone-]` and `{+come+}` mark words, as `git diff --word-diff` does.

use crate::redline::change::{Change, Op, Why};
use crate::redline::flat::{Leaf, LeafKind};
use crate::redline::{Class, Entry, Redline};
use crate::site::doc::{Run, words};

/// The changed blocks as text; nothing where nothing changed.
#[must_use]
pub fn text(redline: &Redline<'_>, colour: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut heading: Option<String> = None;
    for entry in &redline.entries {
        let (old, new) = redline.leaves(entry);
        let Some(leaf) = new.or(old) else { continue };
        let is_heading = matches!(leaf.kind, LeafKind::Heading { .. });
        if is_heading && entry.class == Class::Equal {
            heading = Some(format!("  {}", title(leaf)));
            continue;
        }
        if entry.class == Class::Equal {
            continue;
        }
        if !is_heading && let Some(heading) = heading.take() {
            lines.push(String::new());
            lines.push(heading);
        }
        if is_heading {
            heading = None;
            lines.push(String::new());
        }
        lines.push(line(redline, entry, colour));
    }
    lines.join("\n").trim_start_matches('\n').to_owned()
}

fn title(leaf: &Leaf<'_>) -> String {
    let number = match leaf.kind {
        LeafKind::Heading { number, .. } => number,
        _ => "",
    };
    let words: String = leaf.cells.iter().map(|cell| words(cell)).collect();
    format!("{number} {words}").trim_start().to_owned()
}

fn line(redline: &Redline<'_>, entry: &Entry, colour: bool) -> String {
    let sides = redline.leaves(entry);
    let Some(leaf) = sides.1.or(sides.0) else { return String::new() };
    let whole = |op| {
        let cells = leaf.own().map(|cell| stretch(op, cell, colour)).collect::<Vec<_>>();
        cells.join(" | ")
    };
    match entry.class {
        Class::Inserted => format!("+ {}", whole(Op::Insert)),
        Class::Deleted => format!("- {}", whole(Op::Delete)),
        Class::Renumbered if sides.0.map(title) != sides.1.map(title) && leaf.id().is_some() => {
            let number = sides.0.and_then(Leaf::number).unwrap_or_default();
            format!("  {} (was {number})", title(leaf))
        }
        Class::Moved if sides.1.is_none() => format!("< {} (moved to {})", whole(Op::Equal), place(redline, entry)),
        Class::Moved => format!("> {} (moved from {})", changed(entry, colour), place(redline, entry)),
        class => {
            format!("{} {}{}", if class == Class::Renumbered { " " } else { "~" }, changed(entry, colour), note(entry))
        }
    }
}

/// The words of a block, with those that changed marked.
fn changed(entry: &Entry, colour: bool) -> String {
    let cells = entry.cells.iter().map(|cell| cell.iter().map(|change| part(change, colour)).collect::<String>());
    cells.collect::<Vec<_>>().join(" | ")
}

/// The clause at the other end of a move.
fn place(redline: &Redline<'_>, entry: &Entry) -> String {
    let (number, title) = entry.other.map(|at| redline.place(at)).unwrap_or_default();
    match (number.is_empty(), title.is_empty()) {
        (true, true) => "the opening".to_owned(),
        (true, false) => shown(&title),
        _ => number,
    }
}

fn note(entry: &Entry) -> &'static str {
    let is_whole = entry.pair.old.is_some() && entry.pair.new.is_some();
    match entry.class {
        Class::Format => " (formatting only)",
        Class::Joined if is_whole => " (joined)",
        Class::Joined => " (joined with the paragraph beside it)",
        Class::Link => " (link target only)",
        Class::Renumbered => " (a reference follows)",
        Class::Split if is_whole => " (split)",
        Class::Split => " (split from the paragraph beside it)",
        _ => "",
    }
}

/// A stretch with its marks; words that stay, and numbers that follow, are shown once and without.
fn part(change: &Change, colour: bool) -> String {
    match (change.op, change.why) {
        (Op::Delete, Why::Follows) => String::new(),
        (Op::Delete | Op::Insert, Why::Follows | Why::Place) => stretch(Op::Equal, &change.runs, colour),
        _ => stretch(change.op, &change.runs, colour),
    }
}

fn shown(words: &str) -> String {
    words.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}

fn stretch(op: Op, runs: &[Run], colour: bool) -> String {
    let words = shown(&words(runs));
    match (op, colour) {
        (Op::Insert, true) => format!("\u{1b}[32;4m{words}\u{1b}[0m"),
        (Op::Delete, true) => format!("\u{1b}[31;9m{words}\u{1b}[0m"),
        (Op::Insert, false) => format!("{{+{words}+}}"),
        (Op::Delete, false) => format!("[-{words}-]"),
        _ => words,
    }
}
