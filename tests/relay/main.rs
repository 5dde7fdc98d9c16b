//! The relay from outside: the real program, real sockets, and mail servers that answer, refuse, hang and vanish.
//! Tests are called after the rows of the acceptance cases.

#![allow(
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads and writes real files, and says what it expected by failing"
)]

mod abuse;
mod acknowledged;
mod bad_input;
mod client;
#[cfg(target_os = "linux")]
mod confined;
mod desk;
mod dns;
mod faults;
mod front;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../harness.rs"]
mod harness;
mod hostile;
mod mailing;
mod mails;
mod memory;
mod peer;
mod process;
mod real;
mod sealed;
mod tls;
mod trial;
mod uploads;
mod way;
