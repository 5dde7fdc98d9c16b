//! Live reload: the script in every page, the stream that tells it of builds, and the text of what stopped one.
//!
//! An event is `BUILD OUTCOME`: the name of what is shown, and `good`, `failed` (the last good site is shown) or `none`
//! (there is no good one yet). A page carries the name of the build that it is from, so that no build is missed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::show::Show;
use crate::http::reply::{Body, Reply};

/// What is shown now; `None` once the server stops.
pub type Shown = watch::Sender<Option<Arc<Show>>>;

/// Everything of ours stands below this path, at the top of the host.
pub const OWN: &str = "/_vellum/";

const SCRIPT: &str = include_str!("live.js");

/// A quiet stream says something this often, so that a peer that went away is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Answers what is asked below our own path.
#[must_use]
pub fn answer(name: &str, shown: &Shown, show: &Show) -> Reply {
    match name {
        "live.js" => Reply::new(200, "text/javascript; charset=utf-8", Body::Bytes(SCRIPT.as_bytes().to_vec())),
        "errors" => Reply::text(200, show.trouble().unwrap_or_default()),
        "events" => Reply::new(200, "text/event-stream", Body::Stream(stream(shown.subscribe()))),
        _ => Reply::text(404, "Not found.\n"),
    }
}

fn stream(shown: watch::Receiver<Option<Arc<Show>>>) -> mpsc::Receiver<Vec<u8>> {
    let (pieces, stream) = mpsc::channel(1);
    tokio::spawn(tell(shown, pieces));
    stream
}

/// Tells of the state as it is, then of each change, until the peer or the server is gone.
async fn tell(mut shown: watch::Receiver<Option<Arc<Show>>>, pieces: mpsc::Sender<Vec<u8>>) {
    // How long a browser waits before it asks again, in milliseconds.
    let mut greeting = "retry: 500\n";
    loop {
        let state = shown.borrow_and_update().clone();
        let Some(show) = state else { return };
        let piece = format!("{greeting}data: {} {}\n\n", show.build(), show.outcome());
        greeting = "";
        if pieces.send(piece.into_bytes()).await.is_err() {
            return;
        }
        if !changed(&mut shown, &pieces).await {
            return;
        }
    }
}

/// Waits for a change, and keeps the stream alive meanwhile; false when nobody listens or speaks any more.
async fn changed(shown: &mut watch::Receiver<Option<Arc<Show>>>, pieces: &mpsc::Sender<Vec<u8>>) -> bool {
    loop {
        tokio::select! {
            changed = shown.changed() => return changed.is_ok(),
            () = pieces.closed() => return false,
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        if pieces.send(b": still here\n\n".to_vec()).await.is_err() {
            return false;
        }
    }
}

/// Makes a reply fit for development: nothing of it is kept, and a page of it carries the script.
#[must_use]
pub fn attach(reply: Reply, show: &Show, host: &str) -> Reply {
    let mut reply = reply.with("Cache-Control", "no-store").with("X-Content-Type-Options", "nosniff");
    let is_page = reply.header("Content-Type").is_some_and(|kind| kind.starts_with("text/html"));
    if !is_page {
        return reply;
    }
    if let Body::Bytes(page) = &mut reply.body {
        if keeps_to_itself(page) {
            return reply;
        }
        inject(page, &show.build());
    }
    let Some(policy) = reply.header("Content-Security-Policy") else { return reply };
    let policy = allow(policy, &format!("http://{host}{OWN}"));
    reply.with("Content-Security-Policy", policy)
}

/// Whether a page brings a policy of its own in its head: the file of a version, which is to be kept as it is.
fn keeps_to_itself(page: &[u8]) -> bool {
    const POLICY: &[u8] = b"Content-Security-Policy";
    page.get(..512).unwrap_or(page).windows(POLICY.len()).any(|window| window == POLICY)
}

/// Puts the script before the end of the body, or at the end where that is not written.
fn inject(page: &mut Vec<u8>, build: &str) {
    let tag = format!("<script src=\"{OWN}live.js\" data-build=\"{build}\" defer></script>");
    let end = page.windows(7).rposition(|window| window.eq_ignore_ascii_case(b"</body>"));
    let at = end.unwrap_or(page.len());
    page.splice(at..at, tag.into_bytes());
}

/// Lets our own script and stream through a content security policy, and nothing else: a page that works here must work
/// once it is published.
fn allow(policy: &str, source: &str) -> String {
    let each = policy.split(',').map(|policy| {
        let mut directives: Vec<Vec<&str>> = policy.split(';').map(|part| part.split_whitespace().collect()).collect();
        directives.retain(|words| !words.is_empty());
        for name in ["script-src", "script-src-elem", "connect-src"] {
            add(&mut directives, name, source);
        }
        directives.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("; ")
    });
    each.collect::<Vec<_>>().join(", ")
}

fn add<'a>(directives: &mut Vec<Vec<&'a str>>, name: &'a str, source: &'a str) {
    let called = |words: &[&str], name: &str| words.first().is_some_and(|first| first.eq_ignore_ascii_case(name));
    let found = directives.iter().position(|words| called(words, name));
    let default = directives.iter().find(|words| called(words, "default-src")).cloned();
    let mut words = match (found, default) {
        (Some(at), _) => directives.remove(at),
        // What is not written falls back to the default; scripts in elements fall back to `script-src`.
        (None, Some(default)) if name != "script-src-elem" => default,
        _ => return,
    };
    words.retain(|word| !word.eq_ignore_ascii_case("'none'"));
    let sources = words.into_iter().skip(1);
    directives.push(std::iter::once(name).chain(sources).chain([source]).collect());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::pages::HTML;

    #[test]
    fn the_script_stands_before_the_end_of_the_body() {
        let script = "<script src=\"/_vellum/live.js\" data-build=\"1-2\" defer></script>";
        let injected = |page: &str| {
            let mut bytes = page.as_bytes().to_vec();
            inject(&mut bytes, "1-2");
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(injected("<p></body>x</p></BODY></html>"), format!("<p></body>x</p>{script}</BODY></html>"));
        assert_eq!(injected("<p>x"), format!("<p>x{script}"));
        assert_eq!(injected(""), script);
    }

    #[test]
    fn the_policy_lets_the_script_through_and_nothing_else() {
        let allowed = |policy: &str| allow(policy, "S");
        assert_eq!(
            allowed("default-src 'none'; script-src 'sha256-x'; img-src 'self'"),
            "default-src 'none'; img-src 'self'; script-src 'sha256-x' S; connect-src S"
        );
        assert_eq!(allowed("default-src 'self'"), "default-src 'self'; script-src 'self' S; connect-src 'self' S");
        assert_eq!(allowed("img-src 'self'; script-src-elem 'none';"), "img-src 'self'; script-src-elem S");
        assert_eq!(allowed("img-src a, connect-src b"), "img-src a, connect-src b S");
    }

    #[test]
    fn only_pages_carry_the_script_and_nothing_is_kept() {
        let show = Show::new("/", 1);
        let style = Reply::new(200, "text/css", Body::Bytes(b"x".to_vec())).with("Cache-Control", "max-age=1");
        let style = attach(style, &show, "h");
        assert_eq!(style.header("Cache-Control"), Some("no-store"));
        assert!(matches!(style.body, Body::Bytes(bytes) if bytes == b"x"));
        let page = Reply::new(404, HTML, Body::Bytes(Vec::new())).with("Content-Security-Policy", "script-src 'none'");
        let page = attach(page, &show, "h");
        assert_eq!(page.header("Content-Security-Policy"), Some("script-src http://h/_vellum/"));
        assert!(matches!(page.body, Body::Bytes(bytes) if bytes.starts_with(b"<script")));
    }
}
