//! Mail servers that refuse, hang, babble and vanish: nobody is told "sent" who was not, and nothing typed is lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::{Answer, encoded};
use crate::desk::{Desk, desk, site};
use crate::mails::clean;
use crate::peer::{At, Behaviour, Does, GOOD, Peer, odd};

const SENT: &[(&str, &str)] =
    &[("name", "Ada <b>"), ("email", "ada@example.org"), ("message", "First\nsecond"), ("one", "b"), ("news", "yes")];

/// What the default theme says of a mail that no server took, and of one of which nobody can tell.
const NOT_SENT: &str = "did not go through";
const UNSURE: &str = "We cannot tell whether";

/// Everything is given back, to be read and to be sent again.
#[track_caller]
fn given_back(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    for part in ["Ada &lt;b&gt;", "ada@example.org", "First\nsecond", "_token"] {
        assert!(answer.body.contains(part), "{part}: {}", answer.body);
    }
    assert!(!answer.body.contains("office@example.org") && !answer.body.contains("one@example.org"));
    assert!(answer.header("location").is_none());
}

/// No line of the log holds anything of the visitor, nor a recipient's address.
#[track_caller]
fn is_discreet(desk: &Desk) -> String {
    let log = desk.log();
    for part in ["Ada", "ada@", "First", "example.org", "127.0.0.1"] {
        assert!(!log.contains(part), "{part}: {log}");
    }
    log
}

#[test]
fn row_33_a_server_that_is_not_there_and_a_name_that_is_none() {
    let desk = desk("smtp://127.0.0.1:1");
    given_back(&desk.send(SENT));
    assert!(is_discreet(&desk).contains("server 1, step connect"));
    let peer = Peer::start(&[GOOD]);
    let home = Arc::new(site());
    let desk = Desk::start(home, &format!("smtp://127.0.0.1:1 {}", peer.url()));
    assert_eq!(desk.send(SENT).status, 303);
    clean(&peer.one());
    let settings = site();
    let text = settings.read("site.yaml") + "  servers:\n    - {host: nowhere.invalid, tls: implicit}\n";
    settings.write("site.yaml", text);
    let desk = Desk::start(Arc::new(settings), "");
    given_back(&desk.send(SENT));
    is_discreet(&desk);
}

#[test]
fn row_34_servers_that_hang_drip_and_babble_are_left_in_time() {
    for (at, does) in [
        (At::Greeting, Does::Hangs),
        (At::Ehlo, Does::Hangs),
        (At::Mail, Does::Hangs),
        (At::Rcpt, Does::Hangs),
        (At::Data, Does::Hangs),
        (At::Greeting, Does::Drips(1000)),
        (At::Rcpt, Does::Drips(1000)),
        (At::Ehlo, Does::Babbles),
    ] {
        let peer = Peer::start(&[odd(at, does)]);
        let desk = desk(&peer.url());
        let begun = Instant::now();
        let answer = desk.send(SENT);
        given_back(&answer);
        assert!(answer.body.contains(NOT_SENT), "{at:?} {does:?}: {}", answer.body);
        assert!(begun.elapsed() < Duration::from_secs(6), "{at:?} {does:?}: {:?}", begun.elapsed());
        assert!(peer.got().is_empty());
        is_discreet(&desk);
    }
    // After the final dot nobody can tell.
    let peer = Peer::start(&[odd(At::Dot, Does::Hangs)]);
    let desk = desk(&peer.url());
    let answer = desk.send(SENT);
    given_back(&answer);
    assert!(answer.body.contains(UNSURE) && !answer.body.contains(NOT_SENT), "{}", answer.body);
}

#[test]
fn row_35_a_late_answer_is_never_taken_for_the_next() {
    let peer = Peer::start(&[
        odd(At::Dot, Does::Dawdles(4000)),
        odd(At::Dot, Does::Dawdles(4000)),
        odd(At::Dot, Does::Says("554 no")),
    ]);
    let desk = desk(&peer.url());
    let first = desk.send(SENT);
    assert!(first.status == 503 && first.body.contains(UNSURE), "{}", first.body);
    let second = desk.send(&[("name", "Eve")]);
    assert!(second.status == 503 && second.body.contains(NOT_SENT), "{}", second.body);
    assert_eq!(peer.connections(), 3, "no connection is used again after it failed");
}

#[test]
fn row_36_refusals_at_each_step_are_told_by_their_code_only() {
    for (at, line, said) in [
        (At::Greeting, "554 go away", "step greeting, code 554"),
        (At::Ehlo, "421 busy", "step greeting, code 421"),
        (At::Mail, "550 <forms@example.org> no", "step mail, code 550"),
        (At::Rcpt, "550 <office@example.org> unknown", "step rcpt, code 550"),
        (At::Rcpt, "451 <office@example.org> later", "step rcpt, code 451"),
        (At::Data, "452 full", "step data, code 452"),
        (At::Dot, "554 Ada is spam", "step text, code 554"),
        (At::Dot, "421 Ada bye", "step text, code 421"),
    ] {
        let peer = Peer::start(&[odd(at, Does::Says(line))]);
        let desk = desk(&peer.url());
        let answer = desk.send(SENT);
        given_back(&answer);
        assert!(answer.body.contains(NOT_SENT), "{line}");
        assert!(is_discreet(&desk).contains(said), "{line}: {}", desk.log());
        assert!(peer.got().is_empty());
    }
}

#[test]
fn row_36_a_server_that_cannot_now_is_passed_over_and_one_that_will_not_is_believed() {
    let (busy, good) = (Peer::start(&[odd(At::Rcpt, Does::Says("451 later"))]), Peer::start(&[GOOD]));
    let both = |first: &Peer| desk(&format!("{} {}", first.url(), good.url()));
    assert_eq!(both(&busy).send(SENT).status, 303);
    assert_eq!(good.got().len(), 1);
    let never = Peer::start(&[odd(At::Rcpt, Does::Says("550 unknown"))]);
    given_back(&both(&never).send(SENT));
    assert_eq!(good.got().len(), 1);
}

#[test]
fn row_38_cut_off_after_the_final_dot_the_same_mail_is_tried_once_more() {
    let peer = Peer::start(&[odd(At::Dot, Does::TakesAndVanishes), GOOD]);
    let desk = desk(&peer.url());
    assert_eq!(desk.send(SENT).status, 303);
    let got = peer.got();
    assert_eq!(got.len(), 2);
    assert_eq!(clean(&got[0]).one("Message-ID"), clean(&got[1]).one("Message-ID"));
    let peer = Peer::start(&[odd(At::Dot, Does::Vanishes)]);
    let desk = desk_of(&peer);
    let body = encoded(SENT);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    let answer = desk.post("ask", &sent);
    given_back(&answer);
    assert!(answer.body.contains(UNSURE), "{}", answer.body);
    assert_eq!(peer.connections(), 2);
    let json = desk.post_with("ask", &[("Accept", "application/json")], &sent);
    assert_eq!((json.status, json.header("content-type")), (503, Some("application/problem+json")));
    assert!(json.body.contains("\"type\": \"unconfirmed\""), "{}", json.body);
    assert!(is_discreet(&desk).contains("submission unconfirmed: form ask"));
}

fn desk_of(peer: &Peer) -> Desk {
    desk(&peer.url())
}

#[test]
fn an_answer_of_another_class_is_no_acceptance() {
    // A library that takes 2xx and 3xx for the same would say "sent".
    let peer = Peer::start(&[odd(At::Dot, Does::Says("354 go on"))]);
    let desk = desk(&peer.url());
    let answer = desk.send(SENT);
    given_back(&answer);
    assert!(answer.body.contains(UNSURE), "{}", answer.body);
    let peer = Peer::start(&[odd(At::Data, Does::Says("250 ok"))]);
    let desk = desk_of(&peer);
    let answer = desk.send(SENT);
    given_back(&answer);
    assert!(answer.body.contains(NOT_SENT), "{}", answer.body);
    assert!(peer.got().is_empty());
}

#[test]
fn row_41_a_reply_without_end_is_left() {
    for does in [Does::Babbles, Does::Mumbles] {
        let peer = Peer::start(&[odd(At::Mail, does)]);
        let desk = desk(&peer.url());
        let begun = Instant::now();
        given_back(&desk.send(SENT));
        assert!(begun.elapsed() < Duration::from_secs(2), "{does:?}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_kept_connection_that_has_died_is_no_fault() {
    let peer = Peer::start(&[odd(At::Mail, Does::Says("421 idle too long")), GOOD]);
    // The first connection is refused at MAIL: a server that cannot now. Further mails get new ones, which are kept: one
    // for each of the relay's eight tasks.
    let desk = desk(&peer.url());
    given_back(&desk.send(SENT));
    for _ in 0..20 {
        assert_eq!(desk.send(SENT).status, 303);
    }
    assert_eq!(peer.got().len(), 20);
    assert!(peer.connections() <= 9, "{} connections", peer.connections());
}

#[test]
fn row_30_the_same_at_once_is_one_mail() {
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(300))]);
    let desk = desk(&peer.url());
    let body = encoded(SENT);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    let places: Vec<Option<String>> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| desk.post("ask", &sent))).collect();
        asked.into_iter().map(|one| one.join().unwrap().header("location").map(str::to_owned)).collect()
    });
    assert!(places[0].is_some() && places.iter().all(|place| *place == places[0]), "{places:?}");
    assert_eq!(peer.got().len(), 1);
    let again = desk.post("ask", &sent);
    assert_eq!(again.header("location").map(str::to_owned), places[0]);
    assert_eq!(peer.got().len(), 1);
    let page = crate::client::request(&desk.address, &format!("GET {}", places[0].as_ref().unwrap()), &[], b"");
    assert!(page.status == 200 && page.body.contains("accepted"), "{}", page.body);
}

#[test]
fn row_53_one_of_two_recipients_is_refused_and_the_other_is_not_asked_again() {
    let refusing = Behaviour { at: At::Rcpt, does: Does::Says("550 <two@example.org> unknown"), only: "two@" };
    // One recipient after the other, each on a connection of its own.
    let peer = Peer::start(&[Some(refusing), Some(refusing), GOOD]);
    let desk = desk(&peer.url());
    let body = encoded(SENT);
    let sent = format!("{body}&_token={}", desk.token("both", &body));
    let answer = desk.post("both", &sent);
    given_back(&answer);
    assert!(!answer.body.contains("two@"), "no address is named");
    assert_eq!(desk.post("both", &sent).status, 303);
    let got = peer.got();
    let to: Vec<&str> = got.iter().map(|got| got.to[0].as_str()).collect();
    assert_eq!(to, ["<one@example.org>", "<two@example.org>"]);
    assert_eq!(clean(&got[0]).one("Message-ID"), clean(&got[1]).one("Message-ID"));
}
