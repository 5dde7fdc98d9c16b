//! A site with two forms, the relay that serves them, and submissions that were read long enough.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use vellum::base::mac::Key;
use vellum::base::path::SitePath;
use vellum::http::request::{Method, Request};
use vellum::relay::token::{Scope, Token};
use vellum::relay::{body, submission};
use vellum::site::form::{self, Form};
use vellum::site::texts::Texts;

use crate::client::{Answer, encoded, request};
use crate::harness::Home;

/// The key that the relays of the tests share.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// How many tokens were made.
static TOKENS: AtomicU32 = AtomicU32::new(0);

const POLICY: &str = "---\ntitle: Privacy policy\nsummary:\n  - First.\ndiscloses:\n  purposes:\n    - id: ask\n      clause: ask\n      data: [name, email, message, choice]\n      basis: [pre-contract]\n      retention: {keep: P12M, from: receipt}\n---\n## Asking us {#ask}\n\nWe ask for your name.\n";
const FORM: &str = "title: Ask us\nto: [office@example.org]\nsubject: \"{topic} from {name}\"\npolicy: privacy\npurpose: ask\nreply_to: email\nfields:\n  - {name: name, label: Name, kind: text, required: true, data: name}\n  - {name: topic, label: Topic, kind: text, data: message}\n  - {name: email, label: Email, kind: email, data: email}\n  - {name: message, label: Message, kind: long-text, max: 200000, data: message}\n  - {name: one, label: One, kind: choice, options: [a, b], data: choice}\n  - {name: more, label: More, kind: choices, options: [a, b], data: choice}\n  - {name: box, label: Box, kind: yes-no, data: choice}\n  - {name: day, label: Day, kind: date, data: choice}\n  - {name: tel, label: Telephone, kind: telephone, data: choice}\nconsents:\n  - {name: news, label: News please}\n";
const SETTINGS: &str = "relay:\n  from: Our website <forms@example.org>\n  origins: [https://app.example.org]\n  limits: {per_address: 1000000/h}\n  deadlines: {mail: 2000ms, body: 1s, head: 1s}\n";

/// A site whose forms are `ask`, and `both`, which has two recipients.
pub fn site() -> Home {
    let home = Home::of(&["with/base"]);
    home.write("content/policies/privacy/policy.yaml", "title: Privacy policy\nkind: privacy\n");
    home.write("content/policies/privacy/draft.md", POLICY);
    for (effective, text) in [("2025-01-01", POLICY.to_owned()), ("2026-01-01", POLICY.replace("your name", "names"))] {
        home.write("content/policies/privacy/draft.md", text);
        let ran = home.run(&["publish", "privacy", "--effective", effective, "--as-of", "2024-12-01"]);
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    home.write("forms/ask.yaml", FORM);
    home.write("forms/both.yaml", FORM.replace("[office@example.org]", "[one@example.org, two@example.org]"));
    let settings = home.read("site.yaml") + SETTINGS;
    home.write("site.yaml", settings);
    home
}

/// The relay of a site.
pub struct Desk {
    pub home: Arc<Home>,
    pub address: String,
    child: Child,
    /// A file and not a pipe: what was told before an answer can be read after it.
    log: tempfile::NamedTempFile,
}

/// A relay of a new site that hands mails to these servers.
pub fn desk(servers: &str) -> Desk {
    Desk::start(Arc::new(site()), servers)
}

impl Desk {
    pub fn start(home: Arc<Home>, servers: &str) -> Self {
        let mut command = home.command(&["relay", "--listen", "127.0.0.1:0", "--as-of", "2026-11-24"]);
        command.env("VELLUM_SMTP", servers).env("VELLUM_SECRET", SECRET).env("TMPDIR", home.path());
        Self::run(home, command)
    }

    /// Runs a command that is, or becomes, the relay of a site.
    pub fn run(home: Arc<Home>, mut command: Command) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log.reopen().unwrap()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http")
            .and_then(|rest| rest.trim_start_matches('s').strip_prefix("://"));
        let address = address.unwrap_or_else(|| panic!("{line} {}", read(&log))).to_owned();
        Self { home, address, child, log }
    }

    /// All that it told so far.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    pub fn form(&self, id: &str) -> Form {
        let path = SitePath::parse(&format!("forms/{id}.yaml")).unwrap();
        form::read(&path, self.home.read(path.as_str()).as_bytes(), &mut Vec::new()).unwrap()
    }

    /// A token for what is sent, as if it had been read ten seconds ago.
    pub fn token(&self, id: &str, sent: &str) -> String {
        let form = self.form(id);
        let key = Key::new(SECRET.as_bytes()).unwrap();
        let token = Token { nonce: self.nonce(), time: now() - 10, digest: digest(&form, sent) };
        Scope { key: &key, form: id, hash: &form.hash }.write(&token)
    }

    /// A nonce that no other submission has.
    pub fn nonce(&self) -> String {
        // Two threads may read the same time.
        let number = TOKENS.fetch_add(1, Ordering::Relaxed);
        format!("{:024x}{number:08x}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos())
    }

    pub fn post_with(&self, id: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let typed = headers.iter().any(|(name, _)| *name == "Content-Type");
        let all: Vec<(&str, &str)> = if typed { headers.to_vec() } else { [&[kind], headers].concat() };
        request(&self.address, &format!("POST /forms/{id}"), &all, body.as_bytes())
    }

    pub fn post(&self, id: &str, body: &str) -> Answer {
        self.post_with(id, &[], body)
    }

    /// Sends what was read: the second POST of a person.
    pub fn send(&self, pairs: &[(&str, &str)]) -> Answer {
        self.send_to("ask", pairs)
    }

    pub fn send_to(&self, id: &str, pairs: &[(&str, &str)]) -> Answer {
        let body = encoded(pairs);
        let token = self.token(id, &body);
        self.post(id, &format!("{body}&_token={token}"))
    }

    /// Asks it to stop, and waits for its end.
    pub fn stop(mut self) -> (ExitStatus, String) {
        self.signal();
        self.end()
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    pub fn end(&mut self) -> (ExitStatus, String) {
        let until = Instant::now() + Duration::from_secs(20);
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "it does not end: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        };
        (status, self.log())
    }
}

/// The digest of what is sent, as the relay takes it.
pub fn digest(form: &Form, sent: &str) -> String {
    let mut request = Request::new(Method::Post, "/").with("Content-Type", "application/x-www-form-urlencoded");
    request.body = sent.as_bytes().to_vec();
    let (read, mistakes) = submission::read(form, body::read(&request).unwrap(), &Texts::default());
    assert!(mistakes.is_empty(), "{mistakes:?}");
    read.digest(form)
}

/// The time, in seconds since 1970.
pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn read(log: &tempfile::NamedTempFile) -> String {
    fs::read_to_string(log.path()).unwrap()
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
