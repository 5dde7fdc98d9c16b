//! References by name: "the ‘Marketing’ section", "see ‘How we use your data’ below".

use super::outline::Outline;
use super::said::named;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::manuscript::Manuscript;
use crate::site::passage::{Passage, PassageMark};
use crate::site::raw::nearest;

/// Names each heading that is referred to and is nowhere.
pub fn nowhere(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    if !manuscript.is_english() {
        return;
    }
    let (mut last, mut judged) = (None, 0);
    for caught in &manuscript.caught {
        let Some(passage) = manuscript.passages.get(caught.passage) else { continue };
        let Some((words, name)) = named(passage, caught) else { continue };
        // “see ‘X’ below” is caught at both of its words.
        let again = last.replace((caught.passage, words.start)) == Some((caught.passage, words.start));
        if again || judged >= MOST || passage.link(&words).is_some() {
            continue;
        }
        judged += 1;
        let outline = manuscript.outline();
        if outline.clauses.is_empty() || is_there(manuscript, outline, name) {
            continue;
        }
        let place = manuscript.place(passage, &words);
        let message = format!("no clause of this text is called “{name}”");
        // Nobody can write anything else into a published text, so nothing is sought for it.
        let help = if manuscript.is_published() { String::new() } else { help(outline, name) };
        findings.push(Diagnostic::new(Code::V312, place, message).help(help));
    }
}

/// Each name is held against all clauses: so many of a text are.
const MOST: usize = 100;

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

/// Whether anything of the text is called so: a heading, words in strong letters, or the first words of a passage.
fn is_there(manuscript: &Manuscript<'_>, outline: &Outline, name: &str) -> bool {
    let wanted = plain(name);
    if wanted.is_empty() || outline.clauses.iter().any(|clause| is_called(clause.plain(), &wanted)) {
        return true;
    }
    manuscript.passages.iter().any(|passage| begins(&passage.text, &wanted) || has_strong(passage, &wanted))
}

/// Whether a clause may be meant by a name. “How we use your data” does not mean one that is called “Data”.
fn is_called(clause: &str, name: &str) -> bool {
    let words = |text: &str| text.split(' ').count();
    same(clause, name) && (name.starts_with(clause) || words(clause) * 2 >= words(name))
}

fn has_strong(passage: &Passage, wanted: &str) -> bool {
    let strong = passage.marks.iter().filter(|(_, mark)| *mark == PassageMark::Strong);
    strong.filter_map(|(range, _)| passage.text.get(range.clone())).any(|words| begins(words, wanted))
}

/// Whether a text begins with words that are plain.
fn begins(text: &str, plain: &str) -> bool {
    let (mut wanted, mut begun, mut gap) = (plain.chars(), false, false);
    for char in text.chars() {
        if !(char.is_alphanumeric() || matches!(char, '\'' | '’')) {
            gap = begun;
            continue;
        }
        let char = if char == '’' { '\'' } else { char };
        for own in std::mem::take(&mut gap).then_some(' ').into_iter().chain(char.to_lowercase()) {
            match wanted.next() {
                None => return true,
                Some(other) if other == own => {}
                Some(_) => return false,
            }
        }
        begun = true;
    }
    wanted.next().is_none()
}

/// Letters and digits of words in lower case, with single spaces between.
#[must_use]
pub fn plain(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    let parts = words.split(|char: char| !char.is_alphanumeric() && !matches!(char, '\'' | '’'));
    for part in parts.filter(|part| !part.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        if part.is_ascii() {
            plain.extend(part.chars().map(|char| char.to_ascii_lowercase()));
        } else {
            plain.push_str(&part.replace('’', "'").to_lowercase());
        }
    }
    plain
}

/// Whether two plain names are the same, or one is the other with more words.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let ends = |before: Option<&str>| before.is_some_and(|before| before.is_empty() || before.ends_with(' '));
    let begins = |after: Option<&str>| after.is_some_and(|after| after.is_empty() || after.starts_with(' '));
    let holds = |long: &str, short: &str| {
        let mut places = long.match_indices(short).filter(|_| !short.is_empty());
        places.any(|(at, _)| ends(long.get(..at)) && begins(long.get(at + short.len()..)))
    };
    holds(one, other) || holds(other, one)
}

#[cfg(test)]
mod tests {
    use super::{begins, is_called, plain};

    #[test]
    fn a_clause_is_called_by_its_name_or_the_most_of_it() {
        assert!(is_called("how we use your data", "your data") && is_called("marketing", "marketing by email"));
        assert!(is_called("your data", "about your data") && !is_called("data", "how we use your data"));
    }

    #[test]
    fn plain_words_begin_a_text_whatever_stands_between() {
        assert!(begins("1. What’s – new?\nAll", &plain("1 What's new")) && begins("Cookies", "cookie"));
        assert!(!begins("What else", &plain("What’s new")) && !begins("What", "what is"));
    }
}
