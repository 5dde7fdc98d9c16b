//! Where links of a text lead on the page that shows it.

use crate::base::date::Moment;
use crate::base::slug::Slug;
use crate::base::version::Version;
use crate::history::card::Card;
use crate::site::config::BaseUrl;
use crate::site::links::{Leads, leads};

/// Turns destinations as written into addresses of the page.
#[derive(Clone, Copy, Debug)]
pub struct Linker<'a> {
    /// Where the site stands.
    pub base: &'a BaseUrl,
    /// All policies.
    pub cards: &'a [Card],
    /// The policy whose text it is; an ordinary page has none.
    pub policy: Option<&'a Slug>,
    /// The language of the text, if it is a translation; links to other policies lead to it where it is there.
    pub language: Option<&'a str>,
    /// The first moment of the version that is shown; links to other policies lead to what was in force then.
    pub first_day: Option<Moment>,
}

impl Linker<'_> {
    /// The address of a destination; nothing when it must not be followed.
    #[must_use]
    pub fn address(&self, href: &str) -> Option<String> {
        match leads(href) {
            Leads::Clause(id) => Some(format!("#{id}")),
            Leads::Asset(path) => self.policy.map(|slug| self.base.local(&format!("policies/{slug}/assets/{path}"))),
            Leads::Site(path) => Some(self.base.local(&path)),
            Leads::Policy(slug, version, id) => self.other(&slug, version, &id),
            Leads::Away(href) => Some(href),
            Leads::Nowhere => None,
        }
    }

    /// The address of a picture; only those of the site are shown, so that no page asks a third party for anything.
    #[must_use]
    pub fn picture(&self, src: &str) -> Option<String> {
        match leads(src) {
            Leads::Asset(_) | Leads::Site(_) => self.address(src),
            _ => None,
        }
    }

    fn other(&self, slug: &Slug, version: Option<Version>, id: &str) -> Option<String> {
        let card = self.cards.iter().find(|card| card.slug == *slug)?;
        let then = || {
            let index = card.timeline.in_force(self.first_day?)?;
            card.timeline.entries.get(index).map(|entry| entry.version.clone())
        };
        // One version has many spellings, its address has one.
        let spelt = |wanted: Version| {
            let known = card.timeline.entries.iter().find(|entry| entry.version == wanted);
            known.map_or(wanted, |entry| entry.version.clone())
        };
        let translated = |version: &Version| {
            let known = card.timeline.entries.iter().find(|entry| entry.version == *version);
            let language = self.language.filter(|wanted| {
                known.is_some_and(|entry| entry.translations().any(|(language, _)| language == wanted))
            });
            language.map_or_else(String::new, |language| format!("{language}/"))
        };
        let address = match version.map(spelt).or_else(then) {
            Some(version) => format!("policies/{slug}/v/{version}/{}", translated(&version)),
            None => format!("policies/{slug}/"),
        };
        let fragment = if id.is_empty() { String::new() } else { format!("#{id}") };
        Some(self.base.local(&address) + &fragment)
    }
}
