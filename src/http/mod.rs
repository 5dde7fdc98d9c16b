//! HTTP/1.1: on one listening socket, requests in, replies out, as plain values; a client that asks for files,
//! and one that asks whether links lead anywhere. The only importer of hyper.
//!
//! ```text
//! connection ─▶ server (caps, deadlines, budget) ─▶ wire ─▶ Request ─▶ a handler ─▶ Reply ─▶ wire ─▶ connection
//! ```
//!
//! Nothing here knows a site, a form or a page; nothing of a request is ever written down.

pub mod budget;
pub mod certificate;
pub mod client;
mod framing;
pub mod handler;
pub mod private;
pub mod probe;
pub mod replace;
pub mod reply;
pub mod request;
pub mod server;
pub mod tls;
pub mod web;
mod wire;
