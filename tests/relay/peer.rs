//! A mail server in the test's own process. It behaves as it is told, for each connection in turn, and keeps what it got.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// When it does something else than a good server would.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum At {
    Greeting,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    /// After the final dot.
    Dot,
}

/// What it does then.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Answers with this line.
    Says(&'static str),
    /// Says nothing any more.
    Hangs,
    /// Closes the connection.
    Vanishes,
    /// Answers well, after so many milliseconds.
    Dawdles(u64),
    /// Answers a byte each so many milliseconds.
    Drips(u64),
    /// Answers line after line without end.
    Babbles,
    /// Answers a line without end.
    Mumbles,
    /// Takes the mail, keeps it, and closes the connection without an answer.
    TakesAndVanishes,
}

/// A behaviour: at which step, what, and for which recipient alone.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    pub at: At,
    pub does: Does,
    pub only: &'static str,
}

/// A good server.
pub const GOOD: Option<Behaviour> = None;

/// One that does something at a step, whoever the recipient is.
pub fn odd(at: At, does: Does) -> Option<Behaviour> {
    Some(Behaviour { at, does, only: "" })
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Got {
    pub from: String,
    pub to: Vec<String>,
    /// The text, with its dots unstuffed, byte for byte.
    pub text: Vec<u8>,
}

/// A mail server that listens.
pub struct Peer {
    pub port: u16,
    at_once: Arc<Mutex<usize>>,
    got: Arc<Mutex<Vec<Got>>>,
    connections: Arc<Mutex<usize>>,
}

impl Peer {
    /// Listens. The behaviours are those of its connections in turn; the last one holds for all further ones.
    pub fn start(behaviours: &[Option<Behaviour>]) -> Self {
        Self::offering("8BITMIME", behaviours)
    }

    /// One that takes commands before it has answered those before them.
    pub fn pipelining(behaviours: &[Option<Behaviour>]) -> Self {
        Self::offering("PIPELINING", behaviours)
    }

    fn offering(offer: &'static str, behaviours: &[Option<Behaviour>]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (got, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let at_once = Arc::new(Mutex::new(0));
        let early = Arc::clone(&at_once);
        let (kept, count, behaviours) = (Arc::clone(&got), Arc::clone(&connections), behaviours.to_vec());
        // It ends with the process: it waits in `accept`.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = {
                    let mut count = count.lock().unwrap();
                    *count += 1;
                    *count - 1
                };
                let behaviour = behaviours.get(number).or(behaviours.last()).copied().flatten();
                let (kept, early) = (Arc::clone(&kept), Arc::clone(&early));
                thread::spawn(move || Talk { stream, behaviour, kept, offer, early }.run());
            }
        });
        Self { port, at_once, got, connections }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// All mails that were taken.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// The one mail that was taken.
    #[track_caller]
    pub fn one(&self) -> Got {
        let got = self.got();
        assert_eq!(got.len(), 1, "{got:?}");
        got[0].clone()
    }

    /// How many mails came with their commands in one piece.
    pub fn at_once(&self) -> usize {
        *self.at_once.lock().unwrap()
    }

    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

struct Talk {
    stream: TcpStream,
    behaviour: Option<Behaviour>,
    kept: Arc<Mutex<Vec<Got>>>,
    offer: &'static str,
    early: Arc<Mutex<usize>>,
}

impl Talk {
    fn run(mut self) {
        self.stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let _ = self.talk();
    }

    /// Answers a step, well or as it was told; nothing comes back when the connection is over.
    fn answer(&mut self, at: At, recipient: &str, good: &str) -> Option<()> {
        let odd = self.behaviour.filter(|odd| odd.at == at && recipient.contains(odd.only));
        let mut say = |text: &str| self.stream.write_all(text.as_bytes()).ok();
        match odd.map(|odd| odd.does) {
            None => say(&format!("{good}\r\n")),
            Some(Does::Says(line)) => say(&format!("{line}\r\n")),
            Some(Does::Hangs) => {
                thread::sleep(Duration::from_secs(20));
                None
            }
            Some(Does::Vanishes | Does::TakesAndVanishes) => None,
            Some(Does::Dawdles(pause)) => {
                thread::sleep(Duration::from_millis(pause));
                say(&format!("{good}\r\n"))
            }
            Some(Does::Drips(pause)) => {
                for byte in good.bytes() {
                    thread::sleep(Duration::from_millis(pause));
                    say(&char::from(byte).to_string())?;
                }
                say("\r\n")
            }
            Some(Does::Mumbles) => {
                for _ in 0..1_000_000 {
                    say("250 more and more and more and more and more and more and more and more and more")?;
                }
                None
            }
            Some(Does::Babbles) => {
                for _ in 0..1_000_000 {
                    say("250-more and more and more and more and more and more and more and more and more\r\n")?;
                }
                None
            }
        }
    }

    fn talk(&mut self) -> Option<()> {
        let mut lines = BufReader::new(self.stream.try_clone().ok()?);
        self.answer(At::Greeting, "", "220 peer ready")?;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            let word = line.to_ascii_uppercase();
            if word.starts_with("EHLO") {
                self.answer(At::Ehlo, "", &format!("250-peer\r\n250 {}", self.offer))?;
            } else if word.starts_with("MAIL FROM:") {
                (from, to) = (line[10..].to_owned(), Vec::new());
                let rest = String::from_utf8_lossy(lines.buffer()).into_owned();
                if rest.starts_with("RCPT TO:") && rest.ends_with("\r\nDATA\r\n") {
                    *self.early.lock().unwrap() += 1;
                }
                self.answer(At::Mail, "", "250 ok")?;
            } else if word.starts_with("RCPT TO:") {
                to.push(line[8..].to_owned());
                self.answer(At::Rcpt, &line, "250 ok")?;
            } else if word == "DATA" {
                self.answer(At::Data, "", "354 go on")?;
                let refuses = |does| matches!(does, Does::Says(line) if line != "354");
                let odd = self.behaviour.is_some_and(|odd| odd.at == At::Data && refuses(odd.does));
                if odd {
                    continue;
                }
                let text = text(&mut lines)?;
                let got = Got { from: from.clone(), to: to.clone(), text };
                let odd = self.behaviour.filter(|odd| odd.at == At::Dot && to.iter().any(|to| to.contains(odd.only)));
                let takes = odd.is_none_or(|odd| match odd.does {
                    Does::Says(line) => line.starts_with('2'),
                    does => matches!(does, Does::Dawdles(_) | Does::Drips(_) | Does::TakesAndVanishes),
                });
                if takes {
                    self.kept.lock().unwrap().push(got);
                }
                self.answer(At::Dot, &to.join(","), "250 taken")?;
            } else if word == "QUIT" {
                let _ = self.stream.write_all(b"221 bye\r\n");
                return None;
            } else {
                let _ = self.stream.write_all(b"500 what?\r\n");
            }
        }
    }
}

/// A text up to its final dot, byte for byte.
fn text(lines: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut text: Vec<u8> = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(text);
        }
        text.extend(line.strip_prefix(b".").unwrap_or(&line));
    }
}
