//! The development server over real sockets: loopback, a port of the system's choice, bounded waits.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::oneshot;

use super::{Built, Options, develop};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, any_error};
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::span::Place;
use crate::relay::outbox::Outbox;

const WAIT: Duration = Duration::from_secs(10);

/// A site whose only source is `content/text`, served until it is dropped.
struct Running {
    folder: TempDir,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), Error>>>,
}

/// A text that begins with `wrong` is at fault; anything else becomes the first page.
fn rebuild(root: &Path) -> Result<Built, Error> {
    let source = root.join("content/text");
    let text = fs::read_to_string(&source).map_err(|error| Error::file("read", &source, error))?;
    assert!(!text.starts_with("panic"), "as asked");
    let mut files = Files::default();
    let mut add = |name, text: &str| files.insert(SitePath::parse(name).unwrap(), text.as_bytes().to_vec());
    add("index.html", &format!("<body>{text}</body>"));
    add("x/index.html", "x");
    add("404.html", "<body>lost</body>");
    add("data.json", "{}");
    add("_redirects", "/old /x/ 301\n");
    add("_headers", "/*\n  Content-Security-Policy: default-src 'none'\n");
    let wrong = text.starts_with("wrong");
    let finding = Diagnostic::new(Code::V101, Place::of_file("content/text"), text);
    let findings = if wrong { vec![finding] } else { Vec::new() };
    Ok(Built { good: !any_error(&findings), files, findings, relay: None })
}

fn start(text: &str) -> Running {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("content")).unwrap();
    fs::write(folder.path().join("content/text"), text).unwrap();
    let root = folder.path().to_path_buf();
    let options = Options {
        port: 0,
        base_path: "/".to_owned(),
        root: root.clone(),
        watch: vec!["content".into()],
        ignore: vec!["public".into()],
        outbox: Outbox::default(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, address) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let stop = async { stopped.await.unwrap_or_default() };
        let told = |address: &str| ready.send(address.to_owned()).unwrap();
        runtime.block_on(develop(&options, Arc::new(move || rebuild(&root)), told, stop))
    });
    let address = address.recv_timeout(WAIT).unwrap();
    let port = address.strip_prefix("http://127.0.0.1:").unwrap().parse().unwrap();
    Running { folder, port, stop: Some(stop), server: Some(server) }
}

impl Running {
    /// Saves as editors do: a new file, renamed over the old one.
    fn save(&self, text: &str) {
        let new = self.folder.path().join("content/.text.new");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.folder.path().join("content/text")).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        stream
    }

    /// Sends a head as it is, and reads until the server closes.
    fn raw(&self, head: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "{head}\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    fn ask(&self, line: &str) -> String {
        self.raw(&format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{}", self.port))
    }

    /// Waits until the text of what stopped the last build says something.
    fn explains(&self, told: &str) {
        let begun = Instant::now();
        loop {
            let errors = self.ask("GET /_vellum/errors");
            assert!(errors.contains("content-type: text/plain; charset=utf-8\r\n"));
            if errors.contains(told) {
                return;
            }
            assert!(begun.elapsed() < WAIT, "{errors}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn events(&self) -> Events {
        let mut stream = self.connect();
        write!(stream, "GET /_vellum/events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port).unwrap();
        Events(BufReader::new(stream))
    }

    fn end(&mut self) -> Result<(), Error> {
        self.stop.take().unwrap().send(()).unwrap();
        self.server.take().unwrap().join().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The server stops when the sender is gone.
        drop(self.stop.take());
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// Reads until an event of this outcome whose build comes after another. A slow machine may make two of one change.
    fn until(&mut self, outcome: &str, after: u64) -> u64 {
        loop {
            let (number, told) = self.next();
            if told == outcome && number > after {
                return number;
            }
        }
    }

    /// The next event: the build's number and its outcome.
    fn next(&mut self) -> (u64, String) {
        let mut line = String::new();
        while !line.starts_with("data: ") {
            line.clear();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
        }
        let (build, outcome) = line.trim_start_matches("data: ").trim().split_once(' ').unwrap();
        (build.rsplit_once('-').unwrap().1.parse().unwrap(), outcome.to_owned())
    }
}

#[test]
fn pages_files_redirects_and_what_is_missing() {
    let site = start("hello");
    let page = site.ask("GET /?q=1");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("<body>hello<script src=\"/_vellum/live.js\""));
    assert!(
        page.contains("cache-control: no-store\r\n") && page.contains("content-type: text/html; charset=utf-8\r\n")
    );
    let own = format!("http://127.0.0.1:{}/_vellum/", site.port);
    assert!(page.contains(&format!("default-src 'none'; script-src {own}; connect-src {own}\r\n")), "{page}");
    assert!(site.ask("GET /data.json").ends_with("\r\n\r\n{}"));
    let head = site.ask("HEAD /");
    assert!(head.contains("content-length: ") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(
        site.ask("GET /x").contains("308 Permanent Redirect\r\n") && site.ask("GET /x").contains("location: /x/\r\n")
    );
    assert!(site.ask("GET /old").contains("301 Moved Permanently\r\n"));
    let lost = site.ask("GET /none");
    assert!(lost.contains("404 Not Found") && lost.contains("<body>lost<script src="));
    assert!(site.ask("DELETE /").contains("405 Method Not Allowed"));
    assert!(site.ask("GET /%zz").contains("400 Bad Request"));
    assert!(site.ask("GET /_vellum/live.js").contains("EventSource"));
    assert!(site.ask("GET /_vellum/none").contains("404 Not Found"));
}

#[test]
fn foreign_hosts_and_origins_are_refused() {
    let site = start("hello");
    for host in ["evil.example", "127.0.0.1:1"] {
        assert!(site.raw(&format!("GET / HTTP/1.1\r\nHost: {host}")).contains("421 Misdirected Request"));
    }
    assert!(site.raw("GET / HTTP/1.0").contains("400 Bad Request"));
    assert!(site.raw("GET / HTTP/1.1\r\nHost: ").contains("421 Misdirected Request"));
    let post = format!("POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 0\r\nOrigin: ", site.port);
    assert!(site.raw(&format!("{post}http://evil.example")).contains("403 Forbidden"));
    assert!(site.raw(&format!("{post}http://localhost:{}", site.port)).contains("405 Method Not Allowed"));
    let long = format!("POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Length: 99999999", site.port);
    assert!(site.raw(&long).contains("413 Payload Too Large"));
}

#[test]
fn a_saved_change_is_told_and_shown() {
    let site = start("one");
    let mut events = site.events();
    assert_eq!(events.next(), (1, "good".to_owned()));
    site.save("two");
    let told = events.until("good", 1);
    assert!(site.ask("GET /").contains("<body>two<script src=\"/_vellum/live.js\""));
    assert!(site.events().next().0 >= told);
}

#[test]
fn a_failed_build_is_explained_and_the_last_good_site_stays() {
    let site = start("good");
    let mut events = site.events();
    assert_eq!(events.next(), (1, "good".to_owned()));
    assert!(site.ask("GET /_vellum/errors").ends_with("\r\n\r\n"));
    for (text, told) in [
        ("wrong <b>", "error[V101]: wrong <b>\n--> content/text:1:1"),
        ("panic", "error: the build broke off, which is a fault of Vellum"),
    ] {
        site.save(text);
        assert_eq!(events.until("failed", 0), 1);
        site.explains(told);
        assert!(site.ask("GET /").contains("<body>good<script"));
    }
    fs::remove_file(site.folder.path().join("content/text")).unwrap();
    site.explains("error: cannot read ");
    site.save("better");
    events.until("good", 1);
    assert!(site.ask("GET /_vellum/errors").ends_with("\r\n\r\n"));
}

#[test]
fn before_the_first_good_build_every_page_says_why() {
    let site = start("wrong & sad");
    let mut events = site.events();
    assert_eq!(events.next(), (1, "none".to_owned()));
    let page = site.ask("GET /any/page/");
    assert!(page.contains("503 Service Unavailable") && page.contains("wrong &amp; sad"), "{page}");
    assert!(page.contains("<script src=\"/_vellum/live.js\" data-build="));
    site.save("wrong still");
    events.until("none", 1);
    site.save("right");
    events.until("good", 2);
    assert!(site.ask("GET /").contains("<body>right<script"));
}

#[test]
fn it_ends_at_once_though_streams_are_open() {
    let mut site = start("hello");
    let mut events = site.events();
    events.next();
    let idle = site.connect();
    let begun = Instant::now();
    site.end().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    let mut rest = String::new();
    events.0.read_to_string(&mut rest).unwrap();
    drop(idle);
}

#[test]
fn a_port_that_is_taken_is_the_machines_failure() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (root, port) = (folder.path().to_path_buf(), address.port());
    let options = Options {
        port,
        base_path: "/".to_owned(),
        root: root.clone(),
        watch: vec![],
        ignore: vec![],
        outbox: Outbox::default(),
    };
    let error = super::run(&options, move || rebuild(&root), |_| ()).unwrap_err();
    assert_eq!(error.kind(), crate::base::error::Kind::Machine);
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
}

#[test]
fn a_first_build_that_the_machine_fails_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_path_buf();
    let options =
        Options { port: 0, base_path: "/".to_owned(), root, watch: vec![], ignore: vec![], outbox: Outbox::default() };
    let error = super::run(&options, || Err(Error::usage("there is no site.yaml")), |_| ()).unwrap_err();
    assert_eq!(error.kind(), crate::base::error::Kind::Usage);
}
