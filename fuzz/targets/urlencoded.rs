//! `application/x-www-form-urlencoded`, from its bytes to the mail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vellum_fuzz::Desk;

thread_local!(static DESK: Desk = Desk::new());

fuzz_target!(|bytes: &[u8]| {
    let with = |body: &[u8], token: &str| [body, b"&_token=", token.as_bytes()].concat();
    // A token of its own in the body comes first, and the relay takes the last.
    DESK.with(|desk| desk.through("application/x-www-form-urlencoded", bytes, with));
});
