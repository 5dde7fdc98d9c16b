//! The life of a submission, with a clock and a transport of the test's own, on the sample site.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use super::transport::{Letter, Outcome, Sending, Transport};
use super::{Relay, World};
use crate::base::address::Address;
use crate::base::date::Day;
use crate::base::mac::Key;
use crate::compile;
use crate::http::reply::{Body, Reply};
use crate::http::request::{Method, Request};
use crate::load::Disk;
use crate::site::relay::Sender;

const SENT: &str = "_seen=customerprivacypolicy%403.1%3Ax&first_name=Ada&surname=Lovelace&email=ada%40example.org&company=E+%26+S&address=1+St%0D%0ALondon&telephone=0330+094+8080&message=Hello%0D%0A%3Cb%3E";

/// A transport that answers as it is told, in order, and then accepts; what it accepted is kept.
#[derive(Clone, Default)]
struct Scripted {
    answers: Arc<Mutex<Vec<Outcome>>>,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl Transport for Scripted {
    fn send(&self, letter: Letter) -> Sending<'_> {
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.is_empty() { Outcome::Accepted } else { answers.remove(0) };
        if answer == Outcome::Accepted {
            self.letters.lock().unwrap().push(letter);
        }
        Box::pin(async move {
            tokio::task::yield_now().await;
            answer
        })
    }
}

struct Desk {
    relay: Arc<Relay>,
    transport: Scripted,
    clock: Arc<AtomicI64>,
    log: Arc<Mutex<Vec<String>>>,
}

fn desk(answers: &[Outcome]) -> Desk {
    let disk = Disk::open(Path::new(env!("CARGO_MANIFEST_DIR")), None).unwrap();
    let day = Day::parse("2026-11-30").unwrap();
    let mut basis = compile::check(&disk, None, &|zone| day.moment(zone)).unwrap().ready.unwrap().into_basis();
    let zone = basis.site.config.zone.clone();
    let enquiry = basis.site.forms.iter_mut().find(|form| form.id.as_str() == "enquiry").unwrap();
    enquiry.to = vec![address("one@example.org"), address("two@example.org")];
    let transport = Scripted { answers: Arc::new(Mutex::new(answers.to_vec())), ..Scripted::default() };
    let (clock, log) = (Arc::new(AtomicI64::new(1_000_000)), Arc::new(Mutex::new(Vec::new())));
    let (time, told, count) = (Arc::clone(&clock), Arc::clone(&log), AtomicI64::new(0));
    let world = World {
        now: Box::new(move || day.moment(&zone)),
        clock: Box::new(move || time.load(Ordering::SeqCst)),
        random: Box::new(move || i128::from(count.fetch_add(1, Ordering::SeqCst)).to_be_bytes()),
        tell: Arc::new(move |event| told.lock().unwrap().push(event.to_string())),
        porter: Arc::default(),
    };
    let from = Sender { name: String::new(), address: address("forms@example.org") };
    let relay = Relay::new(basis, (from, Key::new(&[1; 32]).unwrap()), Box::new(transport.clone()), world);
    relay.rehearse().unwrap();
    Desk { relay: Arc::new(relay), transport, clock, log }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

impl Desk {
    fn ask(&self, request: Request) -> Reply {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.relay.answer(request))
    }

    fn post(&self, body: &str) -> Reply {
        self.post_with(body, &[])
    }

    fn post_with(&self, body: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::new(Method::Post, "/forms/enquiry");
        request.body = body.as_bytes().to_vec();
        let request = request.with("Content-Type", "application/x-www-form-urlencoded");
        self.ask(headers.iter().fold(request, |request, (name, value)| request.with(*name, *value)))
    }

    /// Sends what was read, so many seconds after the review.
    fn confirm(&self, seconds: i64) -> (String, Reply) {
        let token = token(&self.post(SENT));
        self.clock.fetch_add(seconds, Ordering::SeqCst);
        let reply = self.post(&format!("{SENT}&_token={token}"));
        (token, reply)
    }

    /// Whether a page says one of the theme's sentences.
    fn says(&self, reply: &Reply, key: &str) -> bool {
        text(reply).contains(&self.relay.basis.site.theme.texts.say(key, &[]))
    }

    fn recipients(&self) -> Vec<String> {
        self.transport.letters.lock().unwrap().iter().map(|letter| letter.to.as_str().to_owned()).collect()
    }

    fn message_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> =
            self.transport.letters.lock().unwrap().iter().map(|letter| letter.mail.message_id.clone()).collect();
        ids.dedup();
        ids
    }
}

fn text(reply: &Reply) -> String {
    let Body::Bytes(bytes) = &reply.body else { panic!("an answer is no stream") };
    String::from_utf8(bytes.clone()).unwrap()
}

fn token(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", text(reply));
    let page = text(reply);
    let (_, rest) = page.split_once("name=\"_token\"").or_else(|| page.split_once("name=_token")).unwrap();
    let value = rest.split_once("value=").unwrap().1.trim_start_matches('"');
    value.chars().take_while(|char| char.is_ascii_hexdigit() || *char == '.').collect()
}

/// Everything that was typed is in the page, to be read and to be sent again.
fn gives_back(reply: &Reply) {
    let page = text(reply);
    for value in
        ["Ada", "Lovelace", "ada@example.org", "E &amp; S", "1 St\nLondon", "0330 094 8080", "Hello\n&lt;b&gt;"]
    {
        assert!(page.contains(value), "{value} is not in {page}");
    }
}

#[test]
fn what_was_read_is_sent_once() {
    let desk = desk(&[]);
    let (token, reply) = desk.confirm(2);
    assert_eq!(reply.status, 303);
    let place = reply.header("Location").unwrap().to_owned();
    assert_eq!(desk.recipients(), ["one@example.org", "two@example.org"]);
    assert_eq!(desk.message_ids().len(), 1);
    // The same again is the same page; another text is read first; long after, it is read again.
    let again = desk.post(&format!("{SENT}&_token={token}"));
    assert_eq!((again.status, again.header("Location")), (303, Some(place.as_str())));
    let other = desk.post(&format!("{}&_token={token}", SENT.replace("Ada", "Eve")));
    assert!(other.status == 200 && desk.says(&other, "review-changed"));
    desk.clock.fetch_add(super::token::LIFE, Ordering::SeqCst);
    assert!(desk.says(&desk.post(&format!("{SENT}&_token={token}")), "review-expired"));
    assert_eq!(desk.recipients().len(), 2);
    let (path, query) = place.split_once('?').unwrap();
    let mut request = Request::new(Method::Get, path);
    request.query = Some(query.to_owned());
    assert_eq!(desk.ask(request.clone()).status, 200);
    request.query = Some(query.replace('.', "0."));
    assert_eq!(desk.ask(request).status, 404);
    assert_eq!(*desk.log.lock().unwrap(), ["submission sent: form enquiry"]);
}

#[test]
fn faster_than_anyone_reads_is_shown_again_and_the_token_holds() {
    let desk = desk(&[]);
    let (first, reply) = desk.confirm(1);
    gives_back(&reply);
    assert!(desk.says(&reply, "review-again") && token(&reply) == first);
    assert!(desk.recipients().is_empty());
    desk.clock.fetch_add(1, Ordering::SeqCst);
    assert_eq!(desk.post(&format!("{SENT}&_token={first}")).status, 303);
}

#[test]
fn what_failed_is_given_back_and_tried_again_without_those_who_accepted() {
    let desk = desk(&[Outcome::Accepted, Outcome::NotSent, Outcome::Unconfirmed]);
    let (token, reply) = desk.confirm(3);
    assert_eq!(reply.status, 503);
    gives_back(&reply);
    let page = text(&reply);
    assert!(desk.says(&reply, "failed-some") && !page.contains("one@example.org") && !page.contains("two@example.org"));
    let unsure = desk.post(&format!("{SENT}&_token={token}"));
    gives_back(&unsure);
    assert!(unsure.status == 503 && desk.says(&unsure, "unconfirmed-text"));
    assert_eq!(desk.post(&format!("{SENT}&_token={token}")).status, 303);
    assert_eq!(desk.recipients(), ["one@example.org", "two@example.org"]);
    assert_eq!(desk.message_ids().len(), 1);
}

#[test]
fn a_script_is_told_in_json() {
    let desk = desk(&[Outcome::Unconfirmed, Outcome::Accepted]);
    let json = [("Accept", "application/json")];
    let review: serde_json::Value = serde_json::from_str(&text(&desk.post_with(SENT, &json))).unwrap();
    assert_eq!((review["status"].as_str(), review["wait"].as_i64()), (Some("review"), Some(2)));
    desk.clock.fetch_add(2, Ordering::SeqCst);
    let body = format!("{SENT}&_token={}", review["token"].as_str().unwrap());
    let problem = desk.post_with(&body, &json);
    assert_eq!((problem.status, problem.header("Content-Type")), (503, Some("application/problem+json")));
    assert!(text(&problem).contains("\"type\": \"unconfirmed\""));
    let sent: serde_json::Value = serde_json::from_str(&text(&desk.post_with(&body, &json))).unwrap();
    assert_eq!(sent["status"], "sent");
    let wrong: serde_json::Value =
        serde_json::from_str(&text(&desk.post_with(&SENT.replace("ada%40", "ada"), &json))).unwrap();
    assert_eq!(wrong["errors"][0]["field"], "email");
}

#[test]
fn other_sites_are_refused_with_the_text_given_back_and_nobody_is_reviewed() {
    let desk = desk(&[]);
    let foreign = desk.post_with(SENT, &[("Origin", "https://evil.example")]);
    assert_eq!((foreign.status, foreign.header("Access-Control-Allow-Origin")), (403, None));
    gives_back(&foreign);
    for own in ["https://www.pipcall.com", "null"] {
        assert_eq!(desk.post_with(SENT, &[("Origin", own)]).status, 200, "{own}");
    }
    let preflight = |origin: &str| {
        let reply = desk.ask(Request::new(Method::Options, "/forms/enquiry").with("Origin", origin));
        (reply.status, reply.header("Access-Control-Allow-Origin").map(str::to_owned), reply.header("Vary").is_some())
    };
    let own = "https://www.pipcall.com";
    assert_eq!(preflight(own), (204, Some(own.to_owned()), true));
    assert_eq!(preflight("https://evil.example"), (403, None, true));
}

#[test]
fn a_page_that_names_no_version_or_a_trap_is_reviewed_and_said_so_in_the_mail() {
    let desk = desk(&[]);
    let body = SENT.replace("customerprivacypolicy%403.1%3Ax", "nothing");
    let token = token(&desk.post(&format!("{body}&website_url=x")));
    desk.clock.fetch_add(5, Ordering::SeqCst);
    let trapped = desk.post(&format!("{body}&website_url=x&_token={token}"));
    gives_back(&trapped);
    assert_eq!(trapped.status, 200);
    assert_eq!(desk.post(&format!("{body}&_token={token}")).status, 303);
    let letters = desk.transport.letters.lock().unwrap();
    let mail = String::from_utf8(letters[0].mail.bytes.clone()).unwrap();
    assert!(mail.contains("X-Vellum-Policy: customerprivacypolicy@3.1;") && mail.contains("seen=no"));
    // Twelve months after 30 November.
    assert!(mail.contains("X-Vellum-Delete-By: 2027-11-30\r\n"));
}

/// The names of a mail's headers, in order.
fn header_names(mail: &str) -> Vec<&str> {
    let head = mail.split("\r\n\r\n").next().unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split(':').next().unwrap()).collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_the_mail_has_the_same_headers(values in proptest::collection::vec(
        proptest::prop_oneof![
            proptest::string::string_regex("(?s).{0,40}").unwrap(),
            proptest::string::string_regex("([a-z]|\r\n|\n|\r|Bcc: x@y|=\\?utf-8\\?q\\?a\\?=|\\.|:|<|>|\"|,|;|\u{2028}|\u{85}|é|漢){0,20}").unwrap(),
        ],
        3,
    )) {
        static DESK: std::sync::LazyLock<Desk> = std::sync::LazyLock::new(|| desk(&[]));
        let desk = &*DESK;
        let encode = crate::base::percent::encode_all;
        let body = format!(
            "first_name={}&surname={}&email=a%40b.example&company=C&address=A&telephone=123&message={}",
            encode(&values[0]), encode(&values[1]), encode(&values[2]),
        );
        let review = desk.post(&body);
        if review.status == 200 {
            let token = token(&review);
            desk.clock.fetch_add(2, Ordering::SeqCst);
            proptest::prop_assert_eq!(desk.post(&format!("{body}&_token={token}")).status, 303);
            let letters = desk.transport.letters.lock().unwrap();
            let mail = String::from_utf8(letters.last().unwrap().mail.bytes.clone()).unwrap();
            proptest::prop_assert_eq!(header_names(&mail), [
                "From", "Date", "Message-ID", "To", "X-Vellum-Policy", "X-Vellum-Delete-By", "Subject", "Reply-To",
                "MIME-Version", "Content-Type",
            ]);
            proptest::prop_assert!(mail.is_ascii() && mail.split("\r\n").all(|line| line.len() < 998 && !line.contains(['\r', '\n'])));
        } else {
            proptest::prop_assert!(matches!(review.status, 400 | 422), "{}", review.status);
        }
    }
}

proptest::proptest! {
    #[test]
    fn texts_are_encoded_as_the_mail_library_encodes_them(text in proptest::prop_oneof![
        proptest::string::string_regex("(?s).{0,300}").unwrap(),
        proptest::string::string_regex("([a-z]{0,40}|[ =\t\u{e9}]{0,3}|\r\n|\n){0,40}").unwrap(),
        proptest::string::string_regex("[a-z]{70,80}[ =\t\u{e9}]{0,2}[a-z= ]{0,3}(\r\n|\n|\r| )?").unwrap(),
        proptest::string::string_regex("([a-z]{74}|[a-z]{75}|=|[ \t]){0,8}").unwrap(),
    ]) {
        let mut own = Vec::new();
        super::quoted::encode(&text, &mut own);
        let part = super::message::part(lettre::message::header::ContentType::TEXT_PLAIN, &text);
        proptest::prop_assert_eq!(String::from_utf8_lossy(&own), String::from_utf8_lossy(part.raw_body()));
    }

    #[test]
    fn any_body_is_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), json: bool) {
        let mut request = Request::new(Method::Post, "/");
        request.body = bytes;
        let kind = if json { "application/json" } else { "application/x-www-form-urlencoded" };
        let _ = super::body::read(&request.with("Content-Type", kind));
    }

    #[test]
    fn any_text_that_looks_like_a_form_is_read(text in "([a-z_%&=+]|%[0-9a-f]{2}){0,200}") {
        let mut request = Request::new(Method::Post, "/");
        request.body = text.into_bytes();
        let read = super::body::read(&request.with("Content-Type", "application/x-www-form-urlencoded"));
        if let Ok(pairs) = read {
            let path = crate::base::path::SitePath::parse("forms/enquiry.yaml").unwrap();
            let form = include_bytes!("../../forms/enquiry.yaml");
            let form = crate::site::form::read(&path, form, &mut Vec::new()).unwrap();
            let (submission, _) = super::submission::read(&form, pairs, &crate::site::texts::Texts::default());
            let _ = submission.digest(&form);
        }
    }
}
