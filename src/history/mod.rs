//! Time: what was published when, and what holds on a day. Pure.

pub mod anchors;
pub mod card;
pub mod conflict;
pub mod event;
pub mod ledger;
pub mod period;
pub mod redacted;
pub mod stretch;
pub mod timeline;
