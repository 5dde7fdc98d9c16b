//! `application/json`, from its bytes to the mail.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use vellum_fuzz::Desk;

thread_local!(static DESK: Desk = Desk::new());

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // A key that stands twice is refused, so a body with a token of its own says nothing about the second step.
    if bytes.windows(6).any(|part| part == b"_token") || bytes.contains(&b'\\') && bytes.contains(&b'_') {
        DESK.with(|desk| desk.post("application/json", bytes.to_vec()));
        return Corpus::Keep;
    }
    let with = |body: &[u8], token: &str| {
        let end = body.iter().rposition(|byte| *byte == b'}').unwrap();
        [&body[..end], format!(",\"_token\":\"{token}\"}}").as_bytes()].concat()
    };
    DESK.with(|desk| desk.through("application/json", bytes, with));
    Corpus::Keep
});
