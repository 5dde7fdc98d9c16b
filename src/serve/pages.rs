//! A built site and a path → a reply. Pure: it knows files and rules, no socket, no clock and no disk.

use super::rules::Rules;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::percent;
use crate::http::reply::{Body, Reply};
use crate::http::request::Request;

/// The type of pages.
pub const HTML: &str = "text/html; charset=utf-8";

/// The hosts' rule files: read by hosts, handed out by none.
const RULE_FILES: &[&str] = &["_headers", "_redirects"];

/// A built site and where it lives on its host.
#[derive(Debug)]
pub struct Site {
    files: Files,
    rules: Rules,
    base: String,
}

impl Site {
    /// A site below a path of its host, `/` or `/sub/`.
    #[must_use]
    pub fn new(files: Files, base_path: &str) -> Self {
        let inner = base_path.trim_matches('/');
        let base = if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") };
        Self { rules: Rules::of(&files), files, base }
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Reply {
        if !request.method.reads() {
            return Reply::text(405, "Only GET and HEAD are answered here.\n").with("Allow", "GET, HEAD");
        }
        let path = request.path.as_str();
        if path != self.base && self.base.trim_end_matches('/') == path.trim_end_matches('/') {
            return Reply::elsewhere(308, &self.base);
        }
        if path == "/" && self.base != "/" {
            return Reply::elsewhere(307, &self.base);
        }
        if let Some((name, bytes)) = self.file(path) {
            return self.dressed(path, Reply::new(200, kind(&name), Body::Bytes(bytes.to_vec())));
        }
        self.moved(path, request.query.as_deref()).unwrap_or_else(|| self.missing(path))
    }

    /// The file that an address means: itself, or the index of a folder.
    fn file(&self, path: &str) -> Option<(SitePath, &[u8])> {
        let inner = path.strip_prefix(self.base.as_str())?;
        let name =
            if inner.is_empty() || inner.ends_with('/') { format!("{inner}index.html") } else { inner.to_owned() };
        let name = SitePath::parse(&name).filter(|name| !RULE_FILES.contains(&name.as_str()))?;
        let bytes = self.files.get(&name)?;
        Some((name, bytes))
    }

    fn moved(&self, path: &str, query: Option<&str>) -> Option<Reply> {
        let folder = format!("{path}/");
        let (status, mut location) = match self.rules.redirect(path) {
            Some(told) => told,
            None if self.file(&folder).is_some() => (308, percent::encode(&folder)),
            None => return None,
        };
        if let Some(query) = query.filter(|_| !location.contains(['?', '#'])) {
            location = format!("{location}?{query}");
        }
        Some(Reply::elsewhere(status, &location))
    }

    fn missing(&self, path: &str) -> Reply {
        let reply = match self.files.named("404.html") {
            Some(bytes) => Reply::new(404, HTML, Body::Bytes(bytes.to_vec())),
            None => notice(404, "Not found", &format!("There is no page at {path}.")),
        };
        self.dressed(path, reply)
    }

    /// Adds the headers that the host will add.
    fn dressed(&self, path: &str, reply: Reply) -> Reply {
        let rules = self.rules.headers(path);
        rules.iter().fold(reply, |reply, (name, value)| reply.with(name.clone(), value.clone()))
    }
}

/// A page of our own, without any style: a heading and a text as it is.
#[must_use]
pub fn notice(status: u16, title: &str, text: &str) -> Reply {
    let (title, text) = (escape(title), escape(text));
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<pre>{text}</pre>\n</body>\n</html>\n"
    );
    Reply::new(status, HTML, Body::Bytes(page.into_bytes()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The type of a file, by its name.
fn kind(name: &SitePath) -> &'static str {
    match name.extension() {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" if name.name() == "feed.json" => "application/feed+json; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "pdf" => "application/pdf",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        _ if name.name() == "timemap" => "application/link-format; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    fn site(base: &str) -> Site {
        let mut files = Files::default();
        for (name, text) in [
            ("index.html", "home"),
            ("policies/x/index.html", "policy"),
            ("policies/x/timemap", "map"),
            ("policies/é/index.html", "accent"),
            ("text.md", "# x"),
            ("404.html", "lost"),
            ("_redirects", "/old/ /policies/x/ 301\n"),
            ("_headers", "/*\n  X-All: 1\n/text.md\n  Content-Type: text/x\n"),
        ] {
            files.insert(SitePath::parse(name).unwrap(), text.as_bytes().to_vec());
        }
        Site::new(files, base)
    }

    fn get(site: &Site, path: &str) -> (u16, String, Reply) {
        let reply = site.answer(&Request::new(Method::Get, path));
        let Body::Bytes(bytes) = &reply.body else { unreachable!("pages are no streams") };
        (reply.status, String::from_utf8(bytes.clone()).unwrap(), reply)
    }

    #[test]
    fn an_address_means_a_file_or_the_index_of_a_folder() {
        let site = site("/");
        for (path, body) in [("/", "home"), ("/policies/x/", "policy"), ("/policies/é/", "accent"), ("/text.md", "# x")]
        {
            let (status, said, reply) = get(&site, path);
            assert_eq!((status, said.as_str(), reply.header("X-All")), (200, body, Some("1")), "{path}");
        }
        assert_eq!(get(&site, "/").2.header("Content-Type"), Some(HTML));
        assert_eq!(get(&site, "/text.md").2.header("Content-Type"), Some("text/x"));
        let map = get(&site, "/policies/x/timemap").2;
        assert_eq!(map.header("Content-Type"), Some("application/link-format; charset=utf-8"));
    }

    #[test]
    fn folders_end_in_a_slash_and_rules_send_elsewhere() {
        let site = site("/");
        let sent = |path: &str| {
            let (status, _, reply) = get(&site, path);
            (status, reply.header("Location").unwrap_or_default().to_owned())
        };
        assert_eq!(sent("/policies/é"), (308, "/policies/%C3%A9/".to_owned()));
        assert_eq!(sent("/old/"), (301, "/policies/x/".to_owned()));
        let mut request = Request::new(Method::Get, "/policies/x");
        request.query = Some("a=b".to_owned());
        assert_eq!(site.answer(&request).header("Location"), Some("/policies/x/?a=b"));
    }

    #[test]
    fn what_is_not_there_is_the_sites_own_404() {
        let site = site("/");
        for path in ["/none", "/policies/../text.md", "//policies/x/", "//policies/x", "/_headers", "/_redirects", "*"]
        {
            let (status, body, _) = get(&site, path);
            assert_eq!((status, body.as_str()), (404, "lost"), "{path}");
        }
        let (status, body, _) = get(&Site::new(Files::default(), "/"), "/<b>");
        assert_eq!(status, 404);
        assert!(body.contains("&lt;b&gt;"));
    }

    #[test]
    fn a_site_below_a_path_lives_there_only() {
        for base in ["/sub/", "/sub", "sub"] {
            let site = site(base);
            let (status, _, reply) = get(&site, "/");
            assert_eq!((status, reply.header("Location")), (307, Some("/sub/")));
            assert_eq!(get(&site, "/sub").2.header("Location"), Some("/sub/"));
            assert_eq!(get(&site, "/sub/").1, "home");
            assert_eq!(get(&site, "/sub/policies/x").2.header("Location"), Some("/sub/policies/x/"));
            assert_eq!(get(&site, "/policies/x/").0, 404);
        }
    }

    #[test]
    fn only_reading_is_answered() {
        let site = site("/");
        for method in [Method::Post, Method::Other] {
            let reply = site.answer(&Request::new(method, "/"));
            assert_eq!((reply.status, reply.header("Allow")), (405, Some("GET, HEAD")));
        }
        assert_eq!(site.answer(&Request::new(Method::Head, "/")).status, 200);
    }
}
