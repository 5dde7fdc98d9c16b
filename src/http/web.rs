//! Addresses of the web as a client asks for them: read, made plain ASCII, and followed from one to another (RFC 3986).

use std::fmt::{self, Write};
use std::net::IpAddr;

use crate::base::address::to_ascii;

/// An address that begins with `http://` or `https://`, without a fragment and without a user.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct WebAddress {
    private: bool,
    host: String,
    port: u16,
    target: String,
}

impl WebAddress {
    /// Reads a whole address; nothing comes back for what is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let private = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let place = authority.rsplit('@').next()?;
        let (host, port) = match place.rsplit_once(':').filter(|_| !place.ends_with(']')) {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (place, None),
        };
        let port = port.unwrap_or(if private { 443 } else { 80 });
        Some(Self { private, host: read_host(host)?, port, target: read_target(path) })
    }

    /// Where a server sends whoever asks for this address; nothing for what is no address of the web.
    #[must_use]
    pub fn follow(&self, location: &str) -> Option<Self> {
        let location = location.trim();
        let reference = location.split('#').next().unwrap_or_default();
        if let Some(rest) = reference.strip_prefix("//") {
            return Self::parse(&format!("{}://{rest}", self.scheme()));
        }
        let has_scheme = reference.split(['/', '?']).next().is_some_and(|first| first.contains(':'));
        if has_scheme {
            return Self::parse(reference);
        }
        let path = self.target.split('?').next().unwrap_or_default();
        let target = match reference.chars().next() {
            None => self.target.clone(),
            Some('/') => reference.to_owned(),
            Some('?') => format!("{path}{reference}"),
            Some(_) => format!("{}/{reference}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        };
        Some(Self { target: read_target(&target), ..self.clone() })
    }

    /// Whether the connection is private.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.private
    }

    /// The host: a name, or an address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path and the query.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The host, with a port that is not the usual one.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.private { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }

    fn scheme(&self) -> &'static str {
        if self.private { "https" } else { "http" }
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}{}", self.scheme(), self.authority(), self.target)
    }
}

fn read_host(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']')?;
        return inner.parse::<IpAddr>().ok().map(|address| address.to_string());
    }
    if !host.is_ascii() {
        return to_ascii(host);
    }
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_');
    (!host.is_empty() && host.chars().all(plain)).then(|| host.to_ascii_lowercase())
}

/// A path and a query: without a fragment, without steps such as `..`, and with everything encoded that may not stand there.
fn read_target(written: &str) -> String {
    let written = written.split('#').next().unwrap_or_default();
    let (path, query) = written.split_once('?').map_or((written, None), |(path, query)| (path, Some(query)));
    let mut parts: Vec<&str> = Vec::new();
    let mut steps = path.trim_start_matches('/').split('/').peekable();
    while let Some(step) = steps.next() {
        let is_last = steps.peek().is_none();
        match step {
            "." | ".." => {
                if step == ".." {
                    parts.pop();
                }
                parts.extend(is_last.then_some(""));
            }
            other => parts.push(other),
        }
    }
    let query = query.map_or_else(String::new, |query| format!("?{}", encoded(query)));
    format!("/{}{query}", encoded(&parts.join("/")))
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Whether an address is of this machine or of a network that the world does not reach.
#[must_use]
pub fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let [first, second, ..] = four.octets();
            let shared = first == 100 && second & 0xc0 == 64;
            four.is_loopback() || four.is_private() || four.is_link_local() || first == 0 || shared
        }
        IpAddr::V6(six) => {
            six.is_loopback() || six.is_unspecified() || six.is_unique_local() || six.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_asked_for_in_plain_ascii() {
        for (text, said) in [
            ("https://Example.org", "https://example.org/"),
            ("HTTP://me@example.org:80?a=b#c", "http://example.org/?a=b"),
            ("http://[::1]:8080/a b/é?q=ü", "http://[::1]:8080/a%20b/%C3%A9?q=%C3%BC"),
            ("https://münchen.example:443/x/../y/./z/..", "https://xn--mnchen-3ya.example/y/"),
            ("https://a.example/%2e?x=%20", "https://a.example/%2e?x=%20"),
        ] {
            assert_eq!(WebAddress::parse(text).unwrap().to_string(), said, "{text}");
        }
        for none in ["ftp://a.example/", "https://", "https://a b/", "https://a:x/", "/x", "http://[x]/"] {
            assert_eq!(WebAddress::parse(none), None, "{none}");
        }
    }

    #[test]
    fn a_redirect_is_followed_from_where_it_stands() {
        let from = WebAddress::parse("https://a.example/x/y?q").unwrap();
        for (location, to) in [
            ("/z", "https://a.example/z"),
            ("z", "https://a.example/x/z"),
            ("../z", "https://a.example/z"),
            ("?z", "https://a.example/x/y?z"),
            ("", "https://a.example/x/y?q"),
            ("//b.example/", "https://b.example/"),
            (" http://b.example/#f ", "http://b.example/"),
            ("/a:b", "https://a.example/a:b"),
        ] {
            assert_eq!(from.follow(location).unwrap().to_string(), to, "{location}");
        }
        for none in ["mailto:a@b.example", "javascript:x", "https://"] {
            assert_eq!(from.follow(none), None, "{none}");
        }
    }

    #[test]
    fn networks_that_the_world_does_not_reach_are_known() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_inside(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["93.184.215.14", "100.128.0.1", "2606:4700::1", "::ffff:93.184.215.14"] {
            assert!(!is_inside(outside.parse().unwrap()), "{outside}");
        }
    }
}
