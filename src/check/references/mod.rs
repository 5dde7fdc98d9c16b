//! References that people typed by hand: "section 6 below", "clause 4.2(a)", "the ‘Marketing’ section". What they lead
//! to is there, or it is not; what is there can move without them.
//!
//! They are known by English words. Where the words can mean another document ("section 5 of the Act"), nothing is said.

pub mod label;
pub mod names;
pub mod numbers;
pub mod outline;
pub mod said;
pub mod typed;
