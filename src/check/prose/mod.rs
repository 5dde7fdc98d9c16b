//! Slips of the pen that a reader stumbles over. Spelling and style stay with the tools that people have.

pub mod doubled;
