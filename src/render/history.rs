//! The history of a policy: a picture of its life, what applied on which day, and its versions, newest first, with the
//! proof of each.

use serde::Serialize;

use super::changes::Extent;
use super::html::Html;
use super::picture::{self, Picture};
use super::since::since_link;
use super::stage::{Failure, Stage};
use super::tongue::languages;
use super::version::{address, audiences, meaning, redline_address};
use super::view::{AppliedView, DayView, HistoryView, LinkView, PageView, PeriodView, PolicyView, SiteView};
use super::wording;
use crate::history::card::Card;
use crate::history::period::{Period, periods};
use crate::history::timeline::Timeline;
use crate::site::front::Front;
use crate::site::texts::Texts;

#[derive(Serialize)]
struct Page {
    site: SiteView,
    page: PageView,
    policy: PolicyView,
    head: String,
    applied: Vec<AppliedView>,
    versions: Vec<HistoryView>,
}

/// The page of a policy's history. `fronts` are the front matters, and `extents` how much each version changed, in the
/// order of the timeline.
///
/// # Errors
/// The page cannot be made or kept.
pub fn page(stage: &Stage<'_>, card: &Card, fronts: &[Option<&Front>], extents: &[Extent]) -> Result<(), Failure> {
    let at = format!("policies/{}/history/", card.slug);
    let texts = stage.texts();
    let (policies, policy_address) = (texts.label("page", "policies"), format!("policies/{}/", card.slug));
    let way = [(policies.as_str(), "policies/"), (card.title.as_str(), policy_address.as_str())];
    let mut page = stage.page(&texts.label("page", "history"), &at, &way);
    page.heading = texts.label("page", "history-heading").replace("{title}", &card.title);
    page.title.clone_from(&page.heading);
    page.alternates = stage.machine_links(card);
    let lives = lives(&card.timeline);
    let view = Page {
        site: stage.view(&at),
        page,
        policy: stage.policy(card),
        applied: lives.iter().map(|life| applied(stage, card, life, extents)).collect(),
        head: card.timeline.head.map_or_else(String::new, |head| head.to_string()),
        versions: (0..card.timeline.entries.len()).rev().filter_map(|index| line(stage, card, fronts, index)).collect(),
    };
    stage.render("history.html", &at, &view, &picture(stage, card, &lives, extents))
}

/// The periods for all who are not named, and for each audience where they are others.
type Lives = Vec<(Option<String>, Vec<Period>)>;

fn lives(timeline: &Timeline) -> Lives {
    let all = periods(timeline, None);
    let named = timeline.audiences().into_iter().map(|name| (periods(timeline, Some(&name)), name));
    let others: Vec<_> = named.filter(|(own, _)| *own != all).map(|(own, name)| (Some(name), own)).collect();
    [vec![(None, all)], others].concat()
}

fn picture(stage: &Stage<'_>, card: &Card, lives: &Lives, extents: &[Extent]) -> Html {
    let (texts, entries) = (stage.texts(), &card.timeline.entries);
    if entries.is_empty() {
        return Html::new();
    }
    let lanes: Vec<_> = lives.iter().map(|(name, periods)| (who(name.as_deref(), texts), periods.clone())).collect();
    let numbers: Vec<String> = entries.iter().map(|entry| entry.version.to_string()).collect();
    let changes: Vec<usize> = extents.iter().map(|extent| extent.clauses).collect();
    picture::draw(&Picture {
        title: &texts.say("picture-title", &[("title", &card.title)]),
        description: &texts.say("picture-text", &[]),
        lanes: &lanes,
        numbers: &numbers,
        changes: &changes,
    })
}

/// Whom a band is about.
fn who(audience: Option<&str>, texts: &Texts) -> String {
    match audience {
        Some(name) => texts.say("applied-for", &[("audience", name)]),
        None => texts.say("applied-all", &[]),
    }
}

/// What the ids of an audience's rows begin with.
fn prefix(audience: &str) -> String {
    let place = audience.replace(|char: char| !char.is_alphanumeric(), "-");
    if place.is_empty() { "v-on".to_owned() } else { format!("v-on-{place}") }
}

fn applied(
    stage: &Stage<'_>,
    card: &Card,
    (audience, periods): &(Option<String>, Vec<Period>),
    extents: &[Extent],
) -> AppliedView {
    let audience = audience.clone().unwrap_or_default();
    let prefix = prefix(&audience);
    let day = |day| DayView::new(day, stage.texts());
    let rows = periods.iter().enumerate().map(|(at, period)| {
        let entry = period.index.and_then(|index| card.timeline.entries.get(index));
        let extent = period.index.and_then(|index| extents.get(index));
        PeriodView {
            id: format!("{prefix}-{}", period.from),
            from: day(period.from),
            until: period.until.map(day).unwrap_or_default(),
            number: entry.map_or_else(String::new, |entry| entry.version.to_string()),
            url: entry.map_or_else(String::new, |entry| stage.base.local(&address(card, entry))),
            changed: again(stage, card, periods.get(..=at).unwrap_or_default()).unwrap_or_else(|| {
                period.index.map_or_else(LinkView::default, |index| changed(stage, card, index, extent))
            }),
        }
    });
    AppliedView { periods: rows.collect(), audience }
}

/// That the last of some periods is one in which a version holds again, because what had replaced it was withdrawn: its
/// own redline says nothing of that.
fn again(stage: &Stage<'_>, card: &Card, periods: &[Period]) -> Option<LinkView> {
    let (now, past) = periods.split_last()?;
    let (before, index) = (past.last()?.index?, now.index?);
    past.iter().find(|period| period.index == Some(index))?;
    let version = card.timeline.entries.get(before)?.version.as_str();
    let label = stage.texts().say("applied-again", &[("version", version)]);
    Some(LinkView { url: String::new(), label })
}

/// What a version changed, with the way to its redline.
fn changed(stage: &Stage<'_>, card: &Card, index: usize, extent: Option<&Extent>) -> LinkView {
    let Some(url) = redline_address(card, index) else { return LinkView::default() };
    let said = extent.map(|extent| extent.said.clone()).filter(|said| !said.is_empty());
    LinkView { url: stage.base.local(&url), label: said.unwrap_or_else(|| stage.texts().say("changed-nothing", &[])) }
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
        languages: languages(stage, card, entry, None),
        redline_url: redline_address(card, index).map_or_else(String::new, |address| stage.base.local(&address)),
        since: since_link(stage, card, index),
        published: DayView::new(entry.published, texts),
        effective: DayView::new(entry.effective, texts),
        planned: timeline.never_applies(index, None),
        audiences: audiences((timeline, index), texts),
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
