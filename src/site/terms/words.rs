//! A line → its words, with what stands between them: enough to tell a capital that means something from one that
//! begins a sentence.

use std::ops::Range;

/// A word of a line. What a hyphen joins is two words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Word {
    /// Where it stands, in bytes of the line.
    pub range: Range<usize>,
    /// What stands before it.
    pub gap: Gap,
    /// Whether a sentence may begin with it, so that its capital says nothing.
    pub opens: bool,
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gap {
    /// A hyphen and nothing else.
    Hyphen,
    /// Anything else, or nothing before it at all.
    Other,
    /// White space and nothing else.
    Space,
}

impl Word {
    /// The word itself.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.range.clone()).unwrap_or_default()
    }
}

/// The words of a line; the list is emptied first, so that it can be used again. `l’Abonné` is two words.
pub fn words(text: &str, found: &mut Vec<Word>) {
    found.clear();
    let mut from: Option<usize> = None;
    let mut gap = Between { opens: true, ..Between::default() };
    for (at, char) in text.char_indices() {
        let inside = is_letter(char) || (from.is_some() && matches!(char, '’' | '\''));
        match (inside, from) {
            (true, None) => from = Some(at),
            (false, Some(begin)) => {
                found.push(gap.word(text, begin..at));
                gap = Between::default();
                from = None;
                gap.add(char);
            }
            (false, None) => gap.add(char),
            (true, Some(begin)) if matches!(char, '’' | '\'') && elides(text, begin..at, char) => {
                found.push(gap.word(text, begin..at));
                gap = Between { spaces: 1, ..Between::default() };
                from = None;
            }
            (true, Some(_)) => {}
        }
    }
    if let Some(begin) = from {
        found.push(gap.word(text, begin..text.len()));
    }
}

/// French words that lose their last letter before a vowel.
const ELIDED: &[&str] = &["l", "d", "qu", "n", "s", "j", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "quoiqu"];

/// Whether a mark ends a word before which another begins without a space: `l’`, `qu’`.
fn elides(text: &str, word: Range<usize>, mark: char) -> bool {
    let behind = text.get(word.end + mark.len_utf8()..).and_then(|rest| rest.chars().next());
    let word = text.get(word).unwrap_or_default();
    behind.is_some_and(char::is_alphabetic) && ELIDED.iter().any(|elided| elided.eq_ignore_ascii_case(word))
}

/// What is known of the stretch before a word.
#[derive(Default)]
struct Between {
    spaces: usize,
    hyphens: usize,
    others: usize,
    opens: bool,
}

impl Between {
    fn add(&mut self, char: char) {
        match char {
            char if char.is_whitespace() => self.spaces += 1,
            '-' | '\u{2010}' | '\u{2011}' => self.hyphens += 1,
            other => {
                self.others += 1;
                self.opens |= !matches!(other, ',' | ')' | ']' | '”' | '»' | '&' | '/' | '’' | '\'');
            }
        }
    }

    fn word(&self, text: &str, range: Range<usize>) -> Word {
        let gap = match (self.spaces, self.hyphens, self.others) {
            (0, 1, 0) => Gap::Hyphen,
            (1.., 0, 0) => Gap::Space,
            _ => Gap::Other,
        };
        let whole = text.get(range.clone()).unwrap_or_default();
        let end = range.start + whole.trim_end_matches(['’', '\'']).len();
        // A dash between spaces begins something new.
        let opens = self.opens || (self.hyphens > 0 && self.spaces > 0);
        Word { range: range.start..end, gap, opens }
    }
}

fn is_letter(char: char) -> bool {
    match char {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '\0'..='\x7f' => false,
        other => other.is_alphanumeric(),
    }
}

/// Whether a word begins with a capital.
#[must_use]
pub fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Takes the plural off a word in lower case that ends with an s.
fn singular(stem: &mut String) {
    if stem.ends_with("ies") && stem.len() > 4 {
        stem.truncate(stem.len() - 3);
        stem.push('y');
    } else if ["sses", "xes", "ches", "shes", "ses"].iter().any(|end| stem.ends_with(end)) && stem.len() > 4 {
        stem.truncate(stem.len() - 2);
    } else if !stem.ends_with("ss") && stem.len() > 3 {
        stem.truncate(stem.len() - 1);
    }
}

/// Whether a word is written in capitals only, as in a text that shouts or an abbreviation.
#[must_use]
pub fn is_shouted(word: &str) -> bool {
    let mut letters = word.chars().filter(|char| char.is_alphabetic());
    letters.clone().count() > 1 && letters.all(char::is_uppercase)
}

/// A word without the mark of possession.
#[must_use]
pub fn bare(word: &str) -> &str {
    if word.as_bytes().last() != Some(&b's') {
        return word;
    }
    ["’s", "'s"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// What a word has in common with its plural and with another spelling of it: lower case, `organis` for `organiz`.
#[must_use]
pub fn stem(word: &str) -> String {
    let mut stem = bare(word).to_lowercase();
    if stem.as_bytes().last() == Some(&b's') {
        singular(&mut stem);
    }
    // `licenses` and `license` have one stem, and so have `processes` and `process`.
    if stem.ends_with("se") {
        stem.truncate(stem.len() - 1);
    }
    let has_z = stem.as_bytes().windows(2).any(|pair| pair == b"iz");
    if has_z { stem.replace("iz", "is") } else { stem }
}

/// The beginning of a word that it has in common with its forms in languages that decline, without umlauts: `kont` of
/// “Konto” and “Konten”, `vertr` of “Vertrag” and “Verträge”.
#[must_use]
pub fn root(word: &str) -> String {
    let whole = unaccented(word);
    let letters = whole.chars().count();
    whole.chars().take(letters.saturating_sub(2).max(3)).collect()
}

/// A word in small letters without accents and umlauts.
#[must_use]
pub fn unaccented(word: &str) -> String {
    let plain = |char: char| match char {
        'ä' | 'à' | 'â' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ö' | 'ô' => 'o',
        'ü' | 'ù' | 'û' => 'u',
        'ç' => 'c',
        other => other,
    };
    word.chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// Whether two words are the same, but for their number and the mark of possession.
#[must_use]
pub fn same_but_number(one: &str, other: &str) -> bool {
    let (one, other) = (bare(one), bare(other));
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if let Some(rest) = long.strip_prefix(short) {
        return matches!(rest, "" | "s" | "es" | "S");
    }
    short.strip_suffix('y').is_some_and(|stem| long.strip_prefix(stem) == Some("ies"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_what_stands_before_them() {
        let text = "Your Details, and the User’s ‑ no. It’s User-Generated; “Our” (so) users’ A & B.";
        let mut found = Vec::new();
        words(text, &mut found);
        let told: Vec<_> = found.iter().map(|word| (word.of(text), word.gap, word.opens)).collect();
        assert_eq!(
            &told[..6],
            [
                ("Your", Gap::Other, true),
                ("Details", Gap::Space, false),
                ("and", Gap::Other, false),
                ("the", Gap::Space, false),
                ("User’s", Gap::Space, false),
                ("no", Gap::Other, true),
            ]
        );
        assert_eq!(
            &told[6..],
            [
                ("It’s", Gap::Other, true),
                ("User", Gap::Space, false),
                ("Generated", Gap::Hyphen, false),
                ("Our", Gap::Other, true),
                ("so", Gap::Other, true),
                ("users", Gap::Other, false),
                ("A", Gap::Space, false),
                ("B", Gap::Other, false),
            ]
        );
    }

    #[test]
    fn what_is_elided_is_a_word_of_its_own() {
        let text = "L’Abonné, l'Abonné et jusqu’ici; don’t, O’Neill’s users’ n’ all, aujourd’hui";
        let mut found = Vec::new();
        words(text, &mut found);
        let told: Vec<_> = found.iter().map(|word| word.of(text)).collect();
        let rest = ["don’t", "O’Neill’s", "users", "n", "all", "aujourd’hui"];
        assert_eq!(told, [&["L", "Abonné", "l", "Abonné", "et", "jusqu", "ici"][..], &rest[..]].concat());
        assert_eq!((found[0].opens, found[1].opens, found[1].gap), (true, false, Gap::Space));
    }

    #[test]
    fn forms_of_a_word_hold_its_root() {
        for (word, form) in
            [("Vertrag", "Verträge"), ("Konto", "Kundenkonten"), ("Verantwortlicher", "Verantwortliche")]
        {
            assert!(unaccented(form).contains(&root(word)), "{word} {form}");
        }
        assert!(!unaccented("Dienste").contains(&root("Vertrag")));
    }

    #[test]
    fn number_possession_and_spelling_do_not_make_another_word() {
        for (one, other) in [("Party", "Parties"), ("Product", "Products’"), ("User’s", "Users"), ("Box", "Boxes")]
        {
            assert!(same_but_number(one, other.trim_end_matches('’')), "{one} {other}");
            assert_eq!(stem(one), stem(other.trim_end_matches('’')));
        }
        assert!(!same_but_number("User", "user") && !same_but_number("Use", "User"));
        assert_eq!((stem("Organization"), stem("Licences")), (stem("organisations"), stem("licence")));
        assert_eq!((stem("Processes"), stem("licenses")), (stem("process"), stem("License")));
        assert!(is_shouted("AS") && !is_shouted("A") && !is_shouted("As"));
    }
}
