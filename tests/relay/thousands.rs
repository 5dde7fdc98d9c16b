//! Ten thousand submissions while the mail server fails at random. Whoever was told "sent" was sent; whoever was not was
//! told so; and nothing of anybody stays behind: on no disk, in no log, in no memory. It has both cores to itself, so
//! that no other test waits for it.

#![allow(
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads and writes real files, and says what it expected by failing"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod client;
#[allow(dead_code, reason = "other tests use the rest")]
mod desk;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../harness.rs"]
mod harness;

#[allow(dead_code, reason = "other tests use the rest")]
mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use vellum::base::mac::Key;
use vellum::relay::token::{Scope, Token, message_id};

use crate::client::{Answer, encoded};
use crate::desk::{Desk, SECRET, desk, digest, now};
use crate::harness::files;
use crate::memory::{in_memory, nothing_left};

const ALL: usize = 10_000;
const MARKER: &str = "Qvxz-90417";
const RECIPIENTS: [&str; 2] = ["<one@example.org>", "<two@example.org>"];

/// Numbers that look random and are the same in each run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % sides
    }
}

/// What a mail server took: for each recipient and Message-ID, the texts, without the lines that say when.
type Taken = Arc<Mutex<BTreeMap<(String, String), BTreeSet<Vec<u8>>>>>;

/// A mail server that is in a mood.
struct Moody {
    port: u16,
    taken: Taken,
    moods: Arc<AtomicUsize>,
}

impl Moody {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, moods) = (Taken::default(), Arc::new(AtomicUsize::new(0)));
        let (kept, counted, seed) = (Arc::clone(&taken), Arc::clone(&moods), AtomicU64::new(7));
        // It ends with the process: it waits in `accept`.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let dice = Dice(seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed) | 1);
                let (taken, moods) = (Arc::clone(&kept), Arc::clone(&counted));
                thread::spawn(move || Talk { stream, dice, taken, moods }.run());
            }
        });
        Self { port, taken, moods }
    }
}

struct Talk {
    stream: TcpStream,
    dice: Dice,
    taken: Taken,
    moods: Arc<AtomicUsize>,
}

/// What happens to a command.
enum Mood {
    Good,
    Says(&'static str),
    Vanishes,
}

impl Talk {
    fn run(mut self) {
        self.stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        self.stream.set_nodelay(true).unwrap();
        let _ = self.talk();
    }

    /// One command in twenty-five meets a mood.
    fn mood(&mut self) -> Mood {
        let mood = match self.dice.roll(250) {
            0 => Mood::Says("421 not now"),
            1 | 2 => Mood::Says("450 later"),
            3 | 4 => Mood::Says("550 never"),
            5 | 6 => Mood::Vanishes,
            7 => Mood::Says("150 hm"),
            8 => {
                thread::sleep(Duration::from_millis(self.dice.roll(40)));
                Mood::Says("451 later")
            }
            _ => return Mood::Good,
        };
        self.moods.fetch_add(1, Ordering::Relaxed);
        mood
    }

    /// Says what the mood is; whether the command was done.
    fn say(&mut self, mood: &Mood, good: &str) -> Option<bool> {
        let line = match mood {
            Mood::Good => good,
            Mood::Says(line) => line,
            Mood::Vanishes => return None,
        };
        self.stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        Some(matches!(mood, Mood::Good))
    }

    fn talk(&mut self) -> Option<()> {
        let mut lines = BufReader::new(self.stream.try_clone().ok()?);
        let mood = self.mood();
        self.say(&mood, "220 moody")?;
        let mut to = String::new();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let mood = self.mood();
            let line = line.trim_end();
            if line == "DATA" {
                if self.say(&mood, "354 go on")? {
                    self.text(&mut lines, &to)?;
                }
            } else if let Some(recipient) = line.strip_prefix("RCPT TO:") {
                recipient.clone_into(&mut to);
                self.say(&mood, "250 ok")?;
            } else {
                self.say(&mood, if line.starts_with("EHLO") { "250 moody" } else { "250 ok" })?;
            }
        }
    }

    /// Takes a text, and then may refuse it, or take it and vanish, or say what means nothing.
    fn text(&mut self, lines: &mut BufReader<TcpStream>, to: &str) -> Option<()> {
        let (mut text, mut id) = (Vec::new(), String::new());
        loop {
            let mut line = Vec::new();
            if lines.read_until(b'\n', &mut line).ok()? == 0 {
                return None;
            }
            if line == b".\r\n" {
                break;
            }
            if let Some(found) = line.strip_prefix(b"Message-ID: ") {
                id = String::from_utf8(found.to_vec()).unwrap().trim_end().to_owned();
            }
            if !line.starts_with(b"Date: ") {
                text.extend(line);
            }
        }
        let mood = self.mood();
        let odd = matches!(mood, Mood::Vanishes | Mood::Says("150 hm")) && self.dice.roll(2) == 0;
        if matches!(mood, Mood::Good) || odd {
            self.taken.lock().unwrap().entry((to.to_owned(), id)).or_default().insert(text);
        }
        self.say(&mood, "250 taken").map(|_| ())
    }
}

/// What became of one submission: the answer to its last try, and its Message-ID.
struct Told {
    status: u16,
    tries: usize,
    id: String,
}

/// Sends one submission; whoever fails is told so with everything given back, and may try once more with the same token.
fn submit(desk: &Desk, form: &vellum::site::form::Form, number: usize) -> Told {
    let (name, text) = (format!("{MARKER} {number}"), format!("{MARKER} says {number}\nand more {MARKER}"));
    let email = format!("{MARKER}.{number}@example.org");
    let body = encoded(&[("name", &name), ("topic", MARKER), ("email", &email), ("message", &text)]);
    let nonce = format!("{number:032x}");
    let token = Token { nonce: nonce.clone(), time: now() - 10, digest: digest(form, &body) };
    let key = Key::new(SECRET.as_bytes()).unwrap();
    let token = Scope { key: &key, form: "both", hash: &form.hash }.write(&token);
    let mut tries = 0;
    loop {
        tries += 1;
        let answer = desk.post("both", &format!("{body}&_token={token}"));
        if answer.status != 303 {
            fails(&answer, &name);
        }
        // Half of those who fail try again.
        if answer.status == 303 || tries > number % 2 {
            return Told { status: answer.status, tries, id: message_id(&key, &nonce, "example.org") };
        }
    }
}

fn fails(answer: &Answer, name: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.body.contains(name) && answer.body.contains("and more"), "{}", answer.body);
}

/// All submissions, from sixteen visitors at a time.
fn submit_all(desk: &Desk) -> Vec<Told> {
    let (form, next, told) = (desk.form("both"), AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= ALL {
                        return;
                    }
                    let one = submit(desk, &form, number);
                    told.lock().unwrap().push(one);
                }
            });
        }
    });
    told.into_inner().unwrap()
}

#[test]
fn ten_thousand_submissions_while_the_mail_server_fails_at_random() {
    let moody = Moody::start();
    let desk = desk(&format!("smtp://127.0.0.1:{}", moody.port));
    let before = files(desk.home.path());
    // What the process read at its start is found, so what is sought below would be too.
    assert!(!in_memory(desk.id(), "office@example.org").is_empty(), "its memory can be looked at");
    let told = submit_all(&desk);
    assert_eq!(told.len(), ALL);
    let taken = moody.taken.lock().unwrap().clone();
    let (sent, failed): (Vec<&Told>, Vec<&Told>) = told.iter().partition(|one| one.status == 303);
    // The moods were met: without failures, and without successes after one, nothing would have been shown.
    assert!(failed.len() > 300 && sent.len() > 7000 && sent.iter().any(|one| one.tries > 1), "{}", failed.len());
    assert!(moody.moods.load(Ordering::Relaxed) > 1000);
    for one in &sent {
        for to in RECIPIENTS {
            assert!(taken.contains_key(&(to.to_owned(), one.id.clone())), "told \"sent\", and {to} has no {}", one.id);
        }
    }
    let known: BTreeSet<&str> = told.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(known.len(), ALL);
    let mut texts: BTreeMap<&str, BTreeSet<&Vec<u8>>> = BTreeMap::new();
    for ((to, id), all) in &taken {
        assert!(RECIPIENTS.contains(&to.as_str()) && known.contains(id.as_str()), "{to} {id}");
        texts.entry(id).or_default().extend(all);
    }
    assert!(texts.values().all(|all| all.len() == 1), "one Message-ID has two texts");
    assert!(taken.values().all(|all| all.iter().all(|text| text.windows(10).any(|part| part == MARKER.as_bytes()))));

    assert_eq!(files(desk.home.path()), before, "no file came");
    for file in &before {
        let bytes = fs::read(desk.home.at(file)).unwrap();
        assert!(!bytes.windows(MARKER.len()).any(|part| part == MARKER.as_bytes()), "{file}");
    }
    let log = desk.log();
    assert!(!log.contains(MARKER) && !log.contains("example.org"), "{log}");
    // Connections that are kept are idle by now, and threads wait.
    thread::sleep(Duration::from_secs(2));
    nothing_left(desk.id(), MARKER);
}
