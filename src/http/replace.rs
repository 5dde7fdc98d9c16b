//! A handler that can be replaced while it serves: requests that are under way end where they began.

use std::sync::{Arc, PoisonError, RwLock};

use super::handler::{Admission, Handler, Unread};
use super::reply::Reply;
use super::request::Request;

/// A place for a handler.
pub struct Replaceable<H>(Arc<RwLock<Arc<H>>>);

impl<H> Replaceable<H> {
    /// A place with a handler in it.
    #[must_use]
    pub fn new(handler: H) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(handler))))
    }

    /// The handler that stands there.
    #[must_use]
    pub fn current(&self) -> Arc<H> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another one there.
    pub fn replace(&self, handler: H) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(handler);
    }
}

impl<H> Clone for Replaceable<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<H: Handler> Handler for Replaceable<H> {
    fn admit(&self, head: &Request) -> Admission {
        self.current().admit(head)
    }

    async fn answer(&self, request: Request) -> Reply {
        self.current().answer(request).await
    }

    fn refuse(&self, head: &Request, why: Unread) -> Reply {
        self.current().refuse(head, why)
    }
}
