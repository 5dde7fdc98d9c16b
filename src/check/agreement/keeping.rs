//! For how long a clause says that data are kept: each period in it, of what it speaks, and whether it surely does.

use std::ops::Range;

use super::Statement;
use super::period::{Period, periods};
use super::sentences::sentences;
use super::speech::{is_about_keeping, is_exception, is_other, lasts, leads, part, speaks_of_keeping};
use super::words::plain;
use crate::base::span::Span;
use crate::site::passage::{Passage, PassageKind};

/// A period for which a clause keeps data.
pub struct Kept {
    /// How long.
    pub period: Period,
    /// Where it stands in the text.
    pub span: Span,
    /// Of what it speaks, in small letters: its part of the sentence, or what its row or heading is called.
    pub about: String,
    /// Whether it surely speaks of keeping the data that are disclosed. What law asks, backups, cookies, and what happens
    /// "within" or "every" so long may do so, and contradicts nothing.
    pub firm: bool,
}

/// Whether a passage says how long data are kept, or is the heading under which that stands.
#[must_use]
pub fn says_how_long(passage: &Passage, plain: &str) -> bool {
    let is_heading = matches!(passage.kind, PassageKind::Heading(_));
    let lasts = || lasts(plain) || !periods(&passage.text).is_empty();
    is_heading && is_about_keeping(plain) || speaks_of_keeping(plain) && lasts()
}

/// The periods for which a clause keeps data. What the purposes are called is no exception, whatever it is.
#[must_use]
pub fn in_clause(statement: &Statement<'_>, id: &str, purposes: &[&str]) -> Vec<Kept> {
    let passages = statement.clause(id);
    let Some((heading, rest)) = passages.split_first() else { return Vec::new() };
    let mut reader = Reader::new(is_about_keeping(&plain(&heading.text)), purposes);
    let mut found = reader.periods(heading);
    for passage in rest {
        reader.turn(statement, passage);
        found.extend(reader.periods(passage));
    }
    found
}

/// A clause, while it is read.
struct Reader<'a> {
    /// Whether its heading speaks of keeping.
    about: bool,
    /// What the purposes are called.
    purposes: &'a [&'a str],
    /// Whether the words that lead to a list speak of keeping.
    led: bool,
    /// The sub-heading.
    label: String,
    /// Where the cell before ends, and the first cell of its row.
    row: (usize, String),
}

/// A period in a sentence: what stands before it and behind it, up to the periods beside it; in small letters.
struct Around {
    before: String,
    behind: String,
}

impl<'a> Reader<'a> {
    fn new(about: bool, purposes: &'a [&'a str]) -> Self {
        Self { about, purposes, led: false, label: String::new(), row: (0, String::new()) }
    }

    /// What a passage says of those behind it.
    fn turn(&mut self, statement: &Statement<'_>, passage: &Passage) {
        match passage.kind {
            PassageKind::Heading(_) => (self.label, self.led) = (plain(&passage.text), false),
            PassageKind::Paragraph if passage.depth == 0 => {
                let leads = passage.text.trim_end().ends_with(':');
                self.led = leads && speaks_of_keeping(&plain(&passage.text));
            }
            PassageKind::Cell => {
                let Span { start, end } = passage.span(&(0..passage.text.len()));
                if statement.is_new_line(self.row.0..start) {
                    self.row.1 = plain(&passage.text);
                }
                self.row.0 = end;
            }
            PassageKind::Item | PassageKind::Paragraph => {}
        }
    }

    fn periods(&self, passage: &Passage) -> Vec<Kept> {
        let all = periods(&passage.text);
        let sentences = if all.is_empty() { Vec::new() } else { sentences(&passage.text) };
        let mut found = Vec::new();
        for sentence in sentences {
            let first = all.partition_point(|(words, _)| words.start < sentence.start);
            let after = all.partition_point(|(words, _)| words.start < sentence.end);
            let within = all.get(first..after).unwrap_or_default();
            let keeps =
                !within.is_empty() && speaks_of_keeping(&plain(passage.text.get(sentence.clone()).unwrap_or_default()));
            let starts = within.iter().map(|(words, _)| words.start).skip(1).chain([sentence.end]);
            let mut start = sentence.start;
            for ((words, period), end) in within.iter().zip(starts) {
                let around = Around::new(&passage.text, start..words.start, words.end..end);
                start = words.end;
                if let Some((about, firm)) = self.judge(passage.kind, &around, keeps) {
                    found.push(Kept { period: *period, span: passage.span(words), about, firm });
                }
            }
        }
        found
    }

    /// Of what a period speaks and whether it surely does, if it is about keeping at all; also whether its sentence is.
    fn judge(&self, kind: PassageKind, around: &Around, keeps: bool) -> Option<(String, bool)> {
        let listed = (self.about || self.led) && matches!(kind, PassageKind::Cell | PassageKind::Item);
        if !(keeps || listed || self.about) {
            return None;
        }
        let short = around.before.contains(':') || leads(&around.before);
        let row = if kind == PassageKind::Cell { self.row.1.as_str() } else { "" };
        let called = |part: &str| format!("{} {row} {part}", self.label);
        let part = around.part();
        let firm = (keeps || listed || short) && !around.is_other() && !is_exception(&called(&part), self.purposes);
        let about = called(&around.thing());
        Some((about, firm))
    }
}

impl Around {
    fn new(text: &str, before: Range<usize>, behind: Range<usize>) -> Self {
        let part = |range: Range<usize>| plain(text.get(range).unwrap_or_default());
        Self { before: part(before), behind: part(behind) }
    }

    /// The part of the sentence to which the period belongs.
    fn part(&self) -> String {
        part(&self.before, &self.behind)
    }

    /// What is kept for so long: that part, up to a comma behind the period.
    fn thing(&self) -> String {
        part(&self.before, self.behind.split(',').next().unwrap_or_default())
    }

    /// Whether the words beside the period make it another thing than how long data are kept.
    fn is_other(&self) -> bool {
        is_other(&self.before, &self.behind)
    }
}
