//! The mail side: recipients at once, names, logins, and what a server that cannot now is given.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::{Desk, desk, site};
use crate::dns::{Dns, Record, a};
use crate::mails::clean;
use crate::peer::{At, Does, GOOD, Peer, odd};
use crate::tls::Server;

const SENT: &[(&str, &str)] = &[("name", "Ada")];

#[test]
fn recipients_are_served_at_once_and_get_the_same_message_id() {
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(900))]);
    let desk = desk(&peer.url());
    let begun = Instant::now();
    assert_eq!(desk.send_to("both", &[("name", "Ada")]).status, 303);
    assert!(begun.elapsed() < Duration::from_millis(1700), "{:?}", begun.elapsed());
    let mut got = peer.got();
    got.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<&str> = got.iter().map(|got| got.to[0].as_str()).collect();
    assert_eq!(to, ["<one@example.org>", "<two@example.org>"]);
    assert_eq!(clean(&got[0]).one("Message-ID"), clean(&got[1]).one("Message-ID"));
}

/// A relay whose name server is this one, with the TLS server `mail.example.org`.
fn named(dns: &Dns) -> (Desk, Server) {
    let home = site();
    let server = Server::start(home.path(), "implicit", "mail.example.org", ("PLAIN", ""));
    let text = format!(
        "{}  resolvers: [127.0.0.1:{}]\n  servers:\n    - {{host: mail.example.org, port: {}, tls: implicit, ca_file: cert.pem}}\n",
        home.read("site.yaml"),
        dns.port,
        server.port
    );
    home.write("site.yaml", text);
    (Desk::start(Arc::new(home), ""), server)
}

#[test]
fn a_name_is_looked_up_over_tcp_and_its_addresses_are_tried_in_order() {
    // Nobody listens at the first.
    let known = vec![a("mail.example.org", 300, [127, 0, 0, 9]), a("mail.example.org", 300, [127, 0, 0, 1])];
    let dns = Dns::start(known);
    let (desk, server) = named(&dns);
    for _ in 0..3 {
        assert_eq!(desk.send(SENT).status, 303, "{}", desk.log());
    }
    assert_eq!(dns.asked("mail.example.org"), 1, "the answer is kept");
    assert_eq!(server.mails().len(), 3);
}

#[test]
fn an_answer_is_kept_as_long_as_it_says() {
    let dns = Dns::start(vec![a("mail.example.org", 1, [127, 0, 0, 1])]);
    let (desk, server) = named(&dns);
    assert_eq!(desk.send(SENT).status, 303);
    thread::sleep(Duration::from_millis(1300));
    // The relay's connections are kept, one for each of its tasks: another task opens another.
    assert_eq!(desk.send(SENT).status, 303);
    assert_eq!(dns.asked("mail.example.org"), 2);
    assert_eq!(server.mails().len(), 2);
}

#[test]
fn row_33_a_name_that_is_none_and_a_name_server_that_is_silent_or_gone() {
    let known: Vec<Record> = vec![a("other.example.org", 300, [127, 0, 0, 1])];
    for dns in [Dns::start(known), Dns::silent(), Dns::gone()] {
        let (desk, server) = named(&dns);
        let begun = Instant::now();
        let answer = desk.send(&[("name", "Ada <b>"), ("message", "First")]);
        assert!(answer.status == 503 && answer.body.contains("Ada &lt;b&gt;") && answer.body.contains("First"));
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        let log = desk.log();
        assert!(log.contains("server 1, step lookup, no answer") && !log.contains("example.org"), "{log}");
        assert!(server.mails().is_empty());
    }
}

#[test]
fn row_33_after_a_name_that_is_none_the_second_server_is_tried() {
    let (dns, peer, home) = (Dns::start(Vec::new()), Peer::start(&[GOOD]), site());
    let text = format!(
        "{}  resolvers: [127.0.0.1:{}]\n  servers:\n    - {{host: mail.example.org, tls: implicit}}\n    - {{host: localhost, port: {}, tls: plain}}\n",
        home.read("site.yaml"),
        dns.port,
        peer.port
    );
    home.write("site.yaml", text);
    let desk = Desk::start(Arc::new(home), "");
    assert_eq!(desk.send(SENT).status, 303, "{}", desk.log());
    clean(&peer.one());
}

#[test]
fn row_37_what_is_refused_for_now_is_tried_again_within_the_time_for_a_mail() {
    for at in [At::Rcpt, At::Dot] {
        let peer = Peer::start(&[odd(at, Does::Says("450 <office@example.org> greylisted")), GOOD]);
        let desk = desk(&peer.url());
        assert_eq!(desk.send(SENT).status, 303, "{at:?}: {}", desk.log());
        clean(&peer.one());
        assert!(desk.log().contains("code 450") && !desk.log().contains("office@"), "{}", desk.log());
    }
}

#[test]
fn row_37_a_second_server_comes_before_a_pause() {
    let grey = Peer::start(&[odd(At::Rcpt, Does::Says("451 greylisted"))]);
    let good = Peer::start(&[GOOD]);
    let desk = desk(&format!("{} {}", grey.url(), good.url()));
    assert_eq!(desk.send(SENT).status, 303);
    assert_eq!((grey.connections(), good.got().len()), (1, 1));
}

#[test]
fn row_37_for_good_it_is_given_back_in_time() {
    let peer = Peer::start(&[odd(At::Rcpt, Does::Says("450 greylisted"))]);
    let desk = desk(&peer.url());
    let begun = Instant::now();
    let answer = desk.send(&[("name", "Ada <b>"), ("message", "First")]);
    assert!(answer.status == 503 && answer.body.contains("Ada &lt;b&gt;") && answer.body.contains("First"));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(peer.connections(), 3);
    // A server that is busy is not asked again and again.
    let busy = Peer::start(&[odd(At::Rcpt, Does::Says("421 busy"))]);
    let desk = crate::desk::desk(&busy.url());
    assert_eq!(desk.send(SENT).status, 503);
    assert_eq!(busy.connections(), 1);
}

#[test]
fn a_text_of_many_lines_cannot_be_taken_for_what_vellum_says() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let text = "Hello\nConsent: News please: yes\r\n\r\n-- \rPolicy: none\u{2028}Consent: a";
    assert_eq!(desk.send(&[("name", "Ada"), ("message", text)]).status, 303);
    let mail = clean(&peer.one());
    let wanted = "Message:\n\n| Hello\n| Consent: News please: yes\n|\n| -- \n| Policy: none\n| Consent: a\n\n";
    assert!(mail.part(0).contains(wanted), "{}", mail.part(0));
    let ours: Vec<String> =
        mail.part(0).lines().filter(|line| line.starts_with("Consent")).map(str::to_owned).collect();
    assert_eq!(ours, ["Consent: News please: no"], "{}", mail.part(0));
}

#[test]
fn commands_go_at_once_where_that_is_offered_and_only_a_final_yes_is_one() {
    let peer = Peer::pipelining(&[GOOD]);
    let desk = desk(&peer.url());
    for _ in 0..10 {
        assert_eq!(desk.send(SENT).status, 303);
    }
    assert_eq!((peer.got().len(), peer.at_once()), (10, 10));
    clean(&peer.got()[9]);
    for (at, line, said) in [
        (At::Mail, "550 no", "step mail, code 550"),
        (At::Rcpt, "550 no", "step rcpt, code 550"),
        (At::Data, "554 no", "step data, code 554"),
        (At::Dot, "554 no", "step text, code 554"),
        // A server that is one answer ahead: its yes to the recipient is not one to the text.
        (At::Data, "250 ok", "step data, code 250"),
    ] {
        let peer = Peer::pipelining(&[odd(at, Does::Says(line))]);
        let desk = crate::desk::desk(&peer.url());
        assert_eq!(desk.send(SENT).status, 503, "{at:?} {line}");
        assert!(desk.log().contains(said), "{at:?} {line}: {}", desk.log());
        assert!(peer.got().is_empty() && peer.connections() == 1);
    }
}
