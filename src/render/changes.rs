//! The pages that compare two versions: one with the one before it, and one with the one in force.

use serde::Serialize;

use super::stage::{Failure, Stage};
use super::version::{Shown, address, meaning, sentences};
use super::view::{ChangeView, DayView, LinkView, NoticeView, PageView, PolicyView, SideView, SiteView, TallyView};
use super::{compare, wording};
use crate::history::card::Card;
use crate::redline::summary::{ClauseChange, clauses};
use crate::redline::{Redline, redline};
use crate::site::texts::Texts;

/// What `changes.html` sees.
#[derive(Serialize)]
pub(super) struct Changes {
    pub(super) site: SiteView,
    pub(super) page: PageView,
    pub(super) policy: PolicyView,
    pub(super) notices: Vec<NoticeView>,
    pub(super) old: Option<SideView>,
    pub(super) new: SideView,
    pub(super) between: Vec<SideView>,
    pub(super) overview: Vec<TallyView>,
    pub(super) changes: Vec<ChangeView>,
    pub(super) semantic: Vec<String>,
    pub(super) identical: String,
}

/// How much a version changed.
#[derive(Clone, Debug, Default)]
pub struct Extent {
    /// How many clauses, not counting those whose number or format alone changed.
    pub clauses: usize,
    /// What happened to how many, in words.
    pub said: String,
}

/// The redline of a version against the one before; says how much it changed.
///
/// # Errors
/// The page cannot be made or kept.
pub fn changes(stage: &Stage<'_>, card: &Card, old: &Shown<'_>, new: &Shown<'_>) -> Result<Extent, Failure> {
    let at = format!("{}changes/", address(card, new.entry));
    let (from, to) = (old.entry.version.as_str(), new.entry.version.as_str());
    let heading = stage.texts().label("page", "changes-heading").replace("{from}", from).replace("{to}", to);
    let head = Head { at: &at, label: stage.texts().label("page", "changes"), heading };
    compared(stage, card, (old, new), (head, Vec::new()))
}

/// The redline between a version and the one in force, at the address of the former; nothing where there is none.
///
/// # Errors
/// The page cannot be made or kept.
pub fn since(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, holding: &Shown<'_>) -> Result<(), Failure> {
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
    let version = card.timeline.entries.get(other).map_or("", |entry| entry.version.as_str());
    LinkView { url: stage.base.local(&at), label: stage.texts().say(key, &[("version", version)]) }
}

/// That the version in force has its end, with the way to what replaces it; not on the page that compares the two.
fn next(stage: &Stage<'_>, card: &Card, holding: usize, shown: usize) -> Option<NoticeView> {
    let after = card.timeline.successor(holding).filter(|after| *after != shown)?;
    let (old, new) = (card.timeline.entries.get(holding)?, card.timeline.entries.get(after)?);
    let date = stage.texts().day(new.effective);
    let values = [("date", date.as_str()), ("new", new.version.as_str()), ("old", old.version.as_str())];
    let text = stage.texts().say("notice-since", &values);
    let url = stage.base.local(&format!("{}changes/", address(card, new)));
    Some(NoticeView { text, url, label: stage.texts().say("see-changes", &[]) })
}

/// What stands above a comparison.
struct Head<'a> {
    at: &'a str,
    label: String,
    heading: String,
}

fn compared(
    stage: &Stage<'_>,
    card: &Card,
    (old, new): (&Shown<'_>, &Shown<'_>),
    (head, notices): (Head<'_>, Vec<NoticeView>),
) -> Result<Extent, Failure> {
    let found = redline(&old.doc, &new.doc);
    let setting = stage.setting(Some(&card.slug), Some(new.first_day()));
    let markup = compare::markup(&found, old.doc.shift.max(new.doc.shift), setting);
    let (overview, changes) = overview(&found, stage.texts());
    let (at, extent) = (head.at, extent(&overview, &changes));
    let view = Changes {
        site: stage.view(at),
        page: page(stage, card, new, head),
        policy: stage.policy(card),
        notices,
        old: Some(side(stage, card, old)),
        new: side(stage, card, new),
        between: between(stage, card, (old.index, new.index)),
        overview,
        changes,
        semantic: meaning(old.front.discloses.as_ref(), new.front.discloses.as_ref(), stage.texts()),
        identical: if found.is_empty() { stage.texts().say("identical", &[]) } else { String::new() },
    };
    stage.render("changes.html", at, &view, &markup).map(|()| extent)
}

fn extent(overview: &[TallyView], changes: &[ChangeView]) -> Extent {
    let counts = |change: &&ChangeView| !matches!(change.kind, "renumbered" | "format");
    let said: Vec<&str> = overview.iter().map(|part| part.text.as_str()).collect();
    Extent { clauses: changes.iter().filter(counts).count(), said: said.join(", ") }
}

fn page(stage: &Stage<'_>, card: &Card, new: &Shown<'_>, head: Head<'_>) -> PageView {
    let policies = stage.texts().label("page", "policies");
    let policy = format!("policies/{}/", card.slug);
    let own = head.at.trim_end_matches("changes/").trim_end_matches("since/");
    let number = own.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let version = format!("{} {number}", stage.texts().label("word", "version"));
    let way = [(policies.as_str(), "policies/"), (card.title.as_str(), policy.as_str()), (version.as_str(), own)];
    let mut page = stage.page(&head.label, head.at, &way);
    page.title = format!("{} – {}", new.front.title, head.heading);
    page.heading = head.heading;
    page.noindex = true;
    page.alternates = vec![stage.feed_link(card)];
    page
}

/// One side of a redline.
pub(super) fn side(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> SideView {
    SideView { sentences: sentences(stage, card, shown), ..told(stage, card, shown.index) }
}

/// What was said of each version that lies behind a reader who goes from one to another.
fn between(stage: &Stage<'_>, card: &Card, (old, new): (usize, usize)) -> Vec<SideView> {
    let shown = |index: &usize| card.timeline.entries.get(*index).is_some_and(|entry| !entry.redacted());
    let all = (old + 1..=new).filter(shown).map(|index| told(stage, card, index));
    all.filter(|side| !side.summary.is_empty()).collect()
}

/// A version and what was said of it.
fn told(stage: &Stage<'_>, card: &Card, index: usize) -> SideView {
    let Some(entry) = card.timeline.entries.get(index) else { return SideView::default() };
    SideView {
        number: entry.version.to_string(),
        url: stage.base.local(&address(card, entry)),
        effective: DayView::new(entry.effective, stage.texts()),
        sentences: Vec::new(),
        summary: card.summaries.get(index).cloned().unwrap_or_default(),
    }
}

/// What changed, in counts and clause by clause.
pub(super) fn overview(found: &Redline<'_>, texts: &Texts) -> (Vec<TallyView>, Vec<ChangeView>) {
    let clauses = clauses(found);
    let ids = compare::change_ids(found);
    let id = |clause: &ClauseChange| ids.get(clause.entry).cloned().flatten().unwrap_or_default();
    let view = clauses.iter().map(|clause| ChangeView {
        id: id(clause),
        title: if clause.title.is_empty() { texts.label("word", "opening") } else { clause.title.clone() },
        number: clause.number.clone(),
        kind: clause.kind.word(),
        label: texts.label("kind", clause.kind.word()),
    });
    (tally(&clauses, texts, &id), view.collect())
}

/// How many clauses of each kind, as parts of one sentence: the first says what is counted.
fn tally(clauses: &[ClauseChange], texts: &Texts, id: &dyn Fn(&ClauseChange) -> String) -> Vec<TallyView> {
    let mut kinds: Vec<_> = clauses.iter().map(|clause| clause.kind).collect();
    kinds.sort();
    kinds.dedup();
    let parts = kinds.iter().enumerate().filter_map(|(place, kind)| {
        let all = || clauses.iter().filter(|clause| clause.kind == *kind);
        let (kind, first) = (kind.word(), all().next()?);
        Some(TallyView { kind, text: wording::tally(kind, all().count(), (place == 0, texts)), id: id(first) })
    });
    parts.collect()
}
