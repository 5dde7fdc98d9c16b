//! Asks whether something stands at addresses outside the site: politely, a few at once, and within bounds of time. No body
//! is read. What a server answers decides; what cannot be told is said to be so, and is never taken for gone.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, HOST, HeaderName, LOCATION, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::tls::Tls;
use super::web::{WebAddress, is_inside};
use crate::base::error::Error;
use crate::base::reached::Reached;

/// How many requests are under way at once, and how many of them at one host.
const AT_ONCE: usize = 8;
const AT_ONE_HOST: usize = 2;
/// How many redirects are followed.
const REDIRECTS: usize = 5;
/// The longest wait that a server may ask for; whoever asks for more is not asked again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How many names are looked up to find out whether names are found at all.
const WITNESSES: usize = 5;
/// Who asks.
const NAME: &str = concat!("Vellum/", env!("CARGO_PKG_VERSION"), " (+link check)");

/// How much time is spent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// On one request, from the look-up of its host to the head of its answer.
    pub request: Duration,
    /// On all addresses together.
    pub run: Duration,
    /// How often an address is asked for again that gave no answer.
    pub retries: u32,
    /// Before the first time; doubled each time.
    pub pause: Duration,
}

/// Asks for all addresses, and says of each that was asked for in time what came of it. `answered` is called after each.
/// That nobody has a name counts only where other names are found, be it those of `witnesses`: a machine without a
/// network finds none.
///
/// # Errors
/// The system gives no runtime.
pub fn probe(
    addresses: &[WebAddress],
    witnesses: &[WebAddress],
    limits: Limits,
    answered: &dyn Fn(),
) -> Result<BTreeMap<WebAddress, Reached>, Error> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::machine("cannot start to ask for links", error))?;
    let mut found = BTreeMap::new();
    runtime.block_on(async {
        let asker = Arc::new(Asker::new(limits));
        let mut tasks = JoinSet::new();
        for address in addresses {
            let (asker, address) = (Arc::clone(&asker), address.clone());
            tasks.spawn(async move { (asker.ask(&address).await, address) });
        }
        let all = async {
            while let Some(done) = tasks.join_next().await {
                found.extend(done.ok().map(|(reached, address)| (address, reached)));
                answered();
            }
        };
        // What is not answered in time is not answered.
        let _ = timeout(limits.run, all).await;
        if found.values().any(is_nameless) && !asker.finds_names(witnesses).await {
            found.values_mut().filter(|reached| is_nameless(reached)).for_each(doubt);
        }
    });
    // A look-up that hangs is not waited for.
    runtime.shutdown_background();
    Ok(found)
}

/// The head of an answer.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    wait: Option<Duration>,
    /// Whether it came from a host that the world reaches.
    is_public: bool,
}

/// Why there is no answer.
enum Failure {
    /// There is no such host.
    NoHost,
    /// The connection was closed before an answer came.
    Closed,
    /// Another time may be better.
    Later(String),
    /// No time will be better.
    Never(String),
}

/// What is done after an answer, or after none.
enum Next {
    Keep,
    AskForAll,
    AskLater(Option<Duration>),
}

/// How it is said that nobody has a name.
const NAMELESS: &str = "there is no host ";

fn is_nameless(reached: &Reached) -> bool {
    matches!(reached, Reached::Gone(said) if said.contains(NAMELESS))
}

/// Takes back that something is gone.
fn doubt(reached: &mut Reached) {
    if let Reached::Gone(said) = reached {
        *reached = Reached::Untold(format!("{said}, and no other name is found here either"));
    }
}

struct Asker {
    limits: Limits,
    /// Whether a name was found in the world.
    names: AtomicBool,
    all: Semaphore,
    hosts: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

/// The way over redirects.
struct Trail {
    at: WebAddress,
    /// Where the redirects that hold for good lead, as long as there was no other.
    for_good: Option<WebAddress>,
    is_for_good: bool,
    was_public: bool,
    steps: usize,
}

impl Asker {
    fn new(limits: Limits) -> Self {
        Self { limits, names: AtomicBool::default(), all: Semaphore::new(AT_ONCE), hosts: Mutex::default() }
    }

    /// Whether names are found here: one was, or one of a few others is.
    async fn finds_names(&self, witnesses: &[WebAddress]) -> bool {
        let named = witnesses.iter().filter(|witness| is_name(witness.host()));
        for witness in named.take(WITNESSES) {
            if self.names.load(Ordering::Relaxed) {
                break;
            }
            let looked = timeout(self.limits.request, lookup_host((witness.host(), witness.port()))).await;
            let is_found = looked.is_ok_and(|found| found.is_ok_and(|mut all| all.any(|one| !is_inside(one.ip()))));
            self.names.fetch_or(is_found, Ordering::Relaxed);
        }
        self.names.load(Ordering::Relaxed)
    }

    /// Asks for one address, and follows where it leads.
    async fn ask(&self, address: &WebAddress) -> Reached {
        let mut trail = Trail::new(address.clone());
        loop {
            match self.settle(&trail).await {
                Ok(answer) if answer.status.is_redirection() && answer.location.is_some() => {
                    if let Err(reached) = trail.follow(&answer) {
                        return reached;
                    }
                }
                Ok(answer) => return trail.reached(answer.status),
                Err(failure) => return trail.failed(failure),
            }
        }
    }

    /// Asks for the head; where that is refused, for all; where there is no answer, again after a pause.
    async fn settle(&self, trail: &Trail) -> Result<Answer, Failure> {
        let (mut method, mut again, mut pause) = (Method::HEAD, 0, self.limits.pause);
        loop {
            let is_head = method == Method::HEAD;
            let got = self.exchange(method, trail).await;
            method = Method::GET;
            match next(&got, is_head) {
                Next::AskLater(wait) if again < self.limits.retries && wait.is_none_or(|wait| wait <= LONGEST_WAIT) => {
                    sleep(wait.unwrap_or(pause)).await;
                    again += 1;
                    pause = pause.saturating_mul(2);
                }
                Next::AskForAll => {}
                _ => return got,
            }
        }
    }

    /// One request, when it is its turn.
    async fn exchange(&self, method: Method, trail: &Trail) -> Result<Answer, Failure> {
        let host = self.host(trail.at.host());
        // Neither is ever closed.
        let _turns = (host.acquire().await, self.all.acquire().await);
        let seconds = self.limits.request.as_secs();
        let plural = if seconds == 1 { "" } else { "s" };
        let late = || Failure::Later(format!("it gave no answer in {seconds} second{plural}"));
        let got = timeout(self.limits.request, exchange(method, trail)).await.unwrap_or_else(|_| Err(late()));
        let is_found = got.as_ref().is_ok_and(|answer| answer.is_public) && is_name(trail.at.host());
        self.names.fetch_or(is_found, Ordering::Relaxed);
        got
    }

    fn host(&self, name: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONE_HOST))))
    }
}

fn next(got: &Result<Answer, Failure>, is_head: bool) -> Next {
    match got {
        Ok(answer) => match answer.status.as_u16() {
            408 | 429 => Next::AskLater(answer.wait),
            410 => Next::Keep,
            400.. if is_head => Next::AskForAll,
            500 | 502..=599 => Next::AskLater(answer.wait),
            _ => Next::Keep,
        },
        Err(Failure::Closed) if is_head => Next::AskForAll,
        Err(Failure::Closed | Failure::Later(_)) => Next::AskLater(None),
        Err(Failure::NoHost | Failure::Never(_)) => Next::Keep,
    }
}

impl Trail {
    fn new(at: WebAddress) -> Self {
        Self { at, for_good: None, is_for_good: true, was_public: false, steps: 0 }
    }

    /// Goes where an answer leads; or says why nobody can.
    fn follow(&mut self, answer: &Answer) -> Result<(), Reached> {
        let location = answer.location.as_deref().unwrap_or_default();
        let Some(to) = self.at.follow(location) else {
            return Err(Reached::Untold("it leads to what is no address of the web".to_owned()));
        };
        if self.steps == REDIRECTS {
            return Err(Reached::Untold(format!("it leads on and on, by more than {REDIRECTS} redirects")));
        }
        self.is_for_good &= matches!(answer.status.as_u16(), 301 | 308);
        if self.is_for_good {
            self.for_good = Some(to.clone());
        }
        self.was_public |= answer.is_public;
        self.steps += 1;
        self.at = to;
        Ok(())
    }

    fn reached(self, status: StatusCode) -> Reached {
        let words = status.canonical_reason().map_or_else(String::new, |words| format!(" ({words})"));
        let said = format!("the server answers {}{words}", status.as_u16());
        match status.as_u16() {
            404 | 410 => Reached::Gone(self.there(&said)),
            301 | 302 | 303 | 307 | 308 => Reached::Untold(self.there(&format!("{said}, and does not say where to"))),
            200..400 => self.for_good.map_or(Reached::Here, |to| Reached::Moved(to.to_string())),
            _ => Reached::Untold(self.there(&said)),
        }
    }

    fn failed(self, failure: Failure) -> Reached {
        match failure {
            Failure::NoHost => Reached::Gone(self.there(&format!("{NAMELESS}`{}`", self.at.host()))),
            Failure::Closed => Reached::Untold(self.there("it closed the connection without an answer")),
            Failure::Later(said) | Failure::Never(said) => Reached::Untold(self.there(&said)),
        }
    }

    /// What was said, and where, if that is elsewhere.
    fn there(&self, said: &str) -> String {
        if self.steps == 0 { said.to_owned() } else { format!("it leads to `{}`, and there {said}", self.at) }
    }
}

fn is_name(host: &str) -> bool {
    host.parse::<IpAddr>().is_err()
}

async fn exchange(method: Method, trail: &Trail) -> Result<Answer, Failure> {
    let (stream, is_public) = connect(trail).await?;
    let mut sender = if trail.at.is_private() {
        let tls = Tls::new(trail.at.host(), None).map_err(Failure::Never)?;
        let private = tls.wrap(stream).await.map_err(|error| unproven(&error))?;
        let (sender, connection) = handshake(TokioIo::new(private)).await.map_err(|error| broken(&error))?;
        tokio::spawn(connection);
        sender
    } else {
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
        tokio::spawn(connection);
        sender
    };
    send(&mut sender, method, (&trail.at, is_public)).await
}

/// Sends a request and reads the head of the answer. The body is dropped with the connection.
async fn send(
    sender: &mut SendRequest<Empty<Bytes>>,
    method: Method,
    (address, is_public): (&WebAddress, bool),
) -> Result<Answer, Failure> {
    let request = Request::builder()
        .method(method)
        .uri(address.target())
        .header(HOST, address.authority())
        .header(USER_AGENT, NAME)
        .header(ACCEPT, "*/*")
        .body(Empty::new())
        .map_err(|_| Failure::Never("it cannot be asked for as it is written".to_owned()))?;
    let answer = sender.send_request(request).await.map_err(|error| broken(&error))?;
    let header = |name: HeaderName| answer.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    // A day instead of a number of seconds is a long wait.
    let wait = header(RETRY_AFTER).map(|value| value.trim().parse().map_or(Duration::MAX, Duration::from_secs));
    let location = header(LOCATION).map(std::borrow::Cow::into_owned);
    Ok(Answer { status: answer.status(), location, wait, is_public })
}

/// Connects to a host. From a host that the world reaches nobody is led to one that it does not.
async fn connect(trail: &Trail) -> Result<(TcpStream, bool), Failure> {
    let (host, port) = (trail.at.host(), trail.at.port());
    let found = lookup_host((host, port)).await.map_err(|error| unknown(&error.to_string()))?;
    let found: Vec<SocketAddr> = found.collect();
    let open = |address: &&SocketAddr| !(trail.was_public && is_inside(address.ip()));
    let mut last = if found.is_empty() {
        Failure::Later("its host has no address".to_owned())
    } else {
        Failure::Never("it leads into a network that is not public".to_owned())
    };
    for address in found.iter().filter(open) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok((stream, !is_inside(address.ip()))),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                last = Failure::Later("the connection was refused".to_owned());
            }
            Err(_) => last = Failure::Later("its host cannot be reached".to_owned()),
        }
    }
    Err(last)
}

/// The resolver's words: that there is no such name is said in another way by each system, and all else may pass.
fn unknown(said: &str) -> Failure {
    let definite = ["Name or service not known", "Name does not resolve", "nodename nor servname provided"];
    if definite.iter().any(|words| said.contains(words)) {
        return Failure::NoHost;
    }
    Failure::Later("its host cannot be looked up".to_owned())
}

fn unproven(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::InvalidData => Failure::Never(format!("no private connection can be made: {error}")),
        _ => Failure::Closed,
    }
}

fn broken(error: &hyper::Error) -> Failure {
    if error.is_parse() { Failure::Never("what it answers is no HTTP".to_owned()) } else { Failure::Closed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn limits() -> Limits {
        let long = Duration::from_secs(20);
        Limits { request: long, run: long, retries: 1, pause: Duration::from_millis(1) }
    }

    #[test]
    fn a_name_that_nobody_has_is_gone_and_a_resolver_that_fails_tells_nothing() {
        let said = |words: &str| format!("failed to lookup address information: {words}");
        for words in
            ["Name or service not known", "Name does not resolve", "nodename nor servname provided, or not known"]
        {
            assert!(matches!(unknown(&said(words)), Failure::NoHost), "{words}");
        }
        for words in ["Temporary failure in name resolution", "Try again", "Non-recoverable failure in name resolution"]
        {
            assert!(matches!(unknown(&said(words)), Failure::Later(_)), "{words}");
        }
        let trail = Trail::new(WebAddress::parse("https://gone.example/x").unwrap());
        assert_eq!(trail.failed(Failure::NoHost), Reached::Gone("there is no host `gone.example`".to_owned()));
    }

    #[test]
    fn a_machine_that_finds_no_name_calls_nothing_gone() {
        let mut all = [
            Reached::Gone("there is no host `a.example`".to_owned()),
            Reached::Gone("the server answers 404".to_owned()),
        ];
        all.iter_mut().filter(|reached| is_nameless(reached)).for_each(doubt);
        let [Reached::Untold(said), Reached::Gone(_)] = all else { panic!("{all:?}") };
        assert_eq!(said, "there is no host `a.example`, and no other name is found here either");
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let asker = Asker::new(limits());
        let witnesses = ["http://127.0.0.1/", "http://localhost/"].map(|text| WebAddress::parse(text).unwrap());
        assert!(!runtime.block_on(asker.finds_names(&witnesses)), "this machine is no witness");
        asker.names.store(true, Ordering::Relaxed);
        assert!(runtime.block_on(asker.finds_names(&[])));
    }

    #[test]
    fn nobody_is_led_from_the_world_into_this_machine() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = WebAddress::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut trail = Trail::new(address.clone());
        assert!(runtime.block_on(connect(&trail)).is_ok_and(|(_, is_public)| !is_public));
        trail.was_public = true;
        let refused = runtime.block_on(connect(&trail));
        assert!(matches!(refused, Err(Failure::Never(said)) if said == "it leads into a network that is not public"));
        // A redirect by a host that the world reaches makes it so.
        let from = WebAddress::parse("http://a.example/").unwrap();
        let mut trail = Trail::new(from);
        let location = Some(address.to_string());
        let answer = Answer { status: StatusCode::FOUND, location, wait: None, is_public: true };
        trail.follow(&answer).unwrap();
        assert!(trail.was_public && trail.at == address && is_inside(IpAddr::from([127, 0, 0, 1])));
    }

    #[test]
    fn what_is_not_answered_in_time_is_not_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = WebAddress::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let limits = Limits { run: Duration::from_millis(50), ..limits() };
        assert!(probe(&[address], &[], limits, &|| {}).unwrap().is_empty());
    }
}
