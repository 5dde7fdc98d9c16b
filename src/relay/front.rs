//! The relay behind a server: how much is read of a request, said from its head.

use std::sync::Arc;

use super::Relay;
use super::route::{self, Action};
use crate::http::handler::{Admission, Handler};
use crate::http::reply::Reply;
use crate::http::request::Request;
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
        Admission::UpTo(self.relay.longest(head))
    }

    async fn answer(&self, request: Request) -> Reply {
        self.relay.answer(request).await
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
}
