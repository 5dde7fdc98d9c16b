//! The pages of a draft: its text, and what it changes since the newest version. They are made where drafts are shown,
//! and stand in no feed, manifest or sitemap; a draft has no number, no days, no hashes and no address for ever.

use super::changes::{self, Changes};
use super::glossary::Glossary;
use super::overview::overview;
use super::stage::{Failure, Stage};
use super::version::{Page, Shown, contents, days, glance, meaning};
use super::view::{NoticeView, PageView, SideView, VersionView};
use super::{body, compare};
use crate::base::json;
use crate::history::card::Card;
use crate::redline::{Redline, redline_by};
use crate::site::doc::Doc;
use crate::site::draft::DraftFront;
use crate::site::links::{Leads, leads};
use crate::site::texts::Texts;

/// A draft that is shown.
pub struct Drafted<'a> {
    /// Its front matter.
    pub front: &'a DraftFront,
    /// Its language.
    pub language: &'a str,
    /// Its text.
    pub doc: Doc,
    /// The newest version, which it is compared with.
    pub before: Option<Shown<'a>>,
}

impl Drafted<'_> {
    /// The files below `assets/` that it uses.
    pub fn assets(&self) -> impl Iterator<Item = String> {
        self.doc.targets.iter().filter_map(|target| match leads(&target.href) {
            Leads::Asset(path) => Some(path),
            _ => None,
        })
    }

    /// The number of the version that it is compared with.
    fn number(&self) -> &str {
        self.before.as_ref().map_or("", |before| before.entry.version.as_str())
    }

    /// Whether title and disclosures are those of the version before.
    fn keeps_front(&self, before: &Shown<'_>) -> bool {
        let meta = json::parse(before.file.meta.as_bytes()).unwrap_or_default();
        self.front.title == before.front.title && self.front.discloses.as_ref() == meta.get("discloses")
    }

    /// What is said when its words are those of the version before, or nothing.
    fn identical(&self, found: &Redline<'_>, texts: &Texts) -> String {
        match &self.before {
            Some(before) if found.is_empty() => {
                let key = if self.keeps_front(before) { "draft-identical" } else { "draft-same-words" };
                texts.say(key, &[("version", self.number())])
            }
            _ => String::new(),
        }
    }
}

/// Both pages of a draft.
///
/// # Errors
/// A page cannot be made or kept.
pub fn pages(stage: &Stage<'_>, card: &Card, draft: &Drafted<'_>) -> Result<(), Failure> {
    let nothing = Doc::default();
    let old = draft.before.as_ref().map_or(&nothing, |before| &before.doc);
    let found = redline_by(old, &draft.doc, &card.moved);
    text(stage, card, draft, &draft.identical(&found, stage.texts()))?;
    changes(stage, card, draft, &found)
}

fn address(card: &Card) -> String {
    format!("policies/{}/draft/", card.slug)
}

/// The page of the text.
fn text(stage: &Stage<'_>, card: &Card, draft: &Drafted<'_>, identical: &str) -> Result<(), Failure> {
    let (at, texts) = (address(card), stage.texts());
    let policy = stage.policy(card);
    let mut notices = notices(stage, &policy.url, draft);
    if !identical.is_empty() {
        notices.push(NoticeView { text: identical.to_owned(), ..NoticeView::default() });
    }
    let (front, glossary) = (draft.front, Glossary::of(&draft.doc));
    let version = VersionView {
        title: front.title.clone(),
        language: draft.language.to_owned(),
        material: front.material.unwrap_or_default(),
        summary: front.summary.clone(),
        audiences: days(&front.effective_for, texts),
        redline_url: policy.draft_changes_url.clone(),
        predecessor: draft.number().to_owned(),
        ..VersionView::default()
    };
    let view = Page {
        site: stage.view(&at),
        page: head(stage, card, draft, &at),
        policy,
        version,
        notices,
        glance: front.disclosures.as_ref().map(|found| glance(found, &draft.doc, texts)),
        contents: contents(&draft.doc),
        glossary: glossary.view(),
    };
    stage.render("policy.html", &at, &view, &body::marked(&draft.doc, stage.setting(Some(&card.slug), None), &glossary))
}

/// The page of what it changes.
fn changes(stage: &Stage<'_>, card: &Card, draft: &Drafted<'_>, found: &Redline<'_>) -> Result<(), Failure> {
    let (at, texts) = (format!("{}changes/", address(card)), stage.texts());
    let policy = stage.policy(card);
    let old = draft.before.as_ref();
    let shift = old.map_or(0, |old| old.doc.shift).max(draft.doc.shift);
    let markup = compare::markup(found, shift, stage.setting(Some(&card.slug), None));
    let (overview, changes) = overview(found, texts);
    let (url, language) = (policy.draft_url.clone(), draft.language.to_owned());
    let new = SideView { language, url, summary: draft.front.summary.clone(), ..SideView::default() };
    let view = Changes {
        site: stage.view(&at),
        page: head(stage, card, draft, &at),
        notices: notices(stage, &policy.url, draft),
        policy,
        old: old.map(|old| changes::side(stage, card, old)),
        between: Some(new.clone()).filter(|new| !new.summary.is_empty()).into_iter().collect(),
        new,
        overview,
        changes,
        semantic: meaning(old.and_then(|old| old.front.discloses.as_ref()), draft.front.disclosures.as_ref(), texts),
        identical: draft.identical(found, texts),
    };
    stage.render("changes.html", &at, &view, &markup)
}

/// That it is a draft, with the way to what applies; and that it is the first text, if it is.
fn notices(stage: &Stage<'_>, policy_url: &str, draft: &Drafted<'_>) -> Vec<NoticeView> {
    let texts = stage.texts();
    let (url, label) = (policy_url.to_owned(), texts.label("draft", "applies"));
    let mut notices = vec![NoticeView { text: texts.say("notice-draft", &[]), url, label }];
    if draft.before.is_none() {
        notices.push(NoticeView { text: texts.say("draft-first", &[]), ..NoticeView::default() });
    }
    notices
}

/// No search engine keeps it, and no address is named as the one it stands at.
fn head(stage: &Stage<'_>, card: &Card, draft: &Drafted<'_>, at: &str) -> PageView {
    let texts = stage.texts();
    let (policies, label) = (texts.label("page", "policies"), texts.label("page", "draft"));
    let (policy, own) = (format!("policies/{}/", card.slug), address(card));
    let way =
        [(policies.as_str(), "policies/"), (card.title.as_str(), policy.as_str()), (label.as_str(), own.as_str())];
    let title = &draft.front.title;
    let mut page = if at == own {
        let page = stage.page(&label, at, way.get(..2).unwrap_or_default());
        PageView { title: format!("{title} – {label}"), heading: title.clone(), ..page }
    } else {
        let heading = match &draft.before {
            Some(_) => texts.say("draft-changes-heading", &[("version", draft.number())]),
            None => texts.label("page", "draft-changes"),
        };
        let page = stage.page(&texts.label("page", "changes"), at, &way);
        PageView { title: format!("{title} – {heading}"), heading, ..page }
    };
    page.canonical = String::new();
    page.noindex = true;
    page.draft = true;
    page
}
