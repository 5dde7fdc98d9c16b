//! What templates see: the theme's contract. `docs/themes.md` lists the same fields for people.

use serde::Serialize;

use crate::base::date::Day;
use crate::site::texts::Texts;

/// The site, on every page.
#[derive(Clone, Debug, Serialize)]
pub struct SiteView {
    /// The site's name.
    pub title: String,
    /// The language of the interface.
    pub language: String,
    /// The language of the site's own words: its title, notice and navigation.
    pub own_language: String,
    /// The time zone that days are days of.
    pub time_zone: String,
    /// The address of the first page.
    pub home: String,
    /// The address of the style sheet.
    pub css: String,
    /// The address of the script.
    pub script: String,
    /// Who publishes.
    pub organisation: OrganisationView,
    /// What every page shows.
    pub notice: String,
    /// Links at the top.
    pub navigation: Vec<NavigationView>,
    /// The feed of all documents.
    pub feed: String,
    /// The page of all documents.
    pub policies_url: String,
    /// Its title.
    pub policies_title: String,
}

/// Who publishes.
#[derive(Clone, Debug, Serialize)]
pub struct OrganisationView {
    /// The name by law.
    pub name: String,
    /// The name in trade.
    pub trading_as: String,
    /// The organisation's site.
    pub url: String,
    /// An address for mail.
    pub email: String,
    /// A telephone number.
    pub telephone: String,
}

/// A link at the top.
#[derive(Clone, Debug, Serialize)]
pub struct NavigationView {
    /// Its words.
    pub label: String,
    /// Its address.
    pub url: String,
    /// Whether it leads to this page.
    pub current: bool,
}

/// The page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PageView {
    /// The title of the window.
    pub title: String,
    /// The first heading.
    pub heading: String,
    /// What it is about, for search engines.
    pub description: String,
    /// Its one address, or nothing.
    pub canonical: String,
    /// Whether search engines leave it out.
    pub noindex: bool,
    /// Whether it shows a draft.
    pub draft: bool,
    /// Links in its head.
    pub alternates: Vec<AlternateView>,
    /// What the page is, as JSON-LD that is safe in a script element; or nothing.
    pub json_ld: String,
    /// The same text in all its languages, this one included, or nothing.
    pub tongues: Vec<TongueView>,
    /// The way here.
    pub breadcrumbs: Vec<CrumbView>,
}

/// A link in the head of a page.
#[derive(Clone, Debug, Serialize)]
pub struct AlternateView {
    /// The relation (RFC 8288, RFC 5829).
    pub rel: &'static str,
    /// The media type, or nothing.
    #[serde(rename = "type")]
    pub media: &'static str,
    /// The address.
    pub href: String,
    /// The title.
    pub title: String,
}

/// A page of the same text in a language.
#[derive(Clone, Debug, Serialize)]
pub struct TongueView {
    /// The language, or `x-default`.
    pub hreflang: String,
    /// The absolute address.
    pub href: String,
}

/// A language of a version.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageView {
    /// Its tag.
    pub language: String,
    /// What it calls itself.
    pub name: String,
    /// The permanent address of the text.
    pub url: String,
    /// Whether its text governs.
    pub governs: bool,
    /// Whether it is that of the page.
    pub current: bool,
}

/// A step on the way to a page.
#[derive(Clone, Debug, Serialize)]
pub struct CrumbView {
    /// Its words.
    pub label: String,
    /// Its address; nothing for the page itself.
    pub url: String,
}

/// A day, for programs and for people.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DayView {
    /// `2025-03-01`
    pub iso: String,
    /// `1 March 2025`
    pub text: String,
}

impl DayView {
    /// A day in the words of a language.
    #[must_use]
    pub fn new(day: Day, texts: &Texts) -> Self {
        Self { iso: day.to_string(), text: texts.day(day) }
    }
}

/// The policy that a page is about.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyView {
    /// Its name in addresses.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its history.
    pub history_url: String,
    /// Its feed.
    pub feed_url: String,
    /// The page of its draft, or nothing where drafts are not shown.
    pub draft_url: String,
    /// What the draft changes, or nothing.
    pub draft_changes_url: String,
}

/// A link with its words; nothing in either where there is none.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LinkView {
    /// The address.
    pub url: String,
    /// The words.
    pub label: String,
}

/// From when a version applies to an audience.
#[derive(Clone, Debug, Serialize)]
pub struct AudienceView {
    /// The audience.
    pub name: String,
    /// `2025-03-01`
    pub iso: String,
    /// `1 March 2025`
    pub text: String,
}

/// The days between which a version applies; a script makes a badge of them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BadgeView {
    /// The first day.
    pub from: String,
    /// The last day before another applies, or nothing.
    pub until: String,
    /// The day of its withdrawal, or nothing.
    pub withdrawn: String,
}

/// A version, on its page. A draft has no number, no address for ever, no days and no hashes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct VersionView {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// The languages that it is there in, or nothing when there is only one.
    pub languages: Vec<LanguageView>,
    /// Its permanent address.
    pub url: String,
    /// Whether the change matters.
    pub material: bool,
    /// What changed, in plain language.
    pub summary: Vec<String>,
    /// The day of publication.
    pub published: DayView,
    /// From when it applies.
    pub effective: DayView,
    /// Whether it was withdrawn before that day, so that it never applied.
    pub planned: bool,
    /// From when it applies to named audiences.
    pub audiences: Vec<AudienceView>,
    /// The hash of `text.md`.
    pub sha256: String,
    /// The hash of `text.txt`.
    pub text_sha256: String,
    /// The address of `text.md`, or nothing.
    pub text_url: String,
    /// The address of `text.txt`, or nothing.
    pub plain_url: String,
    /// The address of `meta.json`, or nothing.
    pub meta_url: String,
    /// The address of the version in one file, or nothing.
    pub single_url: String,
    /// The redline against the version before, or nothing.
    pub redline_url: String,
    /// The redline between it and the version in force.
    pub since: LinkView,
    /// The number of the version whose place it takes, or nothing.
    pub predecessor: String,
    /// Sentences about time that stay true.
    pub sentences: Vec<String>,
    /// The days of the badge.
    pub badge: BadgeView,
    /// Why it was withdrawn, or nothing.
    pub withdrawn_reason: String,
}

/// A banner.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NoticeView {
    /// What it says.
    pub text: String,
    /// Where it leads, or nothing.
    pub url: String,
    /// The words of the link.
    pub label: String,
}

/// A line of the contents.
#[derive(Clone, Debug, Serialize)]
pub struct ContentView {
    /// The clause's id.
    pub id: String,
    /// Its number, or nothing.
    pub number: String,
    /// Its heading.
    pub title: String,
    /// Its level in the page, from 2.
    pub level: u8,
}

/// A term of the glossary.
#[derive(Clone, Debug, Serialize)]
pub struct TermView {
    /// Its number in the order of definitions: its entry is `v-term-1`, the place of its definition `v-def-1`.
    pub number: usize,
    /// The term.
    pub term: String,
    /// The paragraph or sentence that defines it.
    pub meaning: String,
}

/// The disclosures, at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct GlanceView {
    /// What data are used for.
    pub purposes: Vec<PurposeView>,
    /// Who receives them.
    pub recipients: Vec<RecipientView>,
    /// Where they go abroad.
    pub transfers: String,
    /// The rights that the text describes.
    pub rights: Vec<String>,
}

/// A purpose, at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct PurposeView {
    /// The heading of its clause.
    pub name: String,
    /// The address of its clause.
    pub clause_url: String,
    /// What is collected.
    pub data: Vec<String>,
    /// On what basis.
    pub basis: Vec<String>,
    /// For how long.
    pub retention: String,
    /// Who receives it.
    pub recipients: Vec<String>,
}

/// A recipient, at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientView {
    /// Its name.
    pub name: String,
    /// Where it is.
    #[serde(rename = "where")]
    pub place: String,
    /// The address of its clause.
    pub clause_url: String,
}

/// One side of a redline. A draft has no number and no day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SideView {
    /// The version's number.
    pub number: String,
    /// The language of its text.
    pub language: String,
    /// Its permanent address.
    pub url: String,
    /// From when it applies.
    pub effective: DayView,
    /// When it applies, in sentences that stay true.
    pub sentences: Vec<String>,
    /// What changed, in plain language.
    pub summary: Vec<String>,
}

/// How many clauses of a kind changed.
#[derive(Clone, Debug, Serialize)]
pub struct TallyView {
    /// What happened to them, as a word for programs.
    pub kind: &'static str,
    /// How many, in words.
    pub text: String,
    /// The id of the first such change.
    pub id: String,
}

/// A clause that changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    /// The id of its first change.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its number, or nothing.
    pub number: String,
    /// What happened, as a word for programs.
    pub kind: &'static str,
    /// What happened, in words.
    pub label: String,
}

/// What applied on which days, for an audience.
#[derive(Clone, Debug, Serialize)]
pub struct AppliedView {
    /// The audience; nothing for all who are not named.
    pub audience: String,
    /// The days, in order.
    pub periods: Vec<PeriodView>,
}

/// Days on which one version applied, or none.
#[derive(Clone, Debug, Serialize)]
pub struct PeriodView {
    /// Its place in the page.
    pub id: String,
    /// The first day.
    pub from: DayView,
    /// The last day; nothing where none is recorded.
    pub until: DayView,
    /// The version's number, or nothing.
    pub number: String,
    /// Its permanent address.
    pub url: String,
    /// What the version changed, with the way to its redline; no way where it holds again.
    pub changed: LinkView,
}

/// A version in the history.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryView {
    /// Its number.
    pub number: String,
    /// Its permanent address.
    pub url: String,
    /// The languages that it is there in, or nothing when there is only one.
    pub languages: Vec<LanguageView>,
    /// The redline against the version before, or nothing.
    pub redline_url: String,
    /// The redline between it and the version in force.
    pub since: LinkView,
    /// The day of publication.
    pub published: DayView,
    /// From when it applies.
    pub effective: DayView,
    /// Whether it was withdrawn before that day, so that it never applied.
    pub planned: bool,
    /// From when it applies to named audiences.
    pub audiences: Vec<AudienceView>,
    /// When it applied, in a sentence that stays true.
    pub period: String,
    /// Whether the change matters.
    pub material: bool,
    /// What changed, in plain language.
    pub summary: Vec<String>,
    /// What changed in the disclosures.
    pub semantic: Vec<String>,
    /// The hash of `text.md`.
    pub sha256: String,
    /// The chain at its publication.
    pub chain: String,
    /// The days of the badge.
    pub badge: BadgeView,
    /// Why it was withdrawn, or nothing.
    pub withdrawn_reason: String,
    /// What else happened to it.
    pub notes: Vec<String>,
}

/// A policy in the list of all.
#[derive(Clone, Debug, Serialize)]
pub struct ListedView {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its history.
    pub history_url: String,
    /// The page of its draft, or nothing where drafts are not shown.
    pub draft_url: String,
    /// What the draft changes, or nothing.
    pub draft_changes_url: String,
    /// What kind of policy it is, in words.
    pub kind: String,
    /// What applies, and what is coming.
    pub sentences: Vec<String>,
    /// The version in force, or nothing.
    pub version: String,
    /// What changed with it.
    pub summary: Vec<String>,
}
