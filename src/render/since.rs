//! The redline between a version and the one in force: what changed since a reader agreed, or what will change.

use super::changes::{Head, compared};
use super::stage::{Failure, Stage};
use super::version::{Shown, address};
use super::view::{LinkView, NoticeView};
use crate::history::card::Card;

/// The redline between a version and the one in force, at the address of the former; nothing where there is none.
///
/// # Errors
/// The page cannot be made or kept.
pub fn page(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, holding: &Shown<'_>) -> Result<(), Failure> {
    let Some((from, _)) = sides(stage, card, shown.index) else { return Ok(()) };
    let upcoming = from == holding.index;
    let (old, new) = if upcoming { (holding, shown) } else { (shown, holding) };
    let at = format!("{}since/", address(card, shown.entry));
    let texts = stage.texts();
    let versions = [("from", old.entry.version.as_str()), ("to", new.entry.version.as_str())];
    let heading = if upcoming {
        texts.say("coming-heading", &versions)
    } else {
        let heading = texts.label("page", "changes-heading");
        versions.iter().fold(heading, |heading, (name, version)| heading.replace(&format!("{{{name}}}"), version))
    };
    let label = texts.say("since-page", &[("version", holding.entry.version.as_str())]);
    let notices = next(stage, card, holding.index, shown.index);
    compared(stage, card, (old, new), (Head { at: &at, label, heading }, notices.into_iter().collect())).map(drop)
}

/// The two sides of a version's redline to the one in force.
fn sides(stage: &Stage<'_>, card: &Card, index: usize) -> Option<(usize, usize)> {
    card.timeline.since(index, stage.now, stage.site.config.since)
}

/// The address of the redline between a version and the one in force, if it has one.
#[must_use]
pub fn since_address(stage: &Stage<'_>, card: &Card, index: usize) -> Option<String> {
    sides(stage, card, index)?;
    card.timeline.entries.get(index).map(|entry| format!("{}since/", address(card, entry)))
}

/// The link to that redline. Its words name the other version, so that they stay true. An upcoming version that
/// replaces the one in force has the same redline as its own, so there is no second link.
#[must_use]
pub fn since_link(stage: &Stage<'_>, card: &Card, index: usize) -> LinkView {
    let found = sides(stage, card, index).zip(since_address(stage, card, index));
    let Some(((from, to), at)) = found else { return LinkView::default() };
    let (key, other) = if to == index { ("coming-link", from) } else { ("since-link", to) };
    if to == index && card.timeline.compared_with(index) == Some(from) {
        return LinkView::default();
    }
    let version = number(card, other);
    LinkView { url: stage.base.local(&at), label: stage.texts().say(key, &[("version", version)]) }
}

/// The number of a version.
fn number(card: &Card, index: usize) -> &str {
    card.timeline.entries.get(index).map_or("", |entry| entry.version.as_str())
}

/// That the version in force has its end, with the way to what replaces it; not on the page that compares the two.
fn next(stage: &Stage<'_>, card: &Card, holding: usize, shown: usize) -> Option<NoticeView> {
    let after = card.timeline.replaced_by(holding).filter(|after| *after != shown)?;
    let (old, new) = (card.timeline.entries.get(holding)?, card.timeline.entries.get(after)?);
    let date = stage.texts().day(new.effective);
    let values = [("date", date.as_str()), ("new", new.version.as_str()), ("old", old.version.as_str())];
    let text = stage.texts().say("notice-since", &values);
    let url = stage.base.local(&format!("{}changes/", address(card, new)));
    Some(NoticeView { text, url, label: stage.texts().say("see-changes", &[]) })
}
