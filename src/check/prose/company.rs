//! A company whose name ends in two ways: "Assuract Limited" beside "Assuract, Ltd".

use std::ops::Range;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::caught::CaughtKind;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each way to write a company that is not the first, or not that of the settings.
pub fn named(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let own = manuscript.organisation.and_then(|organisation| whole(&organisation.name));
    let mut known: Vec<(Company<'_>, Option<&Passage>)> = own.map(|own| (own, None)).into_iter().collect();
    let mut told: Vec<String> = Vec::new();
    for caught in manuscript.caught.iter().filter(|caught| caught.kind == CaughtKind::Company) {
        let Some(passage) = manuscript.passages.get(caught.passage) else { continue };
        let Some(company) = company(&passage.text, &caught.words) else { continue };
        let Some((other, place)) = known.iter().find(|(known, _)| known.is(&company)) else {
            known.push((company, Some(passage)));
            continue;
        };
        if other.is_written_as(&company) || told.contains(&company.written()) {
            continue;
        }
        told.push(company.written());
        let message = format!(
            "`{}` is called `{}` {}",
            company.written(),
            other.written(),
            place.map_or("in site.yaml", |_| "before")
        );
        let finding = Diagnostic::new(Code::V609, manuscript.place(passage, &company.words), message);
        let finding = finding.help("write the name of a company in one way");
        findings.push(match place {
            Some(first) => finding.related(manuscript.place(first, &other.words), "it is called so here"),
            None => finding,
        });
    }
}

/// A company's name in its parts.
struct Company<'a> {
    name: &'a str,
    comma: bool,
    suffix: &'a str,
    words: Range<usize>,
}

impl Company<'_> {
    /// Whether two are the same company: the kind is the same, and one name ends with the other.
    fn is(&self, other: &Self) -> bool {
        let ends = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with(char::is_whitespace))
        };
        kind(self.suffix) == kind(other.suffix) && (ends(self.name, other.name) || ends(other.name, self.name))
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
fn kind(suffix: &str) -> String {
    match suffix.to_ascii_lowercase().as_str() {
        "limited" => "ltd".to_owned(),
        "incorporated" => "inc".to_owned(),
        "corporation" => "corp".to_owned(),
        other => other.to_owned(),
    }
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
    while let Some(word) = last_word(name.get(..start)?) {
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
        && !word.contains('\u{FFFC}');
    named.then_some(text.len() - start)
}
