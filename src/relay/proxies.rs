//! From whom a request comes: the peer, or whom a trusted proxy names. Pure.
//!
//! Each proxy writes the address that it saw behind those that were there already, so a list is read from its right end:
//! the first address that is no trusted proxy's is the visitor's. What stands left of it anybody may have written.

use std::net::{IpAddr, SocketAddr};

use crate::http::request::Request;
use crate::site::relay_proxies::{Header, Proxies};

/// From whom a request comes. What cannot be read, and what an untrusted peer says, changes nothing.
#[must_use]
pub fn client(request: &Request, proxies: &Proxies) -> IpAddr {
    if !proxies.trusts(request.peer) {
        return request.peer;
    }
    // Several lines are one list (RFC 9110, 5.3).
    let lines: Vec<&str> = request.headers(proxies.header.name()).collect();
    let mut named = request.peer;
    for hop in lines.join(",").rsplit(',') {
        match address(hop, proxies.header) {
            Some(hop) if proxies.trusts(hop) => named = hop,
            Some(hop) => return hop,
            None => return named,
        }
    }
    named
}

/// Whether a proxy seems to stand before us of which nobody told us.
#[must_use]
pub fn is_unknown(request: &Request, proxies: &Proxies) -> bool {
    let forwarded =
        [Header::List, Header::Forwarded].iter().any(|header| request.headers(header.name()).next().is_some());
    let private = match request.peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    forwarded && private && !proxies.trusts(request.peer)
}

fn address(hop: &str, header: Header) -> Option<IpAddr> {
    let text = match header {
        Header::List => hop.trim(),
        Header::Forwarded => {
            let pairs = hop.split(';').filter_map(|pair| pair.trim().split_once('='));
            let mut named = pairs.filter(|(name, _)| name.trim_end().eq_ignore_ascii_case("for"));
            let value = named.next()?.1.trim();
            named
                .next()
                .is_none()
                .then(|| value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))?
        }
    };
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    found.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::span::SourceText;
    use crate::http::request::Method;
    use crate::site::raw::Reading;

    fn named(header: &str, peer: &str, lines: &[&str]) -> String {
        let text = format!("proxies: {{trusted: [10.0.0.0/8, \"fd00::/8\"], header: {header}}}\n");
        let source = SourceText::new(SitePath::parse("site.yaml").unwrap(), text);
        let reading = Reading::new(&source);
        let node = reading.node().unwrap();
        let proxies = crate::site::relay_proxies::read(&reading.fields(&node).unwrap());
        let mut request = Request::new(Method::Post, "/");
        request.peer = peer.parse().unwrap();
        let request = lines.iter().fold(request, |request, line| request.with(header.to_ascii_lowercase(), *line));
        client(&request, &proxies).to_string()
    }

    #[test]
    fn row_31_the_right_most_address_that_is_no_proxys_is_the_visitors() {
        let list = |peer, lines: &[&str]| named("X-Forwarded-For", peer, lines);
        assert_eq!(list("10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(list("10.0.0.1", &["6.6.6.6", " 1.2.3.4 ,10.2.2.2"]), "1.2.3.4");
        assert_eq!(list("10.0.0.1", &["10.9.9.9, 10.2.2.2"]), "10.9.9.9");
        assert_eq!(list("10.0.0.1", &["1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(list("fd00::1", &["[2001:db8::1]:99"]), "2001:db8::1");
        assert_eq!(list("10.0.0.1", &["::ffff:1.2.3.4"]), "1.2.3.4");
        // An untrusted peer is not believed, and garbage names nobody.
        assert_eq!(list("9.9.9.9", &["1.2.3.4"]), "9.9.9.9");
        for garbage in [&[][..], &[""], &["x"], &["1.2.3.4,"], &["1.2.3.4, unknown"], &["1.2.3.4", "\"10.0.0.2\""]] {
            assert_eq!(list("10.0.0.1", garbage), "10.0.0.1", "{garbage:?}");
        }
        assert_eq!(list("10.0.0.1", &["1.2.3.4, x, 10.2.2.2"]), "10.2.2.2");
    }

    #[test]
    fn row_31_forwarded_is_read_as_its_standard_has_it() {
        let forwarded = |lines: &[&str]| named("Forwarded", "10.0.0.1", lines);
        assert_eq!(forwarded(&["for=6.6.6.6, For=1.2.3.4;proto=https;by=10.0.0.1"]), "1.2.3.4");
        assert_eq!(forwarded(&["for=\"[2001:db8::1]:4711\"", "proto=http; for=10.4.4.4"]), "2001:db8::1");
        for garbage in ["for=unknown", "for=_hidden", "by=1.2.3.4", "for=1.2.3.4;for=5.6.7.8", "for=\"1.2.3.4, x\"", ""]
        {
            assert_eq!(forwarded(&[garbage]), "10.0.0.1", "{garbage}");
        }
    }
}
