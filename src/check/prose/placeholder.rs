//! Placeholders that nobody filled in: `[Company]`, "TBD", "lorem ipsum", `DD/MM/YYYY`. Those of templates, `{{ }}`, are
//! V119.

use std::ops::Range;

use super::blank::{is_braced, is_bracketed, is_of_a_program, wants_more};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::language::Language;
use crate::base::text::{beginning, ending};
use crate::check::caught::CaughtKind;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each placeholder.
pub fn left(manuscript: &Manuscript<'_>, (passage, known): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    let text = passage.text.as_str();
    let caught = known.caught(passage).iter().filter(|(_, kind)| *kind == CaughtKind::Placeholder);
    let words = caught.filter_map(|(words, _)| word(text, words));
    let language = manuscript.language;
    let signs = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'{' | b'_'));
    let blanks = signs.filter_map(|(at, byte)| blank(text, (at, byte), language));
    let unlinked = |words: &Range<usize>| passage.link(words).is_none();
    findings.extend(words.chain(blanks.filter(unlinked)).map(|words| {
        let message =
            format!("the placeholder `{}` is published as it is", text.get(words.clone()).unwrap_or_default());
        Diagnostic::new(Code::V606, manuscript.place(passage, &words), message).help("write what it stands for")
    }));
}

/// The placeholder that a word is, or begins.
fn word(text: &str, words: &Range<usize>) -> Option<Range<usize>> {
    let (start, mut end) = (words.start, words.end);
    let joins = |char: char| matches!(char, '-' | '_' | '/' | '.' | '@' | '[' | '‑');
    let before = text.get(..start)?;
    if before.ends_with(joins) {
        return None;
    }
    let word = text.get(start..end)?;
    if matches!(word, "DD" | "JJ" | "MM" | "TT" | "XX") {
        return date(text, start);
    }
    let after = text.get(end..)?;
    let quoted = before.ends_with(['“', '„', '"', '‘', '«']) && after.starts_with(['”', '“', '"', '’', '»']);
    let named = match word {
        "TODO" => after.starts_with(" list") || after.starts_with(" app"),
        _ => after.strip_prefix(' ').is_some_and(|next| next.starts_with(char::is_uppercase)),
    };
    if word.eq_ignore_ascii_case("lorem") {
        end += after.get(..6).filter(|next| next.eq_ignore_ascii_case(" ipsum"))?.len();
    } else if quoted || named {
        return None;
    }
    (!after.starts_with(['-', '_', '/', '@', '‑'])).then_some(start..end)
}

/// Words before a day.
const BEFORE_DAYS: &[&str] = &[
    "on",
    "of",
    "from",
    "until",
    "till",
    "since",
    "by",
    "before",
    "after",
    "updated",
    "effective",
    "dated",
    "date",
    "modified",
    "revised",
    "am",
    "vom",
    "bis",
    "ab",
    "zum",
    "stand",
    "le",
    "du",
    "au",
];

/// `DD/MM/YYYY` where a day should stand, not where it says how one is written; `XX/XX/2026` anywhere.
fn date(text: &str, start: usize) -> Option<Range<usize>> {
    const FORMS: &[&str] = &["DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "TT.MM.JJJJ", "JJ/MM/AAAA"];
    let (before, rest) = text.split_at_checked(start)?;
    let form = FORMS.iter().find(|form| rest.starts_with(**form)).map(|form| form.len());
    let crossed = || {
        let year = rest.strip_prefix("XX/XX/").or_else(|| rest.strip_prefix("XX.XX."))?;
        let year = beginning(year, 4);
        (year == "XXXX" || year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())).then_some(10)
    };
    let length = form.or_else(crossed)?;
    let end = start + length;
    let last =
        before.trim_end_matches([' ', ':']).rsplit(|char: char| !char.is_alphabetic()).next().unwrap_or_default();
    let meant = form.is_none() || BEFORE_DAYS.iter().any(|word| word.eq_ignore_ascii_case(last));
    let whole = !rest.get(length..)?.starts_with(|char: char| char.is_alphanumeric());
    let near = [ending(before, 100), beginning(rest, 100)];
    let explained = near.iter().any(|near| near.contains("ormat"));
    (meant && whole && !explained).then_some(start..end)
}

/// What a sign begins, if nobody filled it in.
fn blank(text: &str, (at, sign): (usize, u8), language: Language) -> Option<Range<usize>> {
    let (before, rest) = text.split_at_checked(at)?;
    let inside = rest.get(1..)?;
    let glued = before.ends_with(char::is_alphanumeric);
    match sign {
        b'[' => {
            let inner = beginning(inside, LONGEST);
            let inner = inner.get(..inner.find([']', '\n', '['])?)?;
            let after = inside.get(inner.len()..)?.strip_prefix(']').filter(|after| !after.starts_with(['(', '[']))?;
            let is_one = !glued && is_bracketed((before, inner), language) && !is_of_a_program(before, after);
            is_one.then_some(at..at + inner.len() + 2)
        }
        b'{' => {
            let inner = beginning(inside, LONGEST);
            let inner = inner.get(..inner.find(['}', '\n', '{'])?)?;
            let after = inside.get(inner.len()..)?.strip_prefix('}').filter(|after| !after.starts_with(['}', '/']))?;
            let free =
                !glued && !before.ends_with(['{', '$', '/', '=', '%']) && !after.starts_with(char::is_alphanumeric);
            (free && is_braced(inner)).then_some(at..at + inner.len() + 2)
        }
        _ => {
            let length = rest.bytes().take_while(|byte| *byte == b'_').count();
            let begins = length > 2 && !before.ends_with(['_', '[']) && !glued;
            (begins && wants_more(before)).then_some(at..at + length)
        }
    }
}

/// What stands in brackets and is longer, in bytes, is no placeholder.
const LONGEST: usize = 120;

#[cfg(test)]
mod tests {
    use super::{blank, word};
    use crate::base::language::Language;
    use crate::check::caught::{CaughtKind, caught};

    fn left(text: &str, language: &str) -> Vec<String> {
        let caught = caught(text).into_iter().filter(|(_, kind)| *kind == CaughtKind::Placeholder);
        let words = caught.filter_map(|(words, _)| word(text, &words));
        let blanks = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'{' | b'_'));
        let blanks = blanks.filter_map(|sign| blank(text, sign, Language::of(language)));
        words.chain(blanks).map(|words| text.get(words).unwrap().to_owned()).collect()
    }

    #[test]
    fn what_nobody_filled_in_is_found() {
        for (text, found) in [
            ("kept for [●] days", "[●]"),
            ("by [•] and", "[•]"),
            ("of [___].", "[___]"),
            ("the laws of ____________.", "____________"),
            ("within [ ] days", "[ ]"),
            ("We, [company name], are", "[company name]"),
            ("the [Governing Law] applies", "[Governing Law]"),
            ("he/she [delete as appropriate]", "[delete as appropriate]"),
            ("[NOTE TO DRAFT] check", "[NOTE TO DRAFT]"),
            ("[Note to draft: check]", "[Note to draft: check]"),
            ("We, {company_name}, are", "{company_name}"),
            ("Last updated: DD/MM/YYYY", "DD/MM/YYYY"),
            ("from XX/XX/2026 on", "XX/XX/2026"),
            ("price tbc, date tbd", "tbc|tbd"),
            ("TODO: say when", "TODO"),
        ] {
            assert_eq!(left(text, "en-GB").join("|"), found);
        }
        assert_eq!(left("Wir, [Firmenname], vom TT.MM.JJJJ", "de"), ["TT.MM.JJJJ", "[Firmenname]"]);
        assert_eq!(left("Nous, [Nom de la société]", "fr"), ["[Nom de la société]"]);
    }

    #[test]
    fn what_a_text_is_about_is_no_placeholder() {
        for text in [
            "Press [Enter]",
            "Click [Your account] in the menu",
            "the [Your account] button",
            "XXX Lutz GmbH and TBA Group",
            "the “TODO” list, a TODO app",
            "[sic], [the parties], [the company], [1], [Emphasis added], [United States], […], [...]",
            "[ ] I agree [ ] I do not",
            "Name: ____________ Date: ____",
            "I hereby withdraw from the contract of ____",
            "enter your birthday as DD/MM/YYYY",
            "the format of DD/MM/YYYY",
            "https://example.org/{user_name}/ and ${user_name} and {{user_name}}",
            "snake___case and x[ ] = [email protected]",
        ] {
            assert_eq!(left(text, "en"), Vec::<String>::new(), "{text}");
        }
        assert_eq!(left("In [Deutschland] und [Frankreich]", "de"), Vec::<String>::new());
    }
}
