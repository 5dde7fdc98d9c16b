//! A canonical body → [`Doc`]: ids, numbers, notes and references are worked out here, by FORMAT.md.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::builder::Draft;
use super::doc::{Block, Doc, ListStyle, Piece, Remark, RemarkKind, Run, each_child, each_heading, each_line, words};
use super::heading_id::{self, is_id};
use super::plain::{letters, roman};
use super::shelf::Read;
use super::space::tidy;
use super::{html, markdown};
use crate::base::table::Met;
use crate::base::text::collapse;

/// How clauses and ordered lists are numbered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Numbering {
    /// h2 `1.`, h3 `1.1`, h4 `1.1.1`; lists `(a)`, `(i)`, `(A)`.
    Legal,
    /// The same with h2 `I.`, h3 `I.1`.
    LegalRoman,
    /// The same with h2 `A.`, h3 `A.1`.
    LegalUpper,
    /// As written.
    #[default]
    None,
}

impl Numbering {
    /// All, by the words with which settings and front matter name them.
    pub const WORDS: &[(&str, Self)] = &[
        ("legal", Self::Legal),
        ("legal-roman", Self::LegalRoman),
        ("legal-upper", Self::LegalUpper),
        ("none", Self::None),
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, numbering)| *numbering == self).map_or("none", |(word, _)| word)
    }

    /// The first part of a clause's number.
    fn first(self, count: u64) -> String {
        match self {
            Self::LegalRoman => roman(count).to_uppercase(),
            Self::LegalUpper => letters(count).to_uppercase(),
            Self::Legal | Self::None => count.to_string(),
        }
    }
}

/// What happens to HTML in a text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HtmlRule {
    /// It is refused; where it cannot be, it is shown as text.
    #[default]
    Refuse,
    /// An allow-list is kept, the rest is taken out.
    Safe,
}

/// What decides how a body reads, beside the body.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The version's title: a first h1 that repeats it is left out.
    pub title: &'a str,
    /// How clauses are numbered.
    pub numbering: Numbering,
    /// What happens to HTML.
    pub html: HtmlRule,
}

/// Reads a canonical body.
#[must_use]
pub fn parse(body: &str, manner: Manner<'_>) -> Doc {
    whole(read(body, manner.html), manner)
}

/// As [`parse()`], of a body that was read in parts.
#[must_use]
pub fn parse_read(read_in_parts: &Read, body: &str, manner: Manner<'_>) -> Doc {
    let read = read_in_parts.draft(manner.html).unwrap_or_else(|| read(body, manner.html));
    whole(read, manner)
}

fn whole((draft, remarks): (Draft, Vec<Remark>), manner: Manner<'_>) -> Doc {
    let refers = draft.refers;
    let mut doc = numbered((draft, remarks), manner);
    if refers {
        let words = reference_words(&mut doc.blocks, "section");
        resolve(&mut doc, &words);
    }
    doc
}

/// The same body with the words of its references written into it: `[](#id)` becomes `[section 1](#id)`, so that it is
/// whole by itself. It reads as before, on the page and as plain text; references to nowhere stay as they are.
#[must_use]
pub fn written_out(body: &str, manner: Manner<'_>) -> String {
    written_out_as(body, manner, "section")
}

/// The same, with the word that the text's language has for a section.
#[must_use]
pub fn written_out_as(body: &str, manner: Manner<'_>, section: &str) -> String {
    let words = reference_words(&mut numbered(read(body, manner.html), manner).blocks, section);
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for (at, id) in markdown::references(body) {
        if let Some(said) = words.get(&id) {
            out.push_str(body.get(done..at).unwrap_or_default());
            out.push_str(&markdown::escaped(said));
            done = at;
        }
    }
    out + body.get(done..).unwrap_or_default()
}

fn read(body: &str, html: HtmlRule) -> (Draft, Vec<Remark>) {
    match html {
        HtmlRule::Refuse => markdown::parse(body),
        HtmlRule::Safe => (html::parse(body), Vec::new()),
    }
}

/// A body with its ids, numbers and notes; references have no words yet.
fn numbered((draft, mut remarks): (Draft, Vec<Remark>), manner: Manner<'_>) -> Doc {
    let Draft { mut blocks, notes, labels, targets, .. } = draft;
    let others = drop_title(&mut blocks, manner.title);
    let notes = number_notes(&mut blocks, notes, &labels);
    name(&mut blocks, &mut remarks);
    if manner.numbering != Numbering::None {
        let mut count = Count { numbering: manner.numbering, ..Count::default() };
        count.blocks(&mut blocks, 0);
    }
    Doc { blocks, notes, shift: u8::from(others), targets, remarks }
}

/// Takes off a first h1 that repeats the title; says whether another h1 is left.
fn drop_title(blocks: &mut Vec<Block>, title: &str) -> bool {
    let is_h1 = |block: &Block| matches!(block, Block::Heading(heading) if heading.level == 1);
    let repeats =
        |block: &Block| matches!(block, Block::Heading(heading) if collapse(&words(&heading.runs)) == collapse(title));
    if let Some(at) = blocks.iter().position(is_h1)
        && blocks.get(at).is_some_and(repeats)
    {
        blocks.remove(at);
    }
    blocks.iter().any(is_h1)
}

/// Notes get numbers by first use; those nobody refers to are left out.
fn number_notes(blocks: &mut [Block], notes: Vec<(String, Vec<Block>)>, labels: &[String]) -> Vec<Vec<Block>> {
    let mut by_label: BTreeMap<String, Vec<Block>> = BTreeMap::new();
    for (label, blocks) in notes {
        by_label.entry(label).or_insert(blocks);
    }
    if labels.is_empty() {
        return Vec::new();
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut order: Vec<usize> = Vec::new();
    let mut used: Vec<Vec<Block>> = Vec::new();
    number_references(blocks, &mut numbers, &mut order);
    while let Some(index) = order.get(used.len()) {
        let mut note = labels.get(*index).and_then(|label| by_label.remove(label)).unwrap_or_default();
        number_references(&mut note, &mut numbers, &mut order);
        used.push(note);
    }
    used
}

fn number_references(blocks: &mut [Block], numbers: &mut BTreeMap<usize, usize>, order: &mut Vec<usize>) {
    let refers = |runs: &[Run]| runs.iter().any(|run| matches!(run.piece, Piece::Note(_)));
    each_line(blocks, &refers, &mut |runs| {
        for run in runs {
            if let Piece::Note(label) = &mut run.piece {
                let next = numbers.len() + 1;
                let number = *numbers.entry(*label).or_insert_with(|| {
                    order.push(*label);
                    next
                });
                *label = number;
            }
        }
    });
}

/// Gives every heading its id: explicit ones first, then those made of the words.
fn name(blocks: &mut [Block], remarks: &mut Vec<Remark>) {
    let mut taken = Met::default();
    taken.reserve(blocks.len() / 4);
    let mut later = Vec::new();
    each_heading(blocks, &mut |heading| {
        if heading.id.is_empty() {
            return;
        }
        let kind = if !is_id(&heading.id) {
            RemarkKind::BadId
        } else if taken.insert(heading.id.clone()) {
            return;
        } else {
            RemarkKind::RepeatedId
        };
        let asked = std::mem::take(&mut heading.id);
        remarks.push(Remark { kind, span: heading.span, words: asked.to_string() });
        if kind == RemarkKind::RepeatedId {
            later.push((heading.span.start, asked));
        }
    });
    each_heading(blocks, &mut |heading| {
        if heading.id.is_empty() {
            let asked = later.iter().find(|(start, _)| *start == heading.span.start).map(|(_, id)| Arc::clone(id));
            let repeated = asked.is_some();
            let wanted = asked.unwrap_or_else(|| Arc::clone(&heading.made));
            heading.id = heading_id::free(&wanted, |id| taken.contains(id));
            if heading.id != wanted && !repeated {
                remarks.push(Remark { kind: RemarkKind::RepeatedId, span: heading.span, words: wanted.to_string() });
            }
            taken.insert(heading.id.clone());
        }
    });
}

/// Counts clauses and marks lists, in reading order.
#[derive(Default)]
struct Count {
    numbering: Numbering,
    in_clause: bool,
    clauses: [u64; 3],
}

impl Count {
    fn blocks(&mut self, blocks: &mut [Block], ordered: usize) {
        for block in blocks {
            let mut inner = ordered;
            match block {
                Block::Heading(heading) => heading.number = self.heading(heading.level),
                Block::List(list) if list.style != ListStyle::Bullet => {
                    if self.in_clause {
                        list.style = level_style(ordered);
                    }
                    inner += 1;
                }
                _ => {}
            }
            each_child(block, &is_numbered, &mut |blocks| self.blocks(blocks, inner));
        }
    }

    fn heading(&mut self, level: u8) -> String {
        self.in_clause = true;
        let depth = usize::from(level).wrapping_sub(2);
        let Some(count) = self.clauses.get_mut(depth) else { return String::new() };
        *count += 1;
        self.clauses.iter_mut().skip(depth + 1).for_each(|count| *count = 0);
        let mut parts: Vec<String> = self.clauses.iter().take(depth + 1).map(u64::to_string).collect();
        if let (Some(first), Some(count)) = (parts.first_mut(), self.clauses.first()) {
            *first = self.numbering.first(*count);
        }
        if depth == 0 { format!("{}.", parts.join(".")) } else { parts.join(".") }
    }
}

/// Whether a block has a number, or its items have.
fn is_numbered(block: &Block) -> bool {
    match block {
        Block::Heading(_) => true,
        Block::List(list) => list.style != ListStyle::Bullet,
        _ => false,
    }
}

fn level_style(ordered: usize) -> ListStyle {
    match ordered % 3 {
        0 => ListStyle::Alpha,
        1 => ListStyle::Roman,
        _ => ListStyle::Upper,
    }
}

/// Whether a run has no words: a reference that is to be filled in.
fn is_empty(run: &Run) -> bool {
    matches!(&run.piece, Piece::Text(text) if text.is_empty())
}

fn has_empty(runs: &[Run]) -> bool {
    runs.iter().any(is_empty)
}

/// What a reference to each heading says: "section 1", or the heading itself where it has no number.
fn reference_words(blocks: &mut [Block], section: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    each_heading(blocks, &mut |heading| {
        let number = heading.number.trim_end_matches('.');
        let title = || format!("“{}”", collapse(&words(&heading.runs)));
        let said = if number.is_empty() { title() } else { format!("{section} {number}") };
        found.insert(heading.id.to_string(), said);
    });
    found
}

/// Fills in references that were left without words: `[](#id)` reads "section 1".
fn resolve(doc: &mut Doc, said: &BTreeMap<String, String>) {
    let mut fill = |runs: &mut Vec<Run>| {
        for run in runs.iter_mut() {
            let target = run.link().and_then(|link| link.href.strip_prefix('#')).and_then(|id| said.get(id));
            if let (Some(words), Piece::Text(text)) = (target, &run.piece)
                && text.is_empty()
            {
                run.piece = Piece::Text(words.clone());
            }
        }
        // A reference to nowhere has no words; what stood around it joins.
        if has_empty(runs) {
            runs.retain(|run| !is_empty(run));
            *runs = tidy(std::mem::take(runs));
        }
    };
    each_line(&mut doc.blocks, &has_empty, &mut fill);
    doc.notes.iter_mut().for_each(|note| each_line(note, &has_empty, &mut fill));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(body: &str) -> Doc {
        parse(body, Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse })
    }

    fn ids(body: &str) -> Vec<String> {
        doc(body).headings().iter().map(|heading| heading.id.to_string()).collect()
    }

    #[test]
    fn ids_are_explicit_first_then_made_of_the_words() {
        assert_eq!(
            ids("## What’s new?\n## What s new\n## 🎉\n## Größe & Maß_a\n## m² ٣ ½\n"),
            ["whats-new", "what-s-new", "clause", "größe--maß_a", "m-٣-"]
        );
        assert_eq!(ids("## Contact\n## Other {#contact}\n## Contact\n"), ["contact-2", "contact", "contact-3"]);
        assert_eq!(ids("## A {#x}\n## B {#x}\n## C {#1x}\n"), ["x", "x-2", "c"]);
    }

    #[test]
    fn clauses_are_counted_by_level() {
        let numbers: Vec<String> = doc("## a\n### b\n### c\n#### d\n## e\n### f\n##### g\n")
            .headings()
            .iter()
            .map(|h| h.number.clone())
            .collect();
        assert_eq!(numbers, ["1.", "1.1", "1.2", "1.2.1", "2.", "2.1", ""]);
    }

    #[test]
    fn clauses_may_begin_with_letters_or_roman_numbers() {
        let numbers = |numbering| {
            let doc = parse("## a\n### b\n## c\n", Manner { title: "T", numbering, html: HtmlRule::Refuse });
            doc.headings().iter().map(|heading| heading.number.clone()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(Numbering::LegalUpper), ["A.", "A.1", "B."]);
        assert_eq!(numbers(Numbering::LegalRoman), ["I.", "I.1", "II."]);
        assert_eq!(Numbering::WORDS.iter().filter(|(word, numbering)| numbering.word() == *word).count(), 4);
    }

    #[test]
    fn a_first_heading_that_repeats_the_title_is_left_out() {
        assert_eq!(ids("# T\n\n## a\n"), ["a"]);
        let other = doc("# T\n\n# Part\n\n## a\n");
        assert_eq!((other.headings().len(), other.shift), (2, 1));
    }

    #[test]
    fn a_reference_without_words_says_the_number() {
        let doc = doc("See [](#b) now.\n\n## A\n\n### B\n");
        let Block::Paragraph(runs) = &doc.blocks[0] else { panic!() };
        assert_eq!(words(runs), "See section 1.1 now.");
    }
    fn written(body: &str, numbering: Numbering) -> String {
        written_out(body, Manner { title: "T", numbering, html: HtmlRule::Refuse })
    }

    #[test]
    fn references_are_written_out_where_they_stand() {
        let body = "See [](#b), [](#b) and [words](#b).\n\n    [](#b)\n\n`[](#b)` [](#gone) [][ref]\n\n[ref]: #b\n\n## A\n\n### B\n";
        let wanted = body
            .replace("See [](#b), [](#b)", "See [section 1.1](#b), [section 1.1](#b)")
            .replace("[][ref]", "[section 1.1][ref]");
        assert_eq!(written(body, Numbering::Legal), wanted);
        assert_eq!(written(&wanted, Numbering::Legal), wanted);
        let odd = "See [](#x).\n\n## *a* `b]` <c & \\*d\\* {#x}\n";
        assert_eq!(written(odd, Numbering::None), odd.replace("[]", "[“a b\\] &lt;c \\& \\*d\\*”]"));
    }

    #[test]
    fn a_heading_keeps_its_words_and_so_its_id() {
        let body = "## See [](#b)\n\nAs [](#see) {#a}\n\n## B\n";
        assert_eq!(written(body, Numbering::Legal), body.replace("As []", "As [section 1]"));
    }
}
