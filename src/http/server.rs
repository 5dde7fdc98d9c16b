//! A listening socket and its connections: how many at once, how long each may take, and how they end.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::TRANSFER_ENCODING;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use super::budget::{Budget, Held};
use super::framing::Watched;
use super::handler::{Admission, Handler, Unread};
use super::private::Certificate;
use super::reply::Reply;
use super::request::{Method, Request};
use super::wire;
use crate::base::error::Error;

/// After how many seconds somebody who came when all memory was taken may try again.
const RETRY: &str = "5";

/// What a peer may take of us.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at one time; further ones wait to be accepted.
    pub connections: usize,
    /// The longest head of a request, in bytes.
    pub head: usize,
    /// How long a connection may take to send its first byte, and from there, or from the last reply, a head.
    pub head_time: Duration,
    /// The longest body of a POST, in bytes, unless the handler says another.
    pub body: usize,
    /// How long a body may take to arrive, and how long a peer may take in nothing of a reply.
    pub body_time: Duration,
    /// How long a request may take from the end of its head to the begin of its reply.
    pub whole_time: Duration,
    /// The bodies of all requests at one time, in bytes.
    pub in_flight: usize,
    /// How long replies that are under way may take once the server is asked to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head: 64 * 1024,
            head_time: Duration::from_secs(30),
            body: 256 * 1024,
            body_time: Duration::from_secs(30),
            whole_time: Duration::from_mins(5),
            in_flight: 64 * 1024 * 1024,
            farewell: Duration::from_secs(5),
        }
    }
}

/// A socket that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    limits: Limits,
    load: Load,
    certificate: Option<Arc<Certificate>>,
}

/// How much a server has to do, for whoever counts it.
#[derive(Clone, Debug)]
pub struct Load {
    budget: Budget,
    room: Arc<Semaphore>,
    connections: usize,
}

impl Default for Load {
    fn default() -> Self {
        Self::of(&Limits::default())
    }
}

impl Load {
    fn of(limits: &Limits) -> Self {
        let connections = limits.connections.min(Semaphore::MAX_PERMITS);
        Self { budget: Budget::new(limits.in_flight), room: Arc::new(Semaphore::new(connections)), connections }
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        // One place is kept for the next that comes.
        self.connections.saturating_sub(self.room.available_permits()).saturating_sub(1)
    }

    /// How many bytes the bodies of requests take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.budget.taken()
    }
}

/// What all connections share.
struct Shared<H> {
    handler: H,
    limits: Limits,
    budget: Budget,
    certificate: Option<Arc<Certificate>>,
}

impl Server {
    /// Listens on an address; port 0 lets the system choose one.
    ///
    /// # Errors
    /// The address cannot be had: most often another program listens there.
    pub async fn bind(address: SocketAddr, limits: Limits) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::machine(format!("cannot listen on {address}"), error);
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        Self::of(listener, limits).map_err(failed)
    }

    /// Takes over a socket that listens already, on the runtime that it is called on.
    ///
    /// # Errors
    /// The system does not let us use it.
    pub fn on(listener: std::net::TcpListener, limits: Limits) -> Result<Self, Error> {
        let taken = listener.set_nonblocking(true).and_then(|()| TcpListener::from_std(listener));
        let server = taken.and_then(|listener| Self::of(listener, limits));
        server.map_err(|error| Error::machine("cannot use the socket that listens", error))
    }

    fn of(listener: TcpListener, limits: Limits) -> io::Result<Self> {
        let address = listener.local_addr()?;
        Ok(Self { listener, address, limits, load: Load::of(&limits), certificate: None })
    }

    /// The same server, with TLS of its own.
    #[must_use]
    pub fn private(mut self, certificate: Option<Arc<Certificate>>) -> Self {
        self.certificate = certificate;
        self
    }

    /// How much it has to do.
    #[must_use]
    pub fn load(&self) -> Load {
        self.load.clone()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `shutdown` is done; then no new ones are taken and those under way are finished.
    pub async fn serve(self, handler: impl Handler, shutdown: impl Future<Output = ()>) {
        let (limits, budget) = (self.limits, self.load.budget.clone());
        let shared = Arc::new(Shared { handler, limits, budget, certificate: self.certificate.clone() });
        let room = Arc::clone(&self.load.room);
        let (stop, stopping) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let (opened, permit) = tokio::select! {
                () = &mut shutdown => break,
                accepted = self.accept(&room) => accepted,
            };
            let talk = converse(opened, Arc::clone(&shared), stopping.clone());
            connections.spawn(async move {
                talk.await;
                drop(permit);
            });
            while connections.try_join_next().is_some() {}
        }
        drop(self.listener);
        stop.send_replace(true);
        let ended = async { while connections.join_next().await.is_some() {} };
        // Whoever has not ended by then is cut off when the set is dropped.
        let _ = tokio::time::timeout(self.limits.farewell, ended).await;
    }

    async fn accept(&self, room: &Arc<Semaphore>) -> (Opened, Option<OwnedSemaphorePermit>) {
        // The semaphore is never closed, so there always is a permit.
        let permit = Arc::clone(room).acquire_owned().await.ok();
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => return ((stream, peer.ip()), permit),
                // Most often the process has too many open files: that passes as connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// A connection, and who is at its other end.
type Opened = (TcpStream, IpAddr);

/// One connection from its first byte to its last. What goes wrong on it concerns nobody else. Nothing is set up for a
/// peer before it says something, so that those who only wait take next to no memory.
async fn converse<H: Handler>((stream, peer): Opened, shared: Arc<Shared<H>>, mut stopping: watch::Receiver<bool>) {
    // Without it, small events would wait for more.
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let begun = tokio::select! {
        begun = timeout(shared.limits.head_time, stream.peek(&mut first)) => matches!(begun, Ok(Ok(1))),
        _ = stopping.wait_for(|stop| *stop) => false,
    };
    if begun {
        Box::pin(privately((stream, peer), shared, stopping)).await;
    }
}

/// A connection on which something was said, with TLS where there is a certificate.
async fn privately<H: Handler>((stream, peer): Opened, shared: Arc<Shared<H>>, stopping: watch::Receiver<bool>) {
    let Some(certificate) = &shared.certificate else { return talk((stream, peer), shared, stopping).await };
    if let Ok(Ok(private)) = timeout(shared.limits.head_time, certificate.wrap(stream)).await {
        talk((private, peer), Arc::clone(&shared), stopping).await;
    }
}

/// What is said on a connection, private or not.
async fn talk<H, S>((stream, peer): (S, IpAddr), shared: Arc<Shared<H>>, mut stopping: watch::Receiver<bool>)
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let limits = shared.limits;
    let (stream, verdicts) = Watched::new(stream, limits.body_time);
    let service = service_fn(move |asked: hyper::Request<Incoming>| {
        let shared = Arc::clone(&shared);
        let plain = verdicts.next();
        // Where a body in chunks ends is not watched, so nothing is read behind it.
        let last = asked.headers().contains_key(TRANSFER_ENCODING);
        // What was read of the head is let go at once: then its memory can be read into again.
        let (parts, body) = asked.into_parts();
        let (head, wrong) = wire::head(&parts, peer.to_canonical(), plain);
        drop(parts);
        async move {
            let reply = shared.reply(head, wrong, body).await.ok_or(Silence)?;
            let reply = if last { reply.with("Connection", "close") } else { reply };
            Ok::<_, Silence>(wire::write(reply))
        }
    });
    let mut settings = http1::Builder::new();
    settings.timer(TokioTimer::new()).header_read_timeout(limits.head_time).max_header_size(limits.head);
    // Who has said all may close that way, and is answered.
    settings.half_close(true);
    let mut connection = pin!(settings.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Nothing is answered: the connection is closed.
#[derive(Debug)]
struct Silence;

impl fmt::Display for Silence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("nothing is answered")
    }
}

impl std::error::Error for Silence {}

impl<H: Handler> Shared<H> {
    /// The reply to a request, or nothing if there is none.
    async fn reply(&self, head: Request, wrong: Option<Unread>, body: Incoming) -> Option<Reply> {
        let refused = |reply: Reply| Some(reply.with("Connection", "close"));
        let (cap, peer) = match wrong {
            Some(why) => return refused(self.refuse(&head, why)),
            None => match self.handler.admit(&head) {
                Admission::Usual => (self.limits.body, None),
                Admission::UpTo(cap, peer) => (cap, peer),
                Admission::Refused(reply) => return refused(reply),
                Admission::Closed => return None,
            },
        };
        let until = Instant::now() + self.limits.whole_time;
        let mut read = head.clone();
        if head.method == Method::Post {
            let part = self.budget.part(peer, cap);
            let received = timeout(self.limits.body_time, wire::receive(body, cap, part)).await;
            match received.unwrap_or(Err(Unread::Slow)) {
                Ok(received) => (read.body, read.held) = received,
                Err(why) => return refused(self.refuse(&head, why)),
            }
        }
        // It is given back when whoever answers has let go, and not before the answer is there.
        let _held: Held = read.held.clone();
        match timeout_at(until, self.handler.answer(read)).await {
            Ok(reply) => Some(reply),
            Err(_) => refused(self.refuse(&head, Unread::Late)),
        }
    }

    fn refuse(&self, head: &Request, why: Unread) -> Reply {
        let reply = self.handler.refuse(head, why);
        if why == Unread::Busy { reply.with("Retry-After", RETRY) } else { reply }
    }
}

/// A future that is done when the process is asked to stop: Ctrl-C, or SIGTERM. It listens from the call on.
///
/// # Errors
/// The system does not let us hear its signals.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let hear = |kind| signal(kind).map_err(|error| Error::machine("cannot listen for signals", error));
    let mut interrupt = hear(SignalKind::interrupt())?;
    let mut terminate = hear(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// A future that is done when the process is asked to stop: Ctrl-C.
///
/// # Errors
/// Never here; where there is SIGTERM, it is heard too.
#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpStream};
    use std::time::Instant;

    use tokio::sync::oneshot;

    use super::*;

    /// Says what was posted, after a pause for `/slow`.
    async fn echo(request: Request) -> Reply {
        if request.path == "/slow" {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        Reply::text(200, String::from_utf8_lossy(&request.body)).with("X-Bad", "a\r\nb: c")
    }

    fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, std::thread::JoinHandle<()>) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = runtime.block_on(Server::bind(address, limits)).unwrap();
        let address = server.address();
        let thread = std::thread::spawn(move || {
            runtime.block_on(server.serve(echo, async { stopped.await.unwrap_or_default() }));
        });
        (address, stop, thread)
    }

    fn limits() -> Limits {
        let short = Duration::from_millis(300);
        let farewell = short * 10;
        Limits {
            connections: 1,
            head: 8192,
            head_time: short,
            body: 10,
            body_time: short,
            farewell,
            ..Limits::default()
        }
    }

    fn send(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn bodies_have_a_cap_and_a_deadline() {
        let (address, _stop, _) = start(limits());
        let post = |headers: &str, body: &str| {
            let head = format!("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n{body}");
            rest(send(address, &head))
        };
        let kept = post("Content-Length: 10", "0123456789");
        assert!(kept.contains("200 OK") && kept.ends_with("0123456789") && !kept.contains("b: c"), "{kept}");
        assert!(post("Content-Length: 11", "").contains("413 Payload Too Large"));
        assert!(post("Transfer-Encoding: chunked", "b\r\n01234567890\r\n0\r\n\r\n").contains("413 Payload Too Large"));
        assert!(post("Transfer-Encoding: chunked", "zz\r\n").contains("400 Bad Request"));
        assert!(post("Content-Length: 5", "012").contains("408 Request Timeout"));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a deadline is measured")]
    fn a_head_that_does_not_come_makes_room_for_others() {
        let (address, _stop, _) = start(limits());
        let begun = Instant::now();
        let silent = send(address, "");
        let slow = send(address, "GET / HT");
        let other = send(address, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert!(rest(other).contains("200 OK"));
        assert!(begun.elapsed() >= Duration::from_millis(600));
        assert!(!rest(silent).contains("200") && !rest(slow).contains("200"));
        let long = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(8192));
        assert!(rest(send(address, &long)).contains("431 Request Header Fields Too Large"));
    }

    #[test]
    fn a_reply_that_is_under_way_is_finished() {
        let (address, stop, thread) = start(Limits { connections: 9, ..limits() });
        let asked = send(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        std::thread::sleep(Duration::from_millis(100));
        stop.send(()).unwrap();
        assert!(rest(asked).contains("200 OK"));
        thread.join().unwrap();
        assert!(TcpStream::connect(address).is_err());
    }
}
