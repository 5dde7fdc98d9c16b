//! Peers that mean harm, and operators who mend while visitors wait: nothing is said to be sent that was not, and one peer
//! takes nothing from the others.

use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::encoded;
use crate::desk::{Desk, desk, site};
use crate::mails::clean;
use crate::peer::{At, Behaviour, Does, GOOD, Got, Peer, odd};

const ADA: &[(&str, &str)] = &[("name", "Ada"), ("message", "Kept")];

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
