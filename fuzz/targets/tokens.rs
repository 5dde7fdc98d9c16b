//! Tokens, receipts, marks of versions and proofs of work: without the key none can be made.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vellum::base::percent::encode_all;
use vellum_fuzz::Desk;

thread_local!(static DESK: Desk = Desk::new());

fuzz_target!(|text: &str| {
    for name in ["_token", "_seen", "altcha", "_back"] {
        let body = format!("name=Ada&{name}={}", encode_all(text));
        DESK.with(|desk| {
            desk.post("application/x-www-form-urlencoded", body.into_bytes());
            assert!(desk.mails().is_empty(), "made up: {name}");
        });
    }
});
