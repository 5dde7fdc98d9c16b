//! A phrase that is written with capitals again and again, as a term is, and that the text never defines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::{Run, Vocabulary, is_heading};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::passage::Passage;
use crate::site::terms::words::{Word, is_shouted, stem};

/// From how many times on a phrase recurs, and how often of these it stands behind a word that counts: a, any, your.
const RECURS: (usize, usize) = (4, 2);

/// Last words of what is a document, a part of one, or an office: these have names.
const NAMES: &[&str] = &[
    "act",
    "addendum",
    "agreement",
    "amendment",
    "annex",
    "appendix",
    "article",
    "authority",
    "board",
    "center",
    "centre",
    "clause",
    "code",
    "commission",
    "committee",
    "convention",
    "council",
    "court",
    "department",
    "directive",
    "exhibit",
    "framework",
    "guide",
    "guideline",
    "law",
    "license",
    "notice",
    "office",
    "policy",
    "principle",
    "program",
    "programme",
    "regulation",
    "rule",
    "schedule",
    "section",
    "shield",
    "state",
    "statement",
    "term",
    "treaty",
    "union",
    "condition",
];

/// Words that are written with a capital because they are names.
const PROPER: &[&str] = &[
    "american",
    "april",
    "august",
    "british",
    "california",
    "canadian",
    "christian",
    "december",
    "english",
    "eu",
    "europe",
    "european",
    "february",
    "french",
    "friday",
    "german",
    "god",
    "i",
    "internet",
    "january",
    "july",
    "june",
    "march",
    "may",
    "monday",
    "november",
    "october",
    "saturday",
    "september",
    "sunday",
    "swiss",
    "thursday",
    "tuesday",
    "united",
    "us",
    "web",
    "wednesday",
];

/// Words of a text that leaves definitions to another one, or gives them in its own way.
const ELSEWHERE: &[&str] = &[
    "capitalized term",
    "capitalised term",
    "terms not defined",
    "not otherwise defined",
    "meaning given",
    "meanings given",
    "as defined in",
    "are defined in",
    "is defined in",
    "has the meaning",
    "have the meaning",
    "have the same meaning",
    "defined terms",
];

/// Names each phrase that recurs, at its first place.
pub fn phrases(vocabulary: &Vocabulary<'_>, findings: &mut Vec<Diagnostic>) {
    if !vocabulary.is_english() {
        return;
    }
    let (often, counted) = RECURS;
    let recurs = |runs: &&[&Run]| {
        let counts = || runs.iter().filter(|run| run.counted).count() >= counted;
        runs.len() >= often && counts() && is_spread(runs)
    };
    let mut runs: Vec<&Run> = vocabulary.runs.iter().collect();
    runs.sort_by_key(|run| run.phrase);
    let stock = vocabulary.manuscript.stock().borrow();
    let keyed = |runs: &'_ [&Run]| runs.first().map(|run| stock.key(run.phrase));
    let recurring = runs.chunk_by(|one, next| one.phrase == next.phrase).filter(recurs);
    let recurring = recurring.filter_map(|runs| Some((keyed(runs)?, runs)));
    let phrases: BTreeMap<_, _> = recurring.filter(|(key, _)| is_common(key)).collect();
    if phrases.is_empty() || is_defined_elsewhere(vocabulary) {
        return;
    }
    for (key, runs) in phrases {
        findings.extend(finding(vocabulary, &key, runs));
    }
}

/// What a phrase has in common with its plural.
#[must_use]
pub fn key(words: &str) -> String {
    let stems = words.split(|char: char| !char.is_alphanumeric() && !matches!(char, '’' | '\''));
    stems.filter(|word| !word.is_empty()).map(stem).collect::<Vec<_>>().join(" ")
}

/// Whether a phrase may be one of ordinary words.
fn is_common(key: &str) -> bool {
    static STEMS: LazyLock<[BTreeSet<String>; 2]> =
        LazyLock::new(|| [NAMES, PROPER].map(|words| words.iter().map(|word| stem(word)).collect()));
    let [names, proper] = &*STEMS;
    let mut words = key.split(' ');
    !words.clone().next_back().is_some_and(|last| names.contains(last))
        && !words.any(|word| proper.contains(word) || word.contains(char::is_numeric))
}

/// Whether it stands in several passages.
fn is_spread(runs: &[&Run]) -> bool {
    runs.first().map(|run| run.at.passage) != runs.last().map(|run| run.at.passage)
}

/// Whether the text says that its terms are defined somewhere else.
fn is_defined_elsewhere(vocabulary: &Vocabulary<'_>) -> bool {
    let says = |text: &str| {
        let may = ["defined", "apitali", "meaning"].iter().any(|word| text.contains(word));
        may && {
            let text = text.to_lowercase();
            ELSEWHERE.iter().any(|words| text.contains(words))
        }
    };
    vocabulary.manuscript.each().any(|(passage, known)| known.line(passage).is_elsewhere(|| says(&passage.text)))
}

fn finding(vocabulary: &Vocabulary<'_>, key: &str, runs: &[&Run]) -> Option<Diagnostic> {
    let first = runs.iter().find(|run| run.counted)?;
    let words = vocabulary.words(&first.at);
    let is_name = words.split_whitespace().any(|word| is_shouted(word) || has_inner_capital(word));
    if is_name || is_named(vocabulary, key) || !is_also_small(vocabulary, key) {
        return None;
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let times = runs.len();
    let message = format!("`{words}` is written with capitals {times} times, and the text does not define it");
    let finding = Diagnostic::new(Code::V322, vocabulary.place(&first.at)?, message);
    Some(finding.help(format!("define it where it is first used, `**“{words}”**`, or write it small")))
}

/// Whether a word is written like a name of a product: `iPhone`, `GitHub`.
fn has_inner_capital(word: &str) -> bool {
    word.split('-').any(|part| part.chars().skip(1).any(char::is_uppercase))
}

/// Whether a phrase is a heading, is quoted or bold somewhere, holds a defined term, or is the organisation's name.
fn is_named(vocabulary: &Vocabulary<'_>, own: &str) -> bool {
    let organisation = vocabulary.manuscript.organisation;
    let names = organisation.map(|one| key(&format!("{} {}", one.name, one.trading_as)));
    let holds = |other: &str| {
        let other = key(other);
        format!(" {other} ").contains(&format!(" {own} "))
    };
    let bold_or_heading = |passage: &Passage| {
        (is_heading(passage) && key(&passage.text) == own)
            || passage.marks.iter().any(|(range, _)| passage.text.get(range.clone()).is_some_and(&holds))
    };
    let in_organisation = |name: &str| own.split(' ').any(|word| name.split(' ').any(|part| part == word));
    names.is_some_and(|name| in_organisation(&name))
        || vocabulary.quoted.iter().any(|quoted| holds(quoted))
        || vocabulary.terms.iter().any(|term| holds(term) || format!(" {own} ").contains(&format!(" {} ", key(term))))
        || vocabulary.manuscript.passages.iter().any(bold_or_heading)
}

/// Whether the phrase stands in small letters, too: then it is no name.
fn is_also_small(vocabulary: &Vocabulary<'_>, own: &str) -> bool {
    let parts: Vec<&str> = own.split(' ').collect();
    let first = parts.first().and_then(|part| part.chars().next());
    vocabulary.manuscript.each().any(|(passage, known)| {
        let text = passage.text.as_str();
        known.line(passage).words.windows(parts.len()).any(|window| {
            let is_small = |word: &Word| !word.of(text).contains(char::is_uppercase);
            window.first().is_some_and(|word| word.of(text).chars().next() == first)
                && window.iter().all(is_small)
                && window.iter().zip(&parts).all(|(word, part)| stem(word.of(text)) == *part)
        })
    })
}
