//! What a field of the kind `file` takes: which kinds of files, how large and how many. Pure.

use super::file_type::{FileType, TYPES};
use super::raw::Fields;
use super::relay_limits::bytes;
use crate::base::codes::Code;
use crate::base::span::{Span, Spanned};

/// The largest file that a field takes unless it says otherwise: 5 MiB.
const LARGEST: u64 = 5 << 20;

/// More files than this in one field are not to be asked for.
const MOST: u32 = 20;

/// What a field of the kind `file` takes.
#[derive(Clone, Debug)]
pub struct Files {
    /// The kinds, in the order in which they are told.
    pub accept: Vec<&'static FileType>,
    /// The largest file, in bytes, where the form says so.
    pub max_size: Spanned<u64>,
    /// How many.
    pub many: usize,
}

impl Files {
    /// The largest file when all files of a form together may take `total` bytes.
    #[must_use]
    pub fn largest(&self, total: usize) -> u64 {
        self.max_size.value.min(u64::try_from(total).unwrap_or(u64::MAX))
    }

    /// The kinds in words.
    #[must_use]
    pub fn kinds(&self) -> String {
        self.accept.iter().map(|kind| kind.label).collect::<Vec<_>>().join(", ")
    }
}

const KEYS: [&str; 3] = ["accept", "max_size", "many"];

/// Reads what a field takes. A field of another kind says nothing of files; of one whose kind is unknown, nothing is said.
pub fn read(fields: &Fields<'_>, is_file: Option<bool>) -> Option<Files> {
    match is_file {
        Some(true) => {}
        Some(false) => {
            KEYS.iter().for_each(|key| fields.elsewhere(key, "only a field of the kind `file` takes files"));
            return None;
        }
        None => {
            KEYS.iter().for_each(|key| _ = fields.get(key));
            return None;
        }
    }
    for key in ["max", "autocomplete"] {
        if let Some(node) = fields.get(key) {
            let help = "take it out; `max_size` says how large a file may be, `many` how many there may be";
            fields.reading().say(Code::V105, node.span, format!("a field of the kind `file` has no `{key}`"), help);
        }
    }
    let accept = accept(fields);
    let max_size = Spanned {
        value: bytes(fields, "max_size").unwrap_or(LARGEST),
        span: fields.get("max_size").map_or_else(Span::default, |node| node.span),
    };
    let many = many(fields);
    Some(Files { accept: accept?, max_size, many })
}

fn accept(fields: &Fields<'_>) -> Option<Vec<&'static FileType>> {
    let (reading, node) = (fields.reading(), fields.need("accept")?);
    let words: Vec<&'static str> = TYPES.iter().map(|kind| kind.word).collect();
    let found = reading.items(node).iter().filter_map(|item| reading.choice(item, &words));
    let mut accept: Vec<&'static FileType> = Vec::new();
    for kind in found.filter_map(|word| TYPES.iter().find(|kind| kind.word == word)) {
        if !accept.contains(&kind) {
            accept.push(kind);
        }
    }
    if accept.is_empty() && reading.is_clean() {
        let help = format!("name at least one of {}", words.join(", "));
        reading.say(Code::V105, node.span, "the field takes no file at all", help);
    }
    Some(accept)
}

fn many(fields: &Fields<'_>) -> usize {
    let many = fields.number("many");
    if let (Some(many), Some(node)) = (many.filter(|many| *many == 0 || *many > MOST), fields.get("many")) {
        let message = format!("`many` is between 1 and {MOST}, and {many} stands here");
        fields.reading().say(Code::V105, node.span, message, "");
    }
    many.and_then(|many| usize::try_from(many).ok()).unwrap_or(1)
}
