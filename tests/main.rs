//! Vellum from outside: the real binary in real folders, and all that it says, returns and writes.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "a test reads and writes real files, and says what it expected by failing"
)]

mod harness;
mod suite;
mod transcript;
