//! Dates in two formats, and dates that can be read in two ways.

use super::month::{ENGLISH, month};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::caught::{Caught, CaughtKind};
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names the first date that is written in another way than the first of all, and each that can be read as two days.
pub fn look(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let numbers = manuscript.caught.iter().filter(|caught| caught.kind == CaughtKind::Number);
    let mut first: Option<(&Passage, Date)> = None;
    let mut told = false;
    for caught in numbers {
        let Some(passage) = manuscript.passages.get(caught.passage) else { continue };
        let Some(date) = date(&passage.text, caught) else { continue };
        if passage.link(&(date.start..date.end)).is_some() {
            continue;
        }
        let two = two_ways(manuscript, passage, &date);
        let open = two.is_none() && !told;
        findings.extend(two);
        match &first {
            None => first = Some((passage, date)),
            Some((other, was)) if was.way != date.way && open => {
                told = true;
                findings.push(differs(manuscript, (other, was), (passage, &date)));
            }
            Some(_) => {}
        }
    }
}

fn differs(manuscript: &Manuscript<'_>, was: (&Passage, &Date), is: (&Passage, &Date)) -> Diagnostic {
    let words =
        |(passage, date): (&Passage, &Date)| passage.text.get(date.start..date.end).unwrap_or_default().to_owned();
    let place = |(passage, date): (&Passage, &Date)| manuscript.place(passage, &(date.start..date.end));
    let message = format!("`{}` is written in another way than `{}`", words(is), words(was));
    let finding = Diagnostic::new(Code::V608, place(is), message).help("write all dates of a text in one way");
    finding.related(place(was), "the first date of the text")
}

/// Who reads English may expect the day first or the month; who reads another language knows.
fn two_ways(manuscript: &Manuscript<'_>, passage: &Passage, date: &Date) -> Option<Diagnostic> {
    let (one, two) =
        date.parts.filter(|_| manuscript.is_english()).filter(|(one, two)| one != two && *one <= 12 && *two <= 12)?;
    let name = |month: usize| ENGLISH.get(month.checked_sub(1)?);
    let words = passage.text.get(date.start..date.end)?;
    let message = format!("`{words}` can be {one} {} or {two} {}", name(two)?, name(one)?);
    let finding = Diagnostic::new(Code::V608, manuscript.place(passage, &(date.start..date.end)), message);
    Some(finding.help("write the month as a word"))
}

/// A date where it stands.
#[derive(Debug)]
struct Date {
    start: usize,
    end: usize,
    way: Way,
    /// Its first two numbers, where either may be the day.
    parts: Option<(usize, usize)>,
}

/// How a date is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// `1 March 2025`
    DayFirst,
    /// `March 1, 2025`
    MonthFirst,
    /// `2025-03-01`
    YearFirst,
    /// `01/03/2025`, by what stands between.
    Numbers(u8),
}

/// The date that begins with a number, or with the month before it.
fn date(text: &str, caught: &Caught) -> Option<Date> {
    let (start, end) = (caught.words.start, caught.words.end);
    let before = text.get(..start)?;
    if before.ends_with(['/', '-', '.', ',', ':', '_', '$', '£', '€', '#']) {
        return None;
    }
    in_numbers(text, start).or_else(|| in_words(text, (start, end)))
}

/// `01/03/2025`, `2025-03-01`, `1.3.2025`.
fn in_numbers(text: &str, start: usize) -> Option<Date> {
    let rest = text.get(start..)?;
    let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'.')).count();
    let whole = rest.get(..length)?.trim_end_matches(['.', '-', '/']);
    let sign = *whole.as_bytes().iter().find(|byte| !byte.is_ascii_digit())?;
    let parts: Vec<&str> = whole.split(char::from(sign)).collect();
    let [one, two, three] = parts.as_slice() else { return None };
    let lengths = (one.len(), two.len(), three.len());
    let numbers = (one.parse::<usize>().ok()?, two.parse::<usize>().ok()?);
    let day = |number: usize| (1..=31).contains(&number);
    let after = rest.get(whole.len()..)?;
    if after.starts_with(|char: char| char.is_alphanumeric() || matches!(char, '/' | '-' | '_')) {
        return None;
    }
    let end = start + whole.len();
    match lengths {
        (4, 2, 2) if sign == b'-' && (1..=12).contains(&numbers.1) => {
            Some(Date { start, end, way: Way::YearFirst, parts: None })
        }
        (1 | 2, 1 | 2, 4) if day(numbers.0) && day(numbers.1) && (numbers.0 <= 12 || numbers.1 <= 12) => {
            let parts = (sign != b'.').then_some(numbers);
            Some(Date { start, end, way: Way::Numbers(sign), parts })
        }
        _ => None,
    }
}

/// `1 March 2025`, `1st of March 2025`, `March 1, 2025`.
fn in_words(text: &str, (start, end): (usize, usize)) -> Option<Date> {
    let number = text.get(start..end)?;
    let digits = number.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    digits.parse::<u8>().ok().filter(|day| (1..=31).contains(day))?;
    let after = text.get(end..)?;
    let rest = after.strip_prefix('.').unwrap_or(after).trim_start_matches([' ', '\u{a0}', '\n']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    if let Some(length) = month(rest) {
        let year = rest.get(length..)?.trim_start_matches(['.', ',', ' ', '\u{a0}', '\n']);
        let end = text.len() - year.len() + 4;
        return is_year(year).then_some(Date { start, end, way: Way::DayFirst, parts: None });
    }
    let before = text.get(..start)?.trim_end();
    let from = before.rfind([' ', '\u{a0}', '\n', '(', '“', '"']).map_or(0, |at| at + 1);
    let word = (from..before.len()).find_map(|at| before.get(at..))?;
    let year = after.trim_start_matches([',', ' ', '\u{a0}', '\n']);
    let whole = month(word).is_some_and(|length| word.get(length..).is_some_and(|rest| rest.is_empty() || rest == "."));
    let begin = before.len() - word.len();
    let end = text.len() - year.len() + 4;
    (whole && is_year(year)).then_some(Date { start: begin, end, way: Way::MonthFirst, parts: None })
}

/// Whether four digits stand here, and no fifth.
fn is_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && (text.starts_with("19") || text.starts_with("20"))
}
