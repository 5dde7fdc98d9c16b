//! The pages that compare two versions; here, one with the one before it.

use serde::Serialize;

use super::compare;
use super::overview::overview;
use super::stage::{Failure, Stage};
use super::version::{Shown, address, meaning, sentences};
use super::view::{ChangeView, DayView, NoticeView, PageView, PolicyView, SideView, SiteView, TallyView};
use crate::history::card::Card;
use crate::redline::redline_by;

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
    let at = format!("{}changes/", new.address(card));
    let (from, to) = (old.entry.version.as_str(), new.entry.version.as_str());
    let heading = stage.texts().label("page", "changes-heading").replace("{from}", from).replace("{to}", to);
    let head = Head { at: &at, label: stage.texts().label("page", "changes"), heading };
    compared(stage, card, (old, new), (head, Vec::new()))
}

/// What stands above a comparison.
pub(super) struct Head<'a> {
    /// The address of the page.
    pub(super) at: &'a str,
    /// The last step of the way to it.
    pub(super) label: String,
    /// Its heading.
    pub(super) heading: String,
}

/// A page that compares two versions; says how much changed from one to the other.
pub(super) fn compared(
    stage: &Stage<'_>,
    card: &Card,
    (old, new): (&Shown<'_>, &Shown<'_>),
    (head, notices): (Head<'_>, Vec<NoticeView>),
) -> Result<Extent, Failure> {
    let setting = stage.setting(Some(&card.slug), Some(new.first_day()));
    let found = redline_by(&old.doc, &new.doc, setting.moved);
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
        between: between(stage, card, (old, new)),
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

/// The address of the version under which a comparison stands.
fn own(at: &str) -> &str {
    at.trim_end_matches("changes/").trim_end_matches("since/")
}

/// The number of the version at an address.
fn number(own: &str) -> &str {
    own.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn page(stage: &Stage<'_>, card: &Card, new: &Shown<'_>, head: Head<'_>) -> PageView {
    let policies = stage.texts().label("page", "policies");
    let policy = format!("policies/{}/", card.slug);
    let own = own(head.at);
    let number = new.language.map_or_else(|| number(own), |_| new.entry.version.as_str());
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
    SideView {
        sentences: sentences(stage, card, shown),
        language: shown.front.language.clone(),
        url: stage.base.local(&shown.address(card)),
        summary: shown.front.summary.clone(),
        ..told(stage, card, shown.index)
    }
}

/// What was said of each version that lies behind a reader who goes from one to another.
fn between(stage: &Stage<'_>, card: &Card, (old, new): (&Shown<'_>, &Shown<'_>)) -> Vec<SideView> {
    if new.language.is_some() {
        return [side(stage, card, new)].into_iter().filter(|side| !side.summary.is_empty()).collect();
    }
    let (old, new) = (old.index, new.index);
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
        language: String::new(),
        summary: card.summaries.get(index).cloned().unwrap_or_default(),
    }
}
