//! The whole build: a source of files and a moment → findings, and pages into a sink. No disk, no clock, no
//! environment. The small part that all pages need is read first, then cards are made policy by policy; pages are
//! made policy by policy, in parallel, and handed over as they come. Memory is bounded by the policies in flight.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::base::address::Address;
use crate::base::codes::Code;
use crate::base::date::{Moment, Zone};
use crate::base::diag::{Diagnostic, any_error, sort, sort_many};
use crate::base::error::Error;
use crate::base::parallel::{in_parallel, keeping};
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::source::{Loaded, Source};
use crate::base::span::Place;
use crate::check::coverage::{self, Coverage};
use crate::check::forms::Against;
use crate::check::known::Kept;
use crate::check::links::Pending;
use crate::check::reach::{self, Reach};
use crate::check::scene::Scene;
use crate::check::weights::weigh;
use crate::check::{self, Subject};
use crate::history::card::Card;
use crate::history::ledger::Ledger;
use crate::history::redacted;
use crate::history::timeline::Timeline;
use crate::render::changes::Extent;
use crate::render::draft::Drafted;
use crate::render::stage::{Basis, Failure, Stage};
use crate::render::template::Engine;
use crate::render::version::Shown;
use crate::render::{self, Sink};
use crate::site::body::Manner;
use crate::site::checks::Exception;
use crate::site::config::{self, BaseUrl, Config};
use crate::site::draft::Draft;
use crate::site::links::{Leads, leads};
use crate::site::policy::{Policy, Settings};
use crate::site::texts::Texts;
use crate::site::{self, Site, beside, body, plain, policy};

/// What was read and found.
pub struct Checked {
    /// All findings, in the order in which they are shown.
    pub findings: Vec<Diagnostic>,
    /// How many more there were, which the site excepts.
    pub excepted: usize,
    /// What pages can be made of, if nothing was at fault.
    pub ready: Option<Ready>,
}

/// What pages are made of.
pub struct Ready(Basis);

/// The moment for which a run is made; it is asked for when the site's zone is known.
pub type Clock<'a> = &'a dyn Fn(&Zone) -> Moment;

/// Reads a site and checks everything; all mistakes are told in one run.
///
/// # Errors
/// A file cannot be read.
pub fn check(source: &dyn Source, base_url: Option<BaseUrl>, clock: Clock<'_>) -> Result<Checked, Error> {
    look(source, clock, Look::default()).map(|checked| checked.standing(base_url))
}

/// As [`check()`], with notes on published texts that nobody can mend.
///
/// # Errors
/// A file cannot be read.
pub fn check_history(source: &dyn Source, clock: Clock<'_>) -> Result<Checked, Error> {
    look(source, clock, Look { history: true, ..Look::default() })
}

/// As [`check()`], before the draft of a policy is published: it is the draft that must cover the forms, and not what it
/// is going to replace.
///
/// # Errors
/// A file cannot be read.
pub fn check_draft(source: &dyn Source, clock: Clock<'_>, policy: &str) -> Result<Checked, Error> {
    look(source, clock, Look { against: Against::Draft(policy), ..Look::default() })
}

/// What is looked at beside the rest.
#[derive(Clone, Copy)]
struct Look<'a> {
    history: bool,
    against: Against<'a>,
}

impl Default for Look<'_> {
    fn default() -> Self {
        Self { history: false, against: Against::Versions }
    }
}

impl Checked {
    /// The same for a site that stands elsewhere.
    fn standing(mut self, base_url: Option<BaseUrl>) -> Self {
        if let (Some(ready), Some(base)) = (&mut self.ready, base_url) {
            ready.0.site.config.base = base;
        }
        self
    }
}

fn look(source: &dyn Source, clock: Clock<'_>, look: Look<'_>) -> Result<Checked, Error> {
    let mut findings = Vec::new();
    let shared = source.shared()?;
    let forms = reach::forms(&shared.files);
    let mut beside = beside::exceptions(&shared.files, &mut findings);
    let site = site::read(shared, &mut findings);
    let (statics, said) = source.statics()?;
    findings.extend(said);
    let zone = site.as_ref().map_or_else(Zone::utc, |site| site.config.zone.clone());
    let now = clock(&zone);
    let names = source.policies()?;
    let (mut cards, mut links) = (Vec::new(), Vec::new());
    let read =
        keeping(&names, Kept::default, |kept, name| card(source, name, (now, site.as_ref(), look.history), kept))?;
    findings.reserve(read.iter().map(|(_, said, _)| said.len()).sum());
    for (found, said, own) in read {
        findings.extend(said);
        beside.extend(own);
        let Some((card, pending)) = found else { continue };
        cards.push(card);
        links.extend(pending);
    }
    if let Some(site) = &site {
        let scene = Scene::new(Reach::new((site, &cards), now, forms, &statics), source);
        check::site(&scene, &links, &mut findings)?;
    }
    let engine = site.as_ref().and_then(|site| {
        unknown_policies(site, &cards, &mut findings);
        check::forms::forms(site, &cards, (now, look.against), &mut findings);
        Engine::new(&site.theme).map_err(|said| findings.extend(said)).ok()
    });
    sort_many(&mut findings);
    check::once(&mut findings);
    let mut excepted = 0;
    if let Some(site) = &site {
        (findings, excepted) = weigh(findings, &site.config.checks, &beside, look.history);
        sort(&mut findings);
    }
    let ready = match (site, engine) {
        (Some(site), Some(engine)) if !any_error(&findings) => {
            order(&mut cards, &site);
            Some(Ready(Basis { site, engine, cards, now, drafts: false }))
        }
        _ => None,
    };
    Ok(Checked { findings, excepted, ready })
}

/// What each privacy notice states of what GDPR Art. 13 asks for: the texts in force and upcoming, and the draft.
///
/// # Errors
/// A file cannot be read, or `site.yaml` cannot be used (wrong use).
pub fn coverage(source: &dyn Source, clock: Clock<'_>) -> Result<Vec<Coverage>, Error> {
    let config = settings(source)?;
    let now = clock(&config.zone);
    let names = source.policies()?;
    let reports = in_parallel(&names, |name| {
        let Some((mut policy, ledger)) = read(name, source.policy(name)?, &mut Vec::new()) else {
            return Ok(Vec::new());
        };
        let timeline = Timeline::new(&ledger.events, now);
        redacted::blank(&mut policy, &timeline);
        Ok(coverage::of_policy(&policy, (&timeline, now), &config.organisation))
    })?;
    Ok(reports.into_iter().flatten().collect())
}

/// Reads the settings of a site alone.
///
/// # Errors
/// A file cannot be read, or `site.yaml` cannot be used (wrong use).
pub fn settings(source: &dyn Source) -> Result<Config, Error> {
    let bytes = SitePath::parse("site.yaml").map(|path| source.read(&path).map(|bytes| (path, bytes))).transpose()?;
    let config = bytes.and_then(|(path, bytes)| config::read(&path, &bytes, &mut Vec::new()));
    config.ok_or_else(|| Error::usage("site.yaml cannot be used; run `vellum check`"))
}

/// The site's time zone.
///
/// # Errors
/// As [`settings`].
pub fn zone(source: &dyn Source) -> Result<Zone, Error> {
    settings(source).map(|config| config.zone)
}

/// Reads a policy.
fn read(name: &str, loaded: Loaded, findings: &mut Vec<Diagnostic>) -> Option<(Policy, Ledger)> {
    let policy = policy::read(name, loaded, findings)?;
    let ledger = policy.ledger.as_ref().map_or_else(Ledger::default, |text| Ledger::read(text, findings));
    Some((policy, ledger))
}

/// A policy's card with the links of its texts that need the whole site, and what was found and excepted.
type Carded = (Option<(Card, Vec<Pending>)>, Vec<Diagnostic>, Vec<Exception>);

/// Makes the card of a policy at a moment.
fn card(
    source: &dyn Source,
    name: &str,
    (now, site, history): (Moment, Option<&Site>, bool),
    kept: &mut Kept,
) -> Result<Carded, Error> {
    kept.relieve();
    let mut findings = Vec::new();
    let loaded = source.policy(name)?;
    let beside = beside::exceptions(&loaded.files, &mut findings);
    let Some((mut policy, ledger)) = read(name, loaded, &mut findings) else { return Ok((None, findings, beside)) };
    let timeline = Timeline::new(&ledger.events, now);
    let record = Timeline::new(&ledger.events, Moment::end());
    let subject = Subject { policy: &policy, ledger: &ledger, timeline: &timeline, record: &record, now, source, site };
    let mut links = check::policy(&subject, history && site.is_some(), kept, &mut findings);
    links.extend(check::links::pending(&policy, subject.base()));
    redacted::blank(&mut policy, &timeline);
    let card = Card::new(&policy, (&ledger, now), &kept.shelf);
    let governs = site.iter().flat_map(|site| &site.forms).any(|form| form.policy.value.as_str() == name);
    let card = if governs { card.disclosing(&policy) } else { card };
    // Here, all processors sort; what is in order is sorted again in no time.
    sort(&mut findings);
    Ok((Some((card, links)), findings, beside))
}

fn unknown_policies(site: &Site, cards: &[Card], findings: &mut Vec<Diagnostic>) {
    for wanted in &site.config.policies {
        if !cards.iter().any(|card| card.slug == wanted.value) {
            let message = format!("site.yaml lists the policy `{}`, which is not in content/policies", wanted.value);
            findings.push(Diagnostic::new(Code::V105, Place::of_file("site.yaml"), message));
        }
    }
}

/// Policies in the order of site.yaml, then the others by name.
fn order(cards: &mut [Card], site: &Site) {
    let wanted = &site.config.policies;
    cards.sort_by_key(|card| {
        let place = wanted.iter().position(|slug| slug.value == card.slug).unwrap_or(wanted.len());
        (place, card.slug.clone())
    });
}

impl Ready {
    /// All that pages are made of.
    #[must_use]
    pub fn into_basis(self) -> Basis {
        self.0
    }

    /// The same site, whose forms post to where its pages come from.
    #[must_use]
    pub fn posting_here(mut self) -> Self {
        self.0.site.config.relay.url = None;
        self
    }

    /// The names of the site's forms.
    pub fn forms(&self) -> impl Iterator<Item = &Slug> {
        self.0.site.forms.iter().map(|form| &form.id)
    }

    /// The first recipient of the first form, and that form.
    #[must_use]
    pub fn first_recipient(&self) -> Option<(&Slug, &Address)> {
        let form = self.0.site.forms.first()?;
        Some((&form.id, form.to.first()?))
    }

    /// The site's settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.site.config
    }

    /// The same, with the pages of drafts.
    #[must_use]
    pub fn with_drafts(mut self) -> Self {
        self.0.drafts = true;
        self
    }

    /// When anything changes next, as RFC 3339.
    #[must_use]
    pub fn next_transition(&self, sink: &dyn Sink) -> Option<String> {
        render::manifest::next_transition(&self.stage(sink))
    }

    /// The path that the site stands at on its host.
    #[must_use]
    pub fn base_path(&self) -> &str {
        self.0.site.config.base.path()
    }

    /// The policies' cards, in order.
    #[must_use]
    pub fn cards(&self) -> &[Card] {
        &self.0.cards
    }

    /// The interface's words.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.0.site.theme.texts
    }

    fn stage<'a>(&'a self, sink: &'a dyn Sink) -> Stage<'a> {
        Stage::new(&self.0, sink)
    }

    /// Makes the pages of one policy.
    ///
    /// # Errors
    /// As for [`Ready::build`].
    pub fn policy(&self, source: &dyn Source, slug: &Slug, sink: &dyn Sink) -> Result<Vec<Diagnostic>, Error> {
        let (stage, findings) = (self.stage(sink), Mutex::new(Vec::new()));
        let mut own = self.0.cards.iter().filter(|card| card.slug == *slug);
        own.try_for_each(|card| kept(pages(&stage, source, card), &findings))?;
        Ok(findings.into_inner().unwrap_or_default())
    }

    /// Makes all pages and hands them to the sink as they come.
    ///
    /// # Errors
    /// A file cannot be read, or the sink cannot keep a page. What authors did wrong is returned as findings.
    pub fn build(&self, source: &dyn Source, sink: &dyn Sink) -> Result<Vec<Diagnostic>, Error> {
        let stage = self.stage(sink);
        let findings = Mutex::new(Vec::new());
        let keep = |result| kept(result, &findings);
        in_parallel(&self.0.cards, |card| keep(pages(&stage, source, card)))?;
        keep(shared(&stage))?;
        keep(statics(&stage, source))?;
        let mut findings = findings.into_inner().unwrap_or_default();
        sort(&mut findings);
        Ok(findings)
    }
}

/// What authors did wrong is collected; what the machine failed at ends the build.
fn kept(result: Result<(), Failure>, findings: &Mutex<Vec<Diagnostic>>) -> Result<(), Error> {
    match result {
        Ok(()) => Ok(()),
        Err(Failure::Machine(error)) => Err(error),
        Err(Failure::Found(finding)) => {
            findings.lock().unwrap_or_else(PoisonError::into_inner).push(*finding);
            Ok(())
        }
    }
}

/// All pages of one policy.
fn pages(stage: &Stage<'_>, source: &dyn Source, card: &Card) -> Result<(), Failure> {
    let name = card.slug.as_str();
    let Some((mut policy, ledger)) = read(name, source.policy(name)?, &mut Vec::new()) else { return Ok(()) };
    redacted::blank(&mut policy, &card.timeline);
    let entries = &card.timeline.entries;
    let holding = card.timeline.in_force(stage.now).and_then(|index| show(card, &policy, index));
    let held = Held { source, policy: &policy, holding };
    let one = |index: &usize| {
        translations(stage, card, &policy, *index)?;
        version(stage, card, &held, *index)
    };
    let all: Vec<usize> = (0..entries.len()).collect();
    let extents: Vec<Extent> = in_parallel(&all, one)?;
    if card.timeline.in_force(stage.now).is_none() {
        render::index::nothing_in_force(stage, card)?;
    }
    let fronts: Vec<_> = entries.iter().map(|entry| Some(policy.file(&entry.version)?.1)).collect();
    render::history::page(stage, card, &fronts, &extents)?;
    render::manifest::versions(stage, card)?;
    render::manifest::ledger(stage, card, &ledger)?;
    render::feed::policy(stage, card)?;
    render::timemap::write(stage, card)?;
    let draft = draft(stage, card, &policy);
    if let Some(draft) = &draft {
        render::draft::pages(stage, card, draft)?;
    }
    assets(stage, (card, draft.as_ref()), &policy)
}

/// What is at hand of a policy while its pages are made; `holding` is the version in force.
struct Held<'a> {
    source: &'a dyn Source,
    policy: &'a Policy,
    holding: Option<Shown<'a>>,
}

impl Held<'_> {
    /// The bytes of a picture of the policy or of the site, by its address as written.
    fn picture(&self, href: &str) -> Option<Vec<u8>> {
        match leads(href) {
            Leads::Asset(path) => self.policy.assets.get(&path).map(|(_, bytes)| bytes.clone()),
            Leads::Site(path) => self.kept(path.trim_start_matches('/')),
            _ => None,
        }
    }

    /// The bytes of a file that is copied as it is.
    fn kept(&self, path: &str) -> Option<Vec<u8>> {
        self.source.read(&SitePath::parse(&format!("static/{path}"))?).ok()
    }
}

/// The pages of one version, and how much it changed.
fn version(stage: &Stage<'_>, card: &Card, held: &Held<'_>, index: usize) -> Result<Extent, Failure> {
    let policy = held.policy;
    let Some(new) = show(card, policy, index) else { return Ok(Extent::default()) };
    render::version::permanent(stage, card, &new, plain::text(&new.doc))?;
    if card.timeline.in_force(stage.now) == Some(index) {
        render::version::current(stage, card, &new)?;
    }
    render::single::page(stage, card, &new, &|href| held.picture(href))?;
    if let Some(holding) = &held.holding {
        render::since::page(stage, card, &new, holding)?;
    }
    let compared = card.timeline.compared_with(index).filter(|_| !new.entry.redacted());
    match compared.and_then(|old| show(card, policy, old)) {
        Some(old) => render::changes::changes(stage, card, &old, &new),
        None => Ok(Extent::default()),
    }
}

/// The pages of one version in its other languages.
fn translations(stage: &Stage<'_>, card: &Card, policy: &Policy, index: usize) -> Result<(), Failure> {
    let Some(entry) = card.timeline.entries.get(index) else { return Ok(()) };
    for (language, _) in entry.translations() {
        let Some(new) = show_in(card, policy, index, language) else { continue };
        let stage = stage.speaking(language);
        render::version::permanent(&stage, card, &new, plain::text(&new.doc))?;
        let compared = card.timeline.compared_with(index).filter(|_| !entry.redacted());
        if let Some(old) = compared.and_then(|old| show_in(card, policy, old, language)) {
            render::changes::changes(&stage, card, &old, &new)?;
        }
    }
    Ok(())
}

/// A version in a language that does not govern, if the record has it there.
fn show_in<'a>(card: &'a Card, policy: &'a Policy, index: usize, language: &'a str) -> Option<Shown<'a>> {
    let entry = card.timeline.entries.get(index)?;
    entry.translations().find(|(tag, _)| tag == language)?;
    let (file, front) = policy.translation(&entry.version, language)?;
    let doc = body::parse(file.body.text(), front.manner());
    Some(Shown { index, entry, file, front, language: Some(language), doc })
}

fn show<'a>(card: &'a Card, policy: &'a Policy, index: usize) -> Option<Shown<'a>> {
    let entry = card.timeline.entries.get(index)?;
    let (file, front) = policy.file(&entry.version)?;
    Some(Shown { index, entry, file, front, language: None, doc: body::parse(file.body.text(), front.manner()) })
}

/// The draft, where drafts are shown.
fn draft<'a>(stage: &Stage<'a>, card: &'a Card, policy: &'a Policy) -> Option<Drafted<'a>> {
    let Draft { front, body, .. } = policy.draft.as_ref().filter(|_| stage.drafts)?;
    let Settings { numbering, html, languages, .. } = &policy.settings;
    Some(Drafted {
        front,
        language: languages.first().unwrap_or(&stage.site.config.language),
        doc: body::parse(body.text(), Manner { title: &front.title, numbering: *numbering, html: *html }),
        before: card.timeline.newest().and_then(|newest| show(card, policy, newest)),
    })
}

/// The files that the versions and the draft use.
fn assets(stage: &Stage<'_>, (card, draft): (&Card, Option<&Drafted<'_>>), policy: &Policy) -> Result<(), Failure> {
    let shown = card.timeline.entries.iter().filter(|entry| !entry.redacted());
    let mut used: BTreeSet<String> = shown.flat_map(|entry| entry.assets.keys().cloned()).collect();
    used.extend(draft.into_iter().flat_map(Drafted::assets));
    used.into_iter()
        .filter_map(|path| Some((policy.assets.get(&path)?, path)))
        .try_for_each(|((_, bytes), path)| stage.put(&format!("policies/{}/assets/{path}", card.slug), bytes.clone()))
}

/// What belongs to no policy alone.
fn shared(stage: &Stage<'_>) -> Result<(), Failure> {
    for page in &stage.site.pages {
        render::index::content(stage, page)?;
    }
    render::form::pages(stage)?;
    render::index::policies(stage)?;
    render::index::missing(stage)?;
    render::index::assets(stage)?;
    render::feed::all(stage)?;
    render::sitemap::write(stage)?;
    render::headers::write(stage)?;
    render::manifest::schemas(stage)?;
    render::manifest::policies(stage)
}

/// Files that are copied as they are.
fn statics(stage: &Stage<'_>, source: &dyn Source) -> Result<(), Failure> {
    let (paths, _) = source.statics()?;
    for path in paths {
        if let Some(to) = path.under("static") {
            stage.put(to, source.read(&path)?)?;
        }
    }
    Ok(())
}
