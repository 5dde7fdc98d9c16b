//! A request as a plain value: what was asked, of which host, of whom, with which body.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::budget::Held;

/// What is to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Hand something out.
    Get,
    /// Say what a GET would answer, without the body.
    Head,
    /// Ask what may be done.
    Options,
    /// Take something in.
    Post,
    /// Anything else; nothing of ours answers it.
    Other,
}

impl Method {
    /// Reads a method as it stands in a request; methods are case-sensitive.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "OPTIONS" => Self::Options,
            "POST" => Self::Post,
            _ => Self::Other,
        }
    }

    /// Whether it only reads.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// A request whose body, if it is a POST, was read within the limits.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// The path, decoded, without the query.
    pub path: String,
    /// The query without its `?`, as it was written.
    pub query: Option<String>,
    /// The body of a POST; empty for every other method.
    pub body: Vec<u8>,
    /// The address of whoever is at the other end of the connection; a proxy, perhaps.
    pub peer: IpAddr,
    /// What the body takes of the memory for all requests. Whoever works on with it after the answer holds a clone.
    pub held: Held,
    /// Shared by clones: a request is kept while it is answered.
    headers: Arc<Vec<(String, String)>>,
}

impl Request {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: None,
            body: Vec::new(),
            peer: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            held: Held::default(),
            headers: Arc::default(),
        }
    }

    /// Adds a header line.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.headers).push((name.into(), value.into()));
        self
    }

    /// The values of all lines of a header, in order.
    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.headers.iter().filter(move |(held, _)| held.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.as_str())
    }

    /// The value of a header that stands exactly once. Twice is as good as never: nobody could say which one counts.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers(name);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_counts_only_when_it_stands_once() {
        let request = Request::new(Method::Get, "/").with("Host", "a").with("accept", "x").with("Accept", "y");
        assert_eq!(request.header("host"), Some("a"));
        assert_eq!(request.header("ACCEPT"), None);
        assert_eq!(request.headers("accept").collect::<Vec<_>>(), ["x", "y"]);
    }
}
