//! A unit for systemd that gives the relay less than it would give up itself: the second wall. Pure.

/// The unit, to be saved as `/etc/systemd/system/vellum-relay.service`.
#[must_use]
pub fn text() -> &'static str {
    include_str!("vellum-relay.service")
}
