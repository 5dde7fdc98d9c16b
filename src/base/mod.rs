//! The vocabulary that every other module speaks. It imports nothing of ours, touches no disk and reads no clock.

pub mod address;
pub mod annotations;
pub mod base64;
pub mod codes;
pub mod date;
pub mod diag;
pub mod error;
pub mod files;
pub mod hash;
pub mod journal;
pub mod json;
pub mod language;
pub mod mac;
pub mod names;
pub mod parallel;
pub mod path;
pub mod percent;
#[cfg(test)]
pub mod pieces;
pub mod reached;
pub mod report;
pub mod sarif;
pub mod slug;
pub mod source;
pub mod span;
pub mod table;
pub mod text;
pub mod version;
pub mod wipe;
