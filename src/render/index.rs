//! The list of all policies, ordinary pages, the page for what is not there, and the theme's assets.

use serde::Serialize;

use super::body;
use super::form::{SCRIPT, WORKER};
use super::html::Html;
use super::single::STYLE;
use super::stage::{Failure, Stage};
use super::version::address;
use super::view::{AlternateView, ListedView, PageView, SiteView};
use crate::base::date::Day;
use crate::history::card::Card;
use crate::site::page::Page as Content;

#[derive(Serialize)]
struct Page {
    site: SiteView,
    page: PageView,
}

#[derive(Serialize)]
struct Policies {
    site: SiteView,
    page: PageView,
    intro: String,
    policies: Vec<ListedView>,
}

/// The list of all policies.
///
/// # Errors
/// The page cannot be made or kept.
pub fn policies(stage: &Stage<'_>) -> Result<(), Failure> {
    let at = "policies/";
    let texts = stage.texts();
    let mut page = stage.page(&texts.label("page", "policies"), at, &[]);
    let feed = |media, name: &str| AlternateView {
        rel: "alternate",
        media,
        href: stage.base.local(&format!("policies/{name}")),
        title: texts.say("feed-all", &[]),
    };
    page.alternates = vec![feed("application/atom+xml", "feed.atom"), feed("application/feed+json", "feed.json")];
    let view = Policies {
        site: stage.view(at),
        page,
        intro: texts.label("page", "policies-intro"),
        policies: stage.cards.iter().map(|card| listed(stage, card)).collect(),
    };
    stage.render("policies.html", at, &view, &Html::new())
}

fn listed(stage: &Stage<'_>, card: &Card) -> ListedView {
    let (texts, timeline) = (stage.texts(), &card.timeline);
    let says = |key: &str, index: usize| {
        let entry = timeline.entries.get(index)?;
        Some(texts.say(key, &[("version", entry.version.as_str()), ("date", &texts.day(entry.effective))]))
    };
    let in_force = timeline.in_force(stage.now);
    let mut sentences: Vec<String> = in_force.and_then(|index| says("index-in-force", index)).into_iter().collect();
    sentences.extend(timeline.upcoming(stage.now).into_iter().filter_map(|index| says("index-coming", index)));
    if in_force.is_none() {
        sentences.splice(..0, nothing(stage, card));
    }
    let version = in_force.and_then(|index| timeline.entries.get(index)).map(|entry| entry.version.to_string());
    let policy = stage.policy(card);
    ListedView {
        title: card.title.clone(),
        url: policy.url,
        history_url: policy.history_url,
        draft_url: policy.draft_url,
        draft_changes_url: policy.draft_changes_url,
        kind: texts.label("policy-kind", &card.kind),
        sentences,
        version: version.unwrap_or_default(),
        summary: in_force.and_then(|index| card.summaries.get(index)).cloned().unwrap_or_default(),
    }
}

/// That nothing is in force: why, and until when. Beside a day on which something begins to apply, that nothing is yet
/// would be false when the day has come.
fn nothing(stage: &Stage<'_>, card: &Card) -> Vec<String> {
    let (texts, timeline) = (stage.texts(), &card.timeline);
    let gap = timeline.period_on(stage.today()).filter(|period| period.index.is_none());
    let Some(gap) = gap else {
        return if timeline.upcoming(stage.now).is_empty() { vec![none(stage, card)] } else { Vec::new() };
    };
    let days = |until: Day| {
        let (date, until) = (texts.day(gap.from), texts.day(until));
        texts.say("index-gap", &[("date", &date), ("until", &until)])
    };
    [none(stage, card)].into_iter().chain(gap.until.map(days)).collect()
}

/// Why nothing is in force, in words that stay true.
fn none(stage: &Stage<'_>, card: &Card) -> String {
    let texts = stage.texts();
    let gone = card.timeline.entries.iter().filter_map(|entry| Some((entry, entry.withdrawn.as_ref()?)));
    match gone.max_by_key(|(_, gone)| gone.number) {
        Some((entry, gone)) => {
            texts.say("index-withdrawn", &[("version", entry.version.as_str()), ("date", &texts.day(gone.on))])
        }
        None => texts.say("index-none", &[]),
    }
}

/// The policy's own address while nothing is in force: it says from when something will be.
///
/// # Errors
/// The page cannot be made or kept.
pub fn nothing_in_force(stage: &Stage<'_>, card: &Card) -> Result<(), Failure> {
    let at = format!("policies/{}/", card.slug);
    let texts = stage.texts();
    let mut markup = Html::new();
    let upcoming = card.timeline.upcoming(stage.now);
    nothing(stage, card).iter().for_each(|sentence| markup.element("p", &[], sentence));
    for entry in upcoming.into_iter().filter_map(|index| card.timeline.entries.get(index)) {
        let number = entry.version.as_str();
        markup.open("p", &[]);
        markup.text(&texts.say("index-coming", &[("version", number), ("date", &texts.day(entry.effective))]));
        markup.text(" ");
        let words = texts.label("read", "version").replace("{version}", number);
        markup.element("a", &[("href", &stage.base.local(&address(card, entry)))], &words);
        markup.close("p");
    }
    if !card.timeline.entries.is_empty() {
        markup.open("p", &[]);
        let history = stage.base.local(&format!("policies/{}/history/", card.slug));
        markup.element("a", &[("href", &history)], &texts.label("page", "history"));
        markup.close("p");
    }
    draft_note(stage, card, &mut markup);
    let policies = texts.label("page", "policies");
    let mut page = stage.page(&card.title, &at, &[(policies.as_str(), "policies/")]);
    page.alternates = stage.machine_links(card);
    stage.render("page.html", &at, &Page { site: stage.view(&at), page }, &markup)
}

/// The way to the draft, where drafts are shown.
fn draft_note(stage: &Stage<'_>, card: &Card, markup: &mut Html) {
    let policy = stage.policy(card);
    if policy.draft_url.is_empty() {
        return;
    }
    let label = |name: &str| stage.texts().label("draft", name);
    markup.open("p", &[("class", "draft-note")]);
    markup.element("strong", &[("class", "tag tag-draft")], &label("mark"));
    for (url, name) in [(&policy.draft_url, "read"), (&policy.draft_changes_url, "changes")] {
        markup.text(" ");
        markup.element("a", &[("href", url)], &label(name));
    }
    markup.close("p");
}

/// An ordinary page.
///
/// # Errors
/// The page cannot be made or kept.
pub fn content(stage: &Stage<'_>, content: &Content) -> Result<(), Failure> {
    let mut page = stage.page(&content.title, &content.address, &[]);
    page.description.clone_from(&content.description);
    if content.address.is_empty() {
        page.breadcrumbs.clear();
    }
    let markup = body::markup(&content.doc, stage.setting(None, None));
    stage.render("page.html", &content.address, &Page { site: stage.view(&content.address), page }, &markup)
}

/// The page for what is not there.
///
/// # Errors
/// The page cannot be made or kept.
pub fn missing(stage: &Stage<'_>) -> Result<(), Failure> {
    let title = stage.texts().label("page", "missing");
    let page = PageView { title: title.clone(), heading: title, noindex: true, ..PageView::default() };
    stage.render("404.html", "404.html", &Page { site: stage.view("404.html"), page }, &Html::new())
}

/// The theme's assets.
///
/// # Errors
/// One cannot be kept.
pub fn assets(stage: &Stage<'_>) -> Result<(), Failure> {
    let forms = !stage.site.forms.is_empty();
    let served = |name: &str| name != STYLE && (forms || name != SCRIPT && name != WORKER);
    for (name, bytes) in stage.site.theme.assets.iter().filter(|(name, _)| served(name)) {
        stage.put(stage.site.theme.path(name), bytes.clone())?;
    }
    Ok(())
}
