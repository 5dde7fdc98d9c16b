//! `check --external`: links to other sites → those that nothing is known of are asked for → findings.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::known::Known;
use super::progress::Progress;
use super::world::World;
use crate::base::date::Moment;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::parallel::in_parallel;
use crate::base::reached::Reached;
use crate::base::source::Source;
use crate::check::external::{self, Outside};
use crate::check::weights::weigh_answers;
use crate::history::ledger::Ledger;
use crate::history::timeline::Timeline;
use crate::http::probe::{Limits, probe};
use crate::http::web::WebAddress;
use crate::load::{Disk, own};
use crate::site::external::External;
use crate::site::{self, Site, policy};
use crate::write;

/// Where what is known is kept, in Vellum's own folder.
const FILE: &str = "links.json";
/// How long all addresses together may take.
const RUN: Duration = Duration::from_mins(5);
/// How long is waited before an address is asked for again, the first time.
const PAUSE: Duration = Duration::from_millis(500);

/// What came of links to other sites.
#[derive(Default)]
pub struct Looked {
    /// What is to be said of them.
    pub findings: Vec<Diagnostic>,
    /// How many addresses were asked for, and how many were not.
    pub told: String,
}

/// Looks at the links to other sites of all that can still be mended and of what holds; with `history`, of all texts.
///
/// # Errors
/// A file cannot be read, or the system gives no runtime.
pub fn look((root, disk): (&Path, &Disk), history: bool, world: &mut World) -> Result<Looked, Error> {
    let Some(site) = site::read(disk.shared()?, &mut Vec::new()) else { return Ok(Looked::default()) };
    let links = gather(disk, &site, (world.now(&site.config.zone), history))?;
    let settings = &site.config.checks.external;
    let own = site.config.base.absolute("");
    let all: BTreeSet<&str> = links.iter().map(|link| link.address.as_str()).collect();
    let is_left = |address: &&&str| settings.ignores(address) || address.starts_with(&own);
    let left = all.iter().filter(is_left).count();
    let wanted: Vec<&str> = all.iter().filter(|address| !is_left(address)).copied().collect();
    let mut known = remembered(root, world)?;
    known.forget(world.clock, settings.days);
    let open: Vec<&str> = wanted.iter().filter(|address| known.get(address).is_none()).copied().collect();
    // The names of what was there lately, and of the site itself.
    let lately = wanted.iter().filter(|address| matches!(known.get(address), Some(Reached::Here | Reached::Moved(_))));
    let witnesses = lately.copied().chain([own.as_str()]).filter_map(WebAddress::parse).collect::<Vec<_>>();
    let answers = ask(&open, &witnesses, settings, world.watched)?;
    for (address, reached) in &answers {
        known.learn(address, world.clock, reached.clone());
    }
    if !answers.is_empty() {
        remember(root, &known, world);
    }
    let said = |address: &&str| known.get(address).cloned().unwrap_or_else(no_time);
    let reached: BTreeMap<String, Reached> =
        wanted.iter().map(|address| ((*address).to_owned(), said(address))).collect();
    let told =
        format!("links to other sites: {} asked for, {} known, {left} left out", open.len(), wanted.len() - open.len());
    let findings = weigh_answers(external::judge(&links, &reached), &site.config.checks);
    Ok(Looked { findings, told })
}

fn gather(disk: &Disk, site: &Site, (now, history): (Moment, bool)) -> Result<Vec<Outside>, Error> {
    let of_policies = in_parallel(&disk.policies()?, |name| {
        let Some(policy) = policy::read(name, disk.policy(name)?, &mut Vec::new()) else { return Ok(Vec::new()) };
        let ledger = policy.ledger.as_ref().map_or_else(Ledger::default, |text| Ledger::read(text, &mut Vec::new()));
        Ok(external::of_policy(&policy, &Timeline::new(&ledger.events, now), (now, history)))
    })?;
    Ok(external::of_site(site).into_iter().chain(of_policies.into_iter().flatten()).collect())
}

/// Asks for addresses; two that are one for a server are asked for once.
fn ask(
    addresses: &[&str],
    witnesses: &[WebAddress],
    settings: &External,
    watched: bool,
) -> Result<BTreeMap<String, Reached>, Error> {
    let read: BTreeMap<&str, Option<WebAddress>> =
        addresses.iter().map(|address| (*address, WebAddress::parse(address))).collect();
    let distinct: BTreeSet<&WebAddress> = read.values().flatten().collect();
    let distinct: Vec<WebAddress> = distinct.into_iter().cloned().collect();
    if distinct.is_empty() {
        return Ok(BTreeMap::new());
    }
    let request = Duration::from_secs(settings.timeout.into());
    let limits = Limits { request, run: RUN, retries: settings.retries, pause: PAUSE };
    let progress = Progress::new(watched, "links asked for");
    let found = probe(&distinct, witnesses, limits, &|| progress.step())?;
    let answer = |(address, read): (&str, Option<WebAddress>)| {
        let unread = || Reached::Untold("it cannot be asked for as it is written".to_owned());
        let reached = read.map_or_else(|| Some(unread()), |read| found.get(&read).cloned());
        Some((address.to_owned(), reached?))
    };
    Ok(read.into_iter().filter_map(answer).collect())
}

fn no_time() -> Reached {
    Reached::Untold(format!("it was not its turn in {} seconds", RUN.as_secs()))
}

fn remembered(root: &Path, world: &mut World) -> Result<Known, Error> {
    let Some(bytes) = own::read(root, FILE)? else { return Ok(Known::default()) };
    Ok(Known::read(&bytes).unwrap_or_else(|| {
        note(world, "cannot be read; every link is asked for again");
        Known::default()
    }))
}

/// Keeps what is known. Where it cannot be kept, the next run asks again.
fn remember(root: &Path, known: &Known, world: &mut World) {
    if let Err(error) = write::own::keep(root, FILE, &known.bytes()) {
        note(world, &format!("cannot be kept: {}", error.chain()));
    }
}

fn note(world: &mut World, said: &str) {
    let _ = writeln!(world.err, "note: .vellum/{FILE} {said}");
}
