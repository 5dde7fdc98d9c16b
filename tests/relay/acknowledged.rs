//! Acknowledgements: safe enough to be sent to an address that anybody could have typed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::desk::{Desk, site};
use crate::mails::{Parsed, clean};
use crate::peer::{At, Behaviour, Does, GOOD, Got, Peer};

const SENT: &[(&str, &str)] = &[("name", "Marker <b>"), ("email", "Ada@example.org"), ("message", "Marker")];

/// A relay whose form `ask` acknowledges.
fn desk(peer: &Peer) -> Desk {
    let home = site();
    let form = home.read("forms/ask.yaml") + "acknowledge: {subject: We have your enquiry}\n";
    home.write("forms/ask.yaml", form);
    Desk::start(Arc::new(home), &peer.url())
}

/// Waits until something was told so many times.
#[track_caller]
fn told(desk: &Desk, what: &str, times: usize) {
    let until = Instant::now() + Duration::from_secs(5);
    while desk.log().matches(what).count() < times {
        assert!(Instant::now() < until, "{what}: {}", desk.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!desk.log().contains("example.org") && !desk.log().contains("Marker"), "{}", desk.log());
}

fn to(got: &[Got]) -> Vec<&str> {
    got.iter().map(|got| got.to[0].as_str()).collect()
}

#[test]
fn whoever_wrote_is_told_once_a_day_in_words_of_ours() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer);
    assert_eq!(desk.send(SENT).status, 303);
    told(&desk, "acknowledgement sent: form ask", 1);
    let got = peer.got();
    assert_eq!(to(&got), ["<office@example.org>", "<Ada@example.org>"]);
    clean(&got[0]);
    assert_eq!(got[1].from, "<>", "no mail can come back");
    let mail = Parsed::of(&got[1]);
    for (name, value) in [
        ("From", "Our website <forms@example.org>"),
        ("To", "Ada@example.org"),
        ("Subject", "We have your enquiry"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ] {
        assert_eq!(mail.one(name), value);
    }
    assert!(mail.all("Reply-To").is_empty() && mail.one("Message-ID") != Parsed::of(&got[0]).one("Message-ID"));
    let text = String::from_utf8(got[1].text.clone()).unwrap().replace("=\r\n", "");
    assert!(text.contains("We have received what you sent us") && text.contains("Your reference: "), "{text}");
    assert!(!text.contains("Marker"), "nothing that was typed goes back: {text}");
    // However the address is spelt, there is no second on the same day.
    assert_eq!(desk.send(&[("name", "Ada"), ("email", "ada@EXAMPLE.org")]).status, 303);
    told(&desk, "acknowledgement left out, one a day: form ask", 1);
    assert_eq!(peer.got().len(), 3);
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303, "nobody to tell");
    assert_eq!(desk.send(&[("name", "Eve"), ("email", "eve@example.org")]).status, 303);
    told(&desk, "acknowledgement sent: form ask", 2);
    assert_eq!(peer.got().len(), 6);
}

#[test]
fn however_a_domain_is_spelt_it_is_one_address() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer);
    let spelt = [
        "ada@b\u{fc}cher.example",
        "ada@b\u{fc}\u{ad}cher.example",
        "ada@\u{ff42}\u{fc}cher.example",
        "ADA@xn--bcher-kva.example",
    ];
    for address in spelt {
        assert_eq!(desk.send(&[("name", "Ada"), ("email", address)]).status, 303, "{address}");
    }
    told(&desk, "acknowledgement left out, one a day: form ask", 3);
    assert_eq!(peer.got().iter().filter(|got| got.from == "<>").count(), 1, "{:?}", to(&peer.got()));
}

#[test]
fn one_that_fails_changes_nothing_and_what_was_not_sent_is_not_acknowledged() {
    let refuses = |only| Peer::start(&[Some(Behaviour { at: At::Rcpt, does: Does::Says("550 no"), only })]);
    let peer = refuses("Ada@");
    let desk = desk(&peer);
    assert_eq!(desk.send(SENT).status, 303);
    told(&desk, "acknowledgement not sent: form ask", 1);
    assert_eq!(to(&peer.got()), ["<office@example.org>"]);
    let peer = refuses("office@");
    let desk = self::desk(&peer);
    assert_eq!(desk.send(SENT).status, 503);
    told(&desk, "submission not sent: form ask", 1);
    std::thread::sleep(Duration::from_millis(200));
    assert!(peer.got().is_empty() && !desk.log().contains("acknowledgement"), "{}", desk.log());
}

#[test]
fn nobody_waits_for_one_but_a_stop_does() {
    let slow = Behaviour { at: At::Dot, does: Does::Dawdles(900), only: "Ada@" };
    let peer = Peer::start(&[Some(slow)]);
    let mut desk = desk(&peer);
    let begun = Instant::now();
    assert_eq!(desk.send(SENT).status, 303);
    assert!(begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
    desk.signal();
    let (status, log) = desk.end();
    assert!(status.success() && log.contains("acknowledgement sent: form ask"), "{status} {log}");
    assert_eq!(peer.got().len(), 2);
}
