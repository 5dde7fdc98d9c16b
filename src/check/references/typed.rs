//! A reference by number where it stands: its words, its numbers, the name beside it, and whether it is to this text.

use std::ops::Range;

use super::label::Label;
use super::said::quoted;
use crate::base::text::beginning;
use crate::site::passage::{Passage, PassageKind};

/// A reference by number.
#[derive(Debug)]
pub struct Typed {
    /// Where it stands in the words of its passage, its numbers included.
    pub words: Range<usize>,
    /// What the clause is called: "Schedule", or nothing for sections, clauses and paragraphs.
    pub word: &'static str,
    /// Whether it says "article", as those to laws do.
    pub article: bool,
    /// Whether it says "paragraph", which may be one of the same clause.
    pub paragraph: bool,
    /// The numbers.
    pub labels: Vec<Label>,
    /// Whether it says that this text is meant: "below", "of these terms".
    pub own: bool,
    /// The name that stands beside the number.
    pub name: Option<Name>,
}

/// A name beside a number.
#[derive(Clone, Debug)]
pub struct Name {
    /// Its words.
    pub words: String,
    /// Where it ends.
    pub end: usize,
    /// Whether it is surely a name: it stands in quotes or brackets.
    pub sure: bool,
}

/// Reads the reference that a word may begin; nothing where it is none, or leads into another document.
#[must_use]
pub fn read(passage: &Passage, word: &Range<usize>) -> Option<Typed> {
    let text = passage.text.as_str();
    let keyword = text.get(word.clone())?;
    let (start, (labels, end)) = (word.start, labels(text, word.end)?);
    let single = labels.len() == 1;
    let lower = keyword.to_ascii_lowercase();
    let word = match lower.as_str() {
        "schedule" | "schedules" => "Schedule",
        "annex" => "Annex",
        "appendix" => "Appendix",
        "exhibit" => "Exhibit",
        _ => "",
    };
    let name = if single { name(text, end) } else { None };
    let begins = matches!(passage.kind, PassageKind::Heading(_)) && start == 0;
    let after = text.get(name.as_ref().filter(|name| name.sure).map_or(end, |name| name.end)..)?;
    let shouted = keyword.bytes().all(|byte| byte.is_ascii_uppercase());
    let elsewhere = leads_away(after, shouted) || comes_from(text.get(..start)?, shouted);
    let (article, paragraph) = (lower.starts_with("article"), lower.starts_with("paragraph"));
    let own = is_own(after);
    let typed = Typed { words: start..end, word, article, paragraph, labels, own, name };
    (!begins && !elsewhere).then_some(typed)
}

/// So many numbers of one reference are read.
const MOST: usize = 20;

/// The numbers behind a word: "4", "4 and 5", "D.3 through D.6".
fn labels(text: &str, from: usize) -> Option<(Vec<Label>, usize)> {
    let mut end = from + gap(text.get(from..)?)?;
    let (first, length) = Label::read(text.get(end..)?)?;
    end += length;
    let mut labels = vec![first];
    while let Some((skipped, (next, length))) = further(text.get(end..)?).filter(|_| labels.len() < MOST) {
        labels.push(next);
        end += skipped + length;
    }
    Some((labels, end))
}

/// White space of one line end at most.
fn gap(text: &str) -> Option<usize> {
    let length = text.len() - text.trim_start_matches([' ', '\u{a0}', '\n']).len();
    (length > 0).then_some(length)
}

/// What may stand between two numbers.
const BETWEEN: &[&str] = &[", and ", ", or ", ",", "and ", "or ", "to ", "through ", "&", "—", "–", "-"];

fn further(text: &str) -> Option<(usize, (Label, usize))> {
    let white = |text: &str| text.len() - text.trim_start_matches([' ', '\u{a0}', '\n']).len();
    let lead = white(text);
    let rest = text.get(lead..)?;
    let flat = rest.get(..6).unwrap_or(rest).replace('\n', " ");
    let between = BETWEEN.iter().find(|between| rest.starts_with(**between) || flat.starts_with(**between))?;
    let after = rest.get(between.len()..)?;
    let skipped = lead + between.len() + white(after);
    let read = Label::read(text.get(skipped..)?)?;
    // A capital letter alone may begin a sentence or a name: "section 4, A further point".
    let letter = read.0.top().is_none() && read.0.parts.len() == 1 && read.1 == 1;
    let counted = text.get(skipped + read.1..)?.trim_start();
    let counted = ["year", "month", "day", "week", "percent"].iter().any(|unit| counted.starts_with(unit));
    (!letter && !counted).then_some((skipped, read))
}

/// What may be a name behind a number is no longer, in bytes.
const LONGEST: usize = 200;

/// The name behind a number: in brackets, in quotes, or as words behind a comma, a colon or a dash.
fn name(text: &str, end: usize) -> Option<Name> {
    let rest = beginning(text.get(end..)?, LONGEST);
    let skipped = rest.trim_start_matches([' ', '\u{a0}', '\n', ',', ':', '–', '—', '-', '(']);
    let lead = rest.get(..rest.len() - skipped.len())?;
    let start = end + lead.len();
    if let Some((words, length)) = quoted(skipped) {
        return Some(Name { words: words.to_owned(), end: start + length, sure: true }).filter(|_| !lead.is_empty());
    }
    if !skipped.starts_with(char::is_uppercase) {
        return None;
    }
    if lead.ends_with('(') {
        let words = skipped.split(')').next().filter(|words| words.len() < skipped.len() && words.len() < 80)?;
        return Some(Name { words: words.to_owned(), end: start + words.len() + 1, sure: true });
    }
    let words = skipped.split(['.', ',', ';', ')', '(', '\n']).next()?.trim_end();
    let marked = lead.trim_end() != "" && lead.ends_with(' ');
    Some(Name { words: words.to_owned(), end: start + words.len(), sure: false }).filter(|_| marked)
}

fn is_own(after: &str) -> bool {
    let rest = after.trim_start();
    ["below", "above", "of this ", "of these ", "to this ", "to these "].iter().any(|own| rest.starts_with(own))
}

/// Words that make what stands near a number a law or another paper.
const PAPERS: &[&str] = &[
    " Act",
    " Code",
    " Law",
    " Regulation",
    " Directive",
    " Agreement",
    " Order",
    " Addendum",
    " GDPR",
    " U.S.C",
    " Statute",
];

/// Whether what follows a number says that it is another document's.
fn leads_away(after: &str, shouted: bool) -> bool {
    let rest = after.trim_start();
    let spaced = rest.len() < after.len();
    if spaced && rest.starts_with(|char: char| char.is_ascii_uppercase()) && !shouted {
        return true;
    }
    let lower: String = rest.chars().take(24).collect::<String>().to_lowercase();
    for word in ["of ", "in ", "to ", "under ", "from ", "within "] {
        if let Some(whose) = lower.strip_prefix(word) {
            let whose = whose.trim_start();
            let own = ["this", "these", "the present", "which"].iter().any(|own| whose.starts_with(own));
            let plain =
                word != "of " && !["the ", "our ", "your ", "its ", "their "].iter().any(|one| whose.starts_with(one));
            return !own && !plain;
        }
    }
    let near: String = after.chars().take(80).collect();
    let near = near.split(['.', ';', '\n']).next().unwrap_or_default();
    after.starts_with([',', '(', ' ']) && !shouted && PAPERS.iter().any(|paper| near.contains(paper))
}

/// Whether what stands before the word says that it is another document's: "18 U.S.C. Section 2703", "the Terms of
/// Service Section G".
fn comes_from(before: &str, shouted: bool) -> bool {
    let before = before.trim_end();
    let bare = before.trim_end_matches(',');
    let last = bare.rsplit([' ', '\u{a0}', '\n', '(']).next().unwrap_or_default();
    if last.is_empty() || shouted {
        return false;
    }
    let inner = last.trim_end_matches('.');
    if inner.contains('.') || inner.bytes().all(|byte| byte.is_ascii_digit()) && !bare.ends_with('.') {
        return true;
    }
    if last.ends_with("’s") || last.ends_with("'s") {
        return true;
    }
    let ahead = bare.strip_suffix(last).unwrap_or_default().trim_end();
    let opens = ahead.is_empty() || ahead.ends_with(['.', ':', ';', '!', '?', '"', '“', '\n']);
    let name = last.starts_with(char::is_uppercase) && last.ends_with(char::is_alphanumeric);
    name && (!opens || is_acronym(last)) && !is_opener(last)
}

fn is_acronym(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Words that may be written with a capital without being a part of a name.
fn is_opener(word: &str) -> bool {
    ["See", "In", "Under", "Per", "To", "With", "This", "And", "Or", "By", "The", "Our"].contains(&word)
}
