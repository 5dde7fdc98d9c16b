//! A company whose name ends in two ways: "Assuract Limited" beside "Assuract, Ltd".

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::language::Language;
use crate::check::caught::{CaughtKind, is_suffix};
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each way to write a company that is not the first, or not that of the settings.
pub fn named(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let own = manuscript.organisation.and_then(|organisation| whole(&organisation.name));
    let mut register = Register::default();
    register.extend(own.clone().map(|own| (own, None)));
    let mut told: BTreeSet<String> = BTreeSet::new();
    // The organisation's name with another kind, as long as it stands nowhere as in the settings.
    let (mut ours, mut other_kind) = (false, None);
    for caught in manuscript.caught.iter().filter(|caught| caught.kind == CaughtKind::Company) {
        let Some(passage) = manuscript.passages.get(caught.passage) else { continue };
        let Some(company) = company(&passage.text, &caught.words) else { continue };
        if !is_at_home(company.suffix, manuscript.language)
            && own.as_ref().is_none_or(|own| own.suffix != company.suffix)
        {
            continue;
        }
        ours |= own.as_ref().is_some_and(|own| own.is(&company));
        if own.as_ref().is_some_and(|own| own.name == company.name && own.kind() != company.kind()) {
            other_kind.get_or_insert((passage, company.clone()));
        }
        let Some((other, place)) = register.find(&company) else {
            register.extend([(company, Some(passage))]);
            continue;
        };
        if !other.is_written_as(&company) && told.insert(company.written()) {
            let finding = finding(manuscript, (passage, &company), (other, place.is_none()));
            findings.push(match place {
                Some(first) => finding.related(manuscript.place(first, &other.words), "it is called so here"),
                None => finding,
            });
        }
    }
    if let Some((own, (passage, company))) = own.zip(other_kind).filter(|(own, _)| !ours && !says(manuscript, own)) {
        findings.push(finding(manuscript, (passage, &company), (&own, true)));
    }
}

fn finding(
    manuscript: &Manuscript<'_>,
    (passage, company): (&Passage, &Company<'_>),
    (other, set): (&Company<'_>, bool),
) -> Diagnostic {
    let place = if set { "in site.yaml" } else { "before" };
    let message = format!("`{}` is called `{}` {place}", company.written(), other.written());
    let finding = Diagnostic::new(Code::V609, manuscript.place(passage, &company.words), message);
    finding.help("write the name of a company in one way")
}

/// Whether the text has the name somewhere, in whatever capitals.
fn says(manuscript: &Manuscript<'_>, own: &Company<'_>) -> bool {
    let own = own.written().to_lowercase();
    manuscript.passages.iter().any(|passage| passage.text.to_lowercase().contains(&own))
}

/// The companies that were met, by their kinds and the last words of their names.
#[derive(Default)]
struct Register<'a>(BTreeMap<(&'a str, &'a str), Vec<Met<'a>>>);

/// A company, and where it was met if that was in the text.
type Met<'a> = (Company<'a>, Option<&'a Passage>);

/// So many companies whose names end with the same word are kept in mind.
const MOST: usize = 100;

impl<'a> Register<'a> {
    fn find(&self, company: &Company<'a>) -> Option<&Met<'a>> {
        self.0.get(&company.key())?.iter().find(|(known, _)| known.is(company))
    }

    fn extend(&mut self, met: impl IntoIterator<Item = Met<'a>>) {
        for one in met {
            let same = self.0.entry(one.0.key()).or_default();
            if same.len() < MOST {
                same.push(one);
            }
        }
    }
}

/// A company's name in its parts.
#[derive(Clone)]
struct Company<'a> {
    name: &'a str,
    comma: bool,
    suffix: &'a str,
    words: Range<usize>,
}

impl<'a> Company<'a> {
    fn kind(&self) -> &'a str {
        kind(self.suffix)
    }

    fn key(&self) -> (&'a str, &'a str) {
        (self.kind(), self.name.rsplit(char::is_whitespace).next().unwrap_or_default())
    }

    /// Whether two are the same company: the kind is the same, and one name ends with the other.
    fn is(&self, other: &Self) -> bool {
        let ends = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with(char::is_whitespace))
        };
        self.kind() == other.kind() && (ends(self.name, other.name) || ends(other.name, self.name))
    }

    fn is_written_as(&self, other: &Self) -> bool {
        self.comma == other.comma && self.suffix.eq_ignore_ascii_case(other.suffix)
    }

    fn written(&self) -> String {
        let name: Vec<&str> = self.name.split_whitespace().collect();
        format!("{}{} {}", name.join(" "), if self.comma { "," } else { "" }, self.suffix)
    }
}

/// The kind of a company, however it is written.
fn kind(suffix: &str) -> &str {
    let written = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(suffix));
    let kinds: &[&[&str]] =
        &[&["Ltd", "Limited"], &["Inc", "Incorporated"], &["Corp", "Corporation"], &["PLC"], &["SARL"]];
    kinds.iter().find(|words| written(words)).and_then(|words| words.first()).copied().unwrap_or(suffix)
}

/// Kinds that are words or short forms of something else where their language is not spoken, and whose language that is.
const ABROAD: &[(Language, &[&str])] =
    &[(Language::French, &["SA", "SARL", "SAS", "Sarl"]), (Language::German, &["AG", "KG", "UG", "mbH"])];

fn is_at_home(suffix: &str, language: Language) -> bool {
    ABROAD.iter().all(|(own, words)| !words.contains(&suffix) || language == *own)
}

/// The name of the settings, where it ends with a word that says the kind.
fn whole(name: &str) -> Option<Company<'_>> {
    let bare = name.trim_end_matches('.');
    let start = bare.rfind(' ')? + 1;
    company(bare, &(start..bare.len()))
}

/// The words with capitals before the word that says the kind.
fn company<'a>(text: &'a str, suffix: &Range<usize>) -> Option<Company<'a>> {
    let before = text.get(..suffix.start)?;
    let bare = before.trim_end_matches([' ', '\u{a0}', '\n']);
    if bare.len() == before.len() {
        return None;
    }
    let name = bare.trim_end_matches(',');
    let mut start = name.len();
    for _ in 0..WORDS {
        let Some(word) = last_word(name.get(..start)?) else { break };
        start = start.checked_sub(word)?;
    }
    let name = name.get(start..)?;
    let mut trimmed = name.trim_start();
    while let Some((first, rest)) = trimmed.split_once(char::is_whitespace).filter(|(first, _)| OPENERS.contains(first))
    {
        trimmed = if first.is_empty() { "" } else { rest.trim_start() };
    }
    let words = suffix.start - (before.len() - start) + (name.len() - trimmed.len())..suffix.end;
    let suffix = text.get(suffix.clone())?;
    (!trimmed.is_empty()).then_some(Company { name: trimmed, comma: bare.ends_with(','), suffix, words })
}

/// A company's name has no more words.
const WORDS: usize = 12;

/// Words that begin a sentence, and no name.
const OPENERS: &[&str] =
    &["And", "At", "Between", "By", "For", "From", "If", "In", "Or", "Our", "The", "To", "We", "When", "With"];

/// How long the last word of a text is, with the space before it; nothing where it is no part of a name.
fn last_word(text: &str) -> Option<usize> {
    let bare = text.trim_end_matches([' ', '\u{a0}']);
    let start = bare
        .rfind(|char: char| char.is_whitespace() || matches!(char, '(' | '“' | '‘' | '"'))
        .map_or(0, |at| at + bare.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let word = bare.get(start..)?;
    let named = word.starts_with(|char: char| char.is_uppercase() || char.is_ascii_digit())
        && word.ends_with(char::is_alphanumeric)
        && !word.contains('\u{FFFC}')
        && !is_suffix(word.as_bytes());
    named.then_some(text.len() - start)
}
