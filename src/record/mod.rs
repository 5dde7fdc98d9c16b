//! The editor's acts. Plans are pure; `write` applies them.

pub mod import;
pub mod publish;
pub mod rules;
pub mod seal;
pub mod tidy;
