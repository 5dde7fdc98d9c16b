//! The pages of one version: its text, its files, and the redline against the version before.

use serde::Serialize;

use super::stage::{Failure, Stage};
use super::view::{
    AlternateView, AudienceView, ChangeView, ContentView, DayView, GlanceView, NoticeView, PageView, PolicyView,
    PurposeView, RecipientView, SideView, SiteView, VersionView,
};
use super::{body, compare, wording};
use crate::history::card::Card;
use crate::history::timeline::{Entry, Timeline};
use crate::redline::summary::{Kind, clauses};
use crate::redline::{Redline, redline, semantic};
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
    /// Its text.
    pub doc: Doc,
}

#[derive(Serialize)]
struct Page<'a> {
    site: SiteView,
    page: PageView,
    policy: PolicyView,
    version: VersionView,
    notices: Vec<NoticeView>,
    glance: Option<GlanceView>,
    contents: &'a [ContentView],
}

#[derive(Serialize)]
struct Changes {
    site: SiteView,
    page: PageView,
    policy: PolicyView,
    old: SideView,
    new: SideView,
    overview: Vec<String>,
    changes: Vec<ChangeView>,
    semantic: Vec<String>,
    identical: bool,
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
    let address = address(card, shown.entry);
    page(stage, card, shown, &address)?;
    if shown.entry.redacted() {
        return Ok(());
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
    let own = address(card, shown.entry);
    let is_permanent = at == own;
    let first_day = is_permanent.then(|| shown.entry.effective.moment(&shown.entry.zone));
    let redacted = shown.entry.redacted();
    let markup = if redacted {
        super::html::Html::new()
    } else {
        body::markup(&shown.doc, stage.setting(Some(&card.slug), first_day))
    };
    let contents = if redacted { Vec::new() } else { contents(&shown.doc) };
    let policies = stage.texts().label("page", "policies");
    let policy_address = format!("policies/{}/", card.slug);
    let mut way = vec![(policies.as_str(), "policies/")];
    let label = format!("{} {}", stage.texts().label("word", "version"), shown.entry.version);
    let mut page = if is_permanent {
        way.push((card.title.as_str(), policy_address.as_str()));
        stage.page(&label, at, &way)
    } else {
        stage.page(&shown.front.title, at, &way)
    };
    page.heading.clone_from(&shown.front.title);
    if is_permanent {
        page.title = format!("{} – {label}", shown.front.title);
    }
    page.noindex = is_permanent;
    page.description = shown.front.summary.join(" ");
    page.alternates = alternates(stage, card, shown);
    let view = Page {
        site: stage.view(at),
        page,
        policy: stage.policy(card),
        version: version(stage, card, shown),
        notices: notices(stage, card, shown, is_permanent),
        glance: shown
            .front
            .discloses
            .as_ref()
            .filter(|_| !redacted)
            .map(|found| glance(found, &shown.doc, stage.texts())),
        contents: &contents,
    };
    stage.render("policy.html", at, &view, &markup)
}

/// Links to the feed and to the versions around this one (RFC 5829).
fn alternates(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Vec<AlternateView> {
    let timeline = &card.timeline;
    let link = |rel, index: Option<usize>| {
        let entry = index.and_then(|index| timeline.entries.get(index))?;
        let title = format!("{} {}", stage.texts().label("word", "version"), entry.version);
        Some(AlternateView { rel, media: "", href: stage.base.local(&address(card, entry)), title })
    };
    let policy = |rel, place: &str| AlternateView {
        rel,
        media: "",
        href: stage.base.local(&format!("policies/{}/{place}", card.slug)),
        title: card.title.clone(),
    };
    let mut links = vec![stage.feed_link(card), policy("latest-version", ""), policy("version-history", "history/")];
    links.extend(link("predecessor-version", timeline.predecessor(shown.index)));
    links.extend(link("successor-version", timeline.successor(shown.index)));
    links
}

fn contents(doc: &Doc) -> Vec<ContentView> {
    let all = doc.headings().into_iter().map(|heading| ContentView {
        id: heading.id.clone(),
        number: heading.number.clone(),
        title: words(&heading.runs),
        level: (heading.level + doc.shift).clamp(2, 6),
    });
    all.filter(|line| line.level <= 3 && !line.title.is_empty()).collect()
}

/// The audiences of a version, for views.
#[must_use]
pub fn audiences(entry: &Entry, texts: &Texts) -> Vec<AudienceView> {
    let view = |(name, day): &(String, _)| {
        let DayView { iso, text } = DayView::new(*day, texts);
        AudienceView { name: name.clone(), iso, text }
    };
    entry.effective_for.iter().map(view).collect()
}

/// The address of a version's redline, if it has one.
#[must_use]
pub fn redline_address(card: &Card, index: usize) -> Option<String> {
    let entry = card.timeline.entries.get(index).filter(|entry| !entry.redacted())?;
    card.timeline.compared_with(index)?;
    Some(format!("{}changes/", address(card, entry)))
}

fn version(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> VersionView {
    let (texts, entry) = (stage.texts(), shown.entry);
    let own = address(card, entry);
    let file = |name: &str| if entry.redacted() { String::new() } else { stage.base.local(&format!("{own}{name}")) };
    let hashes = entry.hashes();
    let predecessor = card.timeline.predecessor(shown.index).and_then(|index| card.timeline.entries.get(index));
    VersionView {
        number: entry.version.to_string(),
        title: shown.front.title.clone(),
        language: shown.front.language.clone(),
        url: stage.base.absolute(&own),
        material: entry.material,
        summary: shown.front.summary.clone(),
        published: DayView::new(entry.published, texts),
        effective: DayView::new(entry.effective, texts),
        audiences: audiences(entry, texts),
        sha256: hashes.map_or_else(String::new, |hashes| hashes.sha256.to_string()),
        text_sha256: hashes.map_or_else(String::new, |hashes| hashes.text_sha256.to_string()),
        text_url: file("text.md"),
        plain_url: file("text.txt"),
        meta_url: file("meta.json"),
        redline_url: redline_address(card, shown.index).map_or_else(String::new, |address| stage.base.local(&address)),
        predecessor: predecessor.map_or_else(String::new, |entry| entry.version.to_string()),
        sentences: sentences(&card.timeline, shown, stage),
        badge: wording::badge(&card.timeline, shown.index),
        withdrawn_reason: entry.withdrawn.as_ref().map_or_else(String::new, |withdrawn| withdrawn.reason.clone()),
    }
}

fn sentences(timeline: &Timeline, shown: &Shown<'_>, stage: &Stage<'_>) -> Vec<String> {
    let mut said = wording::standing(timeline, shown.index, stage.now, stage.texts());
    said.extend(wording::events(shown.entry, stage.texts()));
    said
}

/// Banners: what is coming at the policy's own address; what holds instead on a version's own page.
fn notices(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, is_permanent: bool) -> Vec<NoticeView> {
    let (texts, timeline) = (stage.texts(), &card.timeline);
    let about = |key: &str, entry: &Entry| {
        let number = entry.version.as_str();
        NoticeView {
            text: texts.say(key, &[("version", number), ("date", &texts.day(entry.effective))]),
            url: stage.base.local(&address(card, entry)),
            label: texts.label("read", "version").replace("{version}", number),
        }
    };
    if !is_permanent {
        let coming = timeline.upcoming(stage.now);
        return coming
            .into_iter()
            .filter_map(|index| timeline.entries.get(index))
            .map(|entry| about("notice-coming", entry))
            .collect();
    }
    let mut notices: Vec<NoticeView> = shown
        .entry
        .withdrawn
        .iter()
        .map(|withdrawn| NoticeView {
            text: texts.say("notice-withdrawn", &[("date", &texts.day(withdrawn.on)), ("reason", &withdrawn.reason)]),
            url: stage.base.local(&format!("policies/{}/", card.slug)),
            label: card.title.clone(),
        })
        .collect();
    if shown.entry.effective > stage.now.day(&shown.entry.zone) {
        notices.push(NoticeView {
            text: texts.say("notice-not-yet", &[("date", &texts.day(shown.entry.effective))]),
            url: stage.base.local(&format!("policies/{}/", card.slug)),
            label: card.title.clone(),
        });
    }
    let next = timeline.successor(shown.index).and_then(|index| timeline.entries.get(index));
    notices.extend(next.map(|entry| about("notice-replaced", entry)));
    notices
}

fn glance(found: &Disclosures, doc: &Doc, texts: &Texts) -> GlanceView {
    let headings = doc.headings();
    let title = |clause: &str, id: &str| {
        let heading = headings.iter().find(|heading| heading.id == clause);
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
pub fn meaning(old: &Front, new: &Front, texts: &Texts) -> Vec<String> {
    let found = semantic::compare(old.discloses.as_ref(), new.discloses.as_ref());
    let name = |id: &str| texts.label("purpose", id);
    found.iter().map(|change| wording::semantic(change, &name, texts)).collect()
}

/// The redline of a version against the one before.
///
/// # Errors
/// The page cannot be made or kept.
pub fn changes(stage: &Stage<'_>, card: &Card, old: &Shown<'_>, new: &Shown<'_>) -> Result<(), Failure> {
    let at = format!("{}changes/", address(card, new.entry));
    let texts = stage.texts();
    let found = redline(&old.doc, &new.doc);
    let markup = compare::markup(
        &found,
        old.doc.shift.max(new.doc.shift),
        stage.setting(Some(&card.slug), Some(new.entry.effective.moment(&new.entry.zone))),
    );
    let (overview, changes) = overview(&found, texts);
    let (policies, word) = (texts.label("page", "policies"), texts.label("word", "version"));
    let (policy_address, own) = (format!("policies/{}/", card.slug), address(card, new.entry));
    let label = format!("{word} {}", new.entry.version);
    let way = [
        (policies.as_str(), "policies/"),
        (card.title.as_str(), policy_address.as_str()),
        (label.as_str(), own.as_str()),
    ];
    let mut page = stage.page(&texts.label("page", "changes"), &at, &way);
    page.heading = texts
        .label("page", "changes-heading")
        .replace("{from}", old.entry.version.as_str())
        .replace("{to}", new.entry.version.as_str());
    page.title = format!("{} – {}", new.front.title, page.heading);
    page.noindex = true;
    page.alternates = vec![stage.feed_link(card)];
    let side = |shown: &Shown<'_>| SideView {
        number: shown.entry.version.to_string(),
        url: stage.base.local(&address(card, shown.entry)),
        effective: DayView::new(shown.entry.effective, texts),
        summary: shown.front.summary.clone(),
    };
    let view = Changes {
        site: stage.view(&at),
        page,
        policy: stage.policy(card),
        old: side(old),
        new: side(new),
        overview,
        changes,
        semantic: meaning(old.front, new.front, texts),
        identical: found.is_empty(),
    };
    stage.render("changes.html", &at, &view, &markup)
}

fn overview(found: &Redline<'_>, texts: &Texts) -> (Vec<String>, Vec<ChangeView>) {
    let clauses = clauses(found);
    let kinds = [Kind::Changed, Kind::Inserted, Kind::Deleted, Kind::Renumbered, Kind::Format];
    let counted = kinds.iter().filter_map(|kind| {
        let count = clauses.iter().filter(|clause| clause.kind == *kind).count();
        (count > 0).then(|| texts.count(&format!("overview-{}", kind.word()), count))
    });
    let ids = compare::change_ids(found);
    let view = clauses.iter().map(|clause| ChangeView {
        id: ids.get(clause.entry).cloned().flatten().unwrap_or_default(),
        title: if clause.title.is_empty() { texts.label("word", "opening") } else { clause.title.clone() },
        number: clause.number.clone(),
        kind: clause.kind.word(),
        label: texts.label("kind", clause.kind.word()),
    });
    (counted.collect(), view.collect())
}
