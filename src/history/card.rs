//! A card: what other pages need to know of a policy, so that its texts need not be in memory for them.

use crate::base::date::Moment;
use crate::base::slug::Slug;
use crate::base::version::Version;
use crate::site::policy::Policy;

use super::ledger::Ledger;
use super::timeline::Timeline;

/// What other pages need to know of a policy.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its title: that of the version in force, else of the newest, else of its settings.
    pub title: String,
    /// What kind of policy it is.
    pub kind: String,
    /// Addresses that lead to it.
    pub aliases: Vec<String>,
    /// Its versions in order.
    pub timeline: Timeline,
    /// The summaries of the versions, in the order of the timeline.
    pub summaries: Vec<Vec<String>>,
    /// The titles of the versions, in the order of the timeline.
    pub titles: Vec<String>,
}

impl Card {
    /// Makes the card of a policy.
    #[must_use]
    pub fn new(policy: &Policy, ledger: &Ledger, now: Moment) -> Self {
        let timeline = Timeline::new(&ledger.events, now);
        let front = |version: &Version| policy.file(version).map(|(_, front)| front);
        let fronts: Vec<_> = timeline.entries.iter().map(|entry| front(&entry.version)).collect();
        let summaries = fronts.iter().map(|front| front.map_or_else(Vec::new, |front| front.summary.clone())).collect();
        let titles: Vec<String> =
            fronts.iter().map(|front| front.map_or(&policy.settings.title, |front| &front.title).clone()).collect();
        let shown = timeline.in_force(now).or(timeline.entries.len().checked_sub(1));
        let title = shown.and_then(|index| titles.get(index)).unwrap_or(&policy.settings.title).clone();
        let aliases = policy.settings.aliases.iter().map(|alias| alias.value.clone()).collect();
        Self {
            slug: policy.slug.clone(),
            title,
            kind: policy.settings.kind.clone(),
            aliases,
            timeline,
            summaries,
            titles,
        }
    }
}
