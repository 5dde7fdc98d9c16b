//! Every diagnostic: a transcript for each code of the table, in which it is told with its exact words.

#![expect(non_snake_case, reason = "a test is called like its code")]

use std::fs;

use vellum::base::codes::CODES;

use crate::harness::{folders, sites};
use crate::transcript::transcripts;

transcripts! { "diagnostics":
    V101 V102 V103 V104 V105 V106 V107 V108 V109 V110 V111 V112 V113 V114 V115 V116 V117 V118 V119 V120 V121
    V201 V202 V203 V204 V205 V206 V207 V208 V209 V210 V211 V212 V213 V214 V215 V216 V217 V218 V219 V220 V221 V222
    V223 V224 V230 V231 V232 V233 V234 V235 V236 V240 V241 V242 V243 V244 V245 V246 V247 V248 V249
    V301 V302 V303 V304 V305 V310 V311 V312 V313 V320 V321 V322 V323 V324
    V401 V402 V403 V404 V405 V406 V407 V410 V411 V412 V413 V414 V415
    V501 V502 V503 V504 V505 V507 V508 V510 V511 V512
    V601 V602 V603 V604 V605 V606 V607 V608 V609
}

#[test]
fn every_code_is_told_in_the_transcript_of_its_name() {
    let codes: Vec<&str> = CODES.iter().map(|entry| entry.name).collect();
    assert_eq!(folders(&sites().join("diagnostics")), codes, "tests/sites/diagnostics and src/base/codes.rs");
    for code in codes {
        let text = fs::read_to_string(sites().join("diagnostics").join(code).join("run.txt")).unwrap();
        assert!(text.contains(&format!("[{code}]: ")), "{code} is not told in its transcript");
    }
}
