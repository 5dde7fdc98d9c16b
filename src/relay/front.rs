//! The relay behind a server: how much is read of a request, said from its head.

use std::sync::Arc;

use super::Relay;
use crate::http::handler::{Admission, Handler};
use crate::http::reply::Reply;
use crate::http::request::Request;

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
    fn longest(&self, _head: &Request) -> usize {
        self.basis.site.config.relay.limits.body
    }
}
