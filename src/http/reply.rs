//! A reply as a plain value: a status, headers, and either bytes or a stream of events.

use std::borrow::Cow;

use tokio::sync::mpsc::Receiver;

/// What follows the headers.
#[derive(Debug)]
pub enum Body {
    /// All of it, at once.
    Bytes(Vec<u8>),
    /// Piece by piece, until the sender is dropped.
    Stream(Receiver<Vec<u8>>),
}

/// A name and a value.
type Header = (Cow<'static, str>, Cow<'static, str>);

/// A reply.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// What follows the headers.
    pub body: Body,
    headers: Vec<Header>,
}

impl Reply {
    /// A reply with a type and a body.
    #[must_use]
    pub fn new(status: u16, kind: impl Into<Cow<'static, str>>, body: Body) -> Self {
        let mut headers = Vec::with_capacity(8);
        headers.push(("Content-Type".into(), kind.into()));
        Self { status, body, headers }
    }

    /// A reply of plain text.
    #[must_use]
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", Body::Bytes(text.into().into_bytes()))
    }

    /// A reply that sends the visitor elsewhere. The location is written as it is, so it must be encoded already.
    #[must_use]
    pub fn elsewhere(status: u16, location: &str) -> Self {
        Self::text(status, format!("{location}\n")).with("Location", location.to_owned())
    }

    /// Sets a header; a value that it had before is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        self.headers.retain(|(held, _)| !held.eq_ignore_ascii_case(&name));
        self.headers.push((name, value.into()));
        self
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let held = self.headers.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
        held.map(|(_, value)| value.as_ref())
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &[(Cow<'static, str>, Cow<'static, str>)] {
        &self.headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_set_again_is_replaced() {
        let reply = Reply::text(200, "x").with("content-type", "text/css");
        assert_eq!(reply.header("Content-Type"), Some("text/css"));
        assert_eq!(reply.headers().len(), 1);
    }
}
