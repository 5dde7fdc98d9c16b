//! `multipart/form-data`, from its bytes to the mail with its files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vellum_fuzz::Desk;

thread_local!(static DESK: Desk = Desk::new());

const KIND: &str = "multipart/form-data; boundary=x";

fuzz_target!(|bytes: &[u8]| {
    // The relay takes the last token, so a body with one of its own says nothing about the second step.
    if bytes.windows(6).any(|part| part == b"_token") {
        DESK.with(|desk| desk.post(KIND, bytes.to_vec()));
        return;
    }
    let with = |body: &[u8], token: &str| {
        let first = format!("--x\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\n{token}\r\n");
        [first.as_bytes(), body].concat()
    };
    DESK.with(|desk| desk.through(KIND, bytes, with));
});
