//! Quotes and brackets that are opened and not closed, or closed and not opened.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each quote and bracket that has no other half, neither in its passage nor in one soon after.
pub fn look(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    let english = manuscript.is_english();
    let mut pending: Vec<Half> = Vec::new();
    let mut alone: Vec<Half> = Vec::new();
    for (index, (passage, known)) in manuscript.each().enumerate() {
        let next = manuscript.passages.get(index + 1);
        for half in known.halves(|| halves(passage, english)) {
            let half = Half { passage: index, ..*half };
            let recent = pending.iter().enumerate().rev().take(MANY);
            match recent.map(|(at, open)| (at, open.fits(&half))).find(|(_, fits)| *fits) {
                Some((other, _)) => drop(pending.remove(other)),
                None if half.opens() && !goes_on(passage, next, &half) => pending.push(half),
                None if half.opens() => {}
                None => alone.push(half),
            }
        }
    }
    let told = alone.len() + pending.len() < MANY;
    findings.extend(alone.iter().chain(&pending).filter(|_| told).filter_map(|half| half.finding(manuscript)));
}

/// A quote or bracket without its other half in its passage.
#[derive(Clone, Copy)]
pub struct Half {
    passage: usize,
    at: usize,
    sign: char,
}

/// What is opened in a passage may be closed so many passages later: an item of a list is one.
const FAR: usize = 12;

/// A text that has so many is no prose: nothing is told of it, and no more are kept in mind.
const MANY: usize = 100;

impl Half {
    fn opens(&self) -> bool {
        other(self.sign).is_some()
    }

    fn fits(&self, close: &Self) -> bool {
        let far = if self.sign == '"' { 2 } else { FAR };
        other(self.sign) == Some(close.sign) && close.passage - self.passage <= far && close.passage != self.passage
    }

    fn finding(&self, manuscript: &Manuscript<'_>) -> Option<Diagnostic> {
        let passage = manuscript.passages.get(self.passage)?;
        let sign = self.sign;
        let place = manuscript.place(passage, &(self.at..self.at + sign.len_utf8()));
        let inside = passage.text.get(..self.at)?.ends_with(char::is_alphabetic);
        let (message, help) = match other(sign) {
            Some('’') if inside => {
                (format!("`{sign}` begins a quotation inside a word"), "write an apostrophe, `’`".to_owned())
            }
            Some('"') => (format!("`{sign}` stands without another"), "add the other one, or take it out".to_owned()),
            Some(close) => (format!("`{sign}` is not closed"), format!("add `{close}`, or take it out")),
            None => {
                (format!("`{sign}` closes what was not opened"), format!("add `{}`, or take it out", opening(sign)))
            }
        };
        Some(Diagnostic::new(Code::V603, place, message).help(help))
    }
}

/// What closes a sign; nothing for one that closes.
fn other(sign: char) -> Option<char> {
    Some(match sign {
        '(' => ')',
        '[' => ']',
        '“' => '”',
        '‘' => '’',
        '"' => '"',
        _ => return None,
    })
}

fn opening(sign: char) -> char {
    match sign {
        ')' => '(',
        ']' => '[',
        _ => '“',
    }
}

/// The signs of a passage that have no other half in it. Quotes are looked at in English only: others write them in
/// other ways.
fn halves(passage: &Passage, english: bool) -> Vec<Half> {
    let text = passage.text.as_str();
    // „So“ quotes are written in other languages, and stand in English texts too.
    let english = english && !text.contains('„');
    let mut open: Vec<Half> = Vec::new();
    let mut alone: Vec<Half> = Vec::new();
    // How many brackets were closed by what may be a label.
    let mut lent = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        let looked_at = open.len() + alone.len() < MANY && matches!(byte, b'(' | b')' | b'[' | b']' | b'"' | 0xe2);
        let Some(sign) = text.get(at..).filter(|_| looked_at).and_then(|rest| rest.chars().next()) else { continue };
        let half = Half { passage: 0, at, sign };
        let label = sign == ')' && is_label(text, at);
        match sign {
            '“' | '”' | '‘' | '’' | '"' if !english => {}
            '"' if is_inch(text, at) && !open.iter().any(|open| open.sign == '"') => {}
            '(' | '[' | '“' => open.push(half),
            '‘' if opens_word(text, at) => open.push(half),
            ')' | ']' | '”' | '’' | '"' => match open.iter().rposition(|open| other(open.sign) == Some(sign)) {
                Some(other) => {
                    open.remove(other);
                    lent += usize::from(label);
                }
                None if sign == '"' => open.push(half),
                None if sign == '’' || label => {}
                // `(Art. 6 lit. b) DSGVO)`: the bracket was not closed by the label, but is by this.
                None if sign == ')' && lent > 0 => lent -= 1,
                None => alone.push(half),
            },
            _ => {}
        }
    }
    // A curly quote whose other half is a straight one is told once.
    if open.iter().chain(&alone).any(|half| matches!(half.sign, '“' | '”')) {
        open.retain(|half| half.sign != '"');
    }
    alone.extend(open);
    alone.sort_by_key(|half| half.at);
    alone
}

/// `5"`, or `"` behind a minute.
fn is_inch(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with(|char: char| char.is_ascii_digit()))
}

fn opens_word(text: &str, at: usize) -> bool {
    let after = text.get(at + '‘'.len_utf8()..).and_then(|rest| rest.chars().next());
    after.is_some_and(char::is_alphabetic)
}

/// Whether a bracket ends a label, `a)` or `iv)`, or a face, `:)`.
fn is_label(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let bare = before.trim_end_matches(|char: char| char.is_ascii_alphanumeric());
    let label = before.get(bare.len()..).unwrap_or_default();
    let short = label.len() == 1
        || label.len() <= 3 && label.bytes().all(|byte| byte.is_ascii_digit())
        || label.len() <= 5 && label.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'));
    let between = |char: char| char.is_whitespace() || matches!(char, ',' | ';' | '/' | '-' | '–' | '—');
    // As in `6.1.b)`.
    let dotted = bare.strip_suffix('.').is_some_and(|above| above.ends_with(|char: char| char.is_ascii_digit()));
    let free = bare.is_empty() || bare.ends_with(between) || dotted;
    (short && free && !label.is_empty()) || before.ends_with([':', ';']) || before.ends_with(":-")
}

/// A quotation of several paragraphs opens each of them.
fn goes_on(passage: &Passage, next: Option<&Passage>, half: &Half) -> bool {
    let quotes = half.sign == '“' || half.sign == '‘' || half.sign == '"';
    let begins = |passage: &Passage| passage.text.starts_with(half.sign);
    quotes && begins(passage) && next.is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::halves;
    use crate::site::markdown::passages;

    fn alone(text: &str) -> String {
        passages(text).iter().flat_map(|passage| halves(passage, true)).map(|half| half.sign).collect()
    }

    #[test]
    fn labels_close_no_bracket_that_is_closed_behind_them() {
        let fit = [
            "(Art. 6 Abs. 1 lit. b) DSGVO), (Art. 6(1) lit. b) GDPR)",
            "(Article 6, paragraph 1, point b) of the GDPR)",
            "l’article 6.1.b) du RGPD (cf. art. 4.2, a) et b))",
            "items 1)–3), a)-c) or 4), and (see 5) and (twice (or more))",
        ];
        assert_eq!(fit.map(alone), [""; 4]);
        let others = ["(lit. b) of this", "(lit. b) of this) and)", "see this) and", "(see (5) and"];
        assert_eq!(others.map(alone), ["", ")", ")", "("]);
    }

    #[test]
    fn inches_are_no_quotes() {
        assert_eq!(alone("a 5\" and a \"15\" and \"one"), "\"");
    }
}
