//! The addresses of clauses in their page (FORMAT.md, "Ids"): what may be one, and what a heading's words make.

use std::sync::Arc;

use crate::base::text::{collapse, is_word, nfc};

/// `[A-Za-z][A-Za-z0-9._-]*`
#[must_use]
pub fn is_id(id: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    id.starts_with(|char: char| char.is_ascii_alphabetic()) && id.chars().all(plain)
}

/// An id made of a heading's words: NFC, lower case; letters, marks, digits, `_`, `-` and spaces are kept.
#[must_use]
pub fn made(words: &str) -> String {
    let text = nfc(&collapse(words)).to_lowercase();
    let keeps = |char: &char| is_word(*char) || matches!(char, '_' | '-' | ' ');
    let kept: String = text.chars().filter(keeps).map(|char| if char == ' ' { '-' } else { char }).collect();
    if kept.is_empty() { "clause".to_owned() } else { kept }
}

/// An id that is free, as much like the one that is wanted as may be.
#[must_use]
pub fn free(wanted: &Arc<str>, is_taken: impl Fn(&str) -> bool) -> Arc<str> {
    if !is_taken(wanted) {
        return Arc::clone(wanted);
    }
    let mut number: u64 = 2;
    loop {
        let id = format!("{wanted}-{number}");
        if !is_taken(&id) {
            return id.into();
        }
        number += 1;
    }
}
