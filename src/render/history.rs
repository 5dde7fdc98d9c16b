//! The history of a policy: its versions, newest first, with the proof of each.

use serde::Serialize;

use super::changes::since_link;
use super::stage::{Failure, Stage};
use super::version::{address, audiences, meaning, redline_address};
use super::view::{DayView, HistoryView, PageView, PolicyView, SiteView};
use super::wording;
use crate::history::card::Card;
use crate::site::front::Front;

#[derive(Serialize)]
struct Page {
    site: SiteView,
    page: PageView,
    policy: PolicyView,
    head: String,
    versions: Vec<HistoryView>,
}

/// The page of a policy's history. `fronts` are the front matters in the order of the timeline.
///
/// # Errors
/// The page cannot be made or kept.
pub fn page(stage: &Stage<'_>, card: &Card, fronts: &[Option<&Front>]) -> Result<(), Failure> {
    let at = format!("policies/{}/history/", card.slug);
    let texts = stage.texts();
    let (policies, policy_address) = (texts.label("page", "policies"), format!("policies/{}/", card.slug));
    let way = [(policies.as_str(), "policies/"), (card.title.as_str(), policy_address.as_str())];
    let mut page = stage.page(&texts.label("page", "history"), &at, &way);
    page.heading = texts.label("page", "history-heading").replace("{title}", &card.title);
    page.title.clone_from(&page.heading);
    page.alternates = vec![stage.feed_link(card)];
    let view = Page {
        site: stage.view(&at),
        page,
        policy: stage.policy(card),
        head: card.timeline.head.map_or_else(String::new, |head| head.to_string()),
        versions: (0..card.timeline.entries.len()).rev().filter_map(|index| line(stage, card, fronts, index)).collect(),
    };
    stage.render("history.html", &at, &view, &super::html::Html::new())
}

fn line(stage: &Stage<'_>, card: &Card, fronts: &[Option<&Front>], index: usize) -> Option<HistoryView> {
    let (texts, timeline) = (stage.texts(), &card.timeline);
    let entry = timeline.entries.get(index)?;
    let front = |index: usize| fronts.get(index).copied().flatten();
    let compared = timeline.compared_with(index).and_then(front);
    let semantic = match (compared, front(index)) {
        (Some(old), Some(new)) if !entry.redacted() => meaning(old.discloses.as_ref(), new.discloses.as_ref(), texts),
        _ => Vec::new(),
    };
    Some(HistoryView {
        number: entry.version.to_string(),
        url: stage.base.local(&address(card, entry)),
        redline_url: redline_address(card, index).map_or_else(String::new, |address| stage.base.local(&address)),
        since: since_link(stage, card, index),
        published: DayView::new(entry.published, texts),
        effective: DayView::new(entry.effective, texts),
        audiences: audiences(&entry.effective_for, texts),
        period: wording::standing(timeline, index, stage.now, texts).into_iter().take(2).collect::<Vec<_>>().join(" "),
        material: entry.material,
        summary: card.summaries.get(index).cloned().unwrap_or_default(),
        semantic,
        sha256: entry.hashes().map_or_else(String::new, |hashes| hashes.sha256.to_string()),
        chain: entry.chain.to_string(),
        badge: wording::badge(timeline, index),
        withdrawn_reason: entry.withdrawn.as_ref().map_or_else(String::new, |withdrawn| withdrawn.reason.clone()),
        notes: wording::events(entry, texts),
    })
}
