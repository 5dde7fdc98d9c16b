//! Words as the rules of agreement compare them: text → small letters, and whether two words are one but for an ending.

/// Endings by which words of one family differ, in English, French and German.
const ENDINGS: &[&str] = &[
    "", "s", "e", "es", "y", "ies", "ed", "ing", "er", "ers", "or", "ors", "ion", "ions", "ation", "ations", "ment",
    "ements", "ement", "ments", "ant", "ants", "ance", "ances", "eur", "eurs", "euse", "ur", "urs", "le", "les",
    "ilité", "n", "en", "em", "in", "innen",
];

/// A text in small letters, with one kind of blank and one kind of apostrophe.
#[must_use]
pub fn plain(text: &str) -> String {
    let one = |char: char| match char {
        '’' => '\'',
        char if char.is_whitespace() => ' ',
        char => char,
    };
    text.chars().flat_map(char::to_lowercase).map(one).collect()
}

/// The words of a text: letters and digits.
#[must_use]
pub fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether one of some phrases begins where a word of a plain text begins; one behind `~` may begin inside a word.
#[must_use]
pub fn says(plain: &str, phrases: &[&str]) -> bool {
    let begins =
        |at: usize| !plain.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
    phrases.iter().any(|phrase| match phrase.strip_prefix('~') {
        Some(inner) => plain.contains(inner),
        None => plain.match_indices(phrase).any(|(at, _)| begins(at)),
    })
}

/// Whether two words in small letters are one, but for an ending.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    let (count, bytes) = same.fold((0, 0), |(count, bytes), (char, _)| (count + 1, bytes + char.len_utf8()));
    let (tail, other_tail) = (one.get(bytes..).unwrap_or_default(), other.get(bytes..).unwrap_or_default());
    if tail.is_empty() || other_tail.is_empty() {
        return tail == other_tail || count > 3 && tail.chars().count().max(other_tail.chars().count()) <= 3;
    }
    let is_ending = |tail: &str| ENDINGS.contains(&tail) || tail.starts_with("ung");
    count >= 5 && is_ending(tail) && is_ending(other_tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_family_are_alike_and_names_are_not() {
        let families = "host hosting|hébergeur hébergement|steuerberater steuerberatungsbüro|enquiry enquiries|bank banken\
            |payment payments|advisers advisors|crm crm";
        for pair in families.split('|') {
            let (one, other) = pair.split_once(' ').unwrap();
            assert!(alike(one, other) && alike(other, one), "{pair}");
        }
        for pair in
            "mailgun mailguard|postmark postmates|hubspot hubspace|acme acmetrix|data date|stripe strike".split('|')
        {
            let (one, other) = pair.split_once(' ').unwrap();
            assert!(!alike(one, other) && !alike(other, one), "{pair}");
        }
    }

    #[test]
    fn phrases_begin_with_a_word_unless_they_are_marked() {
        assert!(says(&plain("You may OBJECT\nto it"), &["object to"]) && says("l'accès", &["acc"]));
        assert!(!says("cameras", &["eras"]) && says("datenübertragbarkeit", &["~übertragbar"]));
    }
}
