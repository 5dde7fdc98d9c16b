//! The pages of one version: its text and its files.

use serde::Serialize;

use super::glossary::Glossary;
use super::stage::{Failure, Stage};
use super::tongue::{self, in_force, text_address};
use super::view::{
    AlternateView, AudienceView, ContentView, DayView, GlanceView, LinkView, NoticeView, PageView, PolicyView,
    PurposeView, RecipientView, SiteView, TermView, VersionView,
};
use super::{body, disclosed, linked, since, single, timemap, wording};
use crate::base::date::{Day, Moment};
use crate::history::card::Card;
use crate::history::event::TextHashes;
use crate::history::timeline::{Entry, Timeline};
use crate::redline::semantic;
use crate::site::disclose::Disclosures;
use crate::site::doc::{Doc, words};
use crate::site::front::{Front, VersionFile};
use crate::site::texts::Texts;

/// A version that is shown: what the record says of it, its file, and its text.
pub struct Shown<'a> {
    /// Its place in the order of versions.
    pub index: usize,
    /// What the record says.
    pub entry: &'a Entry,
    /// Its file.
    pub file: &'a VersionFile,
    /// Its front matter.
    pub front: &'a Front,
    /// The language, if it is that of a translation.
    pub language: Option<&'a str>,
    /// Its text.
    pub doc: Doc,
}

impl Shown<'_> {
    /// Where its text stands.
    #[must_use]
    pub fn address(&self, card: &Card) -> String {
        let own = address(card, self.entry);
        self.language.map_or_else(|| own.clone(), |language| format!("{own}{language}/"))
    }

    /// What the record keeps of its text.
    #[must_use]
    pub fn hashes(&self) -> Option<&TextHashes> {
        let own = |language| self.entry.texts.iter().find(|(tag, _)| tag == language).map(|(_, hashes)| hashes);
        self.language.map_or_else(|| self.entry.hashes(), own)
    }

    /// The address of its redline, if it has one: a translation is compared with one in the same language.
    fn redline_address(&self, card: &Card) -> Option<String> {
        let address = redline_address(card, self.index)?;
        let Some(language) = self.language else { return Some(address) };
        let old = card.timeline.entries.get(card.timeline.compared_with(self.index)?)?;
        let compared = old.translations().any(|(tag, _)| tag == language);
        compared.then(|| format!("{}changes/", self.address(card)))
    }

    /// The first moment at which it applies.
    pub(super) fn first_day(&self) -> Moment {
        self.entry.effective.moment(&self.entry.zone)
    }
}

/// What `policy.html` sees.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) site: SiteView,
    pub(super) page: PageView,
    pub(super) policy: PolicyView,
    pub(super) version: VersionView,
    pub(super) notices: Vec<NoticeView>,
    pub(super) glance: Option<GlanceView>,
    pub(super) contents: Vec<ContentView>,
    pub(super) glossary: Vec<TermView>,
}

/// Where a version's page stands.
#[must_use]
pub fn address(card: &Card, entry: &Entry) -> String {
    format!("policies/{}/v/{}/", card.slug, entry.version)
}

/// The page of a version at its permanent address, and its files.
///
/// # Errors
/// A page cannot be made or kept.
pub fn permanent(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, plain: String) -> Result<(), Failure> {
    let address = shown.address(card);
    page(stage, card, shown, &address)?;
    if shown.entry.redacted() {
        return Ok(());
    }
    if shown.language.is_none() {
        disclosed::write(stage, card, shown)?;
    }
    stage.put(&format!("{address}text.md"), shown.file.body.text().as_bytes().to_vec())?;
    stage.put(&format!("{address}text.txt"), plain.into_bytes())?;
    stage.put(&format!("{address}meta.json"), shown.file.meta.as_bytes().to_vec())
}

/// The page of the version in force, at the policy's own address.
///
/// # Errors
/// The page cannot be made or kept.
pub fn current(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Result<(), Failure> {
    page(stage, card, shown, &format!("policies/{}/", card.slug))
}

fn page(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, at: &str) -> Result<(), Failure> {
    let is_permanent = at == shown.address(card);
    let first_day = is_permanent.then(|| shown.first_day());
    let redacted = shown.entry.redacted();
    let empty = Doc::default();
    let doc = if redacted { &empty } else { &shown.doc };
    let glossary = Glossary::of(doc);
    let discloses = shown.front.discloses.as_ref().filter(|_| !redacted);
    let mut policy = stage.policy(card);
    if is_permanent {
        // The page of a version is the same for ever, whatever is being drafted.
        (policy.draft_url, policy.draft_changes_url) = Default::default();
    }
    let view = Page {
        site: stage.view(at),
        page: head(stage, card, shown, is_permanent),
        policy,
        version: version(stage, card, shown),
        notices: notices(stage, card, shown, is_permanent),
        glance: discloses.map(|found| glance(found, doc, stage.texts())),
        contents: contents(doc),
        glossary: glossary.view(),
    };
    let setting = stage.setting(Some(&card.slug), first_day);
    stage.render("policy.html", at, &view, &body::marked(doc, setting, &glossary))
}

fn head(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, is_permanent: bool) -> PageView {
    let policies = stage.texts().label("page", "policies");
    let policy = format!("policies/{}/", card.slug);
    let label = format!("{} {}", stage.texts().label("word", "version"), shown.entry.version);
    let way = [(policies.as_str(), "policies/"), (card.title.as_str(), policy.as_str())];
    let title = &shown.front.title;
    let mut page = if is_permanent {
        version_page(stage, card, shown, &label)
    } else {
        stage.page(title, &policy, way.get(..1).unwrap_or_default())
    };
    page.heading.clone_from(title);
    if is_permanent {
        page.title = format!("{title} – {label}");
    }
    // The policy's own page shows the text that governs; a translation in force has no other page than this.
    page.noindex = is_permanent && (shown.language.is_none() || !in_force(stage, card, shown));
    page.tongues = tongue::alternates(stage, card, shown, is_permanent);
    page.description = shown.front.summary.join(" ");
    page.json_ld = linked::page(stage, card, shown, is_permanent);
    page.alternates = alternates(stage, card, shown, is_permanent);
    page
}

/// The page at a text's permanent address, with the way to it: that of a translation stands behind its version's.
fn version_page(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, label: &str) -> PageView {
    let policies = stage.texts().label("page", "policies");
    let (policy, own) = (format!("policies/{}/", card.slug), address(card, shown.entry));
    let way = [(policies.as_str(), "policies/"), (card.title.as_str(), policy.as_str()), (label, own.as_str())];
    match shown.language {
        Some(language) => stage.page(&tongue::name(stage.texts(), language), &shown.address(card), &way),
        None => stage.page(label, &own, way.get(..2).unwrap_or_default()),
    }
}

/// Links to the feeds, to the versions around this one (RFC 5829), and to the page that this one was (RFC 7089).
fn alternates(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, is_permanent: bool) -> Vec<AlternateView> {
    let timeline = &card.timeline;
    let link = |rel, index: Option<usize>| {
        let entry = index.and_then(|index| timeline.entries.get(index))?;
        let title = format!("{} {}", stage.texts().label("word", "version"), entry.version);
        let href = stage.base.local(&text_address(card, entry, shown.language));
        Some(AlternateView { rel, media: "", href, title })
    };
    let policy = |rel, place: &str| AlternateView {
        rel,
        media: "",
        href: stage.base.local(&format!("policies/{}/{place}", card.slug)),
        title: card.title.clone(),
    };
    let mut links = stage.machine_links(card);
    links.extend([policy("latest-version", ""), policy("version-history", "history/")]);
    if is_permanent && shown.language.is_none() && timemap::is_memento(timeline, shown.index, stage.now) {
        links.push(policy("original", ""));
    }
    if shown.front.discloses.is_some() && !shown.entry.redacted() {
        links.push(AlternateView {
            rel: "describedby",
            media: "application/ld+json",
            href: stage.base.local(&format!("{}disclosures.jsonld", address(card, shown.entry))),
            title: String::new(),
        });
    }
    links.extend(link("predecessor-version", timeline.predecessor(shown.index)));
    links.extend(link("successor-version", timeline.successor(shown.index)));
    links
}

/// The lines of the contents.
pub(super) fn contents(doc: &Doc) -> Vec<ContentView> {
    let all = doc.headings().into_iter().map(|heading| ContentView {
        id: heading.id.to_string(),
        number: heading.number.clone(),
        title: words(&heading.runs),
        level: (heading.level + doc.shift).clamp(2, 6),
    });
    all.filter(|line| line.level <= 3 && !line.title.is_empty()).collect()
}

/// The audiences of a version, for views; not those to whom it never applies because it was withdrawn.
#[must_use]
pub fn audiences((timeline, index): (&Timeline, usize), texts: &Texts) -> Vec<AudienceView> {
    let named = timeline.entries.get(index).into_iter().flat_map(|entry| &entry.effective_for);
    let applies = |(name, _): &&(String, Day)| !timeline.never_applies(index, Some(name));
    days(&named.filter(applies).cloned().collect::<Vec<_>>(), texts)
}

/// Audiences with their days, for views.
#[must_use]
pub fn days(days: &[(String, Day)], texts: &Texts) -> Vec<AudienceView> {
    let view = |(name, day): &(String, Day)| {
        let DayView { iso, text } = DayView::new(*day, texts);
        AudienceView { name: name.clone(), iso, text }
    };
    days.iter().map(view).collect()
}

/// The address of a version's redline, if it has one.
#[must_use]
pub fn redline_address(card: &Card, index: usize) -> Option<String> {
    let entry = card.timeline.entries.get(index).filter(|entry| !entry.redacted())?;
    card.timeline.compared_with(index)?;
    Some(format!("{}changes/", address(card, entry)))
}

/// What pages see of a version.
pub(super) fn version(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> VersionView {
    let (texts, entry) = (stage.texts(), shown.entry);
    let own = shown.address(card);
    let file = |name: &str| if entry.redacted() { String::new() } else { stage.base.local(&format!("{own}{name}")) };
    let hashes = shown.hashes();
    let replaced = card.timeline.replaces(shown.index).and_then(|index| card.timeline.entries.get(index));
    VersionView {
        number: entry.version.to_string(),
        title: shown.front.title.clone(),
        language: shown.front.language.clone(),
        languages: tongue::languages(stage, card, entry, shown.language),
        url: stage.base.absolute(&own),
        material: entry.material,
        summary: shown.front.summary.clone(),
        published: DayView::new(entry.published, texts),
        effective: DayView::new(entry.effective, texts),
        planned: card.timeline.never_applies(shown.index, None),
        audiences: audiences((&card.timeline, shown.index), texts),
        sha256: hashes.map_or_else(String::new, |hashes| hashes.sha256.to_string()),
        text_sha256: hashes.map_or_else(String::new, |hashes| hashes.text_sha256.to_string()),
        text_url: file("text.md"),
        plain_url: file("text.txt"),
        meta_url: file("meta.json"),
        single_url: single_address(card, shown).map_or_else(String::new, |address| stage.base.local(&address)),
        redline_url: shown.redline_address(card).map_or_else(String::new, |address| stage.base.local(&address)),
        since: shown.language.map_or_else(|| since::since_link(stage, card, shown.index), |_| LinkView::default()),
        predecessor: replaced.map_or_else(String::new, |entry| entry.version.to_string()),
        sentences: sentences(stage, card, shown),
        badge: wording::badge(&card.timeline, shown.index),
        withdrawn_reason: entry.withdrawn.as_ref().map_or_else(String::new, |withdrawn| withdrawn.reason.clone()),
    }
}

/// When a version applies, and what else happened to it.
pub(super) fn sentences(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Vec<String> {
    let mut said = wording::standing(&card.timeline, shown.index, stage.now, stage.texts());
    said.extend(wording::events(shown.entry, stage.texts()));
    said
}

/// The file of a version, to be kept; it holds the text that governs.
fn single_address(card: &Card, shown: &Shown<'_>) -> Option<String> {
    if shown.language.is_some() { None } else { single::file(card, shown.entry) }
}

/// Banners: what is coming at the policy's own address; what holds instead on a version's own page.
fn notices(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, is_permanent: bool) -> Vec<NoticeView> {
    let timeline = &card.timeline;
    let about = |key: &str, index: usize| {
        let entry = timeline.entries.get(index)?;
        let label = stage.texts().label("read", "version").replace("{version}", entry.version.as_str());
        Some(notice(stage, (key, entry), (&text_address(card, entry, shown.language), label)))
    };
    if !is_permanent {
        let coming = timeline.upcoming(stage.now);
        return coming.into_iter().filter_map(|index| about("notice-coming", index)).collect();
    }
    let mut notices: Vec<NoticeView> = tongue::governs(stage, card, shown).into_iter().collect();
    notices.extend(standing_notices(stage, card, shown));
    let replaced = || timeline.replaced_by(shown.index).and_then(|index| about("notice-replaced", index));
    notices.extend(tongue::behind(stage, card, shown).or_else(replaced));
    notices
}

/// That a version was withdrawn, or does not apply yet: with the way to what holds.
fn standing_notices(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Vec<NoticeView> {
    let policy = format!("policies/{}/", card.slug);
    let mut notices = Vec::new();
    if let Some(gone) = &shown.entry.withdrawn {
        let date = stage.texts().day(gone.on);
        let text = stage.texts().say("notice-withdrawn", &[("date", &date), ("reason", &gone.reason)]);
        notices.push(NoticeView { text, url: stage.base.local(&policy), label: card.title.clone() });
    }
    if shown.entry.withdrawn.is_none() && shown.entry.effective > stage.now.day(&shown.entry.zone) {
        notices.push(notice(stage, ("notice-not-yet", shown.entry), (&policy, card.title.clone())));
    }
    notices
}

fn notice(stage: &Stage<'_>, (key, entry): (&str, &Entry), (address, label): (&str, String)) -> NoticeView {
    let date = stage.texts().day(entry.effective);
    let values = [("date", date.as_str()), ("version", entry.version.as_str())];
    NoticeView { text: stage.texts().say(key, &values), url: stage.base.local(address), label }
}

/// The disclosures, at a glance.
pub(super) fn glance(found: &Disclosures, doc: &Doc, texts: &Texts) -> GlanceView {
    let headings = doc.headings();
    let title = |clause: &str, id: &str| {
        let heading = headings.iter().find(|heading| *heading.id == *clause);
        heading.map_or_else(|| id.replace('-', " "), |heading| words(&heading.runs))
    };
    let labels = |family: &str, ids: &[String]| ids.iter().map(|id| texts.label(family, id)).collect();
    let named =
        |id: &str| found.recipients.iter().find(|one| one.id == id).map_or(id, |one| one.name.as_str()).to_owned();
    let purposes = found.purposes.iter().map(|purpose| PurposeView {
        name: title(&purpose.clause.value, &purpose.id),
        clause_url: format!("#{}", purpose.clause.value),
        data: labels("data", &purpose.data),
        basis: labels("basis", &purpose.basis),
        retention: purpose.retention.as_ref().map_or_else(String::new, |kept| wording::retention(kept, texts)),
        recipients: purpose.recipients.iter().map(|id| named(&id.value)).collect(),
    });
    let recipients = found.recipients.iter().map(|one| RecipientView {
        name: one.name.clone(),
        place: one.place.clone(),
        clause_url: format!("#{}", one.clause.value),
    });
    GlanceView {
        purposes: purposes.collect(),
        recipients: recipients.collect(),
        transfers: texts.label("transfers", &found.transfers),
        rights: labels("right", &found.rights),
    }
}

/// What changed in the disclosures between two versions, in words.
#[must_use]
pub fn meaning(old: Option<&Disclosures>, new: Option<&Disclosures>, texts: &Texts) -> Vec<String> {
    let found = semantic::compare(old, new);
    let name = |id: &str| texts.label("purpose", id);
    found.iter().map(|change| wording::semantic(change, &name, texts)).collect()
}
