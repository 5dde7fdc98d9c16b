//! `text.txt`: what a reader reads, by FORMAT.md to the byte.

use std::borrow::Cow;

use super::doc::{Block, Definition, Doc, Item, Link, List, ListStyle, Piece, Run, Table};
use super::shared::Shared;
use crate::base::text::places;

/// The plain text of a document.
#[must_use]
pub fn text(doc: &Doc) -> String {
    let notes = doc.notes.iter().enumerate().map(|(index, note)| format!("[{}] {}", index + 1, join(note)));
    let parts: Vec<_> = doc.blocks.iter().filter_map(block).chain(notes.map(Cow::Owned)).collect();
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 2).sum());
    for part in parts {
        if !text.is_empty() {
            text.push('\n');
        }
        if is_tidy(&part) {
            text.push_str(&part);
            text.push('\n');
            continue;
        }
        for line in part.lines() {
            text.push_str(line.trim_end_matches([' ', '\t']));
            text.push('\n');
        }
    }
    text
}

/// Whether no line of a text ends with white space, and none is empty at its end.
fn is_tidy(part: &str) -> bool {
    let bytes = part.as_bytes();
    let loose = |end: usize| bytes.get(end.wrapping_sub(1)).is_some_and(|last| matches!(last, b' ' | b'\t' | b'\r'));
    bytes.last() != Some(&b'\n') && !loose(bytes.len()) && !places(part, b'\n').any(loose)
}

/// The marker of an item: `-`, `3.`, `(a)`, `(iv)` or `(B)`.
#[must_use]
pub fn marker(style: ListStyle, number: u64) -> String {
    match style {
        ListStyle::Bullet => "-".to_owned(),
        ListStyle::Decimal => format!("{number}."),
        ListStyle::Alpha => format!("({})", letters(number)),
        ListStyle::Upper => format!("({})", letters(number).to_uppercase()),
        ListStyle::Roman => format!("({})", roman(number)),
    }
}

/// a to z, then aa, ab …; numbers that have no letters stay numbers.
#[must_use]
pub fn letters(number: u64) -> String {
    if number == 0 {
        return "0".to_owned();
    }
    let mut rest = number;
    let mut text = String::new();
    while rest > 0 {
        rest -= 1;
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        text.insert(0, char::from(b'a' + letter));
        rest /= 26;
    }
    text
}

const ROMAN: &[(u64, &str)] = &[
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

/// i to mmmcmxcix; numbers outside stay numbers.
#[must_use]
pub fn roman(number: u64) -> String {
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, letters) in ROMAN {
        while rest >= *value {
            text.push_str(letters);
            rest -= value;
        }
    }
    text
}

fn block(block: &Block) -> Option<Cow<'_, str>> {
    Some(match block {
        Block::Heading(heading) => {
            format!("{} {}", heading.number, text_of(&heading.runs)).trim_start().to_owned().into()
        }
        Block::Paragraph(runs) => text_of(runs),
        Block::List(list) => list.items.text((list.style, list.start), || items(list)),
        Block::Quote(blocks) => blocks.text((), || prefix_all(&join(blocks), "> ")),
        Block::Code(code) => prefix_all(code, "    ").into(),
        Block::Table(table) => table.rows.text((), || rows(table)),
        Block::Rule => "---".into(),
        Block::Definitions(all) => all.text((), || all.iter().map(definition).collect::<Vec<_>>().join("\n")),
    })
    .filter(|text| !text.is_empty())
}

fn text_of(runs: &Shared<Run>) -> Cow<'_, str> {
    runs.text((), || line(runs))
}

/// Blocks with one blank line between them.
fn join(blocks: &[Block]) -> String {
    blocks.iter().filter_map(block).collect::<Vec<_>>().join("\n\n")
}

/// The blocks of an item: the items of a list in it follow without a blank line.
fn join_item(blocks: &[Block]) -> String {
    let mut text = String::new();
    for inner in blocks {
        let Some(part) = block(inner) else { continue };
        if !text.is_empty() {
            text.push_str(if matches!(inner, Block::List(_)) { "\n" } else { "\n\n" });
        }
        text.push_str(&part);
    }
    text
}

fn items(list: &List) -> String {
    let numbered = (list.start..).zip(list.items.iter());
    numbered.map(|(number, one)| item(&marker(list.style, number), one)).collect::<Vec<_>>().join("\n")
}

fn item(marker: &str, item: &Item) -> String {
    format!("{marker} {}", indent_rest(&join_item(&item.blocks)))
}

fn definition(one: &Definition) -> String {
    let mut lines = vec![line(&one.term)];
    lines.extend(one.details.iter().map(|blocks| prefix_all(&join(blocks), "  ")));
    lines.join("\n")
}

fn rows(table: &Table) -> String {
    let row = |cells: &Vec<Vec<Run>>| cells.iter().map(|cell| line(cell)).collect::<Vec<_>>().join(" | ");
    table.rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn prefix_all(text: &str, prefix: &str) -> String {
    text.split('\n').map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n")
}

fn indent_rest(text: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| if line.is_empty() { text + "\n" } else { text + "\n  " + line })
}

/// A line of runs; each link is followed by where it leads.
fn line(runs: &[Run]) -> String {
    let mut text = String::new();
    let mut rest = runs;
    while let Some(first) = rest.first() {
        let serial = |run: &Run| run.link().map(|link| link.serial);
        let length = rest.iter().take_while(|run| serial(run) == serial(first)).count();
        let (part, after) = rest.split_at(length);
        let begin = text.len();
        part.iter().for_each(|run| push(run, &mut text));
        if let Some(link) = first.link() {
            let destination = destination(link, text.get(begin..).unwrap_or_default());
            text.push_str(&destination);
        }
        rest = after;
    }
    text
}

fn push(run: &Run, text: &mut String) {
    match &run.piece {
        Piece::Text(words) => text.push_str(words),
        Piece::Break => text.push('\n'),
        Piece::Image(image) => text.extend(["[", &image.alt, "]"]),
        Piece::Note(number) => text.extend(["[", &number.to_string(), "]"]),
    }
}

fn destination(link: &Link, words: &str) -> String {
    let plain = link.bare || link.href.starts_with('#') || link.href == words;
    if plain { String::new() } else { format!(" <{}>", link.href) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::pieces::Pieces;
    use crate::site::body::{HtmlRule, Manner, Numbering, parse, parse_read};
    use crate::site::shelf::Shelf;

    fn plain(body: &str) -> String {
        text(&parse(body, Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse }))
    }

    #[test]
    fn markers_count_in_letters_and_roman_numerals() {
        let all: Vec<_> = [1, 26, 27, 702, 703].map(|n| marker(ListStyle::Alpha, n)).into();
        assert_eq!(all, ["(a)", "(z)", "(aa)", "(zz)", "(aaa)"]);
        assert_eq!(marker(ListStyle::Roman, 1994), "(mcmxciv)");
        assert_eq!((marker(ListStyle::Roman, 0), marker(ListStyle::Alpha, 0)), ("(0)".into(), "(0)".into()));
    }

    #[test]
    fn lists_continue_their_start_and_bullets_are_never_numbered() {
        assert_eq!(plain("## A\n\n3. c\n4. d\n\n   more\n   - x\n"), "1. A\n\n(c) c\n(d) d\n\n  more\n  - x\n");
        assert_eq!(plain("3. c\n"), "3. c\n");
    }

    #[test]
    fn a_link_says_where_it_leads_unless_that_is_plain() {
        let body = "[a](https://x.example) [b](#b) <https://y.example> <m@z.example> ![alt](p.png)[^1]\n\n[^1]: note\n";
        assert_eq!(plain(body), "a <https://x.example> b https://y.example m@z.example [alt][1]\n\n[1] note\n");
    }

    #[test]
    fn what_texts_share_reads_in_each_as_it_does_by_itself() {
        const PIECES: &[&str] = &[
            "## A\n\n",
            "1. a\n2. b\n\n   1. c\n\n",
            "Words [](#a) and[^1] more\n\n",
            "> 1. q [](#a)\n\n",
            "3. x\n\n",
            "Term [](#a)\n: means\n\n  1. d\n\n",
            "- y\n  1. z\n\n",
            "### B\n\n",
            "| [](#a) |\n|---|\n| e |\n\n",
        ];
        let (shelf, mut pieces) = (Shelf::default(), Pieces::new(PIECES, 3));
        for round in 0..400 {
            let mut body = pieces.text(6);
            body.push_str(if round % 3 == 0 { "[^1]: note\n" } else { "" });
            for numbering in [Numbering::Legal, Numbering::None, Numbering::LegalRoman] {
                let manner = Manner { title: "T", numbering, html: HtmlRule::Refuse };
                let alone = text(&parse(&body, manner));
                assert_eq!(text(&parse_read(&shelf.read(&body), &body, manner)), alone, "{body}");
            }
        }
    }

    #[test]
    fn quotes_code_and_terms() {
        assert_eq!(plain("> a\n>\n> b\n"), "> a\n>\n> b\n");
        assert_eq!(plain("```\na  b \n\nc\n```\n"), "    a  b\n\n    c\n");
        assert_eq!(plain("Term\n: means\n  this\n\nOther\n: that\n"), "Term\n  means this\nOther\n  that\n");
    }
}
