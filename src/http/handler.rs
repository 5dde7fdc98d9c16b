//! Who answers: what may be read of a request is decided once its head is there, and what cannot be read is answered too.

use std::future::Future;

use super::reply::Reply;
use super::request::Request;

/// What is read of a request after its head.
#[derive(Debug)]
pub enum Admission {
    /// Its body, up to the limit of the server.
    Usual,
    /// Its body, up to a limit in bytes. The name is that of the peer whose share of the memory it takes, if it has one.
    UpTo(usize, Option<u64>),
    /// Nothing: this is the answer, after which the connection is closed.
    Refused(Reply),
    /// Nothing: the connection is closed without a word.
    Closed,
}

/// Why a request could not be read. The connection is closed after it: nobody knows where the next request begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unread {
    /// It can be read in two ways.
    Ambiguous,
    /// All memory for requests is taken; another attempt may be made after a moment.
    Busy,
    /// Its body breaks off, or is framed badly.
    Cut,
    /// It names no host, or two.
    Host,
    /// The answer was not made in time.
    Late,
    /// Its body is longer than is allowed.
    Long,
    /// Its address is not percent-encoded UTF-8.
    Path,
    /// Its body did not arrive in time.
    Slow,
}

impl Unread {
    /// The status that says so.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Ambiguous | Self::Cut | Self::Host | Self::Path => 400,
            Self::Slow => 408,
            Self::Long => 413,
            Self::Busy | Self::Late => 503,
        }
    }

    /// The sentence that says so.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Ambiguous => "This request can be read in two ways.",
            Self::Busy => "Too much is being sent at the moment. Try again in a moment.",
            Self::Cut => "What was sent could not be read.",
            Self::Host => "A request names its host once.",
            Self::Late => "The answer was not ready in time.",
            Self::Long => "What was sent is too long.",
            Self::Path => "This address is not percent-encoded UTF-8.",
            Self::Slow => "What was sent took too long to arrive.",
        }
    }
}

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Says from its head what is read of a request. The head is a request without its body.
    fn admit(&self, _head: &Request) -> Admission {
        Admission::Usual
    }

    /// Answers a request that was read.
    fn answer(&self, request: Request) -> impl Future<Output = Reply> + Send;

    /// Answers a request that could not be read.
    fn refuse(&self, _head: &Request, why: Unread) -> Reply {
        Reply::text(why.status(), format!("{}\n", why.text()))
    }
}

impl<H, F> Handler for H
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send,
{
    fn answer(&self, request: Request) -> impl Future<Output = Reply> + Send {
        self(request)
    }
}
