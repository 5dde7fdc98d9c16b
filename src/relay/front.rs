//! The relay behind a server: from whom a request comes, how much is read of it, and what is said when it cannot be read.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Relay;
use super::log::Event;
use super::notice::notice;
use super::proxies::{client, is_unknown};
use super::reply::Asked;
use super::route::{self, Action, protect, wants_json};
use super::submission::Mistakes;
use crate::http::handler::{Admission, Handler, Unread};
use crate::http::reply::Reply;
use crate::http::request::{Method, Request};
use crate::site::form::Form;

/// A relay that a server asks.
pub struct Front {
    relay: Arc<Relay>,
}

impl Front {
    /// The front of a relay.
    #[must_use]
    pub fn new(relay: Arc<Relay>) -> Self {
        Self { relay }
    }
}

impl Handler for Front {
    fn admit(&self, head: &Request) -> Admission {
        let proxies = &self.relay.basis.site.config.relay.proxies;
        let porter = &self.relay.world.porter;
        let posted = head.method == Method::Post;
        let who = client(head, proxies);
        if posted && porter.is_closed(who) {
            porter.numbers.closed();
            return Admission::Closed;
        }
        if is_unknown(head, proxies) && porter.is_news() {
            (self.relay.world.tell)(&Event::UnknownProxy);
        }
        Admission::UpTo(self.relay.longest(head), if posted { porter.name(who) } else { None })
    }

    async fn answer(&self, mut request: Request) -> Reply {
        request.peer = client(&request, &self.relay.basis.site.config.relay.proxies);
        let begun = Instant::now();
        let posted = request.method == Method::Post;
        let reply = match self.relay.health(&request).await {
            Some(reply) => reply,
            None => self.relay.answer(request).await,
        };
        self.relay.world.porter.numbers.answered(reply.status, posted.then(|| begun.elapsed()));
        reply
    }

    fn refuse(&self, head: &Request, why: Unread) -> Reply {
        self.relay.world.porter.numbers.answered(why.status(), None);
        protect(self.relay.refused(head, why.status()))
    }
}

impl Relay {
    /// The longest body that is read of a request, in bytes.
    #[must_use]
    pub fn longest(&self, head: &Request) -> usize {
        let limits = self.basis.site.config.relay.limits;
        let form = match route::action(head, &self.basis.site) {
            Action::Post(form) => self.form(form),
            _ => None,
        };
        if form.is_some_and(Form::takes_files) { limits.body.saturating_add(limits.files) } else { limits.body }
    }

    /// Says that a request is not answered as it was asked.
    pub(super) fn refused(&self, request: &Request, status: u16) -> Reply {
        notice(&self.stage(), wants_json(request), status, None)
    }

    /// Says that something is done in another way; for a form, its page leads on.
    pub(super) fn not_allowed(&self, request: &Request, form: Option<usize>) -> Reply {
        notice(&self.stage(), wants_json(request), 405, form.and_then(|form| self.form(form)))
    }

    /// Says that an address sends too often; everything typed is given back.
    pub(super) fn over_rate(&self, asked: &Asked<'_>, wait: Duration) -> Reply {
        (self.world.tell)(&Event::Limited { form: asked.form.id.to_string() });
        let wait = wait.as_secs() + 1;
        let text = self.stage().texts().count("limited-text", usize::try_from(wait.div_ceil(60)).unwrap_or_default());
        asked.again(429, ("rate-limited", &text), &Mistakes::new()).with("Retry-After", wait.to_string())
    }

    /// Whether the process lives, and whether a mail server answers, for those who watch over it.
    pub async fn health(&self, request: &Request) -> Option<Reply> {
        let said = match request.path.as_str() {
            "/healthz" => Some("alive"),
            "/readyz" if self.world.porter.ready(&*self.transport).await => Some("ready"),
            "/readyz" => None,
            _ => return None,
        };
        let reply = match said {
            _ if !request.method.reads() => Reply::text(405, "").with("Allow", "GET, HEAD"),
            Some(said) => Reply::text(200, format!("{said}\n")),
            None => Reply::text(503, "no mail server answers\n"),
        };
        Some(protect(reply))
    }
}
