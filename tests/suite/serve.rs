//! `serve` from outside: drafts at their addresses, and what the terminal is told from build to build.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Home;

const WAIT: Duration = Duration::from_secs(20);

/// A running server; it is stopped when it is dropped.
struct Serving {
    child: Child,
    address: String,
    told: Arc<Mutex<String>>,
}

impl Serving {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["--as-of", "2025-06-01", "serve", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let told = Arc::new(Mutex::new(String::new()));
        let (mut stream, keep) = (child.stderr.take().unwrap(), Arc::clone(&told));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                keep.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address, told }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    /// Waits until something holds.
    #[track_caller]
    fn until(&self, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < WAIT, "the terminal was told: {}", self.told());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const DRAFT: &str = "content/policies/terms/draft.md";

/// Saves as editors do: a new file, renamed over the old one, so that no build sees half of it.
fn save(home: &Home, text: &str) {
    home.write("new", text);
    std::fs::rename(home.at("new"), home.at(DRAFT)).unwrap();
}

#[test]
fn drafts_stand_at_their_addresses_and_follow_the_file() {
    let home = Home::of(&["with/base", "with/terms"]);
    let draft = home.read(DRAFT);
    home.run(&["publish", "terms", "--effective", "2025-03-01", "--on", "2025-02-01", "--as-of", "2025-02-01"]).quiet();
    save(&home, &draft.replace("12 months", "24 months"));
    let site = Serving::start(&home);
    let page = site.get("/policies/terms/draft/");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("24 months") && page.contains("noindex"));
    assert!(page.contains("Draft: not published, not binding"));
    let changes = site.get("/policies/terms/draft/changes/");
    assert!(changes.contains("<h1>What the draft changes since version 1.0</h1>") && changes.contains("<ins>"));
    for way in ["/policies/terms/", "/policies/terms/history/", "/policies/"] {
        assert!(site.get(way).contains("href=\"/policies/terms/draft/\""), "{way}");
    }
    for without in ["/policies.json", "/sitemap.xml", "/policies/feed.atom", "/policies/terms/versions.json"] {
        let reply = site.get(without);
        assert!(reply.contains("200 OK") && !reply.contains("/terms/draft/"), "{without}");
    }
    save(&home, &draft);
    site.until(|| site.get("/policies/terms/draft/changes/").contains("No changes since version 1.0."));
    std::fs::remove_file(home.at(DRAFT)).unwrap();
    site.until(|| site.get("/policies/terms/draft/").contains("404 Not Found"));
    assert!(!site.get("/policies/terms/").contains("/draft/"));
    assert_eq!(site.told(), "");
}

#[test]
fn the_terminal_is_told_what_a_build_found_once() {
    let home = Home::of(&["with/base", "with/terms"]);
    let draft = home.read(DRAFT);
    let site = Serving::start(&home);
    assert_eq!(site.told(), "");
    save(&home, &draft.replace("title:", "titel:"));
    site.until(|| site.told().contains("errors\n"));
    let wrong = site.told();
    assert!(wrong.contains("error[V102]") && wrong.contains("content/policies/terms/draft.md:2:1"), "{wrong}");
    // The terminal is told before the pages are.
    site.until(|| site.get("/_vellum/errors").contains("error[V102]"));
    assert!(site.get("/policies/terms/draft/").contains("12 months"), "the last good draft stays");
    save(&home, &draft);
    site.until(|| site.told() == format!("{wrong}the build is good again\n"));
}
