//! The phrases by which texts define a term, in the languages that we know.

/// Words that may stand between terms that are defined together.
const JOINTS: &[&str] =
    &["", "or", "and", "the", "a", "an", "our", "your", "ou", "et", "le", "la", "les", "oder", "und", "die", "der"];

/// Words that may stand between an opening bracket and the term.
const INTRODUCTIONS: &[&str] = &[
    "",
    "the",
    "this",
    "these",
    "those",
    "each",
    "a",
    "an",
    "any",
    "our",
    "your",
    "its",
    "all",
    "of",
    "and",
    "or",
    "to",
    "as",
    "such",
    "which",
    "we",
    "call",
    "called",
    "collectively",
    "together",
    "jointly",
    "individually",
    "hereinafter",
    "hereafter",
    "herein",
    "referred",
    "with",
    "le",
    "la",
    "les",
    "l",
    "un",
    "une",
    "nos",
    "ci",
    "après",
    "dénommé",
    "dénommée",
    "dénommés",
    "dénommées",
    "désigné",
    "désignée",
    "ensemble",
    "collectivement",
    "der",
    "die",
    "das",
    "den",
    "ein",
    "eine",
    "nachfolgend",
    "im",
    "folgenden",
    "gemeinsam",
    "zusammen",
    "jeweils",
];

/// What stands behind a term that it defines.
const VERBS: &[&str] = &[
    "means",
    "mean",
    "shall mean",
    "will mean",
    "refers",
    "refer",
    "shall refer",
    "is defined",
    "are defined",
    "has the meaning",
    "have the meaning",
    "has the same meaning",
    "have the same meaning",
    "désigne",
    "désignent",
    "signifie",
    "signifient",
    "bezeichnet",
    "bezeichnen",
    "bedeutet",
    "bedeuten",
];

/// What stands behind a term at the beginning of a sentence.
const COPULAS: &[&str] =
    &["is a", "is an", "is any", "is the", "are the", "are any", "is all", "are all", "is information", "represents"];

/// What stands before a term that it defines.
const BEFORE: &[&str] = &["when we say", "when we use", "when we refer to", "by", "references to"];

/// Words that no text defines as a term of its own, though it may say whom they mean or stand them in quotes.
const PRONOUNS: &[&str] = &[
    "i",
    "me",
    "my",
    "we",
    "us",
    "our",
    "ours",
    "you",
    "your",
    "yours",
    "they",
    "them",
    "their",
    "theirs",
    "it",
    "its",
    "he",
    "she",
    "nous",
    "notre",
    "nos",
    "vous",
    "votre",
    "vos",
    "wir",
    "uns",
    "unser",
    "unsere",
    "sie",
    "ihr",
    "ihre",
    "as is",
    "as available",
    "herein",
    "hereof",
    "including",
    "or",
    "and",
    "must",
    "shall",
    "may",
    "will",
];

/// How the names of rights begin that the law knows: in brackets behind another name they explain it, and define nothing.
const RIGHTS: &[&str] = &["Recht auf ", "Droit à ", "Right to be "];

/// Articles before a term at the beginning of a sentence.
const ARTICLES: &[&str] = &["a", "an", "the", "le", "la", "les", "un", "une", "der", "die", "das", "ein", "eine"];

/// Whether a word may stand between terms that are defined together.
#[must_use]
pub fn is_joint(word: &str) -> bool {
    JOINTS.contains(&word)
}

/// Whether a term is a pronoun or another word that says little.
#[must_use]
pub fn is_pronoun(term: &str) -> bool {
    PRONOUNS.iter().any(|pronoun| pronoun.eq_ignore_ascii_case(term))
}

/// Whether words name a right that the law gives.
#[must_use]
pub fn names_right(words: &str) -> bool {
    RIGHTS.iter().any(|right| words.starts_with(right))
}

/// Whether words between an opening bracket and a term say that the term is defined there.
#[must_use]
pub fn introduces(inside: &str) -> bool {
    inside.len() <= 60
        && inside
            .split(|char: char| !char.is_alphanumeric())
            .all(|word| INTRODUCTIONS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// Whether the words before a term are nothing but the beginning of a sentence.
#[must_use]
pub fn begins_sentence(before: &str) -> bool {
    let begun = before.rsplit(['.', ';', ':', '!', '?', '\n']).next().unwrap_or_default();
    let mut words = begun.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (None, _) => true,
        // `(a)` before it is an article, too.
        (Some(word), None) => word.len() == 1 || ARTICLES.iter().any(|article| article.eq_ignore_ascii_case(word)),
        _ => false,
    }
}

/// Whether what follows a term says what it means.
#[must_use]
pub fn defines_after(after: &str, begins: bool) -> bool {
    let after = after.trim_start_matches([',', ' ', '\n']);
    let starts = |phrase: &str| {
        after.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(|char: char| char.is_alphanumeric()))
    };
    VERBS.iter().any(|verb| starts(verb)) || (begins && COPULAS.iter().any(|copula| starts(copula)))
}

/// Whether what stands before a term announces that it is defined: when we say “X”, we mean …
#[must_use]
pub fn defines_before(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let sentence = after.split('.').next().unwrap_or_default();
    let says = ["we mean", "we are referring", "we're referring", "we’re referring", "we refer"];
    let ends = |phrase: &str| {
        before.len() >= phrase.len()
            && before.get(before.len() - phrase.len()..).is_some_and(|end| end.eq_ignore_ascii_case(phrase))
    };
    BEFORE.iter().any(|phrase| ends(phrase)) && says.iter().any(|phrase| sentence.contains(phrase))
}
