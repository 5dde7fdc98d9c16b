//! An outbox in memory, for development: mails go here instead of to a server, and can be looked at as text, as HTML
//! and as they would go over the wire.

use std::sync::{Arc, Mutex, PoisonError};

use super::transport::{Letter, Outcome, Sending, Transport};
use crate::base::percent;
use crate::http::reply::{Body, Reply};
use crate::render::html::Html;

/// More mails than this are not kept: the oldest goes.
const MOST: usize = 200;

/// Mails that take more bytes than this together are not kept either, but for the newest.
const ROOM: usize = 64 << 20;

/// More of a mail's source than this is not shown in its page.
const SHOWN: usize = 100_000;

/// Mails kept in memory.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// How many there ever were.
    count: usize,
    /// Each with its number, newest last.
    letters: Vec<(usize, Letter)>,
}

impl Transport for Outbox {
    fn send(&self, letter: Letter) -> Sending<'_> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.count += 1;
        let number = kept.count;
        kept.letters.push((number, letter));
        let size =
            |letters: &[(usize, Letter)]| letters.iter().map(|(_, letter)| letter.mail.bytes.len()).sum::<usize>();
        while kept.letters.len() > MOST || kept.letters.len() > 1 && size(&kept.letters) > ROOM {
            kept.letters.remove(0);
        }
        Box::pin(std::future::ready(Outcome::Accepted))
    }
}

impl Outbox {
    /// Answers for what stands below the outbox's address: nothing, `N/`, `N/html`, `N/source` or `N/files/M`.
    #[must_use]
    pub fn answer(&self, name: &str) -> Reply {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner).letters.clone();
        let (number, part) = name.split_once('/').unwrap_or((name, ""));
        let letter = number.parse::<usize>().ok().and_then(|number| letters.iter().find(|(known, _)| *known == number));
        match (letter, part) {
            _ if name.is_empty() => list(&letters),
            (Some((number, letter)), "") if name.ends_with('/') => one(*number, letter),
            (Some((_, letter)), "html") => {
                sealed(Reply::new(200, HTML, Body::Bytes(letter.mail.html.clone().into_bytes())))
            }
            (Some((_, letter)), "source") => {
                Reply::new(200, "text/plain; charset=utf-8", Body::Bytes(letter.mail.bytes.clone()))
            }
            (Some((_, letter)), _) => file(letter, part),
            _ => missing(),
        }
    }
}

fn missing() -> Reply {
    Reply::text(404, "There is no such mail in the outbox.\n")
}

/// A file of a mail, to be kept and never shown: a stranger made it.
fn file(letter: &Letter, part: &str) -> Reply {
    let number = part.strip_prefix("files/").and_then(|number| number.parse::<usize>().ok());
    let Some(file) = number.and_then(|number| letter.mail.files.get(number)) else { return missing() };
    let name = format!("attachment; filename*=UTF-8''{}", percent::encode_all(file.name.reveal()));
    let bytes = Body::Bytes(file.content.reveal().to_vec());
    sealed(Reply::new(200, "application/octet-stream", bytes)).with("Content-Disposition", name)
}

const HTML: &str = "text/html; charset=utf-8";

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.5rem 1rem .5rem 0;border-bottom:1px solid #8886;vertical-align:top}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:1rem;border-radius:.25rem}\
iframe{width:100%;height:26rem;border:1px solid #8886;background:#fff;color-scheme:light}a{color:LinkText}";

fn list(letters: &[(usize, Letter)]) -> Reply {
    let mut html = Html::new();
    html.element(
        "p",
        &[],
        "What forms sent while this server runs. Nothing leaves this machine, and nothing is written.",
    );
    if letters.is_empty() {
        html.element("p", &[], "No mail yet: send a form.");
        return page("Outbox", &html);
    }
    html.open("table", &[]);
    html.open("tr", &[]);
    ["Mail", "To"].iter().for_each(|head| html.element("th", &[("scope", "col")], head));
    html.close("tr");
    for (number, letter) in letters.iter().rev() {
        html.open("tr", &[]);
        html.open("td", &[]);
        html.element("a", &[("href", &format!("{number}/"))], &letter.mail.subject);
        html.close("td");
        html.element("td", &[], letter.to.as_str());
        html.close("tr");
    }
    html.close("table");
    page("Outbox", &html)
}

fn one(number: usize, letter: &Letter) -> Reply {
    let mut html = Html::new();
    html.open("p", &[]);
    html.element("a", &[("href", "../")], "Outbox");
    html.close("p");
    html.element("p", &[], &format!("Mail {number}, to {}", letter.to.as_str()));
    if !letter.mail.files.is_empty() {
        html.element("h2", &[], "Files");
        html.open("ul", &[]);
        for (at, file) in letter.mail.files.iter().enumerate() {
            html.open("li", &[]);
            html.element(
                "a",
                &[("href", &format!("files/{at}")), ("download", file.name.reveal())],
                file.name.reveal(),
            );
            html.text(&format!(" {} bytes, SHA-256 {}", file.size(), file.hash));
            html.close("li");
        }
        html.close("ul");
    }
    html.element("h2", &[], "Text");
    html.element("pre", &[("tabindex", "0")], &letter.mail.text);
    html.element("h2", &[], "HTML");
    html.open("iframe", &[("src", "html"), ("title", "The mail as HTML"), ("sandbox", "")]);
    html.close("iframe");
    html.element("h2", &[], "Source");
    let source = letter.mail.bytes.get(..SHOWN).unwrap_or(&letter.mail.bytes);
    let end = if source.len() < letter.mail.bytes.len() { "\n…" } else { "" };
    let source = String::from_utf8_lossy(source).replace("\r\n", "\n") + end;
    html.element("pre", &[("tabindex", "0")], &source);
    html.open("p", &[]);
    html.element("a", &[("href", "source")], "The source alone");
    html.close("p");
    page(&letter.mail.subject, &html)
}

fn page(title: &str, body: &Html) -> Reply {
    let mut head = Html::new();
    head.element("title", &[], title);
    let mut heading = Html::new();
    heading.element("h1", &[], title);
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{}\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{}\n{}\n</main>\n</body>\n</html>\n",
        head.as_str(),
        heading.as_str(),
        body.as_str(),
    );
    sealed(Reply::new(200, HTML, Body::Bytes(text.into_bytes())))
}

/// Nothing on these pages loads or does anything: mails hold what strangers typed.
fn sealed(reply: Reply) -> Reply {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
    reply
        .with("Content-Security-Policy", policy)
        .with("Cache-Control", "no-store")
        .with("X-Content-Type-Options", "nosniff")
}
