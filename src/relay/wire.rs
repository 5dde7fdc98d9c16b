//! A connection to a mail server, as the SMTP library takes it: opened, made private, and without delays of small packets.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::heard::Heard;
use super::names::Names;
use super::transport::Step;
use super::turns::Turns;
use crate::base::date::Day;
use crate::http::tls::{Private, Tls, facts};

/// The longest that a server may say at a time, in bytes.
const MOST: usize = 16 * 1024;

/// How long one of a server's addresses may take to answer before the next is tried.
const KNOCK: Duration = Duration::from_secs(5);

/// Whether a connection was given up because the server spoke out of turn.
#[derive(Clone, Default)]
pub struct Unasked(Arc<AtomicU16>);

/// A server spoke out of turn, and did not say a code.
const WORDLESS: u16 = 1;

impl Unasked {
    /// The code that it said then, 1 for none; nothing when it did not.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        Some(self.0.load(Ordering::Relaxed)).filter(|code| *code > 0)
    }

    fn note(&self, code: u16) {
        self.0.store(code.max(WORDLESS), Ordering::Relaxed);
    }
}

/// A connection.
pub struct Wire {
    inner: Inner,
    /// What was said and is not read yet.
    said: Vec<u8>,
    reader: Heard,
    /// How many bytes the server has said since we spoke last.
    heard: usize,
    turns: Turns,
    unasked: Unasked,
    peer: SocketAddr,
}

enum Inner {
    Plain(TcpStream),
    Private(Box<Private>),
}

/// How to reach a server.
#[derive(Clone)]
pub struct Way {
    /// Its name or address, and its port.
    pub host: (String, u16),
    /// How the connection is made private; nothing for a plain one.
    pub tls: Option<Tls>,
    /// Whether TLS begins after `STARTTLS`.
    pub upgrade: bool,
    /// The name that we greet with.
    pub hello: String,
    /// Where its name is looked up.
    pub names: Names,
}

impl Way {
    /// Opens a connection; `step` says how far it came.
    ///
    /// # Errors
    /// The name is unknown, nobody listens, or the connection cannot be made private.
    pub async fn open(&self, step: &mut Step) -> io::Result<Wire> {
        *step = Step::Lookup;
        let addresses = self.names.addresses(&self.host.0).await;
        let addresses = addresses.map_err(|why| io::Error::other(why.words()))?;
        *step = Step::Connect;
        let mut stream = connect(&addresses, self.host.1).await?;
        // On a kept connection Nagle's algorithm and delayed acknowledgements would cost 40 ms a mail.
        stream.set_nodelay(true)?;
        let peer = stream.peer_addr()?;
        let Some(tls) = &self.tls else { return Ok(Wire::new(Inner::Plain(stream), b"", peer)) };
        *step = Step::Tls;
        if self.upgrade {
            start_tls(&mut stream, &self.hello).await?;
        }
        let private = Box::new(tls.wrap(stream).await?);
        // After STARTTLS the server does not greet again; the library waits for a greeting.
        let first: &'static [u8] = if self.upgrade { b"220 ready\r\n" } else { b"" };
        Ok(Wire::new(Inner::Private(private), first, peer))
    }
}

impl Wire {
    fn new(inner: Inner, first: &'static [u8], peer: SocketAddr) -> Self {
        let (mut turns, reader, unasked) = (Turns::default(), Heard::default(), Unasked::default());
        turns.hear(first);
        Self { inner, said: first.to_vec(), reader, heard: 0, turns, unasked, peer }
    }

    /// Tells whether the connection was given up because the server spoke out of turn. Nothing that was being said then is
    /// complete.
    #[must_use]
    pub fn unasked(&self) -> Unasked {
        self.unasked.clone()
    }

    /// Before we speak: whether the server said more than was awaited, or has gone. The library would take it for the answer
    /// to what we say now.
    fn listen(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let mut space = [0; 512];
        let mut into = ReadBuf::new(&mut space);
        if self.turns.is_ours() && !self.turns.is_ahead() {
            let ready = match &mut self.inner {
                Inner::Plain(stream) => Pin::new(stream).poll_read(context, &mut into),
                Inner::Private(stream) => Pin::new(stream).poll_read(context, &mut into),
            };
            self.turns.hear(into.filled());
            if ready.is_ready() && into.filled().is_empty() {
                self.unasked.note(WORDLESS);
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        if self.turns.is_ahead() {
            self.unasked.note(self.turns.code());
            return Err(io::Error::other("the server speaks out of turn"));
        }
        Ok(())
    }

    /// The address that answered.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The version of TLS and the last day of the server's certificate, where the connection is private.
    #[must_use]
    pub fn tls(&self) -> Option<(&'static str, Option<Day>)> {
        match &self.inner {
            Inner::Plain(_) => None,
            Inner::Private(private) => Some(facts(private)),
        }
    }
}

/// Tries addresses in order; the last failure is told.
async fn connect(addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
    let mut failed = io::Error::other("the server has no address");
    for address in addresses {
        match timeout(KNOCK, TcpStream::connect((*address, port))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failed = error,
            Err(_) => failed = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(failed)
}

/// Asks for TLS on a plain connection (RFC 3207). Answers are read byte by byte, so nothing said before TLS is ever taken
/// for something said after it.
async fn start_tls(stream: &mut TcpStream, hello: &str) -> io::Result<()> {
    answer(stream, "220").await?;
    stream.write_all(format!("EHLO {hello}\r\n").as_bytes()).await?;
    let offers = answer(stream, "250").await?;
    let offered = |line: &str| line.get(4..).is_some_and(|word| word.trim_end().eq_ignore_ascii_case("STARTTLS"));
    if !offers.lines().any(offered) {
        return Err(io::Error::other("the server offers no STARTTLS"));
    }
    stream.write_all(b"STARTTLS\r\n").await?;
    answer(stream, "220").await.map(|_| ())
}

/// One whole reply with a code.
async fn answer(stream: &mut TcpStream, code: &str) -> io::Result<String> {
    let mut text: Vec<u8> = Vec::new();
    let mut line = 0;
    while text.len() < MOST {
        text.push(stream.read_u8().await?);
        if text.last() != Some(&b'\n') {
            continue;
        }
        let last = text.get(line..).unwrap_or_default();
        if last.get(3) != Some(&b'-') {
            let fits = last.starts_with(code.as_bytes());
            let said = String::from_utf8_lossy(&text).into_owned();
            return if fits { Ok(said) } else { Err(io::Error::other("the server refuses")) };
        }
        line = text.len();
    }
    Err(io::Error::other("the server says too much"))
}

impl fmt::Debug for Wire {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Wire")
    }
}

impl lettre::transport::smtp::client::AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = &mut *self;
        let mut space = [0; 1024];
        // Of a long line, pieces may be left out whole.
        while wire.said.is_empty() {
            let mut piece = ReadBuf::new(&mut space);
            let ready = match &mut wire.inner {
                Inner::Plain(stream) => Pin::new(stream).poll_read(context, &mut piece),
                Inner::Private(stream) => Pin::new(stream).poll_read(context, &mut piece),
            };
            if !matches!(ready, Poll::Ready(Ok(()))) || piece.filled().is_empty() {
                return ready;
            }
            // The library reads a line to its end, however far that is.
            wire.heard += piece.filled().len();
            if wire.heard > MOST {
                return Poll::Ready(Err(io::Error::other("the server says too much")));
            }
            wire.turns.hear(piece.filled());
            wire.reader.take(piece.filled(), &mut wire.said);
        }
        let now = wire.said.len().min(into.remaining());
        into.put_slice(wire.said.get(..now).unwrap_or_default());
        wire.said.drain(..now);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Err(error) = self.listen(context) {
            return Poll::Ready(Err(error));
        }
        self.heard = 0;
        let written = match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Inner::Private(stream) => Pin::new(stream).poll_write(context, bytes),
        };
        if let Poll::Ready(Ok(count)) = written {
            self.turns.say(bytes.get(..count).unwrap_or_default());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream).poll_flush(context),
            Inner::Private(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Inner::Private(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
