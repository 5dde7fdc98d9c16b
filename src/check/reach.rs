//! What a build writes, asked by address. A test builds the sample and asks for every file of it.

use std::collections::BTreeSet;

use crate::base::date::Moment;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::percent;
use crate::base::table::Table;
use crate::history::card::Card;
use crate::site::Site;
use crate::site::page::Page;
use crate::site::raw::nearest;

/// Files that belong to no page and no policy.
const FIXED: &[&str] = &[
    "404.html",
    "_headers",
    "_redirects",
    "policies.json",
    "policies/",
    "policies/feed.atom",
    "policies/feed.json",
    "robots.txt",
    "schemas/disclosures.json",
    "schemas/policies.json",
    "schemas/versions.json",
    "sitemap.xml",
];

/// Files that each policy has.
const OF_POLICY: &[&str] = &["feed.atom", "feed.json", "history/", "ledger.json", "timemap", "versions.json"];

/// Files that each version has, unless its text may not be shown.
const OF_VERSION: &[&str] = &["meta.json", "text.md", "text.txt"];

/// What stands at an address.
#[derive(Clone, Copy)]
pub enum Found<'a> {
    /// A file, or a page whose ids the theme decides.
    File,
    /// An ordinary page.
    Page(&'a Page),
    /// The page of a version; of none while nothing is in force.
    Version(&'a Card, Option<usize>),
}

/// What a build writes.
pub struct Reach<'a> {
    /// The site.
    pub site: &'a Site,
    /// All policies.
    pub cards: &'a [Card],
    /// The moment of the run.
    pub now: Moment,
    files: BTreeSet<String>,
    /// The places of cards by the names of their policies, and by their other addresses.
    places: [Table<&'a str, usize>; 2],
}

/// A folder's page may be named in full.
fn folder(address: &str) -> &str {
    let named = address.strip_suffix("index.html");
    named.filter(|folder| folder.is_empty() || folder.ends_with('/')).unwrap_or(address)
}

/// The addresses of the forms among a site's files.
#[must_use]
pub fn forms(files: &Files) -> Vec<String> {
    let names = files.paths().filter_map(|path| path.under("forms")?.strip_suffix(".yaml"));
    names.map(|name| format!("forms/{name}/")).collect()
}

impl<'a> Reach<'a> {
    /// Puts together what is known before the pages are made; `forms` are addresses, `statics` are paths.
    #[must_use]
    pub fn new((site, cards): (&'a Site, &'a [Card]), now: Moment, forms: Vec<String>, statics: &[SitePath]) -> Self {
        let mut files: BTreeSet<String> = forms.into_iter().collect();
        files.extend(statics.iter().filter_map(|path| path.under("static")).map(str::to_owned));
        files.extend(FIXED.iter().map(|&path| path.to_owned()));
        let places = || cards.iter().enumerate().rev();
        let names = places().map(|(place, card)| (card.slug.as_str(), place)).collect();
        let aliases =
            places().flat_map(|(place, card)| card.aliases.iter().map(move |alias| (alias.trim_matches('/'), place)));
        Self { site, cards, now, files, places: [names, aliases.collect()] }
    }

    /// What stands at an address, without its host and the slash at its beginning.
    #[must_use]
    pub fn at(&self, address: &str) -> Option<Found<'a>> {
        let address = folder(address);
        if let Some(page) = self.site.pages.iter().find(|page| page.address == address) {
            return Some(Found::Page(page));
        }
        if self.files.contains(address) {
            return Some(Found::File);
        }
        let (slug, rest) = address.strip_prefix("policies/")?.split_once('/')?;
        let card = self.card(slug)?;
        self.of_policy(card, rest)
    }

    /// The policy of a name.
    #[must_use]
    pub fn card(&self, slug: &str) -> Option<&'a Card> {
        let [names, _] = &self.places;
        self.cards.get(*names.get(slug)?)
    }

    fn of_policy(&self, card: &'a Card, rest: &str) -> Option<Found<'a>> {
        if rest.is_empty() {
            return Some(Found::Version(card, card.timeline.in_force(self.now)));
        }
        if OF_POLICY.contains(&rest) {
            return Some(Found::File);
        }
        if let Some(asset) = rest.strip_prefix("assets/") {
            let mut shown = card.timeline.entries.iter().filter(|entry| !entry.redacted());
            return shown.any(|entry| entry.assets.contains_key(asset)).then_some(Found::File);
        }
        let (version, rest) = rest.strip_prefix("v/")?.split_once('/')?;
        let index = card.timeline.entries.iter().position(|entry| entry.version.as_str() == version)?;
        let shown = !card.timeline.entries.get(index)?.redacted();
        match rest {
            "" => Some(Found::Version(card, Some(index))),
            "disclosures.json" | "disclosures.jsonld" => {
                (shown && card.discloses.get(index) == Some(&true)).then_some(Found::File)
            }
            "changes/" => (shown && card.timeline.compared_with(index).is_some()).then_some(Found::File),
            "since/" => card.timeline.since(index, self.now, self.site.config.since).map(|_| Found::File),
            file if file == format!("{}-{version}.html", card.slug) => shown.then_some(Found::File),
            file if OF_VERSION.contains(&file) => shown.then_some(Found::File),
            other => translated(card, index, other).filter(|_| shown),
        }
    }

    /// Whether an address is one of a draft's pages, which a published site has not.
    #[must_use]
    pub fn is_draft(&self, address: &str) -> bool {
        let parts = address.strip_prefix("policies/").and_then(|rest| rest.split_once('/'));
        parts.is_some_and(|(slug, rest)| self.card(slug).is_some() && rest.split('/').next() == Some("draft"))
    }

    /// Where an address leads by a redirect: one without its last slash, or another name of a policy.
    #[must_use]
    pub fn moved(&self, address: &str) -> Option<String> {
        let folder = format!("{address}/");
        if !address.ends_with('/') && self.at(&folder).is_some() {
            return Some(folder);
        }
        let [_, aliases] = &self.places;
        let card = self.cards.get(*aliases.get(address.trim_matches('/'))?)?;
        Some(format!("policies/{}/", card.slug))
    }

    /// What to write instead of an address that is not there.
    #[must_use]
    pub fn instead(&self, address: &str) -> String {
        let base = self.site.config.base.path().trim_start_matches('/');
        let inner = address.strip_prefix(base).filter(|_| !base.is_empty());
        if let Some(inner) = inner.filter(|inner| self.at(inner).is_some() || self.moved(inner).is_some()) {
            return format!("write `/{inner}`: the path of base_url is added to it");
        }
        if let Some(help) = self.in_policy(address) {
            return help;
        }
        if let Some(name) = address.strip_prefix("forms/").map(|rest| rest.trim_end_matches('/')) {
            return self.near(address).unwrap_or_else(|| format!("the form needs a file forms/{name}.yaml"));
        }
        if let Some(card) = self.card(address.trim_matches('/').rsplit('/').next().unwrap_or_default()) {
            return format!("write `policy:{0}`, or `/policies/{0}/`", card.slug);
        }
        let help = "link to a page, policy or form of this site, or to a file in static/";
        self.near(address).unwrap_or_else(|| help.to_owned())
    }

    fn near(&self, address: &str) -> Option<String> {
        let pages = self.site.pages.iter().map(|page| page.address.clone());
        let policies = self.cards.iter().flat_map(|card| {
            let own = format!("policies/{}/", card.slug);
            [format!("{own}history/"), own]
        });
        let all: Vec<String> = pages.chain(policies).chain(self.files.iter().cloned()).collect();
        let near = nearest(address, all.iter().map(String::as_str).filter(|address| !address.is_empty()))?;
        Some(format!("did you mean `/{}`?", percent::encode(near)))
    }

    /// What to write when the policy is there and a page of it is not.
    fn in_policy(&self, address: &str) -> Option<String> {
        let (slug, rest) = address.strip_prefix("policies/")?.split_once('/')?;
        let card = self.card(slug)?;
        if self.is_draft(address) {
            return Some(format!("drafts are not part of the published site; link to `/policies/{slug}/`"));
        }
        let (version, tail) = rest.strip_prefix("v/")?.split_once('/').unwrap_or((rest.strip_prefix("v/")?, ""));
        let versions: Vec<&str> = card.timeline.entries.iter().map(|entry| entry.version.as_str()).collect();
        let Some(newest) = versions.last() else { return Some(format!("no version of {slug} is published")) };
        if versions.contains(&version) {
            let help = if tail.starts_with("changes") {
                format!("version {version} has no version before it to be compared with")
            } else if tail.starts_with("since") {
                format!("version {version} has no redline to the version in force")
            } else {
                format!("a version has {}, changes/ and since/", OF_VERSION.join(", "))
            };
            return Some(help);
        }
        Some(format!("{slug} has no version {version}; the newest is {newest}: `/policies/{slug}/v/{newest}/`"))
    }
}

/// What stands below a version's address in a language that does not govern. Its clauses have the ids of the text that
/// governs.
fn translated<'a>(card: &'a Card, index: usize, rest: &str) -> Option<Found<'a>> {
    let (language, file) = rest.split_once('/')?;
    let has = |index: usize| is_there(card, index, language);
    let compared = || card.timeline.compared_with(index).is_some_and(has);
    match file {
        _ if !has(index) => None,
        "" => Some(Found::Version(card, Some(index))),
        "changes/" => compared().then_some(Found::File),
        file => OF_VERSION.contains(&file).then_some(Found::File),
    }
}

fn is_there(card: &Card, index: usize, language: &str) -> bool {
    card.timeline.entries.get(index).is_some_and(|entry| entry.translations().any(|(tag, _)| tag == language))
}
