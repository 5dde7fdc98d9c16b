//! What comes before a submission: memory, rates, proxies, health, certificates, and the answers to what cannot be read.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{encoded, raw};
use crate::desk::{Desk, site};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A relay with settings beside, or in place of, the usual ones, in front of nothing.
fn with(settings: &str) -> Desk {
    let home = site();
    let text = home.read("site.yaml") + "  " + settings + "\n";
    home.write("site.yaml", text);
    Desk::start(Arc::new(home), "smtp://127.0.0.1:1")
}

/// Begins a submission whose body does not come.
fn begin(desk: &Desk, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&desk.address).unwrap();
    let text = format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\n{FORM}{head}\r\n\r\n");
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

#[test]
fn memory_for_all_requests_is_taken_before_anything_is_read() {
    let desk = with("limits: {body: 80KiB, in_flight: 100KiB}");
    let held = begin(&desk, "Content-Length: 81920");
    thread::sleep(Duration::from_millis(100));
    let asked = Instant::now();
    let busy = desk.post("ask", &encoded(&[("name", "a"), ("message", &"x".repeat(30_000))]));
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("5")), "{}", busy.body);
    assert!(asked.elapsed() < Duration::from_millis(500), "{:?}", asked.elapsed());
    assert_eq!(desk.post("ask", "name=a").status, 200);
    // What comes in chunks is taken as it comes.
    let chunk = format!("{:x}\r\n{}\r\n", 10_000, "x".repeat(10_000));
    let text = format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n");
    assert_eq!(raw(&desk.address, (text + &chunk.repeat(4)).as_bytes()).status, 503);
    drop(held);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(desk.post("ask", &encoded(&[("name", "a"), ("message", &"x".repeat(30_000))])).status, 200);
}
