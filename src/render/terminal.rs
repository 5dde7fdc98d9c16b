//! A redline → lines for the terminal: only what changed, under the heading of its clause.
//!
//! Without colour, `[-gone-]` and `{+come+}` mark words, as `git diff --word-diff` does.

use crate::redline::change::{Change, Op};
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
        lines.push(line(entry, leaf, (old, new), colour));
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

fn line(entry: &Entry, leaf: &Leaf<'_>, sides: (Option<&Leaf<'_>>, Option<&Leaf<'_>>), colour: bool) -> String {
    let whole = |op| {
        let cells = leaf.cells.iter().map(|cell| stretch(op, cell, colour)).collect::<Vec<_>>();
        cells.join(" | ")
    };
    match entry.class {
        Class::Inserted => format!("+ {}", whole(Op::Insert)),
        Class::Deleted => format!("- {}", whole(Op::Delete)),
        Class::Renumbered => {
            let was = sides.0.map(title).unwrap_or_default();
            let number = was.split_whitespace().next().unwrap_or_default().to_owned();
            format!("  {} (was {})", title(leaf), number.trim_end_matches('.'))
        }
        class => {
            let cells =
                entry.cells.iter().map(|cell| cell.iter().map(|change| part(change, colour)).collect::<String>());
            let note = match class {
                Class::Format => " (formatting only)",
                Class::Link => " (link target only)",
                _ => "",
            };
            format!("~ {}{note}", cells.collect::<Vec<_>>().join(" | "))
        }
    }
}

fn part(change: &Change, colour: bool) -> String {
    stretch(change.op, &change.runs, colour)
}

fn stretch(op: Op, runs: &[Run], colour: bool) -> String {
    let words: String = words(runs).chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
    match (op, colour) {
        (Op::Insert, true) => format!("\u{1b}[32;4m{words}\u{1b}[0m"),
        (Op::Delete, true) => format!("\u{1b}[31;9m{words}\u{1b}[0m"),
        (Op::Insert, false) => format!("{{+{words}+}}"),
        (Op::Delete, false) => format!("[-{words}-]"),
        _ => words,
    }
}
