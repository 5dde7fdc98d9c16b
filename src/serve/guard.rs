//! Who may ask: only pages of this very server. A page of another site, open in the same browser, must neither read
//! drafts (by a name that it points at this machine) nor post anything. Pure.

use crate::http::reply::Reply;
use crate::http::request::Request;

/// The refusal of a request that is not meant for this server, or that another site makes.
#[must_use]
pub fn refusal(request: &Request, port: u16) -> Option<Reply> {
    let own = |host: &str| {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        names.iter().any(|name| host.eq_ignore_ascii_case(&format!("{name}:{port}")))
    };
    if !request.header("Host").is_some_and(own) {
        let text = format!("This server answers for 127.0.0.1:{port} and localhost:{port} only.\n");
        return Some(Reply::text(421, text));
    }
    let foreign = |origin: &str| !origin.strip_prefix("http://").is_some_and(own);
    let refused = request.headers("Origin").any(foreign);
    refused.then(|| Reply::text(403, "Another site may not ask this server for anything.\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    fn status(host: &str, origin: Option<&str>) -> Option<u16> {
        let request = Request::new(Method::Post, "/").with("Host", host);
        let request = origin.into_iter().fold(request, |request, origin| request.with("Origin", origin));
        refusal(&request, 4000).map(|reply| reply.status)
    }

    #[test]
    fn only_its_own_names_are_answered() {
        for own in ["127.0.0.1:4000", "LocalHost:4000", "[::1]:4000"] {
            assert_eq!(status(own, None), None, "{own}");
        }
        for foreign in ["", "127.0.0.1", "127.0.0.1:4001", "evil.example:4000", "localhost.evil.example:4000"] {
            assert_eq!(status(foreign, None), Some(421), "{foreign}");
        }
        let twice = Request::new(Method::Get, "/").with("Host", "localhost:4000").with("Host", "localhost:4000");
        assert_eq!(refusal(&twice, 4000).map(|reply| reply.status), Some(421));
        assert!(refusal(&Request::new(Method::Get, "/"), 4000).is_some());
    }

    #[test]
    fn other_sites_are_refused() {
        assert_eq!(status("localhost:4000", Some("http://localhost:4000")), None);
        for foreign in ["null", "https://localhost:4000", "http://localhost:4001", "https://evil.example"] {
            assert_eq!(status("localhost:4000", Some(foreign)), Some(403), "{foreign}");
        }
    }
}
