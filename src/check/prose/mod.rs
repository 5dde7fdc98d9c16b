//! Slips of the pen that a reader stumbles over. Spelling and style stay with the tools that people have.

pub mod balance;
mod blank;
pub mod company;
pub mod dates;
pub mod doubled;
pub mod heading;
pub mod link;
pub mod lists;
mod month;
pub mod placeholder;
pub mod punctuation;
pub mod reading;
