//! The way of a submission: work that stands for a person, signals that lead to the review, and what is sent twice.

use std::thread;
use std::time::Duration;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use vellum::base::mac::Key;
use vellum::base::{base64, json};
use vellum::relay::challenge::LIFE;
use vellum::relay::token::Scope;

use crate::client::{Answer, encoded, request};
use crate::desk::{Desk, SECRET, desk, now, site};
use crate::mails::clean;
use crate::peer::{At, Does, GOOD, Peer, odd};

const JSON: (&str, &str) = ("Accept", "application/json");

/// A challenge of a form, as if it had been made so many seconds ago.
fn made(desk: &Desk, id: &str, age: i64) -> Challenge {
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let random = u128::from_str_radix(&desk.nonce(), 16).unwrap().to_be_bytes();
    let hash = desk.form(id).hash;
    let scope = Scope { key: &key, form: id, hash: &hash };
    json::read(&scope.challenge(now() - age, [random, random]).unwrap()).unwrap()
}

fn solved(challenge: &Challenge) -> String {
    let solution = solve_challenge(SolveChallengeOptions::new(challenge)).unwrap().unwrap();
    base64::encode(json::line(&Payload { challenge: challenge.clone(), solution }).as_bytes())
}

pub fn work(desk: &Desk, id: &str, age: i64) -> String {
    solved(&made(desk, id, age))
}

fn with(pairs: &[(&str, &str)], work: &str) -> String {
    encoded(&[pairs, &[("altcha", work)]].concat())
}

const ADA: &[(&str, &str)] = &[("name", "Ada"), ("message", "Kept & whole")];

/// That an answer is the review, with everything in it; the token of it.
#[track_caller]
fn reviewed(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("Ada") && answer.body.contains("Kept &amp; whole"), "{}", answer.body);
    answer.body.split("name=\"_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn row_29_work_that_was_done_goes_straight_on() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let answer = request(&desk.address, "GET /forms/ask/challenge", &[], b"");
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let challenge: Challenge = json::read(answer.body.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(2050));
    let sent = desk.post("ask", &with(ADA, &solved(&challenge)));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let got = peer.one();
    clean(&got);
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let id = vellum::relay::token::message_id(&key, &challenge.parameters.nonce, "example.org");
    assert!(String::from_utf8_lossy(&got.text).contains(&id), "one nonce, one Message-ID");
}

#[test]
fn row_29_a_challenge_is_asked_for_and_not_posted() {
    let desk = desk("smtp://127.0.0.1:1");
    let status = |line: &str| request(&desk.address, line, &[], b"").status;
    assert_eq!((status("HEAD /forms/ask/challenge"), status("POST /forms/ask/challenge")), (200, 405));
    assert_eq!((status("GET /forms/none/challenge"), status("GET /forms/ask/challenge?x=1")), (404, 405));
    let one = request(&desk.address, "GET /forms/ask/challenge", &[], b"").body;
    assert_ne!(one, request(&desk.address, "GET /forms/ask/challenge", &[], b"").body, "each is another");
}

#[test]
fn row_29_what_is_not_quite_right_is_read_once_more_and_a_person_gets_through() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let mut forged = made(&desk, "ask", 10);
    forged.parameters.key_prefix = String::new();
    let late = desk.post("ask", &with(ADA, &late(&desk)));
    assert!(late.body.contains("This page was open for a long time."), "{}", late.body);
    let cases = [
        ("expired", late),
        ("too fast", desk.post("ask", &with(ADA, &work(&desk, "ask", -30)))),
        ("forged", desk.post("ask", &with(ADA, &solved(&forged)))),
        ("of another form", desk.post("ask", &with(ADA, &work(&desk, "both", 10)))),
        ("of the future", desk.post("ask", &with(ADA, &work(&desk, "ask", -100)))),
        ("no solution", desk.post("ask", &with(ADA, "e30="))),
        ("honeypot", {
            let body = with(ADA, &work(&desk, "ask", 10));
            desk.post("ask", &format!("{body}&website_url=https%3A%2F%2Fa.example"))
        }),
    ];
    let tokens = cases.map(|(what, answer)| (what, reviewed(&answer)));
    assert_eq!(peer.got().len(), 0, "nothing was sent");
    thread::sleep(Duration::from_millis(2100));
    for (what, token) in tokens {
        let sent = desk.post("ask", &format!("{}&_token={token}", encoded(ADA)));
        assert_eq!(sent.status, 303, "{what}: {}", sent.body);
    }
    assert_eq!(peer.got().len(), 7);
}

/// A solution that came too late.
fn late(desk: &Desk) -> String {
    work(desk, "ask", LIFE + 5)
}

#[test]
fn row_29_work_does_not_excuse_what_was_changed_or_what_is_wrong() {
    let desk = desk("smtp://127.0.0.1:1");
    let answer = desk.post("ask", &with(&[("name", ""), ("message", "Kept & whole")], &work(&desk, "ask", 10)));
    assert!(answer.status == 422 && answer.body.contains("Kept &amp; whole"), "{}", answer.body);
}

#[test]
fn row_30_the_same_work_with_the_same_words_is_one_mail_and_with_others_a_review() {
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(300))]);
    let desk = desk(&peer.url());
    let work = work(&desk, "ask", 10);
    let body = with(ADA, &work);
    let all: Vec<Answer> = thread::scope(|scope| {
        let asked: Vec<_> = (0..4).map(|_| scope.spawn(|| desk.post("ask", &body))).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let place = all[0].header("location").unwrap().to_owned();
    assert!(
        all.iter().all(|answer| answer.status == 303 && answer.header("location") == Some(place.as_str())),
        "{all:?}"
    );
    assert_eq!(desk.post("ask", &body).header("location"), Some(place.as_str()), "replayed");
    reviewed(&desk.post("ask", &with(&[ADA, &[("topic", "Other")]].concat(), &work)));
    clean(&peer.one());
}

#[test]
fn row_33_what_failed_is_sent_again_with_the_same_work() {
    let peer = Peer::start(&[odd(At::Dot, Does::Says("554 no")), GOOD]);
    let desk = desk(&peer.url());
    let body = with(ADA, &work(&desk, "ask", 10));
    let [first, second] = [0, 1].map(|_| desk.post_with("ask", &[JSON], &body));
    assert_eq!(first.status, 503, "{}", first.body);
    assert!(second.status == 200 && second.body.contains("\"status\": \"sent\""), "{}", second.body);
    clean(&peer.one());
}

#[test]
fn row_28_a_script_of_a_known_origin_takes_a_challenge_and_posts() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let ask = |origin| request(&desk.address, "GET /forms/ask/challenge", &[("Origin", origin)], b"");
    let known = ask("https://app.example.org");
    assert_eq!(known.header("access-control-allow-origin"), Some("https://app.example.org"));
    assert_eq!((known.status, known.header("vary")), (200, Some("Origin")));
    assert_eq!(ask("https://evil.example").header("access-control-allow-origin"), None);
    let work = work(&desk, "ask", 10);
    let body = format!("{{\"name\":\"Ada\",\"altcha\":\"{work}\"}}");
    let headers = [JSON, ("Content-Type", "application/json"), ("Origin", "https://app.example.org")];
    let sent = desk.post_with("ask", &headers, &body);
    assert!(sent.status == 200 && sent.body.contains("\"reference\""), "{}", sent.body);
    assert_eq!(sent.header("access-control-allow-origin"), Some("https://app.example.org"));
    let foreign = [JSON, ("Content-Type", "application/json"), ("Origin", "https://evil.example")];
    assert_eq!(desk.post_with("ask", &foreign, &body).status, 403);
    clean(&peer.one());
}

#[test]
fn row_51_copies_with_one_key_take_each_others_work() {
    let peer = Peer::start(&[GOOD]);
    let home = std::sync::Arc::new(site());
    let (one, other) = (Desk::start(home.clone(), &peer.url()), Desk::start(home, &peer.url()));
    let answer = request(&one.address, "GET /forms/ask/challenge", &[], b"");
    let work = solved(&json::read(answer.body.as_bytes()).unwrap());
    thread::sleep(Duration::from_millis(2050));
    reviewed(&other.post("both", &with(ADA, &work)));
    let sent = other.post("ask", &with(ADA, &work));
    assert_eq!(sent.status, 303, "{}", sent.body);
    clean(&peer.one());
}

#[test]
fn pages_let_their_own_scripts_ask_and_work_and_nothing_else() {
    let desk = desk("smtp://127.0.0.1:1");
    let page = request(&desk.address, "GET /forms/ask/", &[], b"");
    let policy = page.header("content-security-policy").unwrap();
    for part in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "worker-src 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    for (attribute, begin) in [("src", "/assets/form-"), ("data-worker", "/assets/form-work-")] {
        let at = page.body.split(&format!("{attribute}=\"{begin}")).nth(1);
        let at = at.unwrap_or_else(|| panic!("{attribute}: {}", page.body)).split('"').next().unwrap();
        let script = request(&desk.address, &format!("GET {begin}{at}"), &[], b"");
        assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    }
    assert!(!page.body.contains("<script>") && !page.body.contains("<style"), "nothing is inline");
}
