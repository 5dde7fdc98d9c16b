//! How requests are parted on a connection (RFC 9112, 6), watched below the HTTP library: it drops a Content-Length that
//! stands beside a Transfer-Encoding and takes lines that end in a bare LF, both of which a proxy may read in another way.
//! The bytes go through as they are; what was wrong with a head is noted for whoever answers it.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Whether the heads that were read are framed in one way only, in order.
#[derive(Clone, Default)]
pub struct Verdicts(Arc<Mutex<VecDeque<bool>>>);

impl Verdicts {
    /// Whether the next request is framed in one way only.
    #[must_use]
    pub fn next(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(true)
    }

    fn note(&self, good: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(good);
    }
}

/// What a peer takes in within the patience, at least, while there is more for it.
const LEAST: usize = 16 * 1024;

/// A connection whose heads are watched.
pub struct Watched<S> {
    stream: S,
    scan: Scan,
    verdicts: Verdicts,
    patience: Duration,
    slow: Option<Slow>,
}

/// Runs while there is more for a peer than it takes in.
struct Slow {
    until: Pin<Box<Sleep>>,
    /// What it took since.
    taken: usize,
}

impl<S> Watched<S> {
    /// Watches a connection. A peer that takes in nothing, or a few bytes, in all of `patience` while there is more for it
    /// is given up: else whoever asks and hardly reads would hold the connection for ever.
    #[must_use]
    pub fn new(stream: S, patience: Duration) -> (Self, Verdicts) {
        let verdicts = Verdicts::default();
        let watched = Self { stream, scan: Scan::default(), verdicts: verdicts.clone(), patience, slow: None };
        (watched, verdicts)
    }

    /// What came of handing something to the peer, or that it was given up.
    fn handed(&mut self, ready: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match ready {
            Poll::Ready(Ok(count)) => {
                if let Some(slow) = &mut self.slow {
                    slow.taken += count;
                }
                self.slow.take_if(|slow| slow.taken >= LEAST);
                ready
            }
            Poll::Ready(Err(_)) => ready,
            Poll::Pending => self.waited(context),
        }
    }

    /// Nothing, or that the peer was given up.
    fn waited<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let patience = self.patience;
        let slow = self.slow.get_or_insert_with(|| Slow { until: Box::pin(sleep(patience)), taken: 0 });
        slow.until.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// As much of a line as tells what it is. A line about the framing that is longer is refused: the HTTP library would read
/// what is not kept.
const KEPT: usize = 64;

/// A length of more digits is refused.
const DIGITS: usize = 19;

/// Where on a connection we are.
#[derive(Default)]
struct Scan {
    head: Head,
    /// Bytes of a body that are still to come.
    body: u64,
    /// A body whose end we do not look for: the connection is closed after it.
    endless: bool,
}

#[derive(Default)]
struct Head {
    line: Vec<u8>,
    /// The bytes of the line so far.
    length: usize,
    lines: usize,
    lengths: usize,
    length_value: Option<u64>,
    /// Lines that name a transfer coding.
    codings: usize,
    /// Whether a line about the framing is too long, or says what we do not read.
    odd: bool,
    bare: bool,
    last: u8,
}

impl Scan {
    /// Looks at bytes that went by; each head that ends among them is judged.
    fn feed(&mut self, bytes: &[u8], verdicts: &Verdicts) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.endless {
                return;
            }
            if self.body > 0 {
                let skipped = rest.len().min(usize::try_from(self.body).unwrap_or(usize::MAX));
                self.body -= u64::try_from(skipped).unwrap_or_default();
                rest = rest.get(skipped..).unwrap_or_default();
                continue;
            }
            let line = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            let (piece, others) = rest.split_at_checked(line).unwrap_or((rest, &[]));
            rest = others;
            if self.head.feed(piece) {
                let head = std::mem::take(&mut self.head);
                verdicts.note(head.is_plain());
                self.endless = head.codings > 0 || !head.is_plain();
                self.body = head.length_value.unwrap_or_default();
            }
        }
    }
}

impl Head {
    /// Takes a line, or a piece of one; says whether the head has ended.
    fn feed(&mut self, piece: &[u8]) -> bool {
        let text = piece.strip_suffix(b"\n");
        let kept = text.unwrap_or(piece);
        self.length += kept.len();
        self.line.extend(kept.iter().take(KEPT.saturating_sub(self.line.len())));
        let before = kept.last().copied().unwrap_or(self.last);
        self.last = before;
        if text.is_none() {
            return false;
        }
        self.last = b'\n';
        self.bare |= before != b'\r';
        let empty = self.length == usize::from(before == b'\r');
        // An empty line before a request line is passed over (RFC 9112, 2.2).
        if empty && self.lines == 0 {
            *self = Self { bare: self.bare, ..Self::default() };
            return false;
        }
        if !empty {
            self.line();
        }
        self.lines += 1;
        self.line.clear();
        self.length = 0;
        empty
    }

    fn line(&mut self) {
        // Most lines are about something else.
        if !self.line.first().is_some_and(|first| matches!(first, b'C' | b'c' | b'T' | b't')) {
            return;
        }
        let line = String::from_utf8_lossy(&self.line).into_owned();
        let Some((name, value)) = line.split_once(':').filter(|_| self.lines > 0) else { return };
        let (name, value) = (name.trim_end(), value.trim());
        let (length, coding) =
            (name.eq_ignore_ascii_case("content-length"), name.eq_ignore_ascii_case("transfer-encoding"));
        self.odd |= (length || coding) && self.length > KEPT;
        if length {
            let digits = (1..=DIGITS).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
            self.lengths += 1;
            self.length_value = value.parse().ok().filter(|_| digits);
        } else if coding {
            self.codings += 1;
            self.odd |= !value.eq_ignore_ascii_case("chunked");
        }
    }

    /// Whether there is one way to read it: lines end in CRLF, and a length is a number that stands once and alone, or the
    /// body comes in chunks and in nothing else.
    fn is_plain(&self) -> bool {
        let length = self.lengths == 0 || self.lengths == 1 && self.length_value.is_some() && self.codings == 0;
        length && self.codings <= 1 && !self.odd && !self.bare
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { stream, scan, verdicts, .. } = &mut *self;
        let before = into.filled().len();
        let ready = Pin::new(stream).poll_read(context, into);
        scan.feed(into.filled().get(before..).unwrap_or_default(), verdicts);
        ready
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.handed(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // It is asked for when all was handed over; TLS may still have some of it.
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_pending() {
            return self.waited(context);
        }
        self.slow = None;
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verdicts on what is read in pieces of a size.
    fn judged(text: &str, size: usize) -> Vec<bool> {
        let verdicts = Verdicts::default();
        let mut scan = Scan::default();
        text.as_bytes().chunks(size).for_each(|piece| scan.feed(piece, &verdicts));
        let all = verdicts.0.lock().unwrap();
        all.iter().copied().collect()
    }

    #[test]
    fn bodies_are_skipped_and_each_head_is_judged_by_itself() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let post = "POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n\r\n\r\nContent-Length: \r\n";
        for size in [1, 2, 7, 1000] {
            assert_eq!(judged(&format!("\r\n{get}{post}{get}"), size), [true, true, true], "{size}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_told() {
        for bad in [
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: 1\r\nContent-Length: 1\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 1, 1\r\n",
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 1\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            &format!("Content-Length: {}1\r\n", "0".repeat(19)),
            &format!("Content-Length: {}1\r\n", " ".repeat(KEPT)),
            &format!("Transfer-Encoding: chunked{}\r\n", " ".repeat(KEPT)),
            "Host: a\n",
        ] {
            assert_eq!(judged(&format!("POST / HTTP/1.1\r\n{bad}\r\nGET / x\r\n\r\n"), 3), [false], "{bad:?}");
        }
        assert_eq!(judged("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 3), [true]);
    }

    /// Hands a peer something that it takes in byte by byte, one in so many milliseconds.
    async fn dripped(length: usize, pause: u64) -> io::Result<()> {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (own, mut peer) = tokio::io::duplex(1);
        let (mut watched, _) = Watched::new(own, Duration::from_millis(200));
        tokio::spawn(async move {
            while peer.read_u8().await.is_ok() {
                sleep(Duration::from_millis(pause)).await;
            }
        });
        watched.write_all(&vec![b'x'; length]).await?;
        watched.flush().await
    }

    #[tokio::test]
    async fn a_peer_that_takes_in_a_few_bytes_now_and_then_is_given_up() {
        assert_eq!(dripped(1000, 20).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(dripped(5, 20).await.is_ok());
    }
}
