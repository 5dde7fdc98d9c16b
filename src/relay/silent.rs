//! Which mail servers let the time pass without an answer of late: for a minute they are tried after the others, so that
//! mails do not wait for them one after the other. Time is passed in.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long it is remembered.
const REMEMBERED: Duration = Duration::from_mins(1);

/// Until when which servers are tried last, by their places in the list.
#[derive(Default)]
pub struct Silent(Mutex<BTreeMap<usize, Instant>>);

impl Silent {
    fn known(&self) -> MutexGuard<'_, BTreeMap<usize, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes whether a server let the time pass, or answered.
    pub fn note(&self, server: usize, silent: bool, now: Instant) {
        if silent {
            self.known().insert(server, now + REMEMBERED);
        } else {
            self.known().remove(&server);
        }
    }

    /// The places of so many servers in the order in which they are tried.
    #[must_use]
    pub fn order(&self, count: usize, now: Instant) -> Vec<usize> {
        let known = self.known();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|server| known.get(server).is_some_and(|until| now < *until));
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_was_silent_is_tried_last_for_a_minute() {
        let (silent, now) = (Silent::default(), Instant::now());
        assert_eq!(silent.order(3, now), [0, 1, 2]);
        silent.note(0, true, now);
        assert_eq!(silent.order(3, now), [1, 2, 0]);
        assert_eq!(silent.order(3, now + REMEMBERED), [0, 1, 2]);
        silent.note(1, true, now);
        silent.note(0, false, now);
        assert_eq!(silent.order(3, now), [0, 2, 1]);
    }
}
