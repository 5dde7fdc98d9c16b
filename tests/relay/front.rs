//! What comes before a submission: memory, rates, proxies, health, certificates, and the answers to what cannot be read.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use vellum::base::json::{self, Value};

#[cfg(target_os = "linux")]
use crate::abuse::peak;
use crate::client::{encoded, raw, request};
use crate::desk::{Desk, desk, site};
use crate::harness::Home;
use crate::peer::{GOOD, Peer};

const FORM: &str = "application/x-www-form-urlencoded";

/// A relay with other limits, and further settings, in front of nothing.
fn with(limits: &str, settings: &str) -> Desk {
    let home = site();
    let text = home.read("site.yaml").replace("per_address: 1000000/h", limits);
    home.write("site.yaml", text + settings);
    Desk::start(Arc::new(home), "smtp://127.0.0.1:1")
}

/// Begins a submission whose body does not come.
fn begin(desk: &Desk, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&desk.address).unwrap();
    let text = format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\n{head}\r\n\r\n");
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

#[test]
fn memory_for_all_requests_is_taken_as_bodies_come() {
    let desk = with("body: 80KiB, files: 20KiB, in_flight: 100KiB", "");
    let mut held = begin(&desk, "Content-Length: 81920");
    held.write_all(&[b'x'; 81919]).unwrap();
    thread::sleep(Duration::from_millis(100));
    let asked = Instant::now();
    let busy = desk.post("ask", &encoded(&[("name", "a"), ("message", &"x".repeat(30_000))]));
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("5")), "{}", busy.body);
    assert!(asked.elapsed() < Duration::from_millis(500), "{:?}", asked.elapsed());
    assert_eq!(desk.post("ask", "name=a").status, 200);
    // What comes in chunks is taken as it comes.
    let chunk = format!("{:x}\r\n{}\r\n", 10_000, "x".repeat(10_000));
    let text =
        format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(raw(&desk.address, (text + &chunk.repeat(4)).as_bytes()).status, 503);
    drop(held);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(desk.post("ask", &encoded(&[("name", "a"), ("message", &"x".repeat(30_000))])).status, 200);
}

#[test]
fn who_says_all_and_closes_that_way_is_answered() {
    let desk = with("per_address: 1000000/h", "");
    let mut stream = TcpStream::connect(&desk.address).unwrap();
    let head =
        format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: 6\r\n\r\nname=a");
    stream.write_all(head.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("</html>"), "{answer}");
}

/// Submits a form that is complete, as a proxy that says from whom it comes.
fn forwarded(desk: &Desk, header: &str, who: &str) -> u16 {
    desk.post_with("ask", &[(header, who)], "name=Ada").status
}

#[test]
fn row_31_who_forges_a_header_does_not_evade_the_limit() {
    let desk = with("per_address: 3/h", "");
    let all: Vec<u16> = (0..5).map(|number| forwarded(&desk, "X-Forwarded-For", &format!("1.2.3.{number}"))).collect();
    assert_eq!(all, [200, 200, 200, 429, 429]);
    assert_eq!(desk.log().matches("a proxy stands before the relay").count(), 1, "{}", desk.log());
    assert!(!desk.log().contains("1.2.3"), "{}", desk.log());
}

#[test]
fn row_31_a_trusted_proxy_says_from_whom_it_comes() {
    let desk = with("per_address: 2/h", "  proxies: {trusted: [127.0.0.0/8]}\n");
    let sent = |who: &str| forwarded(&desk, "X-Forwarded-For", who);
    assert_eq!([sent("6.6.6.1, 1.2.3.4"), sent("6.6.6.2, 1.2.3.4"), sent("6.6.6.3, 1.2.3.4")], [200, 200, 429]);
    assert_eq!([sent("1.2.3.5"), sent("1.2.3.4, 127.0.0.9"), sent("1.2.3.5")], [200, 429, 200]);
    assert!(!desk.log().contains("a proxy stands"), "{}", desk.log());
}

#[test]
fn row_32_over_the_rate_all_is_given_back_and_ten_times_over_nothing_is_read() {
    let desk = with("per_address: 2/h", "");
    let body = encoded(&[("name", "Ada Marker"), ("message", "Kept <text>")]);
    // What is not complete, or not for us, does not count.
    (0..5).for_each(|_| assert_eq!(desk.post("ask", "name=").status, 422));
    (0..2).for_each(|_| assert_eq!(desk.post("ask", &body).status, 200));
    let over = desk.post("ask", &body);
    let wait: u64 = over.header("retry-after").unwrap().parse().unwrap();
    assert!(over.status == 429 && (1795..=1801).contains(&wait), "{}", over.head);
    assert!(over.body.contains("Ada Marker") && over.body.contains("Kept &lt;text&gt;"), "{}", over.body);
    assert!(
        over.body.contains("Please send it again in 30 minutes") || over.body.contains("in 31 minutes"),
        "{}",
        over.body
    );
    let json = desk.post_with("ask", &[("Accept", "application/json")], &body);
    assert_eq!((json.status, json.header("content-type")), (429, Some("application/problem+json")));
    assert!(json.body.contains("\"type\": \"rate-limited\"") && json.header("retry-after").is_some());
    let all: Vec<u16> = (0..20).map(|_| desk.post("ask", &body).status).collect();
    assert_eq!(all[..16], [429; 16]);
    assert_eq!(all[18..], [0; 2], "closed without a word: {all:?}");
    // It is closed before anything of the body is read, and pages are still given.
    let mut unread = begin(&desk, "Content-Length: 80000");
    assert_eq!(unread.read(&mut [0; 10]).unwrap_or(0), 0);
    assert_eq!(request(&desk.address, "GET /forms/ask/", &[], b"").status, 200);
    assert!(!desk.log().contains("Marker") && desk.log().contains("given back: form ask"), "{}", desk.log());
}

#[test]
fn what_cannot_be_taken_is_told_to_people_on_a_page_and_to_scripts_as_a_problem() {
    let desk = with("body: 1KiB", "");
    let long = encoded(&[("name", &"x".repeat(2000))]);
    for (line, kind, body, status) in [
        ("GET /nothing", FORM, "", 404),
        ("GET /forms/ask", FORM, "", 405),
        ("POST /forms/ask", FORM, "name=%ff", 400),
        ("POST /forms/ask", FORM, long.as_str(), 413),
        ("POST /forms/ask", "text/plain", "name=a", 415),
    ] {
        let person = request(&desk.address, line, &[("Content-Type", kind)], body.as_bytes());
        let page = [person.header("content-type"), person.header("x-content-type-options")];
        assert_eq!((person.status, page), (status, [Some("text/html; charset=utf-8"), Some("nosniff")]), "{line}");
        assert!(person.body.contains("<h1>") && person.body.contains("/assets/vellum-"), "{}", person.body);
        let headers = [("Content-Type", kind), ("Accept", "application/json")];
        let script = request(&desk.address, line, &headers, body.as_bytes());
        assert_eq!(
            (script.status, script.header("content-type")),
            (status, Some("application/problem+json")),
            "{line}"
        );
    }
    let mut slow = begin(&desk, "Content-Length: 10");
    let mut said = String::new();
    slow.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("took too long to arrive"), "{said}");
}

#[test]
fn health_and_readiness() {
    let peer = Peer::start(&[GOOD]);
    let ready = desk(&peer.url());
    let ask = |desk: &Desk, path: &str| {
        let answer = request(&desk.address, &format!("GET {path}"), &[], b"");
        (answer.status, answer.body)
    };
    assert_eq!(ask(&ready, "/healthz"), (200, "alive\n".to_owned()));
    for _ in 0..5 {
        assert_eq!(ask(&ready, "/readyz"), (200, "ready\n".to_owned()));
    }
    // It is asked once in a while, not each time.
    assert_eq!(peer.connections(), 1);
    assert_eq!(ready.send(&[("name", "Ada")]).status, 303);
    let lost = desk("smtp://127.0.0.1:1");
    assert_eq!(ask(&lost, "/healthz").0, 200);
    assert_eq!(ask(&lost, "/readyz"), (503, "no mail server answers\n".to_owned()));
    let second = desk(&format!("smtp://127.0.0.1:1 {}", peer.url()));
    assert_eq!(ask(&second, "/readyz").0, 200);
    assert_eq!(request(&second.address, "POST /healthz", &[], b"").status, 405);
}

/// What a relay says to bytes that are sent piece by piece until it says something: whoever sends on while a connection
/// is closed may lose the answer.
fn told(desk: &Desk, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(&desk.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    let mut said = [0; 12];
    for piece in bytes.chunks(4096) {
        if stream.write_all(piece).is_err() || stream.read_exact(&mut said).is_ok() {
            break;
        }
    }
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    if said == [0; 12] {
        stream.read_exact(&mut said).unwrap();
    }
    std::str::from_utf8(&said[9..]).unwrap().parse().unwrap()
}

#[test]
fn row_14_102_headers_and_500_kb_of_headers() {
    let desk = desk("smtp://127.0.0.1:1");
    let head = |headers: &str| format!("GET /forms/ask/ HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
    let some = |count: usize| (0..count).map(|number| format!("X-{number}: 1\r\n")).collect::<String>();
    assert_eq!(told(&desk, head(&some(99)).as_bytes()), 200);
    assert_eq!(told(&desk, head(&some(101)).as_bytes()), 431);
    assert_eq!(told(&desk, head(&format!("X-Long: {}\r\n", "a".repeat(500_000))).as_bytes()), 431);
    let many: String = (0..90).map(|number| format!("X-{number}: {}\r\n", "a".repeat(5600))).collect();
    assert_eq!(told(&desk, head(&many).as_bytes()), 431);
}

#[test]
fn row_15_who_sends_nothing_or_a_line_now_and_then_is_let_go_at_the_deadline() {
    let desk = desk("smtp://127.0.0.1:1");
    let (address, begun) = (desk.address.clone(), Instant::now());
    let dripping = thread::spawn(move || {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        stream.write_all(b"GET /forms/ask/ HTTP/1.1\r\nHost: a\r\n").unwrap();
        for number in 0.. {
            thread::sleep(Duration::from_millis(300));
            let read = stream.read(&mut [0; 100]);
            let waits = read.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
            if !waits || write!(stream, "X-{number}: 1\r\n").is_err() {
                return read.unwrap_or(0);
            }
        }
        1
    });
    assert_eq!(raw(&desk.address, b"").status, 0);
    assert_eq!(dripping.join().unwrap(), 0);
    // The deadline of heads is one second here.
    assert!((900..4000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    // A body that drips is answered 408.
    let begun = Instant::now();
    let mut slow = begin(&desk, "Content-Length: 100");
    slow.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let mut said = [0; 12];
    while slow.read_exact(&mut said).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(4));
        let _ = slow.write_all(b"x");
    }
    assert_eq!(&said, b"HTTP/1.1 408");
}

#[test]
fn row_16_a_body_that_is_too_long_is_refused_early() {
    let desk = desk("smtp://127.0.0.1:1");
    // By its length: before a byte of it is sent.
    let mut stream = begin(&desk, "Content-Length: 262145");
    let mut said = [0; 12];
    let begun = Instant::now();
    stream.read_exact(&mut said).unwrap();
    assert!(&said == b"HTTP/1.1 413" && begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
    // By chunks: with the first that goes beyond, of a body that would never end.
    let head =
        format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("2000\r\n{}\r\n", "a".repeat(0x2000));
    assert_eq!(told(&desk, (head + &chunk.repeat(60)).as_bytes()), 413);
}

#[cfg(target_os = "linux")]
#[test]
fn row_18_many_fields_take_no_memory() {
    let desk = desk("smtp://127.0.0.1:1");
    let fields = "a&".repeat(100_000);
    assert_eq!(desk.post("ask", "name=a").status, 200);
    let before = peak(desk.id());
    for _ in 0..30 {
        assert_eq!(desk.post("ask", &fields).status, 413);
    }
    let grown = peak(desk.id()) - before;
    assert!(grown < 8 * 1024, "{grown} KiB");
}

/// Where the admin's address may be; another program might take the port between the two calls, hardly ever.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn numbers_are_scraped_on_an_address_of_their_own() {
    let peer = Peer::start(&[GOOD]);
    let home = site();
    let admin = format!("127.0.0.1:{}", port());
    home.write("site.yaml", home.read("site.yaml") + &format!("  admin: {admin}\n"));
    let desk = Desk::start(Arc::new(home), &peer.url());
    assert_eq!(request(&desk.address, "GET /metrics", &[], b"").status, 404);
    assert_eq!(desk.send(&[("name", "Ada Marker")]).status, 303);
    request(&desk.address, "GET /Marker?Marker=1", &[("X-Forwarded-For", "Marker")], b"");
    let answer = request(&admin, "GET /metrics", &[], b"");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; version=0.0.4; charset=utf-8")));
    let text = answer.body;
    assert!(!text.contains("Marker"), "{text}");
    let mut samples = std::collections::BTreeMap::new();
    let mut family = "";
    for line in text.lines() {
        if let Some(named) = line.strip_prefix("# TYPE ") {
            family = named.split(' ').next().unwrap();
            assert!(matches!(named.split(' ').nth(1), Some("counter" | "gauge" | "histogram")), "{line}");
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with(family), "{line}");
            let value: f64 = value.parse().unwrap();
            assert!(samples.insert(name.to_owned(), value).is_none(), "twice: {line}");
        }
    }
    for (name, value) in [
        ("vellum_submissions_total{form=\"ask\",outcome=\"sent\"}", 1.0),
        ("vellum_mails_total{server=\"1\",step=\"accepted\"}", 1.0),
        ("vellum_requests_total{status=\"3xx\"}", 1.0),
        ("vellum_requests_total{status=\"4xx\"}", 2.0),
        ("vellum_submission_seconds_bucket{le=\"+Inf\"}", 1.0),
        ("vellum_submission_seconds_count", 1.0),
        ("vellum_in_flight_bytes", 0.0),
    ] {
        assert_eq!(samples.get(name), Some(&value), "{name}\n{text}");
    }
    assert_eq!(request(&admin, "GET /readyz", &[], b"").status, 200);
    assert_eq!(request(&admin, "GET /forms/ask/", &[], b"").status, 404);
}

const CLIENT: &str = r#"
import hashlib, socket, ssl, sys
port, authority = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
with context.wrap_socket(socket.create_connection(("127.0.0.1", int(port))), server_hostname="localhost") as stream:
    stream.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    said = b""
    while part := stream.recv(4096):
        said += part
    print(stream.version(), said.split(b"\r\n")[0].decode(), hashlib.sha256(stream.getpeercert(True)).hexdigest())
"#;

/// What a client says that trusts one certificate, and which it met.
fn over_tls(desk: &Desk, authority: &Path) -> Option<String> {
    let port = desk.address.rsplit_once(':').unwrap().1;
    let output = Command::new("python3").args(["-c", CLIENT, port]).arg(authority).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

fn certify(home: &Home, name: &str) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    home.write(&format!("{name}.pem"), made.cert.pem());
    home.write(&format!("{name}-key.pem"), made.signing_key.serialize_pem());
}

#[test]
fn tls_of_its_own_is_read_again_when_it_is_told_to() {
    let home = site();
    certify(&home, "one");
    certify(&home, "two");
    let renew = |home: &Home, certificate: &str, key: &str| {
        home.write("tls.pem", home.read(&format!("{certificate}.pem")));
        home.write("tls-key.pem", home.read(&format!("{key}-key.pem")));
    };
    renew(&home, "one", "one");
    let settings = "  tls: {certificate: tls.pem, key: tls-key.pem}\n";
    home.write("site.yaml", home.read("site.yaml") + settings);
    let desk = Desk::start(Arc::new(home), "smtp://127.0.0.1:1");
    let (one, two) = (desk.home.at("one.pem"), desk.home.at("two.pem"));
    let first = over_tls(&desk, &one).unwrap();
    assert!(first.starts_with("TLSv1.3 HTTP/1.1 200 OK "), "{first}");
    assert_eq!(over_tls(&desk, &two), None);
    // Who says nothing, or no TLS, is let go at the deadline of heads.
    let begun = Instant::now();
    assert_eq!(raw(&desk.address, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 0);
    assert_eq!(raw(&desk.address, b"").status, 0);
    assert!(begun.elapsed() < Duration::from_secs(4));
    let hangup = |told: &str| {
        let id = desk.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
        let until = Instant::now() + Duration::from_secs(10);
        while !desk.log().contains(told) {
            assert!(Instant::now() < until, "{}", desk.log());
            thread::sleep(Duration::from_millis(20));
        }
    };
    // A key of another certificate: the last good pair stays.
    renew(&desk.home, "two", "one");
    hangup("certificate NOT read again");
    assert_eq!(over_tls(&desk, &one), Some(first));
    renew(&desk.home, "two", "two");
    hangup("certificate read again");
    assert!(over_tls(&desk, &one).is_none() && over_tls(&desk, &two).is_some());
}

#[test]
fn a_log_of_json_is_one_object_a_line() {
    let peer = Peer::start(&[GOOD]);
    let home = site();
    home.write("site.yaml", home.read("site.yaml") + "  log: json\n");
    let desk = Desk::start(Arc::new(home), &peer.url());
    assert_eq!(desk.send(&[("name", "Ada Marker")]).status, 303);
    let (status, log) = desk.stop();
    assert!(status.success() && !log.contains("Marker"), "{log}");
    let lines: Vec<Value> =
        log.lines().map(|line| json::parse(line.as_bytes()).unwrap_or_else(|| panic!("{line}"))).collect();
    let named: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    for event in ["mail-accepted", "submission-ended", "stopping"] {
        assert!(named.contains(&event), "{log}");
    }
    let ended = lines.iter().find(|line| line["event"] == "submission-ended").unwrap();
    assert!(ended["form"] == "ask" && ended["outcome"] == "sent", "{ended}");
    assert!(lines.iter().all(|line| line["time"].as_str().is_some_and(|time| time.ends_with('Z') && time.len() == 20)));
}

#[test]
fn the_documentation_lists_the_events_that_there_are() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/relay/front.md")).unwrap();
    let mut rows = Vec::new();
    for line in
        page.lines().skip_while(|line| !line.starts_with("| event ")).skip(2).take_while(|line| line.starts_with('|'))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let bare = |text: &str| text.trim().trim_matches('`').to_owned();
        let fields: Vec<String> = cells[1].split(',').map(bare).filter(|name| !name.is_empty()).collect();
        rows.push((bare(cells[0]), fields));
    }
    let own =
        |(name, fields): &(&str, &[&str])| (name.to_string(), fields.iter().map(|field| field.to_string()).collect());
    let known: Vec<(String, Vec<String>)> = vellum::relay::log::EVENTS.iter().map(own).collect();
    assert_eq!(rows, known);
}
