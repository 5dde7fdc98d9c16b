//! The process: its stop, its faults, its copies, and what it leaves behind: nothing.

use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::client::{bytes, encoded, raw};
use crate::desk::{Desk, desk, site};
use crate::harness::files;
use crate::mails::clean;
use crate::peer::{At, Does, GOOD, Peer, odd};

#[test]
fn row_42_a_stop_waits_for_what_is_under_way() {
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(700))]);
    let mut desk = desk(&peer.url());
    let body = encoded(&[("name", "Ada")]);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    let address = desk.address.clone();
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let request = bytes("POST /forms/ask", &kind, sent.as_bytes());
    let asked = thread::spawn(move || raw(&address, &request));
    thread::sleep(Duration::from_millis(250));
    desk.signal();
    assert_eq!(asked.join().unwrap().status, 303);
    let (status, log) = desk.end();
    assert!(status.success() && log.contains("stopping"), "{status} {log}");
    clean(&peer.one());
}

#[test]
fn row_42_a_stop_waits_for_a_mail_whose_visitor_has_gone_away() {
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(700))]);
    let mut desk = desk(&peer.url());
    let body = encoded(&[("name", "Ada")]);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut stream = std::net::TcpStream::connect(&desk.address).unwrap();
    std::io::Write::write_all(&mut stream, &bytes("POST /forms/ask", &kind, sent.as_bytes())).unwrap();
    thread::sleep(Duration::from_millis(250));
    drop(stream);
    desk.signal();
    let (status, log) = desk.end();
    assert!(status.success() && log.contains("submission sent: form ask"), "{status} {log}");
    clean(&peer.one());
}

#[cfg(feature = "fault-injection")]
#[test]
fn row_43_a_fault_of_the_program_loses_nothing_and_tells_nothing() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let answer = desk.send(&[("name", "Ada Marker"), ("message", "vellum: panic")]);
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("Ada Marker") && answer.body.contains("vellum: panic"), "{}", answer.body);
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
    let log = desk.log();
    assert!(log.contains("panic at src/relay/") && !log.contains("Marker") && !log.contains("purpose"), "{log}");
}

#[test]
fn row_44_a_thousand_submissions_leave_nothing_behind() {
    const MARKER: &str = "Zxqv-7731";
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let before = files(desk.home.path());
    thread::scope(|scope| {
        for part in 0..8 {
            let desk = &desk;
            scope.spawn(move || {
                for number in 0..125 {
                    let name = format!("{MARKER} {part}.{number}");
                    let email = format!("{MARKER}@example.org");
                    let answer = desk.send(&[("name", &name), ("email", &email), ("message", MARKER)]);
                    assert_eq!(answer.status, 303, "{}", answer.body);
                }
            });
        }
    });
    assert_eq!(peer.got().len(), 1000);
    let home = Arc::clone(&desk.home);
    assert_eq!(files(home.path()), before, "no file came");
    for file in &before {
        let bytes = fs::read(home.at(file)).unwrap();
        assert!(!bytes.windows(MARKER.len()).any(|part| part == MARKER.as_bytes()), "{file}");
    }
    let (status, log) = desk.stop();
    assert!(status.success() && !log.contains(MARKER), "{log}");
    assert_eq!(log.matches("submission sent: form ask").count(), 1000);
}

#[test]
fn row_51_copies_with_one_key_know_each_others_reviews() {
    let peer = Peer::start(&[GOOD]);
    let home = Arc::new(site());
    let (one, other) = (Desk::start(Arc::clone(&home), &peer.url()), Desk::start(home, &peer.url()));
    let body = encoded(&[("name", "Ada"), ("message", "Kept")]);
    let review = one.post("ask", &body);
    let token = review.body.split("name=\"_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    thread::sleep(Duration::from_millis(2100));
    let changed = other.post("ask", &format!("{}&_token={token}", body.replace("Ada", "Eve")));
    assert!(changed.status == 200 && changed.body.contains("Eve"));
    assert_eq!(other.post("both", &format!("{body}&_token={token}")).status, 200);
    let sent = other.post("ask", &format!("{body}&_token={token}"));
    assert_eq!(sent.status, 303);
    let place = sent.header("location").unwrap();
    assert_eq!(crate::client::request(&one.address, &format!("GET {place}"), &[], b"").status, 200);
    assert_eq!(peer.got().len(), 1);
}

#[test]
fn a_port_that_is_taken_is_told_and_nothing_starts() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let mut command = desk.home.command(&["relay", "--listen", &desk.address, "--as-of", "2026-11-24"]);
    let output = command.env("VELLUM_SMTP", peer.url()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot listen on 127.0.0.1:"));
}
