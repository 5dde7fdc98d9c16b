//! Bad input: what is answered, and that no mail goes out and the program lives.

use crate::client::{bytes, encoded, raw, request};
use crate::desk::desk;
use crate::peer::{GOOD, Peer};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// The parts of a table: what was sent, and the status that it gets.
#[test]
fn rows_01_02_07_09_20_25_fields_that_are_wrong_are_told_and_kept() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let rows: &[(&str, u16)] = &[
        ("name=a%0D%0ABcc%3A+v%40x", 422),
        ("name=a%0Ab", 422),
        ("name=a%0Db", 422),
        ("name=%C3%BC%0D%0AX%3A+y", 422),
        ("name=a%C2%85b", 422),
        ("name=a%E2%80%A8b", 422),
        ("name=a&topic=a%0D%0ABcc%3A+v%40x", 422),
        ("name=a%00", 400),
        ("name=%ff", 400),
        ("name=%4", 400),
        ("name=a&email=a%40b%3E%0D%0ARCPT+TO%3A%3Cv%40x", 422),
        ("name=a&email=a%40c.org%2Cd%40e.org", 422),
        ("name=a&email=a%40%40b", 422),
        ("name=a&name=b", 422),
        ("name=a&one=c", 422),
        ("name=a&more=a&more=b", 200),
        ("name=a&_to=v%40x", 422),
        ("name=a&_cc=v%40x", 422),
        ("name=a&_bcc=v%40x", 422),
        ("name=a&_next=https%3A%2F%2Fevil.example", 422),
        ("name=a&unknown=1", 422),
        ("", 422),
    ];
    for (body, status) in rows {
        let answer = desk.post("ask", body);
        assert_eq!(answer.status, *status, "{body}: {}", answer.body);
        assert!(answer.header("location").is_none());
    }
    let long = format!("name=a&email={}%40b.example", "a".repeat(300));
    assert_eq!(desk.post("ask", &long).status, 422);
    // Everything is in the page again, and each mistake is tied to its field.
    let wrong = encoded(&[
        ("name", "a\nb"),
        ("topic", "<T>"),
        ("email", "x"),
        ("message", "m\n\n m"),
        ("one", "b"),
        ("more", "a"),
        ("box", "yes"),
        ("news", "yes"),
    ]);
    let page = desk.post("ask", &wrong).body;
    for part in [
        "&lt;T&gt;",
        "m\n\n m</textarea>",
        "v-name-error",
        "v-email-error",
        "href=\"#v-name\"",
        "aria-invalid=\"true\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("checked").count(), 4, "{page}");
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
    assert_eq!(peer.got().len(), 1);
}

#[test]
fn rows_12_and_13_requests_that_can_be_read_in_two_ways() {
    let desk = desk("smtp://127.0.0.1:1");
    let body = "name=a";
    let ask = |headers: &str| {
        let text = format!("POST /forms/ask HTTP/1.1\r\n{headers}Content-Type: {}\r\n\r\n{body}", FORM.1);
        raw(&desk.address, text.as_bytes())
    };
    for bad in [
        "Host: a\r\nContent-Length: 6\r\nContent-Length: 7\r\n",
        "Host: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n",
        "Host: a\r\nContent-Length: +6\r\n",
        "Host: a\nContent-Length: 6\r\n",
        "Content-Length: 6\r\n",
        "Host: a\r\nHost: b\r\nContent-Length: 6\r\n",
    ] {
        assert_eq!(ask(bad).status, 400, "{bad:?}");
    }
    // Nothing behind such a request is answered.
    let smuggled = "POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /forms/ask/ HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = raw(&desk.address, smuggled.as_bytes());
    assert_eq!((answer.status, answer.body.matches("HTTP/1.1").count()), (400, 0));
}

#[test]
fn rows_14_15_16_and_18_too_much_and_too_slow() {
    let desk = desk("smtp://127.0.0.1:1");
    let big: String = (0..150).map(|number| format!("X-{number}: 1\r\n")).collect();
    for head in [big, format!("X-Long: {}\r\n", "a".repeat(500_000))] {
        let text = format!("GET /forms/ask/ HTTP/1.1\r\nHost: a\r\n{head}\r\n");
        // The server may close before all is sent.
        let mut stream = std::net::TcpStream::connect(&desk.address).unwrap();
        let _ = std::io::Write::write_all(&mut stream, text.as_bytes());
        let mut read = [0; 12];
        let got = std::io::Read::read(&mut stream, &mut read).unwrap_or_default();
        assert!(got == 0 || &read == b"HTTP/1.1 431", "{}", String::from_utf8_lossy(&read));
    }
    let long = format!("name={}", "a".repeat(300 * 1024));
    assert_eq!(desk.post("ask", &long).status, 413);
    let fields = "a&".repeat(100_000);
    assert_eq!(desk.post("ask", &fields).status, 413);
    let chunks = format!(
        "POST /forms/ask HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: {}\r\n\r\n50000\r\n{}\r\n0\r\n\r\n",
        FORM.1,
        "a".repeat(0x50000)
    );
    assert!(matches!(raw(&desk.address, chunks.as_bytes()).status, 413 | 0));
    let begun = std::time::Instant::now();
    let stalled =
        format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Type: {}\r\nContent-Length: 10\r\n\r\nab", FORM.1);
    assert_eq!(raw(&desk.address, stalled.as_bytes()).status, 408);
    raw(&desk.address, b"GET / HT");
    raw(&desk.address, b"");
    assert!(begun.elapsed().as_secs() < 10, "deadlines hold");
}

#[test]
fn rows_22_and_23_types_and_json() {
    let desk = desk("smtp://127.0.0.1:1");
    for kind in ["text/plain", "application/xml", "", "multipart/mixed; boundary=x", "application/json; charset=latin1"]
    {
        let answer = request(&desk.address, "POST /forms/ask", &[("Content-Type", kind)], b"name=a");
        assert_eq!(answer.status, 415, "{kind}");
    }
    assert_eq!(request(&desk.address, "POST /forms/ask", &[], b"name=a").status, 415);
    assert_eq!(desk.post_with("ask", &[FORM, ("Content-Encoding", "gzip")], "name=a").status, 415);
    let json = |body: &str| {
        let headers = [("Content-Type", "application/json"), ("Accept", "application/json")];
        request(&desk.address, "POST /forms/ask", &headers, body.as_bytes())
    };
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [deep.as_str(), r#"{"name":"a","name":"b"}"#, "[]", "x", r#"{"name":"\u0000"}"#] {
        assert_eq!(json(bad).status, 400, "{}", &bad[..bad.len().min(40)]);
    }
    for wrong in
        [r#"{"name":1}"#, r#"{"name":["a","b"]}"#, r#"{"name":"a","box":"maybe"}"#, r#"{"name":"a","more":[1]}"#]
    {
        let answer = json(wrong);
        assert_eq!((answer.status, answer.header("content-type")), (422, Some("application/problem+json")), "{wrong}");
        assert!(answer.body.contains("\"errors\""), "{}", answer.body);
    }
    let good = json(r#"{"name":"a","box":true,"more":["a","b"],"news":false}"#);
    assert!(good.status == 200 && good.body.contains("\"status\": \"review\""), "{}", good.body);
}

#[test]
fn rows_24_26_27_28_and_52_who_may_ask_and_for_what() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let get = request(&desk.address, "GET /forms/ask?name=Marker", &[], b"");
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    let get = request(&desk.address, "GET /forms/ask/?name=Marker", &[], b"");
    assert_eq!(get.status, 405);
    assert_eq!(request(&desk.address, "GET /forms/ask/", &[], b"").status, 200);
    assert_eq!(request(&desk.address, "PUT /forms/ask", &[], b"x").status, 405);
    for nothing in [
        "GET /forms/none/",
        "POST /forms/none",
        "GET /etc/passwd",
        "GET /forms/../site.yaml",
        "GET /assets/../site.yaml",
        "GET //forms/ask/",
    ] {
        assert_eq!(request(&desk.address, nothing, &[], b"").status, 404, "{nothing}");
    }
    for made_up in ["", "ABCDE-12345", "ABCDE-12345.00000000000000000000000000000000", "%00", "<script>"] {
        let answer = request(&desk.address, &format!("GET /forms/ask/sent?r={made_up}"), &[], b"");
        assert!(matches!(answer.status, 404 | 400) && !answer.body.contains("<script>"), "{made_up}");
    }
    let body = encoded(&[("name", "Marker"), ("message", "Kept")]);
    let token = desk.token("ask", &body);
    let sent = format!("{body}&_token={token}");
    let foreign = desk.post_with("ask", &[("Origin", "https://evil.example")], &sent);
    assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (403, None));
    assert!(foreign.body.contains("Marker") && foreign.body.contains("Kept"));
    for nobody in [&[("Origin", "null")][..], &[]] {
        assert_eq!(desk.post_with("ask", nobody, &body).status, 200, "{nobody:?}");
    }
    // A valid token is enough.
    assert_eq!(desk.post_with("ask", &[("Origin", "null")], &sent).status, 303);
    let preflight = |origin: &str| {
        let headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")];
        let answer = request(&desk.address, "OPTIONS /forms/ask", &headers, b"");
        let allowed = answer.header("access-control-allow-origin").map(str::to_owned);
        assert_eq!(answer.header("vary"), Some("Origin"));
        (answer.status, allowed)
    };
    for own in ["https://example.org", "https://app.example.org"] {
        assert_eq!(preflight(own), (204, Some(own.to_owned())));
        let answer = desk.post_with("ask", &[("Origin", own)], &body);
        assert_eq!(answer.header("access-control-allow-origin"), Some(own));
    }
    assert_eq!(preflight("https://evil.example"), (403, None));
    assert_eq!(preflight("https://example.org.evil.example"), (403, None));
    assert_eq!(peer.got().len(), 1);
    assert!(!desk.log().contains("Marker"), "{}", desk.log());
}

#[test]
fn row_29_no_proof_of_a_person_is_a_review_and_loses_nothing() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let body = encoded(&[("name", "Ada"), ("message", "Kept")]);
    let token = desk.token("ask", &body);
    let other = desk.token("both", &body);
    let last = if token.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{last}", &token[..token.len() - 1]);
    for bad in [String::new(), "x".to_owned(), forged, other, "0".repeat(10_000)] {
        let answer = desk.post("ask", &format!("{body}&_token={bad}"));
        assert_eq!(answer.status, 200, "{}", &bad[..bad.len().min(40)]);
        assert!(
            answer.body.contains("Kept") && answer.body.contains("name=\"_token\"")
                || answer.body.contains("name=_token")
        );
    }
    let trapped = desk.post("ask", &format!("{body}&_token={token}&website_url=x"));
    assert!(trapped.status == 200 && trapped.body.contains("Kept"));
    assert!(peer.got().is_empty());
    assert_eq!(desk.post("ask", &format!("{body}&_token={token}")).status, 303);
    // The review that the relay shows itself: too soon at first, then good.
    let review = desk.post("ask", &body);
    let found = review.body.split("name=\"_token\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
    let shown = found.unwrap_or_else(|| panic!("{}", review.body)).to_owned();
    assert_eq!(desk.post("ask", &format!("{body}&_token={shown}")).status, 200);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(desk.post("ask", &format!("{body}&_token={shown}")).status, 303);
    assert_eq!(peer.got().len(), 2);
}

#[test]
fn a_connection_serves_many_requests() {
    let desk = desk("smtp://127.0.0.1:1");
    let one = "POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname=a";
    let mut all = one.repeat(3).into_bytes();
    all.extend(bytes("GET /forms/ask/", &[], b""));
    let answer = raw(&desk.address, &all);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.matches("HTTP/1.1 200").count(), 3);
}

#[test]
fn whoever_asks_and_never_reads_is_given_up() {
    let desk = desk("smtp://127.0.0.1:1");
    let mut stream = std::net::TcpStream::connect(&desk.address).unwrap();
    stream.set_write_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
    let page = "GET /forms/ask/ HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(15);
    // The answers fill all buffers; a second later (the deadline of bodies) the server lets go.
    loop {
        match std::io::Write::write(&mut stream, page.as_bytes()) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        assert!(std::time::Instant::now() < until, "the connection is held for ever");
    }
    assert_eq!(desk.post("ask", "name=a").status, 200);
}
