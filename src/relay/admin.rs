//! What those see who watch over the relay: numbers for Prometheus, and whether it lives and can send.

use std::sync::Arc;

use super::Relay;
use crate::http::handler::Handler;
use crate::http::reply::{Body, Reply};
use crate::http::request::Request;
use crate::http::server::Load;

/// The text format of Prometheus.
const NUMBERS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers on the address of those who watch over the relay.
pub struct Admin {
    relay: Arc<Relay>,
    load: Load,
}

impl Admin {
    /// For a relay, and the server that it stands behind.
    #[must_use]
    pub fn new(relay: Arc<Relay>, load: Load) -> Self {
        Self { relay, load }
    }
}

impl Handler for Admin {
    async fn answer(&self, request: Request) -> Reply {
        if let Some(reply) = self.relay.health(&request).await {
            return reply;
        }
        if request.path != "/metrics" || !request.method.reads() {
            return Reply::text(404, "There is nothing at this address.\n");
        }
        let text = self.relay.world.porter.numbers.text(&self.load);
        Reply::new(200, NUMBERS, Body::Bytes(text.into_bytes())).with("Cache-Control", "no-store")
    }
}
