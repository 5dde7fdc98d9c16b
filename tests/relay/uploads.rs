//! Submissions with files: what is taken, what is refused and in which words, and that a file arrives as it was.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use vellum::base::hash::Hash;
use vellum::base::mac::Key;
use vellum::http::request::{Method, Request};
use vellum::relay::token::{Scope, Token};
use vellum::relay::{body, submission};
use vellum::site::texts::Texts;

use crate::client::{Answer, bytes, raw, request};
use crate::desk::{Desk, SECRET, site};
use crate::peer::{At, Does, GOOD, Got, Peer, odd};

const FORM: &str = "title: Files\nto: [office@example.org]\nsubject: Files\npolicy: privacy\npurpose: ask\nfields:\n  - {name: name, label: Name, kind: text, required: true, data: name}\n  - {name: file, label: Papers, kind: file, accept: [pdf, png, text], max_size: 200KiB, many: 3, data: message}\n  - {name: photo, label: Photo, kind: file, accept: [jpeg, png], data: message}\n";

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0--vellum\r\n.\r\n\xff";
const PDF: &[u8] = b"%PDF-1.7\n.\r\n\0\r\n--vellum--\n";

const BOUNDARY: &str = "vellumtests";

/// A part: a name, the name of its file and its type, and its bytes.
type Part<'a> = (&'a str, Option<(&'a str, &'a str)>, &'a [u8]);

fn text<'a>(name: &'a str, value: &'a str) -> Part<'a> {
    (name, None, value.as_bytes())
}

fn file<'a>(name: &'a str, file: &'a str, kind: &'a str, bytes: &'a [u8]) -> Part<'a> {
    (name, Some((file, kind)), bytes)
}

fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut whole = Vec::new();
    for (name, file, bytes) in parts {
        whole.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
        if let Some((file, kind)) = file {
            whole.extend(format!("; filename=\"{file}\"\r\nContent-Type: {kind}").bytes());
        }
        whole.extend(b"\r\n\r\n");
        whole.extend(*bytes);
        whole.extend(b"\r\n");
    }
    whole.extend(format!("--{BOUNDARY}--\r\n").bytes());
    whole
}

fn kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// A relay with a form that takes files.
fn desk_with(servers: &str, limits: &str) -> Desk {
    let home = site();
    home.write("forms/files.yaml", FORM);
    home.write("forms/needed.yaml", FORM.replace("many: 3", "many: 3, required: true"));
    home.write("site.yaml", home.read("site.yaml").replace("limits: {", &format!("limits: {{{limits}")));
    Desk::start(Arc::new(home), servers)
}

fn pair() -> (Desk, Peer) {
    let peer = Peer::start(&[GOOD]);
    (desk_with(&peer.url(), ""), peer)
}

fn post(desk: &Desk, id: &str, body: &[u8]) -> Answer {
    request(&desk.address, &format!("POST /forms/{id}"), &[("Content-Type", &kind())], body)
}

/// A token for what is sent, as if it had been read ten seconds ago.
fn token(desk: &Desk, body: &[u8]) -> String {
    let form = desk.form("files");
    let mut request = Request::new(Method::Post, "/").with("Content-Type", kind());
    request.body = body.to_vec();
    let (read, mistakes) = submission::read(&form, body::read(&request).unwrap(), &Texts::default());
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let token = Token {
        nonce: format!("{:032x}", now.as_nanos()),
        time: i64::try_from(now.as_secs()).unwrap() - 10,
        digest: read.digest(&form),
    };
    Scope { key: &Key::new(SECRET.as_bytes()).unwrap(), form: "files", hash: &form.hash }.write(&token)
}

fn send(desk: &Desk, parts: &[Part<'_>]) -> Answer {
    let token = token(desk, &multipart(parts));
    post(desk, "files", &multipart(&[parts, &[text("_token", &token)]].concat()))
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

const PARSER: &str = r#"
import base64, email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({
    "defects": [str(one) for part in mail.walk() for one in part.defects],
    "kinds": [part.get_content_type() for part in mail.walk()],
    "text": mail.get_body(("plain",)).get_content(),
    "html": mail.get_body(("html",)).get_content(),
    "files": [[part.get_filename(), part.get_content_type(), part.get_content_disposition(),
               part["Content-Transfer-Encoding"], base64.b64encode(part.get_payload(decode=True)).decode()]
              for part in mail.iter_attachments()],
}))
"#;

/// A mail, read by a parser that is not ours. Nothing in it is more than a line of ASCII.
#[track_caller]
fn parsed(got: &Got) -> Value {
    assert!(got.text.iter().all(|byte| byte.is_ascii() && *byte != 0));
    assert!(
        got.text
            .split(|byte| *byte == b'\n')
            .all(|line| line.len() < 998 && !line[..line.len().max(1) - 1].contains(&b'\r'))
    );
    let mut child =
        Command::new("python3").args(["-c", PARSER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&got.text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let mail: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(mail["defects"], serde_json::json!([]));
    mail
}

/// The files of a mail: name, type and bytes.
fn files(mail: &Value) -> Vec<(String, String, Vec<u8>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |file: &Value| {
        assert_eq!((text(&file[2]).as_str(), text(&file[3]).as_str()), ("attachment", "base64"));
        (text(&file[0]), text(&file[1]), decode(&text(&file[4])))
    };
    mail["files"].as_array().unwrap().iter().map(one).collect()
}

fn decode(text: &str) -> Vec<u8> {
    let worth = |byte: u8| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|one| *one == byte)
    };
    let bits: Vec<u8> = text
        .bytes()
        .filter_map(worth)
        .flat_map(|worth| (0..6).rev().map(move |bit| (worth >> bit & 1) as u8))
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect()
}

#[test]
fn row_19_bodies_that_cannot_be_read_are_refused() {
    let (desk, peer) = pair();
    let part = |count: usize| multipart(&vec![text("name", "a"); count]);
    let cut = multipart(&[text("name", "a")]);
    let long = "b".repeat(1024);
    let bounded = |boundary: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--{boundary}--\r\n")
    };
    let rows: Vec<(&str, String, Vec<u8>, u16)> = vec![
        ("files", kind(), part(100_000), 413),
        ("ask", kind(), part(501), 413),
        ("ask", kind(), part(1), 200),
        ("files", kind(), cut[..cut.len() - 5].to_vec(), 400),
        ("files", kind(), b"".to_vec(), 400),
        ("files", kind(), [&cut[..], b"more"].concat(), 200),
        ("files", format!("multipart/form-data; boundary={long}"), bounded(&long).into_bytes(), 400),
        (
            "files",
            format!("multipart/form-data; boundary={}", "b".repeat(71)),
            bounded(&"b".repeat(71)).into_bytes(),
            400,
        ),
        (
            "files",
            format!("multipart/form-data; boundary={}", "b".repeat(70)),
            bounded(&"b".repeat(70)).into_bytes(),
            200,
        ),
        ("files", "multipart/form-data".to_owned(), cut.clone(), 400),
        ("files", kind(), multipart(&[("name", None, b"a\0b")]), 400),
        ("files", kind(), multipart(&[("name", None, b"a\xffb")]), 400),
        ("files", kind(), multipart(&[text("name", "a"), file("file", "a\0.png", "image/png", PNG)]), 400),
        ("files", kind(), multipart(&[text("name", &"a".repeat(300_000))]), 413),
    ];
    for (id, kind, body, status) in rows {
        let answer = request(&desk.address, &format!("POST /forms/{id}"), &[("Content-Type", &kind)], &body);
        assert_eq!(answer.status, status, "{id} {} {}: {}", kind.len(), body.len(), answer.body);
    }
    assert!(peer.got().is_empty());
}

#[test]
fn row_21_names_are_cleaned_and_what_is_not_what_it_says_is_refused() {
    let (desk, peer) = pair();
    let names = [
        ("../../x", "x.png"),
        ("..\\..\\x.png", "x.png"),
        ("ev%22il%0D%0AX: y", "ev_il__X_ y.png"),
        ("ev\\\"il.png", "ev_il.png"),
        ("a\u{202e}gnp.exe.png", "agnp.exe.png"),
        ("Grüße 漢字.PNG", "Grüße 漢字.PNG"),
        (".png", "png.png"),
        ("a;b=c.png", "a;b=c.png"),
    ];
    for (sent, clean) in names {
        let answer = send(&desk, &[text("name", "a"), file("file", sent, "image/png", PNG)]);
        assert_eq!(answer.status, 303, "{sent}: {}", answer.body);
        let mail = parsed(peer.got().last().unwrap());
        assert_eq!(files(&mail), [(clean.to_owned(), "image/png".to_owned(), PNG.to_vec())], "{sent}");
    }
    // A quote and a line break as they are end the name; the line after them is a header of the part, and no more.
    let bare = [text("name", "a"), file("file", "ev\"il\r\nX: y", "image/png", PNG)];
    assert_eq!(send(&desk, &bare).status, 303);
    assert_eq!(files(&parsed(peer.got().last().unwrap()))[0].0, "ev.png");
    let wrong: &[(&str, &str, &[u8])] = &[
        ("a.pdf.exe", "application/pdf", PDF),
        ("a.exe", "application/octet-stream", b"MZ\x90\0"),
        ("a.png", "image/png", b"MZ\x90\0"),
        ("a.png", "image/png", PDF),
        ("a.png", "application/pdf", PNG),
        ("a.pdf", "application/pdf", PNG),
        ("a.svg", "image/svg+xml", b"<svg/>"),
        ("a.txt", "text/plain", b"<!doctype html><script>1</script>"),
        ("a.txt", "text/html", b"text"),
        ("a.txt", "text/plain", b"#!/bin/sh"),
        ("a.txt", "text/plain", b"a\0"),
        ("a.html", "text/html", b"<p>"),
        ("x", "application/octet-stream", b"\x7fELF"),
    ];
    let count = peer.got().len();
    for (name, kind, bytes) in wrong {
        let answer = post(&desk, "files", &multipart(&[text("name", "Ada"), file("file", name, kind, bytes)]));
        assert_eq!(answer.status, 422, "{name} {kind}: {}", answer.body);
        let told = format!("“{name}” cannot be sent here: “Papers” takes PDF, PNG, text");
        assert!(answer.body.contains(&told) && answer.body.contains("href=\"#v-file\""), "{}", answer.body);
        assert!(answer.body.contains("value=\"Ada\""), "what was typed is kept");
    }
    assert_eq!(peer.got().len(), count);
}

#[test]
fn files_arrive_as_they_were_with_their_hashes() {
    let (desk, peer) = pair();
    let long = (0..=255u8).cycle().take(150_000).collect::<Vec<u8>>();
    let long = [PNG, &long].concat();
    let parts = [
        text("name", "Ada"),
        file("file", "one.png", "image/png", &long),
        file("file", "two.txt", "text/plain; charset=utf-8", "Zwei\r.\r\n..\nä".as_bytes()),
        file("photo", "", "application/octet-stream", b""),
    ];
    let answer = send(&desk, &parts);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let mail = parsed(&peer.one());
    let kinds: Vec<&str> = mail["kinds"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "image/png", "text/plain"]
    );
    let all = files(&mail);
    assert_eq!((all[0].0.as_str(), all[1].0.as_str(), all.len()), ("one.png", "two.txt", 2));
    assert_eq!((&all[0].2, all[1].2.as_slice()), (&long, "Zwei\r.\r\n..\nä".as_bytes()));
    let told = mail["text"].as_str().unwrap().replace("\r\n", "\n");
    let line = format!("Attached file: one.png, {} bytes, SHA-256 {}\n", long.len(), Hash::of(&long));
    assert!(told.contains(&line) && told.contains("Papers: one.png (147 KB), two.txt (13 bytes)"), "{told}");
    assert!(mail["html"].as_str().unwrap().contains(&Hash::of(&long).to_string()));
    assert!(!desk.log().contains("one.png") && !desk.log().contains("Ada"), "{}", desk.log());
}

#[test]
fn a_control_character_in_a_name_loses_nothing() {
    let (desk, peer) = pair();
    let answer =
        send(&desk, &[text("name", "Ada"), file("file", "a\u{1}b\u{7f}.txt", "text/plain", "Grüße\n".as_bytes())]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let got = peer.one();
    let said = String::from_utf8(got.text.clone()).unwrap();
    assert!(said.contains("Content-Type: text/plain; charset=utf-8\r\n"), "{said}");
    let all = files(&parsed(&got));
    assert_eq!(all, [("a_b_.txt".to_owned(), "text/plain".to_owned(), "Grüße\n".as_bytes().to_vec())]);
}

#[test]
fn a_file_is_asked_for_again_and_another_one_is_noticed() {
    let (desk, peer) = pair();
    let first = [text("name", "Ada <b>"), file("file", "a.png", "image/png", PNG)];
    let review = post(&desk, "files", &multipart(&first));
    assert_eq!(review.status, 200, "{}", review.body);
    let page = &review.body;
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("a.png (24 bytes)"), "{page}");
    assert!(page.contains("A page cannot give files back. Please choose once more: a.png"), "{page}");
    let (token, chosen) = (hidden(page, "_token"), hidden(page, "_files"));
    let carried = [text("name", "Ada <b>"), text("_token", &token), text("_files", &chosen)];
    thread::sleep(Duration::from_millis(2100));

    // None: nothing is sent, and it is asked for again.
    let empty = file("file", "", "application/octet-stream", b"");
    let lacking = post(&desk, "files", &multipart(&[&carried[..], &[empty]].concat()));
    assert!(
        lacking.status == 200 && lacking.body.contains("The file that you chose did not come along"),
        "{}",
        lacking.body
    );
    assert!(lacking.body.contains("a.png (24 bytes)") && lacking.body.contains("Ada &lt;b&gt;"));
    assert_eq!((hidden(&lacking.body, "_token"), hidden(&lacking.body, "_files")), (token.clone(), chosen.clone()));

    // Another one, by its content or by its name: it is read again.
    for other in
        [file("file", "a.png", "image/png", b"\x89PNG\r\n\x1a\nother"), file("file", "b.png", "image/png", PNG)]
    {
        let answer = post(&desk, "files", &multipart(&[&carried[..], &[other]].concat()));
        assert!(
            answer.status == 200 && answer.body.contains("The file is not the one that you chose before"),
            "{}",
            answer.body
        );
        assert_ne!((hidden(&answer.body, "_token"), hidden(&answer.body, "_files")), (token.clone(), chosen.clone()));
    }
    assert!(peer.got().is_empty());

    // The way back: the form says which file it was.
    let back = post(&desk, "files", &multipart(&[&carried[..], &[text("_back", "1")]].concat()));
    assert!(back.body.contains("You chose a.png (24 bytes)") && back.body.contains("Ada &lt;b&gt;"), "{}", back.body);

    // The same: sent.
    let sent = post(&desk, "files", &multipart(&[&carried[..], &[first[1]]].concat()));
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(files(&parsed(&peer.one()))[0].2, PNG);

    // A page that claims that something was chosen does not get past a file that is needed.
    let claim = [text("name", "a"), text("_files", &chosen), text("_token", &token)];
    assert_eq!(post(&desk, "needed", &multipart(&claim)).status, 200);
    assert_eq!(peer.got().len(), 1);
}

#[test]
fn when_the_mail_fails_the_file_is_asked_for_again() {
    let peer = Peer::start(&[odd(At::Dot, Does::Says("550 no")), GOOD]);
    let desk = desk_with(&peer.url(), "");
    let parts = [text("name", "Ada"), file("file", "a.pdf", "application/pdf", PDF)];
    let answer = send(&desk, &parts);
    assert_eq!(answer.status, 503, "{}", answer.body);
    let page = &answer.body;
    assert!(page.contains("a.pdf (26 bytes)") && page.contains("choose once more: a.pdf"), "{page}");
    let (token, chosen) = (hidden(page, "_token"), hidden(page, "_files"));
    let carried = [text("_token", &token), text("_files", &chosen)];
    let again = post(&desk, "files", &multipart(&[&parts[..1], &carried, &parts[1..]].concat()));
    assert_eq!(again.status, 303, "{}", again.body);
    assert_eq!(files(&parsed(&peer.one()))[0].2, PDF);
}

#[test]
fn sizes_and_counts_are_told_in_words() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk_with(&peer.url(), "files: 300KiB, ");
    let large = |count: usize| [PNG, &vec![0; count * 1024]].concat();
    let told = |parts: &[Part<'_>], status: u16, words: &str| {
        let answer = post(&desk, "files", &multipart(&[&[text("name", "Ada")], parts].concat()));
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(words) && answer.body.contains("value=\"Ada\""), "{words}: {}", answer.body);
    };
    let (large, small) = (large(200), large(120));
    told(
        &[file("file", "a.png", "image/png", &large)],
        422,
        "“a.png” has 201 KB; “Papers” takes files of 200 KB at most.",
    );
    told(&[file("file", "e.txt", "text/plain", b"")], 422, "“e.txt” is empty.");
    told(&[file("file", "a.png", "image/png", PNG); 4], 422, "“Papers” takes 3 files at most; you chose 4.");
    told(&[file("photo", "a.png", "image/png", PNG); 2], 422, "“Photo” takes 1 files at most; you chose 2.");
    told(
        &[file("file", "a.png", "image/png", &small); 3],
        413,
        "All files together have 361 KB; 300 KB can be sent at most.",
    );
    // Over the cap, by length and by chunks: told before it is read.
    let body = multipart(&[text("name", "a"), file("file", "a.png", "image/png", &vec![0; 557 * 1024])]);
    let head = bytes("POST /forms/files", &[("Content-Type", &kind()), ("Content-Length", "700000")], b"");
    assert_eq!(raw(&desk.address, &head).status, 413);
    let head = bytes("POST /forms/files", &[("Content-Type", &kind()), ("Transfer-Encoding", "chunked")], b"");
    let chunked = [&head[..], format!("{:x}\r\n", body.len()).as_bytes(), &body].concat();
    assert_eq!(raw(&desk.address, &chunked).status, 413);
    // A form without files has no room for them.
    let body = multipart(&[text("name", "a"), text("message", &"x".repeat(280 * 1024))]);
    assert_eq!(post(&desk, "ask", &body).status, 413);
    assert!(peer.got().is_empty());
}

#[test]
fn files_stand_where_files_are_asked_for_and_nowhere_else() {
    let (desk, peer) = pair();
    let said = |id: &str, parts: &[Part<'_>], status: u16, words: &str| {
        let answer = post(&desk, id, &multipart(parts));
        assert!(answer.status == status && answer.body.contains(words), "{words}: {} {}", answer.status, answer.body);
    };
    let png = file("file", "a.png", "image/png", PNG);
    let name = text("name", "Ada");
    said("files", &[name, file("other", "a.png", "image/png", PNG)], 422, "“other” is not a field of this form.");
    said("files", &[file("name", "a.png", "image/png", PNG)], 422, "“Name” arrived in a form that cannot be read.");
    said("files", &[name, text("file", "a.png")], 422, "“Papers” takes a file, sent as multipart/form-data.");
    said("files", &[name, text("file", "")], 200, "Nothing has been sent yet.");
    said("needed", &[name], 422, "“Papers” takes a file, sent as multipart/form-data.");
    said("needed", &[name, file("file", "", "application/octet-stream", b"")], 422, "Please choose a file: “Papers”");
    said("needed", &[name, png], 200, "Nothing has been sent yet.");
    let json = [("Content-Type", "application/json"), ("Accept", "application/json")];
    for body in [r#"{"name":"a"}"#, r#"{"name":"a","file":"a.png"}"#, r#"{"name":"a","file":["a"]}"#] {
        let answer = request(&desk.address, "POST /forms/needed", &json, body.as_bytes());
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, problem["errors"][0]["field"].as_str()), (422, Some("file")), "{}", answer.body);
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains("multipart/form-data"));
    }
    assert!(peer.got().is_empty());
}

#[test]
fn a_script_sends_the_same_files_again_with_its_token() {
    let (desk, peer) = pair();
    let parts = [text("name", "Ada"), file("file", "a.png", "image/png", PNG)];
    let ask = |parts: &[Part<'_>]| {
        let headers = [("Content-Type", kind()), ("Accept", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = request(&desk.address, "POST /forms/files", &headers, &multipart(parts));
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let review = ask(&parts);
    assert_eq!(review["status"], "review");
    thread::sleep(Duration::from_millis(2100));
    let token = review["token"].as_str().unwrap();
    let sent = ask(&[&parts[..], &[text("_token", token)]].concat());
    assert_eq!(sent["status"], "sent", "{sent}");
    assert_eq!(files(&parsed(&peer.one())), [("a.png".to_owned(), "image/png".to_owned(), PNG.to_vec())]);
}
