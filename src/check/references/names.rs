//! References by name: "the ‘Marketing’ section", "see ‘How we use your data’ below".

use std::ops::Range;

use super::outline::Outline;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::caught::{Caught, CaughtKind};
use crate::check::manuscript::Manuscript;
use crate::site::passage::{Passage, PassageMark};
use crate::site::raw::nearest;

/// Names each heading that is referred to and is nowhere.
pub fn nowhere(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    if !manuscript.is_english() {
        return;
    }
    let mut outline = None;
    for caught in &manuscript.caught {
        let Some(passage) = manuscript.passages.get(caught.passage) else { continue };
        let Some((words, name)) = named(passage, caught) else { continue };
        if passage.link(&words).is_some() {
            continue;
        }
        let outline = outline.get_or_insert_with(|| Outline::of(manuscript));
        if outline.clauses.is_empty() || is_there(manuscript, outline, name) {
            continue;
        }
        let place = manuscript.place(passage, &words);
        let message = format!("no clause of this text is called “{name}”");
        findings.push(Diagnostic::new(Code::V312, place, message).help(help(outline, name)));
    }
}

fn help(outline: &Outline, name: &str) -> String {
    let near = nearest(name, outline.clauses.iter().map(|clause| clause.name.as_str()));
    let near = near.and_then(|near| outline.clauses.iter().find(|clause| clause.name == near));
    match near {
        Some(clause) => {
            format!("did you mean “{}”? `[](#{})` leads to it, whatever it is called", clause.name, clause.id)
        }
        None => "refer to the clause that is meant with `[](#id)`: it leads there, whatever it is called".to_owned(),
    }
}

/// The name that a caught word refers to, if it does, and where.
fn named<'a>(passage: &'a Passage, caught: &Caught) -> Option<(Range<usize>, &'a str)> {
    let text = passage.text.as_str();
    let (start, end) = (caught.words.start, caught.words.end);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    match caught.kind {
        CaughtKind::Clause if text.get(start..end)?.eq_ignore_ascii_case("section") => {
            said_after(after).map(|(words, at, length)| (end + at..end + at + length, words)).or_else(|| {
                let (words, at) = quoted_before(before)?;
                let own = !leads_away(after) && !before.get(..at)?.trim_end().ends_with("’s");
                own.then_some((at..start, words))
            })
        }
        CaughtKind::Direction => {
            let (words, at) = quoted_before(before)?;
            let sees = before.get(..at)?.trim_end();
            let sees = sees.strip_suffix("under").or_else(|| sees.strip_suffix("also")).unwrap_or(sees).trim_end();
            let near = sees.len().checked_sub(3).and_then(|at| sees.get(at..));
            near.is_some_and(|word| word.eq_ignore_ascii_case("see")).then_some((at..start, words))
        }
        _ => None,
    }
    .filter(|(range, words)| words.starts_with(char::is_uppercase) && !is_of_a_program(text, range))
    .map(|(range, words)| (trimmed(text, range), words))
}

/// Words near a name that make it one of a program's.
const PROGRAM: &[&str] =
    &["click", "select", "tap ", "choos", "button", "menu", "setting", "sign in", "log in", "go to", "from the "];

fn is_of_a_program(text: &str, range: &Range<usize>) -> bool {
    let before: String = text.get(..range.start).unwrap_or_default().chars().rev().take(60).collect();
    let before: String = before.chars().rev().collect();
    let after: String = text.get(range.end..).unwrap_or_default().chars().take(60).collect();
    let near = (before + &after).to_lowercase();
    PROGRAM.iter().any(|word| near.contains(word))
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let words = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + words.trim_end_matches([' ', ',', '\n']).len()
}

/// "section headed “X”": the name, where it begins, and how long it is with its quotes.
fn said_after(after: &str) -> Option<(&str, usize, usize)> {
    const SAYS: &[&str] = &["headed", "called", "titled", "entitled", "named", "labelled", "labeled", "on"];
    let rest = after.trim_start();
    let word = SAYS
        .iter()
        .find(|word| rest.strip_prefix(**word).is_some_and(|rest| rest.starts_with([' ', ':', ',', '\n'])))?;
    let quote = rest.get(word.len()..)?.trim_start_matches([' ', ':', ',', '\n', '\u{a0}']);
    let (words, length) = quoted(quote)?;
    let at = after.len() - quote.len();
    (!leads_away(quote.get(length..)?)).then_some((words, at, length))
}

/// Whether the words behind say that the clause is in another document, or in a program.
fn leads_away(after: &str) -> bool {
    let rest: String = after.trim_start().chars().take(30).collect::<String>().to_lowercase();
    let rest = rest.trim_start_matches("section").trim_start();
    ["of ", "in ", "on ", "within ", "at ", "under "].iter().any(|word| {
        rest.strip_prefix(word)
            .is_some_and(|whose| !["this", "these", "above", "below"].iter().any(|own| whose.starts_with(own)))
    })
}

/// A text in quotes that begins here, and its length with the quotes.
#[must_use]
pub fn quoted(text: &str) -> Option<(&str, usize)> {
    let open = text.chars().next()?;
    let close = closing(open)?;
    let inner = text.get(open.len_utf8()..)?;
    let words = inner.get(..inner.find(close)?)?;
    let fits = !words.is_empty() && words.len() <= 100 && !words.contains('\u{FFFC}');
    fits.then_some((words, open.len_utf8() + words.len() + close.len_utf8()))
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '“' => '”',
        '‘' => '’',
        '"' => '"',
        '\'' => '\'',
        _ => return None,
    })
}

/// A text in quotes that ends here, but for white space and a comma, and where it begins.
fn quoted_before(before: &str) -> Option<(&str, usize)> {
    let bare = before.trim_end_matches([' ', '\u{a0}', '\n', ',']);
    let close = bare.chars().next_back()?;
    let open = ['“', '‘', '"', '\''].into_iter().find(|open| closing(*open) == Some(close))?;
    let inner = bare.get(..bare.len() - close.len_utf8())?;
    let at = inner.rfind(open)?;
    let words = inner.get(at + open.len_utf8()..)?.trim_end_matches(',');
    let opens = before.get(..at)?.chars().next_back().is_none_or(|char| !char.is_alphanumeric());
    let fits = opens && !words.is_empty() && words.len() <= 100 && !words.contains(['\u{FFFC}', '\n']);
    fits.then_some((words, at))
}

/// Whether anything of the text is called so: a heading, words in strong letters, or the first words of a passage.
fn is_there(manuscript: &Manuscript<'_>, outline: &Outline, name: &str) -> bool {
    let wanted = plain(name);
    if wanted.is_empty() || outline.clauses.iter().any(|clause| same(&plain(&clause.name), &wanted)) {
        return true;
    }
    manuscript.passages.iter().any(|passage| plain(&passage.text).starts_with(&wanted) || has_strong(passage, &wanted))
}

fn has_strong(passage: &Passage, wanted: &str) -> bool {
    let strong = passage.marks.iter().filter(|(_, mark)| *mark == PassageMark::Strong);
    strong.filter_map(|(range, _)| passage.text.get(range.clone())).any(|words| plain(words).starts_with(wanted))
}

/// Letters and digits of words in lower case, with single spaces between.
#[must_use]
pub fn plain(words: &str) -> String {
    let parts = words.split(|char: char| !char.is_alphanumeric() && !matches!(char, '\'' | '’'));
    let lower = parts.filter(|part| !part.is_empty()).map(|part| part.replace('’', "'").to_lowercase());
    lower.collect::<Vec<_>>().join(" ")
}

/// Whether two plain names are the same, or one is the other with more words.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let holds = |long: &str, short: &str| !short.is_empty() && format!(" {long} ").contains(&format!(" {short} "));
    holds(one, other) || holds(other, one)
}
