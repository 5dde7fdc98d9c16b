//! A redline as Markdown, for pull requests.

use super::diff::{About, text};
use crate::redline::change::{Change, Op, Why};
use crate::redline::summary::{Kind, clauses};
use crate::redline::{Class, Entry, Redline};
use crate::site::doc::words;

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
