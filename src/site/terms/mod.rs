//! Defined terms: where a line defines them, and which of its words are one. A term is bold in quotes where it is
//! defined, `**“Your Details”**`; texts from elsewhere define in other ways, and the sure ones of these are known too.

pub mod lexicon;
pub mod phrases;
pub mod quotes;
pub mod words;

use std::ops::Range;

use phrases::{defines_after, defines_before, introduces, is_joint, is_pronoun, names_right};
use quotes::{Quotation, quotations};

use crate::base::text::{beginning, ending};

/// A term, where a line defines it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Defined {
    /// The words of the term: without quotes and without an article before them.
    pub words: Range<usize>,
    /// The same with their quotes.
    pub whole: Range<usize>,
    /// How it is defined.
    pub form: Form,
    /// Which of the line's definitions it belongs to: those that are defined together, (“Company”, “we”), share one.
    pub group: usize,
}

/// How a term is defined.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Bold in quotes.
    Bold,
    /// In brackets behind what it stands for: (the “Service”).
    Brackets,
    /// By a verb: “Service” means …
    Verb,
}

/// Longest term, in words and in bytes.
const MOST: (usize, usize) = (6, 60);

/// So many bytes before and behind a quotation say whether it is a definition.
const NEAR: usize = 400;

/// The terms that a line defines, in order. `strong` are the parts of it that are bold.
#[must_use]
pub fn definitions(text: &str, strong: &[Range<usize>]) -> Vec<Defined> {
    let quotations = quotations(text);
    let mut found = Vec::new();
    let mut rest = quotations.as_slice();
    let mut number = 0;
    while !rest.is_empty() {
        let (group, after) = rest.split_at(group(text, rest));
        rest = after;
        for one in group {
            let form = if is_bold(text, one, strong) { Some(Form::Bold) } else { form(text, group) };
            let words = without_article(text, one);
            let term = text.get(words.clone()).unwrap_or_default();
            if let Some(form) = form.filter(|form| is_term(term, *form)) {
                found.push(Defined { words, whole: one.whole.clone(), form, group: number });
            }
        }
        number += 1;
    }
    found
}

/// How many quotations stand together, with nothing but commas and `or` between.
fn group(text: &str, quotations: &[Quotation]) -> usize {
    let pairs = quotations.iter().zip(quotations.iter().skip(1));
    let joined = pairs.take_while(|(one, next)| {
        let between = text.get(one.whole.end..next.whole.start).unwrap_or_default();
        between.len() < 40 && between.split(|char: char| !char.is_alphabetic()).all(is_joint)
    });
    joined.count() + 1
}

/// Whether a quotation is all that is bold there.
fn is_bold(text: &str, one: &Quotation, strong: &[Range<usize>]) -> bool {
    let covers = |range: &&Range<usize>| range.start <= one.inner.start && one.inner.end <= range.end;
    strong.iter().find(covers).is_some_and(|range| {
        let before = text.get(range.start..one.inner.start).unwrap_or_default();
        let after = text.get(one.inner.end..range.end).unwrap_or_default();
        !before.chars().chain(after.chars()).any(char::is_alphanumeric)
    })
}

/// How a group of quotations is defined by what stands around it.
fn form(text: &str, group: &[Quotation]) -> Option<Form> {
    let (start, end) = (group.first()?.whole.start, group.last()?.whole.end);
    let (before, after) = (ending(text.get(..start)?, NEAR), beginning(text.get(end..)?, NEAR));
    if let Some((_, inside)) = before.rsplit_once('(').filter(|(_, inside)| !inside.contains([')', '“', '"'])) {
        let closed = after.trim_start_matches([',', '.', ' ']).starts_with(')');
        let right = inside.is_empty() && text.get(group.first()?.inner.clone()).is_some_and(names_right);
        return (closed && introduces(inside) && !right).then_some(Form::Brackets);
    }
    let begins = phrases::begins_sentence(before);
    (defines_after(after, begins) || defines_before(before, after)).then_some(Form::Verb)
}

/// A quotation without an article at its beginning: “The User”; nor the sign of a plural, “Service(s)”.
fn without_article(text: &str, one: &Quotation) -> Range<usize> {
    let inner = text.get(one.inner.clone()).unwrap_or_default();
    let inner = inner.strip_suffix("(s)").unwrap_or(inner);
    let article = ["The ", "the ", "A ", "An "].iter().find(|article| inner.starts_with(**article));
    let start = one.inner.start + article.map_or(0, |article| article.len());
    start..one.inner.start + inner.len()
}

/// Whether some words can be a term.
fn is_term(term: &str, form: Form) -> bool {
    let (most_words, most_bytes) = MOST;
    let count = term.split_whitespace().count();
    let plain = |char: char| char.is_alphanumeric() || char.is_whitespace() || "-‑’'&/".contains(char);
    let shouted = count > 1 && !term.chars().any(char::is_lowercase);
    (1..=most_words).contains(&count)
        && term.len() <= most_bytes
        && term.chars().all(plain)
        && term.chars().any(char::is_alphabetic)
        && !shouted
        && !is_pronoun(term)
        && (form != Form::Brackets || words::is_capital(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, strong: &[&str]) -> Vec<String> {
        let place = |words: &&str| text.find(words).map(|at| at..at + words.len()).unwrap();
        let strong: Vec<_> = strong.iter().map(place).collect();
        definitions(text, &strong)
            .into_iter()
            .map(|one| format!("{} {:?}", text.get(one.words).unwrap(), one.form))
            .collect()
    }

    #[test]
    fn bold_in_quotes_defines() {
        assert_eq!(found("These are “Your Details”.", &["“Your Details”"]), ["Your Details Bold"]);
        assert_eq!(found("These are \"Your Details\".", &["Your Details"]), ["Your Details Bold"]);
        assert_eq!(found("das sind „Ihre Daten“,", &["„Ihre Daten“"]), ["Ihre Daten Bold"]);
        assert_eq!(found("ce sont « vos Données ».", &["« vos Données »"]), ["vos Données Bold"]);
        // A sentence in bold that quotes something defines nothing, and neither does what is shouted.
        assert_eq!(found("Please press “Send” now.", &["Please press “Send” now."]), Vec::<String>::new());
        assert_eq!(found("It comes “AS IS”, “we” say.", &["“AS IS”", "“we”"]), Vec::<String>::new());
    }

    #[test]
    fn brackets_define_what_stands_before_them() {
        assert_eq!(
            found("Our sites (the “Service(s)”) and apps (each, an \"App\").", &[]),
            ["Service Brackets", "App Brackets"]
        );
        assert_eq!(
            found("Acme (“Acme”, “we” or “us”) and (together the “Terms” or the “Rules,”)", &[]),
            ["Acme Brackets", "Terms Brackets", "Rules Brackets"]
        );
        assert_eq!(
            found("Beispiel GmbH („Anbieter“), (ci-après l’« Abonné »)", &[]),
            ["Anbieter Brackets", "Abonné Brackets"]
        );
        let none = "Press send (see “Sending” below) or (also known as “Mailing”) (“owner”).";
        assert_eq!(found(none, &[]), Vec::<String>::new());
        let none = "Löschung („Recht auf Vergessenwerden“), l’effacement (« Droit à l’oubli »)";
        assert_eq!(found(none, &[]), Vec::<String>::new());
    }

    #[test]
    fn verbs_define() {
        assert_eq!(
            found("“The User,” “You” and “Your” refer to anybody. A “Bot” is a machine.", &[]),
            ["User Verb", "Bot Verb"]
        );
        assert_eq!(found("When we say “Company” or “we”, we mean Acme.", &[]), ["Company Verb"]);
        assert_eq!(
            found("« Service » désigne le site. „Dienst“ bezeichnet die Seite.", &[]),
            ["Service Verb", "Dienst Verb"]
        );
        assert_eq!(found("Press “Send”. The button “Send” is green.", &[]), Vec::<String>::new());
    }
}
