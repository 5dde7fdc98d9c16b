//! Which words speak of keeping data, and which beside a period make it something else: an exception, an age, a notice.
//! All texts are in small letters.

use super::words::{says, words};

/// How words begin by which a sentence speaks of keeping data.
const KEEPING: &[&str] = &[
    "keep",
    "kept",
    "retain",
    "retention",
    "delet",
    "store",
    "storing",
    "storage",
    "held",
    "hold",
    "eras",
    "anonymi",
    "destroy",
    "destruct",
    "preserv",
    "purge",
    "remov",
    "archiv",
    "conserv",
    "garde",
    "gardé",
    "gardo",
    "effac",
    "supprim",
    "suppress",
    "détrui",
    "stock",
    "~speicher",
    "~bewahr",
    "~lösch",
    "~vernicht",
];

/// The same for headings.
const HEADINGS: &[&str] = &[
    "how long",
    "retention",
    "retain",
    "we keep",
    "keep it",
    "keep them",
    "keep your data for",
    "deletion",
    "storage period",
    "storage limitation",
    "durée",
    "conserv",
    "combien de temps",
    "wie lange",
    "~speicherdauer",
    "~aufbewahr",
    "~lösch",
];

/// Headings that speak of keeping something safe.
const SAFE: &[&str] = &["safe", "secur", "sécuri", "sicher"];

/// How words begin that make a period an exception.
const EXCEPTIONS: &[&str] = &[
    "backup",
    "back-up",
    "back up",
    "cookie",
    "legal",
    "statut",
    "tax",
    "invoice",
    "accounting",
    "bookkeep",
    "log file",
    "server log",
    "claim",
    "limitation",
    "inactiv",
    "log in",
    "login",
    "logged in",
    "dispute",
    "litig",
    "unless",
    "except",
    "sauvegarde",
    "légal",
    "fiscal",
    "comptab",
    "factur",
    "prescription",
    "sauf",
    "gesetz",
    "~gesetzlich",
    "steuer",
    "handelsrecht",
    "rechnung",
    "sicherung",
    "verjähr",
    "buchung",
    "ausnahm",
    "es sei denn",
];

/// Whole words of which the same is true.
const LAWS: &[&str] = &["law", "laws", "loi", "lois", "ao", "hgb"];

/// Words before a period that make it another thing than how long data are kept.
const BEFORE: &[&str] = &[
    "within",
    "every",
    "each",
    "last",
    "past",
    "previous",
    "first",
    "under",
    "over",
    "aged",
    "age",
    "innerhalb",
    "binnen",
    "alle",
    "letzten",
    "ersten",
    "unter",
    "über",
    "chaque",
    "tous",
    "toutes",
    "délai",
    "sous",
    "dans",
    "derniers",
    "dernières",
    "premiers",
    "premières",
];

/// Words that may stand between such a word and the period.
const FILL: &[&str] = &["of", "the", "a", "an", "about", "von", "der", "den", "de", "d", "les", "un"];

/// Words behind a period of which the same is true.
const BEHIND: &[&str] = &[
    "old",
    "age",
    "ago",
    "notice",
    "notification",
    "prior",
    "before",
    "earlier",
    "alt",
    "vor",
    "vorher",
    "révolus",
    "avant",
];

/// Words that begin another part of a sentence.
const PARTS: &[&str] = &[
    " and ",
    " or ",
    " but ",
    " unless ",
    " except ",
    " und ",
    " oder ",
    " aber ",
    " sofern ",
    " soweit ",
    " es sei denn",
    " et ",
    " ou ",
    " mais ",
    " sauf ",
];

/// Words behind which what stood before is not spoken of any more.
const TURNS: &[&str] = &[" but ", " unless ", " except ", " aber ", " es sei denn", " mais ", " sauf "];

/// Words for a time that no number says.
const LASTING: &[&str] = &["as long as", "aussi longtemps", "tant que", "solange"];

/// Words that may lead to a period that says alone how long: "Up to 12 months."
const LEADS: &[&str] = &[
    "up", "to", "for", "after", "at", "most", "no", "more", "longer", "than", "bis", "zu", "nach", "pendant", "jusqu",
    "à",
];

/// Whether some words speak of keeping data.
#[must_use]
pub fn speaks_of_keeping(text: &str) -> bool {
    says(text, KEEPING)
}

/// Whether a heading speaks of how long data are kept.
#[must_use]
pub fn is_about_keeping(heading: &str) -> bool {
    says(heading, HEADINGS) && !says(heading, SAFE)
}

/// Whether a period behind these words says alone how long something is kept.
#[must_use]
pub fn leads(before: &str) -> bool {
    words(before).all(|word| LEADS.contains(&word))
}

/// Whether some words speak of a time that no number says.
#[must_use]
pub fn lasts(text: &str) -> bool {
    says(text, LASTING)
}

/// Whether what a period is about is an exception: what law asks, backups, cookies. What the purposes are called is none.
#[must_use]
pub fn is_exception(about: &str, purposes: &[&str]) -> bool {
    let is_named = |begins: &str| purposes.iter().any(|word| word.starts_with(begins));
    let excepts = |begins: &str| says(about, &[begins]) && !is_named(begins.trim_start_matches('~'));
    about.contains('§') || EXCEPTIONS.iter().any(|one| excepts(one)) || words(about).any(|word| LAWS.contains(&word))
}

/// The part of a sentence to which a period belongs that stands between these words.
#[must_use]
pub fn part(before: &str, behind: &str) -> String {
    let start = TURNS.iter().filter_map(|turn| before.rfind(turn)).max().unwrap_or_default();
    let end = PARTS.iter().filter_map(|part| behind.find(part)).min().unwrap_or(behind.len());
    format!("{} {}", before.get(start..).unwrap_or_default(), behind.get(..end).unwrap_or_default())
}

/// Whether the words beside a period make it another thing than how long data are kept.
#[must_use]
pub fn is_other(before: &str, behind: &str) -> bool {
    let last = words(before).rev().find(|word| !FILL.contains(word));
    let next = words(behind).find(|word| !FILL.contains(word));
    last.is_some_and(|word| BEFORE.contains(&word))
        || next.is_some_and(|word| BEHIND.contains(&word))
        || before.trim_end().ends_with("moins de")
}
