//! The terms that a text defines: a glossary for its page, and the places of the text where it can be opened. Words of
//! the text are never changed: what is added stands beside them and is marked `data-ui`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::html::Html;
use super::view::TermView;
use crate::base::text::collapse;
use crate::site::doc::{Block, Doc, Mark, Piece, Run, each_inner};
use crate::site::terms::definitions;
use crate::site::terms::lexicon::{Lexicon, Use, Written, is_part};
use crate::site::terms::words::{Word, words};
use crate::site::texts::Texts;

/// A longer paragraph is not shown as a whole: the sentence of the definition is.
const LONG: usize = 400;

/// The terms of a text, in the order in which they are defined.
#[derive(Debug, Default)]
pub struct Glossary {
    entries: Vec<Entry>,
    lexicon: Lexicon,
}

#[derive(Debug)]
struct Entry {
    term: String,
    meaning: String,
}

/// Something to add at a place of a line.
#[derive(Debug)]
pub struct Spot {
    /// Which run of the line.
    run: usize,
    /// Which bytes of its words.
    words: Range<usize>,
    /// Which term.
    term: usize,
    /// Whether it is defined here.
    defines: bool,
}

impl Glossary {
    /// Reads a text.
    #[must_use]
    pub fn of(doc: &Doc) -> Self {
        let mut entries = Vec::new();
        doc.blocks.iter().for_each(|block| collect(block, &mut entries));
        let lexicon = Lexicon::new(entries.iter().map(|entry: &Entry| entry.term.as_str()));
        Self { entries, lexicon }
    }

    /// The entries by the alphabet, each with its number in the order of definitions.
    #[must_use]
    pub fn view(&self) -> Vec<TermView> {
        let view = |(index, entry): (usize, &Entry)| TermView {
            number: index + 1,
            term: entry.term.clone(),
            meaning: entry.meaning.clone(),
        };
        let mut all: Vec<TermView> = self.entries.iter().enumerate().map(view).collect();
        all.sort_by_key(|one| (one.term.to_lowercase(), one.number));
        all
    }
}

fn collect(block: &Block, entries: &mut Vec<Entry>) {
    match block {
        Block::Paragraph(runs) => line(runs, entries),
        Block::Table(table) => table.rows.iter().flatten().for_each(|cell| line(cell, entries)),
        Block::Definitions(all) => all.iter().for_each(|one| line(&one.term, entries)),
        _ => {}
    }
    each_inner(block, &mut |blocks| blocks.iter().for_each(|block| collect(block, entries)));
}

fn line(runs: &[Run], entries: &mut Vec<Entry>) {
    let text = text(runs);
    for one in definitions(&text, &strong(runs)) {
        let term = collapse(text.get(one.words.clone()).unwrap_or_default());
        if !entries.iter().any(|entry| entry.term == term) {
            entries.push(Entry { term, meaning: collapse(meaning(&text, &one.whole)) });
        }
    }
}

/// The words of a line; a note is nothing.
fn text(runs: &[Run]) -> String {
    runs.iter().map(|run| shown(&run.piece)).collect()
}

fn shown(piece: &Piece) -> &str {
    match piece {
        Piece::Text(text) => text,
        Piece::Break => "\n",
        Piece::Image(image) => &image.alt,
        Piece::Note(_) => "",
    }
}

/// The parts of a line that are bold.
fn strong(runs: &[Run]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for run in runs {
        let end = at + shown(&run.piece).len();
        if run.marks.iter().any(|mark| matches!(mark, Mark::Strong)) {
            match found.last_mut().filter(|last| last.end == at) {
                Some(last) => last.end = end,
                None => found.push(at..end),
            }
        }
        at = end;
    }
    found
}

/// The paragraph around a definition, or its sentence.
fn meaning<'t>(text: &'t str, whole: &Range<usize>) -> &'t str {
    if text.len() <= LONG {
        return text;
    }
    let ends = |text: &'t str| text.match_indices(['.', '!', '?', ';']).map(|(at, mark)| at + mark.len());
    let is_end = |at: &usize| text.get(*at..).is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\n']));
    let start = ends(text.get(..whole.start).unwrap_or_default()).rfind(is_end).unwrap_or(0);
    let after = text.get(whole.end..).unwrap_or_default();
    let end = ends(after).map(|at| whole.end + at).find(is_end).unwrap_or(text.len());
    text.get(start..end).unwrap_or(text)
}

/// Finds the places of a text, line by line in its order.
#[derive(Debug)]
pub struct Marker<'a> {
    glossary: &'a Glossary,
    /// The terms whose definitions were met.
    defined: BTreeSet<usize>,
    /// The terms that the clause has used.
    seen: BTreeSet<usize>,
    is_heading: bool,
}

impl<'a> Marker<'a> {
    /// Begins with a text.
    #[must_use]
    pub fn new(glossary: &'a Glossary) -> Self {
        Self { glossary, defined: BTreeSet::new(), seen: BTreeSet::new(), is_heading: false }
    }

    /// A clause begins; its heading is the next line.
    pub fn clause(&mut self) {
        self.seen.clear();
        self.is_heading = true;
    }

    /// The places of the next line: where terms are defined, and the first use of each in its clause.
    pub fn line(&mut self, runs: &[Run]) -> Vec<Spot> {
        if std::mem::take(&mut self.is_heading) || self.glossary.entries.is_empty() {
            return Vec::new();
        }
        let text = text(runs);
        let mut taken = Vec::new();
        let mut spots = Vec::new();
        for one in definitions(&text, &strong(runs)) {
            let term = collapse(text.get(one.words.clone()).unwrap_or_default());
            let term = self.glossary.entries.iter().position(|entry| entry.term == term);
            if let Some(term) = term.filter(|term| self.defined.insert(*term)) {
                self.seen.insert(term);
                spots.extend(spot(runs, &one.words, (term, true)));
            }
            taken.push(one.whole);
        }
        let mut line = Vec::new();
        words(&text, &mut line);
        let mut at = 0;
        while at < line.len() {
            let found = self.glossary.lexicon.find(&text, &line, at);
            at = found.as_ref().map_or(at + 1, |found| found.words.end);
            spots.extend(found.and_then(|found| self.used(runs, (&text, &line, &taken), &found)));
        }
        spots.sort_by_key(|spot| (spot.run, spot.words.start));
        spots
    }

    fn used(&mut self, runs: &[Run], line: (&str, &[Word], &[Range<usize>]), found: &Use) -> Option<Spot> {
        let (text, line, taken) = line;
        let (first, last) = (line.get(found.words.start)?, line.get(found.words.end.checked_sub(1)?)?);
        let words = first.range.start..last.range.end;
        let is_sure = found.written == Written::AsDefined && !(first.opens && found.words.len() == 1);
        let is_taken = taken.iter().any(|other| other.start < words.end && words.start < other.end);
        if !is_sure || is_taken || self.seen.contains(&found.term) || is_part(text, line, &found.words) {
            return None;
        }
        let spot = spot(runs, &words, (found.term, false))?;
        self.seen.insert(found.term);
        Some(spot)
    }
}

/// The run that holds some words of a line. A use stands in one run, and in no link and no code.
fn spot(runs: &[Run], words: &Range<usize>, (term, defines): (usize, bool)) -> Option<Spot> {
    let mut at = 0;
    for (index, run) in runs.iter().enumerate() {
        let own = shown(&run.piece);
        if words.start < at + own.len() {
            let inside = words.start - at..(words.end - at).min(own.len());
            let fits = words.end <= at + own.len() && run.link().is_none() && !run.is_code();
            let spot = Spot { run: index, words: inside, term, defines };
            return (matches!(run.piece, Piece::Text(_)) && (fits || defines)).then_some(spot);
        }
        at += own.len();
    }
    None
}

/// Writes the words of a run with what is added to them.
pub fn write(html: &mut Html, (index, words): (usize, &str), spots: &[Spot], texts: &Texts) {
    let mut from = 0;
    for spot in spots.iter().filter(|spot| spot.run == index) {
        html.text(words.get(from..spot.words.start).unwrap_or_default());
        from = spot.words.start;
        let number = spot.term + 1;
        if spot.defines {
            html.element("span", &[("id", &format!("v-def-{number}")), ("data-ui", "")], "");
            continue;
        }
        let term = words.get(spot.words.clone()).unwrap_or_default();
        let label = texts.say("term-show", &[("term", term)]);
        html.open("label", &[("class", "term")]);
        html.text(term);
        let target = format!("v-term-{number}");
        let button =
            [("data-ui", ""), ("type", "button"), ("popovertarget", target.as_str()), ("aria-label", label.as_str())];
        html.element("button", &button, "");
        html.close("label");
        from = spot.words.end;
    }
    html.text(words.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::body::{Setting, marked};
    use crate::render::linker::Linker;
    use crate::site::body::{HtmlRule, Manner, Numbering, parse};
    use crate::site::config::BaseUrl;

    fn page(body: &str) -> (Vec<TermView>, String) {
        let doc = parse(body, Manner { html: HtmlRule::Refuse, numbering: Numbering::None, title: "" });
        let (base, texts) = (BaseUrl::parse("https://example.org").unwrap(), Texts::default());
        let linker = Linker { base: &base, cards: &[], policy: None, language: None, first_day: None };
        let glossary = Glossary::of(&doc);
        let html = marked(&doc, Setting { linker, texts: &texts, moved: &[] }, &glossary);
        (glossary.view(), html.as_str().to_owned())
    }

    #[test]
    fn the_first_use_in_each_clause_can_be_opened() {
        let body = "## Your Details\n\nThese are **“Your Details”**, an App (“App”). Your Details.\n\n## B\n\n\
                    *Your Details*, [Your Details](/x) and Your Details.\n";
        let (view, html) = page(body);
        let terms: Vec<_> = view.iter().map(|one| (one.number, one.term.as_str())).collect();
        assert_eq!(terms, [(2, "App"), (1, "Your Details")]);
        assert_eq!(html.matches("<button").count(), 1, "{html}");
        assert!(html.contains("<em><label class=\"term\">Your Details<button data-ui=\"\""), "{html}");
        assert!(html.contains("“<span id=\"v-def-1\" data-ui=\"\"></span>Your Details”"), "{html}");
    }

    #[test]
    fn a_long_paragraph_gives_its_sentence() {
        let long = "Something else is said at length here. ".repeat(20);
        let (view, _) = page(&format!("{long}We make apps (the “Apps”) for people. {long}\n"));
        assert_eq!(view[0].meaning, "We make apps (the “Apps”) for people.");
    }
}
