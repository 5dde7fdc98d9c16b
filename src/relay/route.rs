//! The head of a request → what is asked for, and whether a page of that origin may ask. Pure.

use std::collections::BTreeSet;

use crate::base::percent;
use crate::http::reply::Reply;
use crate::http::request::{Method, Request};
use crate::site::Site;
use crate::site::config::{BaseUrl, Config};

/// What is asked for. Forms are named by their place in the site.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// A file of the theme.
    Asset(String),
    /// A piece of work to be done for a form.
    Challenge(usize),
    /// Nothing that is there.
    Missing,
    /// Something that is done in another way: the methods that are allowed, and the form whose page leads on.
    NotAllowed(&'static str, Option<usize>),
    /// The page of a form.
    Page(usize),
    /// A submission.
    Post(usize),
    /// Whether a page of another origin may post.
    Preflight,
    /// The page that says "sent", with its receipt.
    Sent(usize, String),
}

/// Tells what is asked for.
#[must_use]
pub fn action(request: &Request, site: &Site) -> Action {
    let config = &site.config;
    let base = config.relay.url.as_ref().unwrap_or(&config.base);
    let Some(path) = request.path.strip_prefix(base.path()) else { return Action::Missing };
    if let Some(name) = path.strip_prefix("assets/") {
        let reads = request.method.reads();
        return if reads { Action::Asset(name.to_owned()) } else { Action::NotAllowed("GET, HEAD", None) };
    }
    let found = path.strip_prefix("forms/").and_then(|rest| {
        let (id, rest) = rest.split_once('/').map_or((rest, None), |(id, rest)| (id, Some(rest)));
        Some((site.forms.iter().position(|form| form.id.as_str() == id)?, rest))
    });
    match (found, request.method, request.query.as_deref()) {
        (Some((form, None | Some(""))), Method::Post, None) => Action::Post(form),
        (Some((_, None | Some(""))), Method::Options, _) => Action::Preflight,
        // What links are marked with says nothing to us. A form that was sent by GET is told so.
        (Some((form, Some(""))), Method::Get | Method::Head, query) if !names_field(query, site, form) => {
            Action::Page(form)
        }
        (Some((form, None)), ..) => Action::NotAllowed("POST", Some(form)),
        (Some((form, Some(""))), ..) => Action::NotAllowed("GET, HEAD, POST", Some(form)),
        (Some((form, Some("challenge"))), Method::Get | Method::Head, None) => Action::Challenge(form),
        (Some((form, Some("sent"))), Method::Get | Method::Head, Some(query)) => {
            Action::Sent(form, query.strip_prefix("r=").unwrap_or_default().to_owned())
        }
        (Some((form, Some("challenge"))), ..) | (Some((form, Some("sent"))), Method::Post | Method::Other, _) => {
            Action::NotAllowed("GET, HEAD", Some(form))
        }
        _ => Action::Missing,
    }
}

/// Whether a query names a field of a form.
fn names_field(query: Option<&str>, site: &Site, form: usize) -> bool {
    let names = query.unwrap_or_default().split('&').map(|part| part.split('=').next().unwrap_or_default());
    let names: Vec<String> = names.filter_map(percent::decode_form).collect();
    let form = site.forms.get(form);
    let fields = form.into_iter().flat_map(|form| &form.fields).map(|field| &field.name);
    let consents = form.into_iter().flat_map(|form| &form.consents).map(|consent| &consent.name);
    fields.chain(consents).any(|known| names.contains(known))
}

/// Whether a script wants JSON: it says so, and does not want a page.
#[must_use]
pub fn wants_json(request: &Request) -> bool {
    let accepts = |media: &str| {
        let all = request.headers("Accept").flat_map(|line| line.split(','));
        all.map(|one| one.split(';').next().unwrap_or_default().trim()).any(|one| one.eq_ignore_ascii_case(media))
    };
    (accepts("application/json") || accepts("application/problem+json")) && !accepts("text/html")
}

/// What every answer is sent with: nothing of it is kept, and it loads nothing from elsewhere.
#[must_use]
pub fn protect(reply: Reply) -> Reply {
    let reply = if reply.header("Cache-Control").is_some() { reply } else { reply.with("Cache-Control", "no-store") };
    reply
        .with(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        .with("Cross-Origin-Opener-Policy", "same-origin")
        // With `no-referrer` a browser would post from here with the origin `null`.
        .with("Referrer-Policy", "same-origin")
        .with("X-Content-Type-Options", "nosniff")
}

/// The origins whose pages may post.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    known: BTreeSet<String>,
    /// Whoever asks was judged before.
    open: bool,
}

/// What is said to the page that asked.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Judged(Option<String>);

impl Origins {
    /// The site's own, the relay's own, and those of the settings.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let own = [Some(config.base.origin()), config.relay.url.as_ref().map(BaseUrl::origin)];
        let own = own.into_iter().flatten().map(str::to_owned);
        Self { known: own.chain(config.relay.origins.iter().cloned()).collect(), open: false }
    }

    /// Those of a server that has judged already.
    #[must_use]
    pub fn judged_before() -> Self {
        Self { known: BTreeSet::new(), open: true }
    }

    /// Whether a page of another site asks. No origin, or `null`, is nobody's: it takes the review step.
    #[must_use]
    pub fn is_foreign(&self, request: &Request) -> bool {
        let known = |origin: &str| self.open || origin == "null" || self.known.contains(&origin.to_ascii_lowercase());
        !request.headers("Origin").all(known)
    }

    /// What may be said to the page that asked.
    #[must_use]
    pub fn judge(&self, request: &Request) -> Judged {
        let origin = request.header("Origin").filter(|origin| self.known.contains(&origin.to_ascii_lowercase()));
        Judged(origin.map(str::to_owned))
    }

    /// The answer to the question whether a page may post (Fetch, "CORS-preflight request").
    #[must_use]
    pub fn preflight(&self, request: &Request) -> Reply {
        let judged = self.judge(request);
        if judged.0.is_none() {
            return Reply::text(403, "Pages of this origin may not send this form.\n").with("Vary", "Origin");
        }
        let reply = Reply::text(204, "");
        let reply = reply
            .with("Access-Control-Allow-Methods", "POST")
            .with("Access-Control-Allow-Headers", "Accept, Content-Type");
        judged.mark(reply.with("Access-Control-Max-Age", "600"))
    }
}

impl Judged {
    /// Lets the page that asked read the answer, if it may.
    #[must_use]
    pub fn mark(self, reply: Reply) -> Reply {
        let reply = reply.with("Vary", "Origin");
        match self.0 {
            Some(origin) => reply.with("Access-Control-Allow-Origin", origin),
            None => reply,
        }
    }
}
