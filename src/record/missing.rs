//! What an editor has not said of a publication, and the day that may be offered for it. It looks and says; who asks, and
//! what is answered, is decided elsewhere.

use std::iter;

use super::publish::{Desk, Request};
use crate::base::date::{Day, Moment};
use crate::base::path::SitePath;
use crate::history::timeline::{Entry, Timeline};
use crate::site::draft;

/// What was said neither in the request nor in the draft.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Missing {
    /// What changed, in plain language.
    pub summary: bool,
    /// Whether the change matters.
    pub material: bool,
}

impl Desk<'_> {
    /// What was not said. Of a draft that cannot be read nothing is: it will be refused.
    #[must_use]
    pub fn missing(&self, path: &SitePath, bytes: &[u8], request: &Request) -> Missing {
        let draft = draft::read(path, bytes, &self.policy.settings, &mut Vec::new());
        let front = draft.map(|draft| draft.front);
        Missing {
            summary: request.summary.is_empty() && front.as_ref().is_some_and(|front| front.summary.is_empty()),
            material: !request.material && front.is_some_and(|front| front.material.is_none()),
        }
    }

    /// The first day from which a version may apply: with the notice that is owed, and not that of another version.
    #[must_use]
    pub fn earliest(&self, request: &Request) -> Day {
        let entries = Timeline::new(&self.ledger.events, Moment::end()).entries;
        let owed = !request.history() && request.waive_notice.is_none();
        let bound = entries.iter().any(|entry| entry.applies() && entry.effective <= request.published);
        let notice = if owed && bound { self.policy.settings.notice_days } else { 0 };
        let first = request.published.after(notice);
        let holds = |entry: &Entry, day| entry.withdrawn.is_none() && entry.effective == day;
        let taken = |day: &Day| !request.supersede && entries.iter().any(|entry| holds(entry, *day));
        let mut days = iter::successors(Some(first), |day| Some(day.after(1))).take(entries.len() + 1);
        days.find(|day| !taken(day)).unwrap_or(first)
    }
}
