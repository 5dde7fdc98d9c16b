//! What all pages share: the site, the cards of all policies, the theme's engine and the moment.

use std::sync::OnceLock;

use serde::Serialize;

use super::Sink;
use super::body::Setting;
use super::html::Html;
use super::linker::Linker;
use super::template::Engine;
use super::view::{AlternateView, CrumbView, NavigationView, OrganisationView, PageView, PolicyView, SiteView};
use crate::base::date::Moment;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::history::card::Card;
use crate::site::Site;
use crate::site::config::BaseUrl;
use crate::site::form::Form;
use crate::site::texts::Texts;

/// Why a page could not be made.
#[derive(Debug)]
pub enum Failure {
    /// The author's mistake.
    Found(Box<Diagnostic>),
    /// The machine's.
    Machine(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Machine(error)
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(finding: Box<Diagnostic>) -> Self {
        Self::Found(finding)
    }
}

/// What was read of a site: all that its pages are made of, but the texts.
pub struct Basis {
    /// The site.
    pub site: Site,
    /// Its templates.
    pub engine: Engine,
    /// All policies, in the order of the site.
    pub cards: Vec<Card>,
    /// The moment of the build.
    pub now: Moment,
    /// Whether drafts are shown.
    pub drafts: bool,
}

/// What all pages share.
pub struct Stage<'a> {
    /// The site.
    pub site: &'a Site,
    /// Where it stands.
    pub base: &'a BaseUrl,
    /// All policies, in the order of the site.
    pub cards: &'a [Card],
    /// The moment of the build.
    pub now: Moment,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Where pages go.
    pub sink: &'a dyn Sink,
    engine: &'a Engine,
    texts: &'a Texts,
    interface: &'a str,
    language: Option<&'a str>,
    css: OnceLock<String>,
    script: OnceLock<String>,
}

impl<'a> Stage<'a> {
    /// Puts together what all pages share.
    #[must_use]
    pub fn new(basis: &'a Basis, sink: &'a dyn Sink) -> Self {
        let Basis { site, engine, cards, now, drafts } = basis;
        let base = &site.config.base;
        let (texts, interface) = (&site.theme.texts, site.config.language.as_str());
        let (now, drafts) = (*now, *drafts);
        Self {
            site,
            base,
            cards,
            now,
            drafts,
            sink,
            engine,
            texts,
            interface,
            language: None,
            css: OnceLock::new(),
            script: OnceLock::new(),
        }
    }

    /// The same for the pages of a translation: with the interface in its language, where the theme speaks it.
    #[must_use]
    pub fn speaking<'b>(&self, language: &'b str) -> Stage<'b>
    where
        'a: 'b,
    {
        let spoken = self.site.theme.speaking(language).map(|texts| (texts, language));
        let (texts, interface) = spoken.unwrap_or((self.texts, self.interface));
        let Self { site, base, cards, now, drafts, sink, engine, .. } = *self;
        let (css, script) = (self.css.clone(), self.script.clone());
        Stage { site, base, cards, now, drafts, sink, engine, texts, interface, language: Some(language), css, script }
    }

    /// The interface's words.
    #[must_use]
    pub fn texts(&self) -> &'a Texts {
        self.texts
    }

    /// What the markup of a text depends on.
    #[must_use]
    pub fn setting(&self, policy: Option<&'a Slug>, first_day: Option<Moment>) -> Setting<'a> {
        let card = policy.and_then(|slug| self.cards.iter().find(|card| card.slug == *slug));
        let moved = card.map_or(&[][..], |card| &card.moved);
        let linker = Linker { base: self.base, cards: self.cards, policy, language: self.language, first_day };
        Setting { linker, texts: self.texts(), moved }
    }

    /// The day of the build in the site's zone.
    #[must_use]
    pub fn today(&self) -> crate::base::date::Day {
        self.now.day(&self.site.config.zone)
    }

    /// The site, as a page at an address sees it.
    #[must_use]
    pub fn view(&self, address: &str) -> SiteView {
        let config = &self.site.config;
        let here = self.base.local(address);
        let navigation = config.navigation.iter().map(|link| {
            let url = if link.url.starts_with('/') { self.base.local(&link.url) } else { link.url.clone() };
            NavigationView { label: link.label.clone(), current: url == here, url }
        });
        let organisation = &config.organisation;
        SiteView {
            title: config.title.clone(),
            language: self.interface.to_owned(),
            own_language: config.language.clone(),
            time_zone: config.zone.name().to_owned(),
            home: self.base.local(""),
            css: self.css.get_or_init(|| asset(self.site, "vellum.css")).clone(),
            script: self.script.get_or_init(|| asset(self.site, "vellum.js")).clone(),
            organisation: OrganisationView {
                name: organisation.name.clone(),
                trading_as: organisation.trading_as.clone(),
                url: organisation.url.clone(),
                email: organisation.email.clone(),
                telephone: organisation.telephone.clone(),
            },
            notice: config.notice.clone(),
            navigation: navigation.collect(),
            feed: self.base.local("policies/feed.atom"),
            policies_url: self.base.local("policies/"),
            policies_title: self.texts().label("page", "policies"),
        }
    }

    /// A page of its own address, with the way to it.
    #[must_use]
    pub fn page(&self, title: &str, address: &str, way: &[(&str, &str)]) -> PageView {
        let mut breadcrumbs = vec![self.crumb(&self.site.config.title, Some(""))];
        breadcrumbs.extend(way.iter().map(|(label, address)| self.crumb(label, Some(address))));
        breadcrumbs.push(self.crumb(title, None));
        PageView {
            title: title.to_owned(),
            heading: title.to_owned(),
            canonical: self.base.absolute(address),
            breadcrumbs,
            ..PageView::default()
        }
    }

    fn crumb(&self, label: &str, address: Option<&str>) -> CrumbView {
        CrumbView { label: label.to_owned(), url: address.map_or_else(String::new, |address| self.base.local(address)) }
    }

    /// The policy, as its pages see it.
    #[must_use]
    pub fn policy(&self, card: &Card) -> PolicyView {
        let slug = &card.slug;
        let draft = |place: &str| {
            let shown = self.drafts && card.draft;
            if shown { self.base.local(&format!("policies/{slug}/draft/{place}")) } else { String::new() }
        };
        PolicyView {
            id: slug.to_string(),
            title: card.title.clone(),
            url: self.base.local(&format!("policies/{slug}/")),
            history_url: self.base.local(&format!("policies/{slug}/history/")),
            feed_url: self.base.local(&format!("policies/{slug}/feed.atom")),
            draft_url: draft(""),
            draft_changes_url: draft("changes/"),
        }
    }

    /// The link to a policy's feed in the head of its pages.
    #[must_use]
    pub fn feed_link(&self, card: &Card) -> AlternateView {
        AlternateView {
            rel: "alternate",
            media: "application/atom+xml",
            href: self.base.local(&format!("policies/{}/feed.atom", card.slug)),
            title: self.texts().say("feed-title", &[("title", &card.title)]),
        }
    }

    /// Links to a policy's feeds, in both forms, and to the list of its texts by time, in the head of its pages.
    #[must_use]
    pub fn machine_links(&self, card: &Card) -> Vec<AlternateView> {
        let atom = self.feed_link(card);
        let json = AlternateView {
            media: "application/feed+json",
            href: self.base.local(&format!("policies/{}/feed.json", card.slug)),
            ..atom.clone()
        };
        let timemap = AlternateView {
            rel: "timemap",
            media: "application/link-format",
            href: self.base.local(&format!("policies/{}/timemap", card.slug)),
            title: String::new(),
        };
        vec![atom, json, timemap]
    }

    /// The address of a file of the theme, with its hash.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        asset(self.site, name)
    }

    /// Where a form posts to.
    #[must_use]
    pub fn action(&self, form: &Form) -> String {
        let path = format!("forms/{}", form.id);
        match &self.site.config.relay.url {
            Some(relay) => relay.absolute(&path),
            None => self.base.local(&path),
        }
    }

    /// Renders a page as text.
    ///
    /// # Errors
    /// The template cannot be rendered.
    pub fn text<T: Serialize>(&self, template: &str, view: &T, body: &Html) -> Result<String, Failure> {
        let own = self.language.map(|_| self.texts);
        Ok(self.engine.render(template, (view, own), body)?)
    }

    /// Renders a page at an address and hands it over.
    ///
    /// # Errors
    /// The template cannot be rendered, or the sink cannot take the page.
    pub fn render<T: Serialize>(&self, template: &str, address: &str, view: &T, body: &Html) -> Result<(), Failure> {
        let page = self.text(template, view, body)?;
        let path = if address.ends_with('/') || address.is_empty() {
            format!("{address}index.html")
        } else {
            address.to_owned()
        };
        self.put(&path, page.into_bytes())
    }

    /// Hands over a file.
    ///
    /// # Errors
    /// The sink cannot take it.
    pub fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let Some(path) = SitePath::parse(path) else {
            return Err(Error::usage(format!("`{path}` cannot be a file of the site")).into());
        };
        Ok(self.sink.page(path, bytes)?)
    }
}

fn asset(site: &Site, name: &str) -> String {
    let base = &site.config.base;
    // Pages of a relay on another host have style and script from there.
    let host = site.config.relay.url.as_ref().filter(|_| base.is_away()).unwrap_or(base);
    host.local(site.theme.path(name))
}
