//! `check --external` from outside, against a server that misbehaves on purpose: what is said of each address, how it was
//! asked for, and what is remembered.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Home, Ran, same_as_kept, sites};

/// What the port is called in what is compared; a port that a system gives has five digits too.
const PORT: &str = "13579";
/// The moment of the first run.
const NOON: u64 = 1_748_779_200;

/// Who asks, and how a request begins.
const NAME: &str = concat!("user-agent: Vellum/", env!("CARGO_PKG_VERSION"), " (+link check)");

#[derive(Default)]
struct Seen {
    /// The methods by which each path was asked for, in order.
    asked: Mutex<BTreeMap<String, Vec<String>>>,
    now: AtomicUsize,
    most: AtomicUsize,
    sent: AtomicUsize,
}

struct Server {
    port: u16,
    seen: Arc<Seen>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(port.to_string().len(), PORT.len());
        let seen = Arc::new(Seen::default());
        let keep = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let seen = Arc::clone(&keep);
                thread::spawn(move || serve(stream.unwrap(), &seen));
            }
        });
        Self { port, seen }
    }

    fn asked(&self, path: &str) -> Vec<String> {
        self.seen.asked.lock().unwrap().get(path).cloned().unwrap_or_default()
    }

    fn forget(&self) {
        self.seen.asked.lock().unwrap().clear();
    }

    /// A site whose page links to some paths of the server.
    fn site(&self, paths: &[&str]) -> Home {
        let home = Home::of(&["with/base"]);
        let settings = home.read("site.yaml") + "checks: {external: {timeout: 1}}\n";
        home.write("site.yaml", settings);
        let links = paths.iter().map(|path| format!("[x](http://127.0.0.1:{}{path})\n\n", self.port));
        home.write("content/page.md", format!("---\ntitle: Page\n---\n{}", links.collect::<String>()));
        home
    }

    /// Checks so many seconds after noon.
    fn check(&self, home: &Home, after: u64) -> Ran {
        let mut command = home.command(&["check", "--external"]);
        let output = command.env("SOURCE_DATE_EPOCH", (NOON + after).to_string()).output().unwrap();
        let mut ran = Ran::new(&output);
        ran.out = ran.out.replace(&self.port.to_string(), PORT);
        ran
    }
}

fn serve(stream: TcpStream, seen: &Seen) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        // No HTTP, such as the beginning of a private connection.
        return drop((&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    };
    let rest: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    assert!(rest.iter().any(|line| line == NAME), "{rest:?}");
    let times = {
        let mut asked = seen.asked.lock().unwrap();
        let methods = asked.entry(path.clone()).or_default();
        methods.push(method.clone());
        methods.len()
    };
    seen.most.fetch_max(seen.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(30));
    seen.now.fetch_sub(1, Ordering::SeqCst);
    answer(stream, (&method, &path), (times, seen));
}

fn answer(mut stream: TcpStream, (method, path): (&str, &str), (times, seen): (usize, &Seen)) {
    let is_head = method == "HEAD";
    let mut say = |head: &str| {
        let _ = stream.write_all(format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n").as_bytes());
    };
    match path {
        "/gone" => say("404 Not Found"),
        "/gone-for-good" => say("410 Gone"),
        "/not-by-head" if is_head => say("404 Not Found"),
        "/refuses-head" if is_head => say("403 Forbidden"),
        "/knows-no-head" if is_head => say("501 Not Implemented"),
        "/refuses" => say("403 Forbidden"),
        "/refuses-in-its-own-way" => say("999 Go away"),
        "/busy" if times < 4 => say("503 Service Unavailable"),
        "/broken" => say("500 Internal Server Error"),
        "/calm" if times == 1 => say("429 Too Many Requests\r\nRetry-After: 1"),
        "/too-calm" => say("429 Too Many Requests\r\nRetry-After: 3600"),
        "/round" => say("302 Found\r\nLocation: /round"),
        "/for-now" => say("302 Found\r\nLocation: /ok"),
        "/moved" => say("301 Moved Permanently\r\nLocation: for-now?x=1"),
        "/for-now?x=1" => say("307 Temporary Redirect\r\nLocation: /ok"),
        "/moved-and-gone" => say("308 Permanent Redirect\r\nLocation: /gone"),
        "/to-mail" => say("301 Moved Permanently\r\nLocation: mailto:a@b.example"),
        "/closes" => {}
        "/no-http" => drop(stream.write_all(b"220 mail.example ESMTP\r\n")),
        "/hangs" => thread::sleep(Duration::from_secs(20)),
        "/huge" if is_head => say("405 Method Not Allowed"),
        "/huge" => huge(stream, seen),
        _ => say("200 OK"),
    }
}

/// Sends without end, and counts until nobody listens any more.
fn huge(mut stream: TcpStream, seen: &Seen) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    while stream.write_all(&[b'x'; 65536]).is_ok() {
        seen.sent.fetch_add(65536, Ordering::SeqCst);
    }
}

/// The first lines of all findings.
fn told(ran: &Ran) -> Vec<&str> {
    ran.out.lines().filter(|line| line.contains("]: ") || line.starts_with("links to")).collect()
}

/// The paths that a site links to and that were asked for.
fn asked_first(server: &Server) -> Vec<String> {
    let asked = server.seen.asked.lock().unwrap();
    asked.keys().filter(|path| !path.starts_with("/for-now")).cloned().collect()
}

#[test]
fn what_a_server_does_is_told_apart() {
    let server = Server::start();
    let paths = [
        "/ok",
        "/gone",
        "/gone-for-good",
        "/not-by-head",
        "/refuses-head",
        "/knows-no-head",
        "/refuses",
        "/refuses-in-its-own-way",
        "/busy",
        "/broken",
        "/calm",
        "/too-calm",
        "/round",
        "/for-now",
        "/moved#here",
        "/moved-and-gone",
        "/to-mail",
        "/closes",
        "/no-http",
        "/hangs",
    ];
    let home = server.site(&paths);
    let ran = server.check(&home, 0);
    same_as_kept(&sites().join("links.txt"), &ran.out);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    for (path, methods) in [
        ("/ok", &["HEAD", "HEAD", "HEAD"][..]),
        ("/gone-for-good", &["HEAD"]),
        ("/not-by-head", &["HEAD", "GET"]),
        ("/refuses-head", &["HEAD", "GET"]),
        ("/busy", &["HEAD", "GET", "GET", "GET"]),
        ("/calm", &["HEAD", "GET"]),
        ("/too-calm", &["HEAD"]),
        ("/closes", &["HEAD", "GET", "GET", "GET"]),
        ("/hangs", &["HEAD", "GET", "GET"]),
        ("/no-http", &["HEAD"]),
    ] {
        assert_eq!(server.asked(path), methods, "{path}");
    }
    assert_eq!(server.seen.most.load(Ordering::SeqCst), 2, "requests at one host at once");
}

#[test]
fn a_huge_body_is_not_read() {
    let server = Server::start();
    let home = server.site(&["/huge"]);
    let begun = Instant::now();
    let ran = server.check(&home, 0).quiet();
    assert_eq!(ran.out, "nothing found\nlinks to other sites: 1 asked for, 0 known, 0 left out\n");
    assert!(begun.elapsed() < Duration::from_secs(10));
    // What fits into the buffers of two sockets, and no more.
    assert!(server.seen.sent.load(Ordering::SeqCst) < 64 * 1024 * 1024);
}

#[test]
fn what_is_known_is_not_asked_for_again() {
    let server = Server::start();
    let home = server.site(&["/ok", "/gone", "/moved", "/too-calm"]);
    let (hour, day) = (3600, 86400);
    let first = server.check(&home, 0);
    assert_eq!(first.status, 1);
    for (after, asked) in [
        (hour - 1, &[][..]),
        (hour, &["/gone", "/too-calm"]),
        (7 * day - 1, &["/gone", "/too-calm"]),
        (7 * day, &["/moved", "/ok"]),
        (30 * day, &["/gone", "/moved", "/ok", "/too-calm"]),
    ] {
        server.forget();
        let again = server.check(&home, after);
        let line = format!("links to other sites: {} asked for, {} known, 0 left out", asked.len(), 4 - asked.len());
        assert_eq!(told(&again).last(), Some(&line.as_str()), "{after}");
        assert_eq!(told(&again)[..3], told(&first)[..3], "{after}");
        let seen = asked_first(&server);
        assert_eq!(seen, asked, "{after}");
    }
    // The file keeps itself out of the repository, and may be lost or broken.
    assert_eq!(home.read(".vellum/.gitignore"), "*\n");
    home.write(".vellum/links.json", "{\"format\": 1,");
    let ran = server.check(&home, 30 * day);
    assert_eq!(ran.err, "note: .vellum/links.json cannot be read; every link is asked for again\n");
    assert_eq!(told(&ran).last(), Some(&"links to other sites: 4 asked for, 0 known, 0 left out"));
    assert!(server.check(&home, 30 * day).err.is_empty());
}

#[test]
fn what_cannot_be_told_never_fails_a_run() {
    let server = Server::start();
    let home = server.site(&["/refuses", "/broken"]);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let page = home.read("content/page.md");
    home.write("content/page.md", format!("{page}[x](http://{closed}/) [x](https://127.0.0.1:{}/)\n", server.port));
    let ran = home.run(&["check", "--external", "--deny", "warnings"]);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.out.matches("warning[V411]").count(), 4, "{}", ran.out);
    assert!(ran.out.contains("/` is there: the connection was refused\n"), "{}", ran.out);
    assert!(ran.out.contains("/` is there: no private connection can be made: "), "{}", ran.out);
    // What is gone does.
    home.write("content/page.md", page.replace("/broken", "/gone"));
    assert_eq!(home.run(&["check", "--external"]).status, 1);
    // Without the option nothing is asked for.
    server.forget();
    assert_eq!(home.run(&["check"]).quiet().out, "nothing found\n");
    assert!(server.asked("/gone").is_empty());
}

#[test]
fn what_is_ignored_is_not_asked_for() {
    let server = Server::start();
    let home = server.site(&["/gone", "/refuses?x", "/ok"]);
    let own = "[x](https://example.org/nowhere/)\n";
    home.write("content/page.md", home.read("content/page.md") + own);
    let settings = home.read("site.yaml");
    let ignore = format!("{{timeout: 1, ignore: [\"http://127.0.0.1:{0}/gone\", \"*refuses*\"]}}", server.port);
    home.write("site.yaml", settings.replace("{timeout: 1}", &ignore));
    let ran = server.check(&home, 0).quiet();
    assert_eq!(ran.out, "nothing found\nlinks to other sites: 1 asked for, 0 known, 3 left out\n");
    assert!(server.asked("/gone").is_empty() && server.asked("/refuses?x").is_empty());
}
