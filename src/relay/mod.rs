//! The mail wing: a form's POST → one mail for each recipient, or the text given back. Nothing of a visitor is kept.
//!
//! ```text
//! request ─▶ route ─▶ body ─▶ submission ─▶ proof, memory ─▶ message ─▶ transport (smtp, or an outbox in memory)
//!                                    └──────────── reply: form again, review, sent, failed ◀──────┘
//! ```
//!
//! "Sent" is said only when the mail server has accepted the mail for all recipients.

mod acknowledge;
pub mod admin;
mod again;
pub mod attach;
pub mod body;
pub mod challenge;
pub mod config;
pub mod confine;
mod deliver;
pub mod front;
pub mod heard;
mod limit;
pub mod log;
pub mod memory;
pub mod message;
mod mime;
mod multipart;
pub mod names;
mod note;
pub mod notice;
pub mod numbers;
pub mod outbox;
pub mod personal;
pub mod porter;
pub mod probe;
pub mod proof;
pub mod proxies;
mod quoted;
pub mod reply;
pub mod route;
mod seal;
mod silent;
pub mod smtp;
mod stationery;
pub mod submission;
mod talk;
pub mod token;
pub mod transport;
pub mod trial;
mod turns;
pub mod unit;
pub mod upload;
pub mod wire;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use tokio::sync::RwLock;

use self::acknowledge::Acknowledged;
use self::limit::Pace;
use self::memory::Memory;
use self::porter::Porter;
use self::proof::Verdict;
use self::reply::{Asked, Trouble, problem, thanks};
use self::route::{Action, Origins, wants_json};
use self::smtp::Tell;
use self::stationery::Drawer;
use self::submission::{Mistakes, Submission};
use self::token::{Scope, Token, WAIT, received};
use self::transport::Transport;
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::base::mac::{Key, hex};
use crate::base::path::SitePath;
use crate::base::version::Version;
use crate::http::budget::Held;
use crate::http::reply::{Body, Reply};
use crate::http::request::Request;
use crate::render::Sink;
use crate::render::form::{self, Filled};
use crate::render::stage::{Basis, Stage};
use crate::site::form::Form;
use crate::site::relay::Sender;

/// What the relay takes from the system.
pub struct World {
    /// The moment for which versions are looked up.
    pub now: Box<dyn Fn() -> Moment + Send + Sync>,
    /// The clock, in seconds since 1970.
    pub clock: Box<dyn Fn() -> i64 + Send + Sync>,
    /// 16 random bytes.
    pub random: Box<dyn Fn() -> [u8; 16] + Send + Sync>,
    /// Where events are told.
    pub tell: Tell,
    /// Who stands at the door.
    pub porter: Arc<Porter>,
}

/// The relay: a site's forms, and where their mails go.
pub struct Relay {
    basis: Arc<Basis>,
    from: Sender,
    /// What its mails have in common.
    drawer: Drawer,
    key: Key,
    memory: Memory,
    acknowledged: Arc<Acknowledged>,
    origins: Origins,
    transport: Arc<dyn Transport>,
    world: Arc<World>,
    /// Forms that are closed, by their place in the site: what they collect is not disclosed any more.
    closed: Vec<usize>,
    /// Held for reading by each submission that is being sent.
    busy: Arc<RwLock<()>>,
}

/// Pages of the relay are answers, not files.
struct Nowhere;

impl Sink for Nowhere {
    fn page(&self, _: SitePath, _: Vec<u8>) -> Result<(), Error> {
        Ok(())
    }
}

/// A submission on its way: the form's place in the site, and all that was sent.
struct Way {
    form: usize,
    submission: Submission,
    seen: Option<Version>,
    json: bool,
    /// The memory that it takes, given back when the mails are sent.
    _held: Held,
}

impl Relay {
    /// A relay for a site. `origins` may post beside the site's own and those of its settings.
    #[must_use]
    pub fn new(basis: Basis, (from, key): (Sender, Key), transport: Box<dyn Transport>, world: World) -> Self {
        let (basis, origins) = again::settled(basis);
        let acknowledged = Acknowledged::new(hex(&(world.random)()));
        Self {
            basis,
            from,
            drawer: Drawer::default(),
            key,
            memory: Memory::default(),
            acknowledged: Arc::new(acknowledged),
            origins,
            transport: Arc::from(transport),
            world: Arc::new(world),
            closed: Vec::new(),
            busy: Arc::default(),
        }
    }

    /// The same relay behind a server that has refused other sites already.
    #[must_use]
    pub fn guarded(mut self) -> Self {
        self.origins = Origins::judged_before();
        self
    }

    /// The same relay, with what an earlier one remembers.
    #[must_use]
    pub fn remembering(mut self, memory: &Memory) -> Self {
        self.memory = memory.clone();
        self
    }

    /// Whether a request is the relay's to answer, and not the static site's.
    #[must_use]
    pub fn takes(&self, request: &Request) -> bool {
        let action = route::action(request, &self.basis.site);
        matches!(
            action,
            Action::Challenge(_) | Action::Post(_) | Action::Sent(..) | Action::Preflight | Action::NotAllowed(..)
        )
    }

    /// Makes every page once, so that a mistake in a theme is met before the first visitor is.
    ///
    /// # Errors
    /// The name of the first form whose pages cannot be made (wrong use).
    pub fn rehearse(&self) -> Result<(), Error> {
        let stage = self.stage();
        let asked = |form| {
            Asked { stage: &stage, form, submission: &Submission::default(), seen: None, json: false }
                .failed(Trouble::NotSent, "")
        };
        for form in &self.basis.site.forms {
            let made = form::page(&stage, form, &Filled::nothing()).is_ok();
            let whole = made
                && self.challenge(form).status == 200
                && thanks(&stage, form, "x").status == 200
                && asked(form).status == 503;
            if !whole {
                return Err(Error::usage(format!(
                    "the pages of the form `{}` cannot be made; run `vellum check`",
                    form.id
                )));
            }
        }
        Ok(())
    }

    /// Waits until nothing is being sent, though visitors may have gone away.
    pub async fn idle(&self) {
        let _all = self.busy.write().await;
    }

    fn stage(&self) -> Stage<'_> {
        let mut stage = Stage::new(&self.basis, &Nowhere);
        stage.now = (self.world.now)();
        stage
    }

    /// Answers a request. What a visitor sent is in the answer again, or was accepted by the mail server.
    pub async fn answer(self: &Arc<Self>, mut request: Request) -> Reply {
        let action = route::action(&request, &self.basis.site);
        let origin = self.origins.judge(&request);
        let reply = match action {
            Action::Page(form) => self.page(form),
            Action::Sent(form, text) => self.receipt(form, &text).unwrap_or_else(|| self.refused(&request, 404)),
            Action::Asset(name) => self.asset(&name),
            Action::Challenge(form) => self.form(form).map_or_else(nothing, |form| self.challenge(form)),
            Action::Preflight => return self.origins.preflight(&request),
            Action::NotAllowed(allow, form) => self.not_allowed(&request, form).with("Allow", allow),
            Action::Missing => self.refused(&request, 404),
            Action::Post(form) => self.post(form, &mut request).await,
        };
        origin.mark(route::protect(reply))
    }

    fn form(&self, index: usize) -> Option<&Form> {
        self.basis.site.forms.get(index)
    }

    fn page(&self, form: usize) -> Reply {
        let made = self.form(form).map(|form| form::page(&self.stage(), form, &Filled::nothing()));
        match made {
            Some(Ok(text)) => Reply::new(200, "text/html; charset=utf-8", Body::Bytes(text.into_bytes())),
            _ => nothing(),
        }
    }

    fn receipt(&self, form: usize, text: &str) -> Option<Reply> {
        let form = self.form(form)?;
        Some(thanks(&self.stage(), form, received(self.scope(form), text)?))
    }

    fn asset(&self, name: &str) -> Reply {
        let (theme, path) = (&self.basis.site.theme, format!("assets/{name}"));
        let found = theme.assets.iter().find(|(own, _)| theme.path(own) == path);
        let kind = match name.rsplit_once('.').map(|(_, end)| end) {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        };
        match found {
            Some((_, bytes)) => Reply::new(200, kind, Body::Bytes(bytes.clone()))
                .with("Cache-Control", "public, max-age=31536000, immutable"),
            None => nothing(),
        }
    }

    /// A piece of work for a form.
    fn challenge(&self, form: &Form) -> Reply {
        let random = [(self.world.random)(), (self.world.random)()];
        match self.scope(form).challenge((self.world.clock)(), random) {
            Some(made) => Reply::new(200, "application/json", Body::Bytes(made)),
            None => problem(503, "about:blank", "", &Mistakes::new()),
        }
    }

    fn scope<'a>(&'a self, form: &'a Form) -> Scope<'a> {
        Scope { key: &self.key, form: form.id.as_str(), hash: &form.hash }
    }

    /// The life of a submission up to the hand-over.
    async fn post(self: &Arc<Self>, index: usize, request: &mut Request) -> Reply {
        let Some(form) = self.form(index) else { return nothing() };
        let limits = self.basis.site.config.relay.limits;
        let pairs = match body::read(request).and_then(|pairs| body::within(pairs, limits.body)) {
            Ok(pairs) => pairs,
            Err(refusal) => return self.refused(request, refusal.status()),
        };
        // With files it is large, and what was read of it is kept elsewhere.
        request.body = Vec::new();
        let stage = self.stage();
        let (submission, mut mistakes) = submission::read(form, pairs, stage.texts());
        let seen = self.seen(form, &submission.seen);
        let way =
            Arc::new(Way { form: index, submission, seen, json: wants_json(request), _held: request.held.clone() });
        let asked = way.asked(&stage, form);
        if self.origins.is_foreign(request) {
            // A script has what it sent; a person finds it on the page.
            let message = if way.json { String::new() } else { stage.texts().say("foreign-text", &[]) };
            return asked.again(403, ("foreign-origin", &message), &Mistakes::new());
        }
        if way.submission.back {
            return asked.back();
        }
        if way.submission.files_size() > u64::try_from(limits.files).unwrap_or(u64::MAX) {
            mistakes.extend(asked.too_large(limits.files));
            return asked.again(413, ("too-large", ""), &mistakes);
        }
        if !mistakes.is_empty() {
            return asked.again(422, ("invalid", ""), &mistakes);
        }
        if let Pace::Over(wait) = self.world.porter.judge(request.peer, request.held.peer()) {
            return self.over_rate(&asked, wait);
        }
        if self.closed.contains(&index) {
            return asked.failed(Trouble::NotSent, &way.submission.token);
        }
        if way.submission.lacks_files() {
            return asked.review(&way.submission.token, WAIT, Some("review-files-lacking"));
        }
        let digest = way.submission.digest(form);
        match proof::weigh(&self.scope(form), &way.submission, &digest, (self.world.clock)()) {
            Verdict::Send(token) => self.hand_over(&way, &token).await,
            Verdict::Review { token: Some(token), why } => asked.review(&self.scope(form).write(&token), WAIT, why),
            Verdict::Review { token: None, why } => self.review(&asked, digest, why),
        }
    }

    /// The version that a page named (FORMAT.md, "Forms and mails"), if it is one of the form's policy.
    fn seen(&self, form: &Form, mark: &str) -> Option<Version> {
        let (slug, rest) = mark.split_once('@')?;
        let (version, _) = rest.split_once(':')?;
        let card = self.basis.cards.iter().find(|card| card.slug.as_str() == slug && card.slug == form.policy.value)?;
        let version = Version::parse(version)?;
        card.timeline.entries.iter().any(|entry| entry.version == version).then_some(version)
    }

    fn review(&self, asked: &Asked<'_>, digest: String, why: Option<&str>) -> Reply {
        let nonce = hex(&(self.world.random)());
        let token = Token { nonce, time: (self.world.clock)(), digest };
        asked.review(&self.scope(asked.form).write(&token), WAIT, why)
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Relay")
    }
}

impl Way {
    fn asked<'a>(&'a self, stage: &'a Stage<'a>, form: &'a Form) -> Asked<'a> {
        Asked { stage, form, submission: &self.submission, seen: self.seen.clone(), json: self.json }
    }
}

fn nothing() -> Reply {
    Reply::text(404, "There is nothing at this address.\n")
}
