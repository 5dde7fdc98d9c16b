//! What the targets share: a relay in this process, whose mails go to a list, and what must hold of all that comes of a
//! submission, whatever its bytes are.

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::{Builder, Runtime};
use vellum::base::address::Address;
use vellum::base::date::Day;
use vellum::base::mac::Key;
use vellum::compile;
use vellum::http::reply::{Body, Reply};
use vellum::http::request::{Method, Request};
use vellum::load::Disk;
use vellum::relay::transport::{Letter, Outcome, Sending, Transport};
use vellum::relay::{Relay, World};
use vellum::site::relay::Sender;

/// Keeps what it is given.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Letter>>>);

impl Transport for Kept {
    fn send(&self, letter: Letter) -> Sending<'_> {
        self.0.lock().unwrap().push(letter);
        Box::pin(std::future::ready(Outcome::Accepted))
    }
}

/// A relay of the site beside this crate, with a clock of its own.
pub struct Desk {
    relay: Arc<Relay>,
    kept: Kept,
    clock: Arc<AtomicI64>,
    runtime: Runtime,
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

impl Desk {
    /// Reads the site and starts the relay. Two runs go the same way: clock and randomness count up.
    pub fn new() -> Self {
        let disk = Disk::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("site"), None).unwrap();
        let day = Day::parse("2026-11-30").unwrap();
        let basis = compile::check(&disk, None, &|zone| day.moment(zone)).unwrap().ready.unwrap().into_basis();
        let zone = basis.site.config.zone.clone();
        let (kept, clock) = (Kept::default(), Arc::new(AtomicI64::new(1_000_000)));
        let (time, count) = (Arc::clone(&clock), AtomicU64::new(0));
        let world = World {
            now: Box::new(move || day.moment(&zone)),
            clock: Box::new(move || time.load(Ordering::SeqCst)),
            random: Box::new(move || u128::from(count.fetch_add(1, Ordering::SeqCst)).to_be_bytes()),
            tell: Arc::new(|_| {}),
            porter: Arc::default(),
        };
        let from = Sender { name: "Our website".to_owned(), address: Address::parse("forms@example.org").unwrap() };
        let relay = Relay::new(basis, (from, Key::new(&[1; 32]).unwrap()), Box::new(kept.clone()), world);
        relay.rehearse().unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { relay: Arc::new(relay), kept, clock, runtime }
    }

    /// Posts a body to the form. A fault of the program is a finding.
    pub fn post(&self, kind: &str, body: Vec<u8>) -> Reply {
        let mut request = Request::new(Method::Post, "/forms/ask").with("Content-Type", kind);
        request = request.with("Accept", "application/json");
        request.body = body;
        let reply = self.runtime.block_on(self.relay.answer(request));
        let known = matches!(reply.status, 200 | 400 | 413 | 415 | 422);
        assert!(known, "status {}", reply.status);
        reply
    }

    /// Posts a body, and again with the token of its review, put in by `with`. What was read can be sent, once, and the
    /// mail is clean.
    pub fn through(&self, kind: &str, body: &[u8], with: impl Fn(&[u8], &str) -> Vec<u8>) {
        let review = self.post(kind, body.to_vec());
        assert!(self.mails().is_empty(), "sent without a token");
        let Some(token) = word(&review, "\"token\": \"") else { return };
        self.clock.fetch_add(10, Ordering::SeqCst);
        let sent = self.post(kind, with(body, &token));
        assert!(word(&sent, "\"reference\": \"").is_some(), "read, and not sent: {}", text(&sent));
        let mails = self.mails();
        assert_eq!(mails.len(), 1);
        mails.iter().for_each(clean);
    }

    /// The mails that were handed over since this was asked last.
    pub fn mails(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.kept.0.lock().unwrap())
    }
}

/// The text of an answer.
pub fn text(reply: &Reply) -> String {
    let Body::Bytes(bytes) = &reply.body else { panic!("an answer is no stream") };
    String::from_utf8(bytes.clone()).unwrap()
}

/// The text between some words and the next quote.
fn word(reply: &Reply, before: &str) -> Option<String> {
    let text = text(reply);
    let (_, rest) = text.split_once(before)?;
    rest.split_once('"').map(|(word, _)| word.to_owned())
}

/// One header of each, lines that end in CRLF and are short, bytes of ASCII, and no recipient beside the form's.
fn clean(letter: &Letter) {
    assert_eq!(letter.to.as_str(), "office@example.org");
    let wire = String::from_utf8(letter.mail.bytes.clone()).unwrap();
    assert!(wire.is_ascii() && !wire.contains('\0'));
    let bare = wire.replace("\r\n", "");
    assert!(!bare.contains(['\r', '\n']), "a bare CR or LF");
    assert!(wire.lines().all(|line| line.len() < 998), "a line is too long");
    let head = wire.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ").replace("\r\n\t", " ");
    let count = |name: &str| {
        let named = |line: &&str| line.split_once(':').is_some_and(|(held, _)| held.eq_ignore_ascii_case(name));
        head.lines().filter(named).count()
    };
    for name in ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "X-Vellum-Policy"] {
        assert_eq!(count(name), 1, "{name}");
    }
    assert!(count("Reply-To") <= 1 && count("Bcc") == 0 && count("Cc") == 0 && count("Sender") == 0);
    let known = ["from", "to", "date", "message-id", "subject", "mime-version", "reply-to", "content-type"];
    for line in head.lines() {
        let name = line.split_once(':').unwrap().0.to_ascii_lowercase();
        assert!(known.contains(&name.as_str()) || name.starts_with("x-vellum-"), "{name}");
    }
}
