//! Links that need the whole site: to its addresses, to other policies, to clauses of other texts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::links::Pending;
use super::reach::{Found, Reach};
use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::base::percent;
use crate::base::slug::Slug;
use crate::base::source::Source;
use crate::base::version::Version;
use crate::history::anchors;
use crate::history::card::Card;
use crate::site::ids::{Fate, fate_of};
use crate::site::links::{Leads, leads};
use crate::site::policy;
use crate::site::raw::nearest;
use crate::site::shelf::Shelf;

/// The whole site, as a link sees it.
pub struct Scene<'a> {
    reach: Reach<'a>,
    source: &'a dyn Source,
    read: Mutex<BTreeMap<(Slug, usize), Vec<String>>>,
}

/// What becomes of a link: nothing, one finding or some; or the machine fails.
type Judged = Result<Vec<Diagnostic>, Error>;

impl<'a> Scene<'a> {
    /// Puts together what links are judged by.
    #[must_use]
    pub fn new(reach: Reach<'a>, source: &'a dyn Source) -> Self {
        Self { reach, source, read: Mutex::default() }
    }

    /// The site's policies and pages.
    #[must_use]
    pub fn reach(&self) -> &Reach<'a> {
        &self.reach
    }

    /// Judges a link. That of a published version leads to what was in force on its first day.
    ///
    /// # Errors
    /// A policy cannot be read again.
    pub fn judge(&self, link: &Pending) -> Judged {
        match leads(&link.href) {
            Leads::Site(path) => self.address(link, &path),
            Leads::Policy(..) | Leads::Clause(_) if link.picture => {
                let finding = link.finding(Code::V407, format!("`{}` is no picture", link.href));
                Ok(vec![finding.help("name a file in assets/ or static/")])
            }
            Leads::Policy(slug, version, id) => self.policy(link, (&slug, version.as_ref(), &id)),
            Leads::Away(_) => Ok(vec![self.relative(link)]),
            _ => Ok(Vec::new()),
        }
    }

    /// A link to an address of the site.
    fn address(&self, link: &Pending, path: &str) -> Judged {
        let (path, id) = path.split_once('#').unwrap_or((path, ""));
        let path = path.split('?').next().unwrap_or_default();
        let plain = decoded(path);
        let mut findings = Vec::new();
        let here = self.reach.at(&plain);
        let moved = if here.is_none() { self.reach.moved(&plain) } else { None };
        if let Some(to) = &moved {
            let message = format!("`/{path}` leads to `/{to}` by a redirect only");
            findings.push(link.finding(Code::V402, message).help(format!("write `/{}`", percent::encode(to))));
        }
        match moved.as_deref().map_or(here, |to| self.reach.at(to)) {
            None => findings.push(self.missing(link, (path, &plain))),
            Some(Found::File) => {}
            Some(Found::Version(card, _)) if !link.picture && is_unfixed(link, card, &plain) => {
                let message = format!("`/{path}` leads to what is in force when it is read");
                let fragment = if id.is_empty() { String::new() } else { format!("#{id}") };
                let help =
                    format!("write `policy:{}{fragment}`: that leads to what was in force with this text", card.slug);
                findings.push(link.finding(Code::V415, message).help(help));
                findings.extend(self.anchor(link, Found::Version(card, card.timeline.in_force(self.reach.now)), id)?);
            }
            Some(_) if link.picture => findings.push(self.missing(link, (path, &plain))),
            Some(found) => findings.extend(self.anchor(link, found, id)?),
        }
        Ok(findings)
    }

    fn missing(&self, link: &Pending, (path, plain): (&str, &str)) -> Diagnostic {
        let (code, message) = if link.picture {
            (Code::V407, format!("the picture `/{path}` is not there"))
        } else if self.reach.is_draft(plain) {
            (Code::V414, format!("`/{path}` is a draft"))
        } else {
            (Code::V401, format!("`/{path}` is no address of this site"))
        };
        // Nobody can write anything else into a published text, so nothing is sought for it.
        let help = if link.first_day.is_none() { self.reach.instead(plain) } else { String::new() };
        link.finding(code, message).help(help)
    }

    /// A place in a page of the site.
    fn anchor(&self, link: &Pending, found: Found<'_>, id: &str) -> Judged {
        let (ids, card) = match found {
            Found::File => return Ok(Vec::new()),
            Found::Page(page) => (page.doc.headings().iter().map(|heading| heading.id.to_string()).collect(), None),
            Found::Version(card, index) => (self.ids(card, index)?, Some(card)),
        };
        let id = decoded(id);
        if is_there(&id, &ids) || id.starts_with("v-") {
            return Ok(Vec::new());
        }
        let page = link.href.split('#').next().unwrap_or_default();
        let finding = link.finding(Code::V406, format!("`{page}` has no place `{id}`"));
        let changes = card.filter(|_| !page.contains("/v/"));
        Ok(vec![
            changes
                .and_then(|card| to_come(card, &id, &finding))
                .unwrap_or_else(|| finding.help(near(card, &id, &ids))),
        ])
    }

    /// The ids of a version; read again where they were not kept.
    fn ids(&self, card: &Card, index: Option<usize>) -> Result<Vec<String>, Error> {
        let Some(index) = index else { return Ok(Vec::new()) };
        if let Some(kept) = card.anchors.version(index) {
            return Ok(kept.to_vec());
        }
        let key = (card.slug.clone(), index);
        if let Some(known) = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let name = card.slug.as_str();
        let policy = policy::read(name, self.source.policy(name)?, &mut Vec::new());
        let entry = card.timeline.entries.get(index);
        let ids = policy
            .zip(entry)
            .map_or_else(Vec::new, |(policy, entry)| anchors::published(&policy, entry, &Shelf::default()));
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(key, ids.clone());
        Ok(ids)
    }

    /// A link to a policy.
    fn policy(&self, link: &Pending, (slug, version, id): (&Slug, Option<&Version>, &str)) -> Judged {
        let Some(card) = self.reach.card(slug.as_str()) else { return Ok(vec![self.stranger(link, slug)]) };
        if card.timeline.entries.is_empty() {
            return Ok(unpublished(link, card, &decoded(id)).into_iter().collect());
        }
        let Some(version) = version else { return self.clause(link, card, &decoded(id)) };
        let Some(index) = card.timeline.entries.iter().position(|entry| entry.version == *version) else {
            return Ok(vec![no_version(link, card, version)]);
        };
        let ids = self.ids(card, Some(index))?;
        let message = format!("version {version} of {slug} has no clause `{id}`");
        let finding = link.finding(Code::V405, message).help(near(Some(card), id, &ids));
        Ok(if is_there(&decoded(id), &ids) { Vec::new() } else { vec![finding] })
    }

    /// A clause of the version that holds, whichever it is.
    fn clause(&self, link: &Pending, card: &Card, id: &str) -> Judged {
        let mut ids = Vec::new();
        for index in self.shown(card, link.first_day) {
            ids.extend(self.ids(card, Some(index))?);
        }
        let own = link.own.as_ref() == Some(&card.slug) && card.anchors.in_draft(id);
        if is_there(id, &ids) || own {
            return Ok(Vec::new());
        }
        let finding = link.finding(Code::V405, format!("{} has no clause `{id}`", card.slug));
        Ok(vec![to_come(card, id, &finding).unwrap_or_else(|| finding.help(near(Some(card), id, &ids)))])
    }

    fn stranger(&self, link: &Pending, slug: &Slug) -> Diagnostic {
        let near = nearest(slug.as_str(), self.reach.cards.iter().map(|card| card.slug.as_str()));
        let help = near.map(|near| format!("did you mean `policy:{near}`?"));
        let help = help.unwrap_or_else(|| "the policies are the folders of content/policies".to_owned());
        link.finding(Code::V405, format!("there is no policy `{slug}`")).help(help)
    }

    /// The versions that a link without a version may lead to.
    fn shown(&self, card: &Card, first_day: Option<Moment>) -> Vec<usize> {
        let timeline = &card.timeline;
        if let Some(index) = first_day.and_then(|day| timeline.in_force(day)) {
            return vec![index];
        }
        let mut shown = timeline.upcoming(self.reach.now);
        shown.extend(timeline.in_force(self.reach.now));
        if shown.is_empty() {
            shown.extend(timeline.entries.len().checked_sub(1));
        }
        shown
    }

    /// A link that depends on where it stands.
    fn relative(&self, link: &Pending) -> Diagnostic {
        let help = self.absolute(link).map_or_else(
            || "write it from the site's root, `/about/`, or as `policy:slug`".to_owned(),
            |instead| format!("write `{instead}`"),
        );
        link.finding(Code::V403, format!("`{}` is a relative link", link.href)).help(help)
    }

    /// What a relative link most likely means.
    fn absolute(&self, link: &Pending) -> Option<String> {
        let (path, id) = link.href.split_once('#').unwrap_or((&link.href, ""));
        let fragment = if id.is_empty() { String::new() } else { format!("#{id}") };
        let path = decoded(path);
        if path.starts_with("www.") {
            return Some(format!("https://{}", link.href));
        }
        if path.contains('@') && !path.contains('/') {
            return Some(format!("mailto:{}", link.href));
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let stem = |part: &&str| part.strip_suffix(".md").unwrap_or(part).to_owned();
        let stems: Vec<String> = parts.iter().map(stem).collect();
        let own = link.own.as_ref().filter(|_| matches!(parts.as_slice(), ["versions", _] | ["draft.md"]));
        let named = stems.iter().find_map(|name| self.reach.card(name)).map(|card| &card.slug);
        if let Some(slug) = named.or(own).filter(|_| !link.picture) {
            let version = stems.last().and_then(|name| Version::parse(name));
            let version = version.map_or_else(String::new, |version| format!("/{version}"));
            return Some(format!("policy:{slug}{version}{fragment}"));
        }
        let fits = |place: &String| self.reach.at(place).is_some();
        let from = |start: usize| stems.get(start..).unwrap_or_default().join("/");
        let tries = (0..stems.len()).flat_map(|start| [from(start), format!("{}/", from(start))]);
        tries.into_iter().find(fits).map(|place| format!("/{}{fragment}", percent::encode(&place)))
    }
}

/// Whether a link in the text of a policy leads to the address of another one, where its text changes.
fn is_unfixed(link: &Pending, card: &Card, plain: &str) -> bool {
    let own = link.own.as_ref();
    own.is_some_and(|own| *own != card.slug) && plain.trim_end_matches('/') == format!("policies/{}", card.slug)
}

/// A link to a policy that has no version yet: its page says so, and what its draft has will be there.
fn unpublished(link: &Pending, card: &Card, id: &str) -> Option<Diagnostic> {
    let slug = &card.slug;
    let own = link.own.as_ref() == Some(slug);
    let what = if card.anchors.has_draft() { "is a draft only" } else { "has no version yet" };
    let finding = link.finding(Code::V405, format!("{slug} {what}"));
    if is_there(id, &[]) || card.anchors.in_draft(id) {
        let help = format!("`/policies/{slug}/` says so until {slug} is published");
        return (!own).then(|| finding.weighing(Severity::Warning).help(help));
    }
    Some(link.finding(Code::V405, format!("{slug} {what}, and has no clause `{id}`")).help("link to the whole policy"))
}

/// A clause that stands in a draft only. It is a warning: an error would keep that draft from being published.
fn to_come(card: &Card, id: &str, finding: &Diagnostic) -> Option<Diagnostic> {
    let help = format!("it stands in the draft of {} only: publish that first", card.slug);
    card.anchors.in_draft(id).then(|| finding.clone().weighing(Severity::Warning).help(help))
}

fn near(card: Option<&Card>, id: &str, ids: &[String]) -> String {
    if let Some(Fate::Gone(reason)) = card.and_then(|card| fate_of(&card.moved, id)) {
        return format!("its clause is gone: {reason}");
    }
    match nearest(id, ids.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `#{near}`?"),
        None if ids.is_empty() => "it has no clauses that a link could name".to_owned(),
        None => "link to a clause that is there, or to the whole page".to_owned(),
    }
}

/// Whether a page has a place; its top is always there.
fn is_there(id: &str, ids: &[String]) -> bool {
    id.is_empty() || id == "top" || ids.iter().any(|own| own == id)
}

/// What percent-encoding means; what is none stays as it is.
fn decoded(text: &str) -> String {
    percent::decode(text).unwrap_or_else(|| text.to_owned())
}

fn no_version(link: &Pending, card: &Card, wanted: &Version) -> Diagnostic {
    let finding = link.finding(Code::V405, format!("{} has no version {wanted}", card.slug));
    let later = card.timeline.unpublished.iter().find(|coming| coming.version == *wanted);
    if let Some(coming) = later {
        return finding.help(format!("it is published on {}, and its page is not there before", coming.on));
    }
    let newest = card.timeline.entries.last().map(|newest| newest.version.to_string()).unwrap_or_default();
    finding.help(format!("the newest is {newest}: `policy:{}/{newest}`", card.slug))
}
