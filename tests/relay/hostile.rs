//! Peers that mean harm, and operators who mend while visitors wait: nothing is said to be sent that was not, and one peer
//! takes nothing from the others.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Answer, encoded, raw, request};
use crate::desk::{Desk, SECRET, desk, site};
use crate::mails::clean;
use crate::peer::{At, Behaviour, Does, GOOD, Got, Peer, odd};
use crate::way::work;

const ADA: &[(&str, &str)] = &[("name", "Ada"), ("message", "Kept")];
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A relay whose settings have something else in the place of something.
fn with(changes: &[(&str, &str)], more: &str, servers: &str) -> Desk {
    let home = site();
    let text = changes.iter().fold(home.read("site.yaml"), |text, (from, to)| text.replace(from, to));
    home.write("site.yaml", text + more);
    Desk::start(Arc::new(home), servers)
}

/// Reads the site again.
fn hang_up(desk: &Desk) {
    let before = desk.log().matches("site read again").count();
    assert!(Command::new("kill").args(["-HUP", &desk.id().to_string()]).status().unwrap().success());
    let until = Instant::now() + Duration::from_secs(20);
    while desk.log().matches("site read again").count() == before {
        assert!(Instant::now() < until, "{}", desk.log());
        thread::sleep(Duration::from_millis(20));
    }
}

fn recipients(got: &[Got]) -> Vec<&str> {
    got.iter().map(|got| got.to[0].as_str()).collect()
}

fn token(answer: &Answer) -> &str {
    answer.body.split("name=\"_token\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[test]
fn row_53_who_accepted_is_known_by_address_when_the_recipients_are_others() {
    let refusing = Behaviour { at: At::Rcpt, does: Does::Says("550 unknown"), only: "wrong@" };
    let peer = Peer::start(&[Some(refusing)]);
    let home = site();
    let form = home.read("forms/both.yaml");
    let to = |all: &str| form.replace("one@example.org, two@example.org", all);
    home.write("forms/both.yaml", to("wrong@example.org, right@example.org"));
    let desk = Desk::start(Arc::new(home), &peer.url());
    let body = encoded(ADA);
    let sent = format!("{body}&_token={}", desk.token("both", &body));
    let first = desk.post_with("both", &[("Accept", "application/json")], &sent);
    assert!(first.status == 503 && first.body.contains("\"partly-delivered\""), "{}", first.body);
    desk.home.write("forms/both.yaml", to("right@example.org, sales@example.org"));
    hang_up(&desk);
    assert_eq!(desk.post("both", &sent).status, 303);
    assert_eq!(recipients(&peer.got()), ["<right@example.org>", "<sales@example.org>"]);
}

/// Begins a submission of a length, with further lines in its head.
fn begin(desk: &Desk, length: usize, lines: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&desk.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\n{FORM}{lines}Content-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

const SMALL: &[(&str, &str)] = &[
    ("per_address: 1000000/h", "per_address: 1000000/h, body: 80KiB, files: 20KiB, in_flight: 640KiB"),
    ("body: 1s", "body: 5s"),
];

#[test]
fn row_17_bodies_that_are_announced_and_do_not_come_take_nothing() {
    let peer = Peer::start(&[GOOD]);
    let desk = with(SMALL, "", &peer.url());
    let silent: Vec<TcpStream> = (0..20).map(|_| begin(&desk, 80 << 10, "")).collect();
    thread::sleep(Duration::from_millis(200));
    let long = "x".repeat(60_000);
    assert_eq!(desk.send(&[("name", "Ada"), ("message", &long)]).status, 303);
    drop(silent);
    clean(&peer.one());
}

#[test]
fn row_17_one_address_holds_a_quarter_of_the_memory_at_most() {
    let desk = with(SMALL, "  proxies: {trusted: [127.0.0.0/8]}\n", "smtp://127.0.0.1:1");
    let from = |who: u8| format!("X-Forwarded-For: 192.0.2.{who}\r\n");
    // All but the last byte of each comes.
    let hold = |who| {
        let mut stream = begin(&desk, 60_000, &from(who));
        stream.write_all(&[b'x'; 59_999]).unwrap();
        thread::sleep(Duration::from_millis(100));
        stream
    };
    let (_first, _second, mut third) = (hold(1), hold(1), hold(1));
    let mut said = [0; 12];
    third.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 503");
    let post = |who: u8| {
        let body = encoded(&[("name", "Ada"), ("message", &"x".repeat(60_000))]);
        desk.post_with("ask", &[("X-Forwarded-For", &format!("192.0.2.{who}"))], &body).status
    };
    assert_eq!([post(1), post(2)], [503, 200]);
}

#[test]
fn row_35_an_answer_before_the_text_is_no_answer_to_it() {
    for (at, line) in [
        (At::Data, "354 go on\r\n250 early"),
        (At::Rcpt, "250 ok\r\n354 go on\r\n250 early"),
        (At::Greeting, "220 a\r\n250 b\r\n250 c\r\n250 d\r\n250 e\r\n354 f\r\n250 g"),
    ] {
        for peer in [Peer::start(&[odd(at, Does::Says(line))]), Peer::pipelining(&[odd(at, Does::Says(line))])] {
            let desk = desk(&peer.url());
            let body = encoded(ADA);
            let sent = format!("{body}&_token={}", desk.token("ask", &body));
            let answer = desk.post_with("ask", &[("Accept", "application/json")], &sent);
            assert!(answer.status == 503 && answer.body.contains("\"undelivered\""), "{at:?}: {}", answer.body);
            assert!(peer.got().is_empty() && !desk.log().contains("mail accepted"), "{}", desk.log());
        }
    }
    // It may be tried again elsewhere.
    let (early, good) = (Peer::start(&[odd(At::Data, Does::Says("354 go on\r\n250 early"))]), Peer::start(&[GOOD]));
    assert_eq!(desk(&format!("{} {}", early.url(), good.url())).send(ADA).status, 303);
    clean(&good.one());
}

#[test]
fn only_the_code_of_an_answer_counts() {
    let long = Box::leak(format!("250 {}", "long ".repeat(700)).into_boxed_str());
    for (at, line) in [
        (At::Greeting, "220"),
        (At::Ehlo, "250-peer\r\n250"),
        (At::Mail, "250"),
        (At::Rcpt, "250 Größe"),
        (At::Data, "354"),
        (At::Dot, "250"),
        (At::Dot, "250-\r\n250"),
        (At::Dot, long),
    ] {
        for peer in [Peer::start(&[odd(at, Does::Says(line))]), Peer::pipelining(&[odd(at, Does::Says(line))])] {
            let desk = desk(&peer.url());
            assert_eq!(desk.send(ADA).status, 303, "{at:?} {line}: {}", desk.log());
            clean(&peer.one());
        }
    }
    let peer = Peer::start(&[odd(At::Dot, Does::Says("550"))]);
    let desk = desk(&peer.url());
    let body = encoded(ADA);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    let answer = desk.post_with("ask", &[("Accept", "application/json")], &sent);
    assert!(answer.status == 503 && answer.body.contains("\"undelivered\""), "{}", answer.body);
}

#[test]
fn row_34_a_silent_first_server_leaves_time_for_the_second() {
    let (silent, good) = (Peer::start(&[odd(At::Greeting, Does::Hangs)]), Peer::start(&[GOOD]));
    let desk = with(&[("mail: 2000ms", "mail: 3s")], "", &format!("{} {}", silent.url(), good.url()));
    let all: Vec<u16> = thread::scope(|scope| {
        let one = |number: usize| desk.send(&[("name", &format!("Ada {number}"))]).status;
        let asked: Vec<_> = (0..20).map(|number| scope.spawn(move || one(number))).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(all, [303; 20], "{}", desk.log());
    // For a while the other is asked first.
    let begun = Instant::now();
    assert_eq!(desk.send(ADA).status, 303);
    assert!(begun.elapsed() < Duration::from_millis(400), "{:?}", begun.elapsed());
    assert!(good.got().len() == 21 && silent.connections() <= 8, "{}", silent.connections());
}

#[test]
fn row_38_what_a_page_sends_again_is_the_same_mail() {
    let vanishes = odd(At::Dot, Does::TakesAndVanishes);
    let peer = Peer::start(&[vanishes, vanishes, GOOD]);
    let desk = desk(&peer.url());
    let body = encoded(ADA);
    let page = desk.post("ask", &encoded(&[ADA, &[("altcha", &work(&desk, "ask", 10))]].concat()));
    assert!(page.status == 503 && page.body.contains("both carry the same mark"), "{}", page.body);
    let sent = desk.post("ask", &format!("{body}&_token={}", token(&page)));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let ids: Vec<String> = peer.got().iter().map(|got| clean(got).one("Message-ID")).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn row_12_a_length_with_many_zeros_hides_nothing() {
    let desk = desk("smtp://127.0.0.1:1");
    let zeros = "0".repeat(48);
    let first = format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\n{FORM}Content-Length: {zeros}24\r\n\r\n");
    let two_ways = format!(
        "POST /forms/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n{FORM}\r\n0\r\n\r\n"
    );
    let answer = raw(&desk.address, format!("{first}GET / HTTP/1.1\r\nH: x\r\n\r\n{two_ways}").as_bytes());
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")), "{}", answer.head);
    assert!(!answer.body.contains("HTTP/1.1"), "nothing is read behind it: {}", answer.body);
    let status = |lines: &str, body: &str| {
        raw(&desk.address, format!("POST /forms/ask HTTP/1.1\r\nHost: a\r\n{FORM}{lines}\r\n{body}").as_bytes()).status
    };
    assert_eq!(status("Content-Length: 00000000000000000006\r\n", "name=a"), 400);
    assert_eq!(status(&format!("Content-Length:{}6\r\n", " ".repeat(90)), "name=a"), 400);
    let chunks = "6\r\nname=a\r\n0\r\n\r\n";
    for coding in ["gzip, chunked", "chunked, chunked", "chunked\r\nTransfer-Encoding: chunked", "identity"] {
        assert_eq!(status(&format!("Transfer-Encoding: {coding}\r\n"), chunks), 400, "{coding}");
    }
    assert_eq!(status("Transfer-Encoding: Chunked\r\nConnection: close\r\n", chunks), 200);
}

#[test]
fn row_24_a_link_to_a_form_leads_to_it_and_a_form_sent_by_get_is_told() {
    let desk = desk("smtp://127.0.0.1:1");
    let ask = |line: &str| request(&desk.address, line, &[], b"");
    let page = ask("GET /forms/ask/?utm_source=news&fbclid=1");
    assert!(page.status == 200 && page.body.contains("<form"), "{}", page.body);
    for (line, allow) in [
        ("GET /forms/ask?utm_source=news", "POST"),
        ("GET /forms/ask", "POST"),
        ("GET /forms/ask/?utm_source=news&name=Marker", "GET, HEAD, POST"),
        ("PUT /forms/ask/", "GET, HEAD, POST"),
        ("POST /forms/ask/challenge", "GET, HEAD"),
    ] {
        let answer = ask(line);
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{line}");
        let link = "<a href=\"/forms/ask/\">Ask us</a>";
        assert!(answer.body.contains(link) && !answer.body.contains("Marker"), "{line}: {}", answer.body);
    }
    let back = desk.post_with("ask", &[("Accept", "application/json")], "name=Ada&_back=1");
    assert!(back.status == 200 && back.body.contains("\"status\": \"back\""), "{}", back.body);
    assert_eq!(back.header("content-type"), Some("application/json"));
}

#[test]
fn row_19_a_part_that_is_named_twice_is_refused() {
    let desk = desk("smtp://127.0.0.1:1");
    let name = "Content-Disposition: form-data; name=\"name\"\r\n";
    let post = |lines: &str| {
        let kind = [("Content-Type", "multipart/form-data; boundary=b")];
        desk.post_with("ask", &kind, &format!("--b\r\n{lines}\r\nAda\r\n--b--\r\n")).status
    };
    assert_eq!([post(name), post(&format!("{name}{name}"))], [200, 400]);
}

#[test]
fn what_could_never_work_is_told_before_the_start() {
    let checked = |relay: &str, secret: &str| {
        let home = site();
        let text = home.read("site.yaml").split("relay:").next().unwrap().to_owned() + "relay:\n" + relay;
        home.write("site.yaml", text);
        let mut command = home.command(&["relay", "--check", "--as-of", "2026-11-24"]);
        let output = command.env("VELLUM_SMTP", "smtp://127.0.0.1:1").env("VELLUM_SECRET", secret).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), said)
    };
    let from = "  from: forms@example.org\n";
    for (more, words) in [
        ("  limits: {in_flight: 1KiB}\n", "`in_flight` is less than"),
        ("  proxies: {trusted: [0.0.0.0/0]}\n", "is everybody"),
        ("  deadlines: {mail: 5ms}\n", "less than a second"),
        ("  limits: {connections: 0}\n", "`connections` is 0"),
    ] {
        let (status, said) = checked(&format!("{from}{more}"), SECRET);
        assert!(status == 1 && said.contains(words), "{status}: {said}");
    }
    let (status, said) = checked(from, "");
    assert!(status == 2 && said.contains("VELLUM_SECRET is empty"), "{status}: {said}");
    for wrong in ["  form: forms@example.org\n", "  from: a@b.example, c@d.example\n"] {
        let (status, said) = checked(wrong, SECRET);
        assert!(status == 1 && !said.contains("V505"), "{status}: {said}");
    }
    let (status, said) = checked(&format!("{from}  origins: [\"https://b.example:443\"]\n"), SECRET);
    assert_eq!(status, 0, "{said}");
}
