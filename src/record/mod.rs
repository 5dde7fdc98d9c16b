//! The editor's acts, and the proof of what they recorded. Plans are pure; `write` applies them.

pub mod act;
pub mod addition;
pub mod bundle;
pub mod evidence;
pub mod import;
pub mod missing;
pub mod moves;
pub mod publish;
pub mod rules;
pub mod seal;
pub mod suggest;
pub mod tidy;
pub mod translate;
pub mod verify;
