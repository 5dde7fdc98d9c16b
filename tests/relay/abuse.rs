//! Peers that want more than an answer: of both kinds, those that send forms and those that take mails.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{bytes, encoded, raw};
use crate::desk::{Desk, desk, site};
use crate::mails::clean;
use crate::peer::{At, Does, GOOD, Peer, odd};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// Asks the same of a relay so many times at once.
fn at_once(count: usize, ask: impl Fn(usize) -> u16 + Sync) -> Vec<u16> {
    thread::scope(|scope| {
        let asked: Vec<_> = (0..count)
            .map(|number| {
                scope.spawn({
                    let ask = &ask;
                    move || ask(number)
                })
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn row_12_nothing_comes_after_a_body_in_chunks() {
    let desk = desk("smtp://127.0.0.1:1");
    let chunked = format!(
        "POST /forms/ask HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n{FORM}\r\n6\r\nname=a\r\n0\r\n\r\n"
    );
    let two_ways = format!(
        "POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n{FORM}\r\n0\r\n\r\n"
    );
    let answer = raw(&desk.address, (chunked + &two_ways).as_bytes());
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")), "{}", answer.head);
    assert!(!answer.body.contains("HTTP/1.1"), "{}", answer.body);
}

#[test]
fn row_17_a_thousand_idle_connections_shut_nobody_out() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let idle: Vec<TcpStream> = (0..1000).map(|_| TcpStream::connect(&desk.address).unwrap()).collect();
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
    drop(idle);
    clean(&peer.one());
}

#[test]
fn row_30_whoever_waited_for_the_same_is_told_the_same() {
    let peer = Peer::start(&[odd(At::Greeting, Does::Hangs)]);
    let desk = desk(&peer.url());
    let body = encoded(&[("name", "Ada")]);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    let begun = Instant::now();
    assert_eq!(at_once(6, |_| desk.post("ask", &sent).status), [503; 6]);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(peer.connections(), 1);
}

#[test]
fn row_34_nobody_waits_for_the_mails_of_others() {
    let peer = Peer::start(&[odd(At::Greeting, Does::Hangs)]);
    let desk = desk(&peer.url());
    let begun = Instant::now();
    let all = at_once(40, |number| desk.send(&[("name", &format!("Ada {number}"))]).status);
    assert_eq!(all, [503; 40]);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert!(desk.log().contains("mail not begun: others took too long"), "{}", desk.log());
}

#[test]
fn row_35_only_a_2xx_after_the_final_dot_is_a_yes() {
    for (at, line, status) in [
        (At::Dot, "354 go on", "unconfirmed"),
        (At::Dot, "199 what", "unconfirmed"),
        (At::Dot, "what", "unconfirmed"),
        (At::Data, "250 ok", "undelivered"),
        (At::Rcpt, "354 go on", "undelivered"),
        (At::Mail, "334 go on", "undelivered"),
    ] {
        let peer = Peer::start(&[odd(at, Does::Says(line))]);
        let desk = desk(&peer.url());
        let body = encoded(&[("name", "Ada")]);
        let sent = format!("{body}&_token={}", desk.token("ask", &body));
        let answer = desk.post_with("ask", &[("Accept", "application/json")], &sent);
        assert_eq!(answer.status, 503, "{at:?} {line}: {}", answer.body);
        assert!(answer.body.contains(&format!("\"type\": \"{status}\"")), "{at:?} {line}: {}", answer.body);
    }
}

#[test]
fn row_35_a_server_that_answers_twice_is_out_of_step_and_left() {
    // The second line would answer the next mail's MAIL, and its DATA's 354 would answer the next mail's text.
    let peer = Peer::start(&[odd(At::Dot, Does::Says("250 taken\r\n250 taken"))]);
    let desk = desk(&peer.url());
    // One for each of the relay's eight tasks, and two that find a connection which was kept.
    for _ in 0..10 {
        assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
    }
    assert_eq!(peer.connections(), 10);
}

/// The most memory that a process has had, in KiB.
#[cfg(target_os = "linux")]
pub fn peak(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn row_41_a_line_without_an_end_is_not_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let endless = [b'x'; 65536];
        let _ = stream.write_all(b"220 ");
        while stream.write_all(&endless).is_ok() {}
    });
    let desk = desk(&format!("smtp://127.0.0.1:{port}"));
    let before = peak(desk.id());
    assert_eq!(desk.send(&[("name", "Ada")]).status, 503);
    let grown = peak(desk.id()) - before;
    assert!(grown < 8 * 1024, "{grown} KiB");
}

#[test]
fn row_42_a_stop_waits_for_all_recipients() {
    let home = site();
    let to = (1..=10).map(|number| format!("r{number}@example.org")).collect::<Vec<_>>().join(", ");
    home.write("forms/both.yaml", home.read("forms/both.yaml").replace("one@example.org, two@example.org", &to));
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(900))]);
    let text = home.read("site.yaml").replace("mail: 2000ms", "mail: 3s");
    home.write("site.yaml", text);
    let mut desk = Desk::start(Arc::new(home), &peer.url());
    let body = encoded(&[("name", "Ada")]);
    let sent = format!("{body}&_token={}", desk.token("both", &body));
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let (address, asked) = (desk.address.clone(), bytes("POST /forms/both", &kind, sent.as_bytes()));
    let asked = thread::spawn(move || raw(&address, &asked).status);
    thread::sleep(Duration::from_millis(300));
    desk.signal();
    assert_eq!(asked.join().unwrap(), 303);
    assert!(desk.end().0.success());
    assert_eq!(peer.got().len(), 10);
}

#[test]
fn row_48_a_form_that_collects_more_than_is_disclosed_stops_everything() {
    let home = site();
    let text = home.read("forms/ask.yaml").replace("kind: telephone, data: choice", "kind: telephone, data: telephone");
    home.write("forms/ask.yaml", text);
    for arguments in [&["check"][..], &["build"], &["relay", "--check"], &["relay", "--listen", "127.0.0.1:0"]] {
        let mut command = home.command(&[arguments, &["--as-of", "2026-11-24"]].concat());
        let output = command.env("VELLUM_SMTP", "smtp://127.0.0.1:1").output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        for part in ["`telephone`", "forms/ask.yaml:16:", "content/policies/privacy/versions/1.1.md:"] {
            assert!(said.contains(part), "{arguments:?}: {part}: {said}");
        }
    }
    assert!(!home.at("public").exists());
}
