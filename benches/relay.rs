//! How many submissions a second the relay hands over, with all checks on, beside Postfix's own client on kept
//! connections to the same sink, in turns; how long the slowest visitors wait; and how much memory it takes with a
//! thousand idle connections. Run it with `bin/bench-relay`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it measures and prints")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

/// Visitors at one time.
const VISITORS: usize = 64;
/// Submissions of each in a round.
const EACH: usize = 150;
/// Rounds, each of the sink's own client and of the relay.
const ROUNDS: usize = 5;
/// The bytes of a mail of the form below, for the sink's own client.
const SIZE: usize = 3500;

/// A process that ends with the benchmark.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Postfix's sink, which takes every mail and keeps none.
fn sink() -> (Running, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new("sh");
    command.args(["-c", "PATH=$PATH:/usr/sbin; [ $(id -u) -eq 0 ] && as='-u nobody'; exec smtp-sink $as \"$0\" 1000"]);
    let child = command.arg(format!("127.0.0.1:{port}")).stderr(Stdio::null()).spawn().unwrap();
    let running = Running(child);
    let until = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "smtp-sink does not listen: is the package postfix installed?");
        std::thread::sleep(Duration::from_millis(20));
    }
    (running, format!("127.0.0.1:{port}"))
}

/// Mails a second of Postfix's own client, each connection kept.
fn limit(sink: &str, sessions: usize) -> f64 {
    let count = VISITORS * EACH;
    let begun = Instant::now();
    let script = format!("PATH=$PATH:/usr/sbin; exec smtp-source -d -s {sessions} -m {count} -l {SIZE} {sink}");
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    rate(count, begun.elapsed())
}

fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / time.as_secs_f64()
}

/// The relay of a site with a form, on a port of its own.
fn relay(sink: &str, home: &Path) -> (Running, SocketAddr) {
    let copied =
        Command::new("cp").args(["-r", concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/site/.")]).arg(home).status();
    assert!(copied.unwrap().success());
    let settings = fs::read_to_string(home.join("site.yaml")).unwrap() + "  limits: {per_address: 1000000/min}\n";
    fs::write(home.join("site.yaml"), settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vellum"));
    command.args(["relay", "--listen", "127.0.0.1:0", "--root"]).arg(home);
    command.env("VELLUM_SMTP", format!("smtp://{sink}")).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Running(child), line.trim().strip_prefix("listening on http://").unwrap().parse().unwrap())
}

/// What a visitor sends.
fn body(number: usize) -> String {
    format!(
        "_seen=privacy%401.1%3Ax&name=Visitor+{number}&topic=A+question&email=visitor.{number}%40example.org&message={}&one=a&more=b&box=yes&news=yes",
        "I+would+like+to+know+more+about+what+you+do.%0D%0A".repeat(8)
    )
}

/// A connection of a visitor, who keeps it.
struct Visitor(TcpStream);

impl Visitor {
    async fn post(&mut self, body: &str, accept: &str) -> (u16, String) {
        let head = format!(
            "POST /forms/ask HTTP/1.1\r\nHost: relay\r\nAccept: {accept}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.0.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.unwrap();
        let (mut read, mut piece) = (Vec::new(), vec![0; 16 * 1024]);
        loop {
            let count = self.0.read(&mut piece).await.unwrap();
            assert!(count > 0, "the relay closed the connection");
            read.extend_from_slice(&piece[..count]);
            let Some(end) = read.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(read[..end].to_vec()).unwrap().to_ascii_lowercase();
            let length =
                head.split("content-length: ").nth(1).map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
            if read.len() >= end + 4 + length {
                let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                return (status, String::from_utf8(read[end + 4..].to_vec()).unwrap());
            }
        }
    }
}

/// One visitor: fetches tokens, waits as people do, and sends; returns how long each took to be sent.
async fn visit(address: SocketAddr, first: usize) -> (Instant, Vec<Duration>, Instant) {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut visitor = Visitor(stream);
    let mut ready = Vec::new();
    for number in first..first + EACH {
        let (status, review) = visitor.post(&body(number), "application/json").await;
        assert_eq!(status, 200, "{review}");
        let token = review.split("\"token\": \"").nth(1).unwrap().split('"').next().unwrap();
        ready.push(format!("{}&_token={token}", body(number)));
    }
    tokio::time::sleep(Duration::from_millis(3200)).await;
    let begun = Instant::now();
    let mut times = Vec::new();
    for body in &ready {
        let asked = Instant::now();
        let (status, answer) = visitor.post(body, "text/html").await;
        assert_eq!(status, 303, "{answer}");
        times.push(asked.elapsed());
    }
    (begun, times, Instant::now())
}

/// Submissions a second, and the times of all visitors in order.
fn round(address: SocketAddr, number: usize) -> (f64, Vec<Duration>) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let all = runtime.block_on(async {
        let visits = (0..VISITORS).map(|visitor| tokio::spawn(visit(address, (number * VISITORS + visitor) * EACH)));
        let mut all = Vec::new();
        for visit in visits.collect::<Vec<_>>() {
            all.push(visit.await.unwrap());
        }
        all
    });
    // All begin at nearly the same moment: each waits for three seconds after its last token.
    let begun = all.iter().map(|(begun, ..)| *begun).min().unwrap();
    let ended = all.iter().map(|(.., ended)| *ended).max().unwrap();
    let mut times: Vec<Duration> = all.into_iter().flat_map(|(_, times, _)| times).collect();
    times.sort_unstable();
    (rate(times.len(), ended - begun), times)
}

/// The memory of a process, in MiB: now, and at most so far.
fn memory(id: u32) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let number = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    (number("VmRSS:"), number("VmHWM:"))
}

fn idle(address: SocketAddr, id: u32) {
    let idle: Vec<std::net::TcpStream> = (0..1000).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    std::thread::sleep(Duration::from_secs(1));
    let (now, most) = memory(id);
    println!("memory: {now} MiB with {} idle connections, {most} MiB at most in this run", idle.len());
}

fn main() {
    let home = std::env::temp_dir().join(format!("vellum-bench-{}", std::process::id()));
    fs::create_dir_all(&home).unwrap();
    let (_sink, at) = sink();
    let (relay, address) = relay(&at, &home);
    idle(address, relay.0.id());
    let mut ratios = Vec::new();
    println!("round  smtp-source  relay  ratio    p50    p99");
    for number in 0..ROUNDS {
        let limit = limit(&at, VISITORS);
        let (rate, times) = round(address, number);
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
        ratios.push(rate / limit);
        println!(
            "{:5}  {limit:11.0}  {rate:5.0}  {:5.2}  {:3.1} ms  {:3.1} ms",
            number + 1,
            rate / limit,
            at(50),
            at(99)
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio: {:.2}", ratios[ROUNDS / 2]);
    idle(address, relay.0.id());
    let _ = fs::remove_dir_all(&home);
}
