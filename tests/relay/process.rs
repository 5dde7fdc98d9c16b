//! The process: its stop, its faults, its copies, and what it leaves behind: nothing.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{bytes, encoded, raw};
use crate::desk::{Desk, desk, site};
use crate::harness::{Home, files};
use crate::mails::clean;
use crate::peer::{At, Does, GOOD, Got, Peer, odd};

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

/// Postfix's sink: a real mail server that takes everything and keeps each mail in a file.
#[test]
fn a_real_mail_server_takes_it_once_and_whole() {
    let folder = Home::new();
    let mails = folder.at("mails");
    fs::create_dir(&mails).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode;
    fs::set_permissions(folder.path(), open(0o755)).unwrap();
    fs::set_permissions(&mails, open(0o777)).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut sink = Command::new("sh");
    sink.args([
        "-c",
        "PATH=$PATH:/usr/sbin; [ $(id -u) -eq 0 ] && as='-u nobody'; exec smtp-sink $as -d \"$0/%s.\" \"$1\" 100",
    ]);
    let mut sink =
        sink.arg(&mails).arg(format!("127.0.0.1:{port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "smtp-sink does not listen: is the package postfix installed?");
        thread::sleep(Duration::from_millis(20));
    }
    let desk = desk(&format!("smtp://127.0.0.1:{port}"));
    let text = "Grüße\n.\n..\n\n  and an end";
    assert_eq!(desk.send(&[("name", "Ada"), ("email", "ada@example.org"), ("message", text)]).status, 303);
    // The folder also has a file for the look whether it listens, without a mail in it.
    let kept = |path: &String| {
        fs::read(mails.join(path)).ok().filter(|bytes| bytes.windows(11).any(|part| part == b"Message-ID:"))
    };
    let all: Vec<Vec<u8>> = files(&mails).iter().filter_map(kept).collect();
    let _ = sink.kill();
    let _ = sink.wait();
    assert_eq!(all.len(), 1);
    let wire = String::from_utf8(all[0].clone()).unwrap();
    // The sink writes lines with LF, and its own lines first.
    let at = wire.find("From: Our website").or_else(|| wire.find("From: \"Our website")).unwrap();
    let got = Got {
        from: "<forms@example.org>".to_owned(),
        to: vec!["<office@example.org>".to_owned()],
        text: wire[at..].replace('\n', "\r\n").into_bytes(),
    };
    assert!(wire[..at].contains("X-Rcpt-Args: <office@example.org>"), "{wire}");
    assert!(clean(&got).part(0).contains(&crate::mails::marked(text)));
}
