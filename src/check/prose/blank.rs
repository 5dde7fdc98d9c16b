//! What in brackets, braces or on a line is left for somebody to write.

use crate::base::language::Language;
use crate::base::text::{beginning, ending};

/// Words with which a placeholder in brackets begins.
const ASKS: &[&str] = &[
    "insert",
    "enter",
    "add",
    "your",
    "name of",
    "tbd",
    "tbc",
    "to be",
    "delete as",
    "delete if",
    "delete or",
    "note to",
    "drafting note",
    "fill in",
];

/// Words that a placeholder in brackets may be, also behind others: "Company name", "Effective date".
const NOUNS: &[&str] = &[
    "company",
    "organisation",
    "organization",
    "name",
    "date",
    "address",
    "email",
    "telephone",
    "phone",
    "country",
    "state",
    "jurisdiction",
    "website",
    "url",
    "link",
    "amount",
    "number",
    "city",
    "business",
    "client",
    "product",
];

/// The same in German, where they also end a longer word.
const GERMAN: &[&str] = &[
    "name",
    "adresse",
    "anschrift",
    "datum",
    "nummer",
    "firma",
    "unternehmen",
    "stadt",
    "betrag",
    "website",
    "gerichtsstand",
    "einfügen",
    "eintragen",
    "ergänzen",
];

/// Words with which one begins in French.
const FRENCH: &[&str] = &[
    "nom",
    "adresse",
    "date",
    "société",
    "ville",
    "pays",
    "montant",
    "numéro",
    "raison sociale",
    "dénomination",
    "insérer",
    "compléter",
    "à compléter",
    "à définir",
    "votre",
];

/// Small words that no placeholder begins with: what they begin are words that somebody put into a quotation.
const SMALL: &[&str] = &[
    "a", "an", "and", "any", "at", "by", "each", "for", "from", "his", "in", "its", "no", "of", "on", "or", "our",
    "such", "that", "the", "their", "this", "to", "with",
];

/// Whether words in brackets are left to be written.
#[must_use]
pub fn is_bracketed((before, inner): (&str, &str), language: Language) -> bool {
    if !inner.contains(char::is_alphanumeric) {
        return is_empty(before, inner);
    }
    let lower = inner.to_lowercase();
    let words = lower.split_whitespace().count();
    let begins =
        |ask: &str| lower.strip_prefix(ask).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':']));
    let ends = |noun: &str| lower.strip_suffix(noun).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
    let asks = ASKS.iter().any(|ask| begins(ask));
    let noun = NOUNS.iter().any(|noun| ends(noun)) || lower == "governing law";
    let capital = inner.starts_with(char::is_uppercase);
    let several = words > 1 && !SMALL.iter().any(|small| begins(small));
    let own = match language {
        Language::English | Language::Other => false,
        Language::French => (capital || words > 1) && FRENCH.iter().any(|word| begins(word)),
        Language::German => words <= 3 && capital && GERMAN.iter().any(|word| lower.ends_with(word)),
    };
    // `[Enter]` is a key.
    let key = words == 1 && matches!(lower.as_str(), "enter" | "add");
    (1..=8).contains(&words) && !key && (asks || own || (noun && words <= 4 && (capital || several)))
}

/// Whether brackets hold nothing but a sign that stands for what is missing.
fn is_empty(before: &str, inner: &str) -> bool {
    let signs = inner.trim();
    match signs.chars().next() {
        Some(first @ ('●' | '•' | '_')) => signs.chars().all(|char| char == first),
        Some(_) => false,
        None => !inner.is_empty() && wants_more(before),
    }
}

/// Whether a word in braces is the name of a value: `company_name`.
#[must_use]
pub fn is_braced(inner: &str) -> bool {
    let plain = inner.len() > 2 && inner.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | ' '));
    let lower = inner.to_ascii_lowercase();
    let last = lower.rsplit([' ', '_']).next().unwrap_or_default();
    plain && last.len() < lower.len() && NOUNS.contains(&last)
}

/// Words behind which a sentence is not at its end.
const UNFINISHED: &[&str] = &[
    "a", "an", "and", "are", "at", "by", "for", "in", "is", "of", "or", "than", "the", "to", "until", "with", "within",
    "bis", "das", "der", "die", "durch", "vom", "von", "de", "du", "la", "le", "par", "à",
];

/// Whether something must follow. Forms that readers are to fill in have blanks, too, and are meant to.
#[must_use]
pub fn wants_more(before: &str) -> bool {
    let near = ending(before, 200);
    let bare = near.trim_end();
    let last = bare.rsplit([' ', '\n', '\u{a0}', '(']).next().unwrap_or_default();
    let form = ["(*)", "hereby", "hiermit", "I/", "Ich/", "Je/"].iter().any(|word| near.contains(word));
    !form && (UNFINISHED.contains(&last) || bare.ends_with(['$', '£', '€']))
}

/// Whether what is in brackets is a key or a part of a program: click [Your account], the [Send] button.
#[must_use]
pub fn is_of_a_program(before: &str, after: &str) -> bool {
    const DOES: &[&str] = &["press", "click", "tap ", "select", "choose", "hit ", "klick", "wähl", "cliqu"];
    const IS: &[&str] = &["button", "field", "icon", "in the menu", "key", "link", "menu", "tab"];
    let near = ending(before, 24).to_lowercase();
    let behind = beginning(after.trim_start(), 12).to_lowercase();
    DOES.iter().any(|word| near.contains(word)) || IS.iter().any(|word| behind.starts_with(word))
}
