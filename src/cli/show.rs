//! `log` and `diff`: the record in the terminal.

use std::path::Path;

use super::args::Diff;
use super::world::{Ended, World};
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::base::source::Source;
use crate::base::version::Version;
use crate::compile;
use crate::history::ledger::Ledger;
use crate::history::timeline::Timeline;
use crate::load::Disk;
use crate::redline::redline;
use crate::render::terminal;
use crate::site::body;
use crate::site::doc::Doc;
use crate::site::policy::{self, Policy};

/// A policy, its ledger, and its versions at the moment of the run.
pub struct Opened {
    /// The policy.
    pub policy: Policy,
    /// Its ledger.
    pub ledger: Ledger,
    /// Its versions in order.
    pub timeline: Timeline,
    /// The moment of the run.
    pub now: Moment,
}

/// Reads one policy.
///
/// # Errors
/// There is no such policy (wrong use), or a file cannot be read.
pub fn open(disk: &Disk, name: &str, world: &World) -> Result<Opened, Error> {
    known(disk, name)?;
    let zone = compile::zone(disk)?;
    let unusable = || Error::usage(format!("the policy `{name}` cannot be read; run `vellum check`"));
    let policy = policy::read(name, disk.policy(name)?, &mut Vec::new()).ok_or_else(unusable)?;
    let ledger = policy.ledger.as_ref().map_or_else(Ledger::default, |text| Ledger::read(text, &mut Vec::new()));
    let now = world.now(&zone);
    Ok(Opened { timeline: Timeline::new(&ledger.events, now), policy, ledger, now })
}

/// Makes sure that there is a policy of a name.
///
/// # Errors
/// There is none (wrong use), or the folder cannot be read.
pub fn known(disk: &Disk, name: &str) -> Result<(), Error> {
    let names = disk.policies()?;
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    let known =
        if names.is_empty() { "the site has none".to_owned() } else { format!("there are {}", names.join(", ")) };
    Err(Error::usage(format!("there is no policy `{name}`; {known}")))
}

/// Lists a policy's versions, newest first.
///
/// # Errors
/// There is no such policy.
pub fn log(root: &Path, name: &str, world: &mut World) -> Result<Ended, Error> {
    let opened = open(&Disk::open(root, None)?, name, world)?;
    let timeline = &opened.timeline;
    for (index, entry) in timeline.entries.iter().enumerate().rev() {
        let hash = entry.hashes().map_or_else(String::new, |hashes| hashes.sha256.short(12));
        let status = timeline.status(index, opened.now).word();
        let material = if entry.material { ", material" } else { "" };
        world.say(&format!("{}  {status}{material}", entry.version))?;
        world.say(&format!("    applies from {}, published {}, text {hash}", entry.effective, entry.published))?;
        for (audience, day) in &entry.effective_for {
            world.say(&format!("    for {audience}: from {day}"))?;
        }
        for moved in &entry.rescheduled {
            world.say(&format!("    rescheduled on {}: applies from {}", moved.on, moved.effective))?;
        }
        if let Some(gone) = &entry.withdrawn {
            world.say(&format!("    withdrawn on {}: {}", gone.on, gone.reason))?;
        }
        let file = Some(&entry.version).filter(|_| !entry.redacted()).and_then(|version| opened.policy.file(version));
        let summary = file.map(|(_, front)| &front.summary);
        for line in summary.into_iter().flatten() {
            world.say(&format!("    - {line}"))?;
        }
    }
    world.say(&timeline.head.map_or_else(|| "nothing is published yet".to_owned(), |head| format!("head {head}")))?;
    Ok(Ended::Done)
}

/// Shows what changed between two versions.
///
/// # Errors
/// There is no such policy or version.
pub fn diff(root: &Path, options: &Diff, world: &mut World) -> Result<Ended, Error> {
    let opened = open(&Disk::open(root, None)?, &options.policy, world)?;
    let new = match &options.to {
        Some(text) => opened.find(text)?,
        None => opened.newest()?,
    };
    let old = match &options.from {
        Some(text) => opened.find(text)?,
        None => opened.before(new)?,
    };
    let (was, is) = (opened.doc(old)?, opened.doc(new)?);
    let shown = terminal::text(&redline(&was.1, &is.1), world.colour_out);
    world.say(&format!("{}: from version {} to version {}", opened.policy.slug, was.0, is.0))?;
    world.say(if shown.is_empty() { "no change" } else { &shown })?;
    Ok(Ended::Done)
}

impl Opened {
    /// The place of a version that was asked for.
    ///
    /// # Errors
    /// There is none (wrong use).
    pub fn find(&self, text: &str) -> Result<usize, Error> {
        let wanted = Version::parse(text);
        let place = self.timeline.entries.iter().position(|entry| Some(&entry.version) == wanted.as_ref());
        place.ok_or_else(|| Error::usage(format!("there is no version `{text}`; there are {}", self.known())))
    }

    fn known(&self) -> String {
        let known: Vec<&str> = self.timeline.entries.iter().map(|entry| entry.version.as_str()).collect();
        known.join(", ")
    }

    fn newest(&self) -> Result<usize, Error> {
        self.timeline.entries.len().checked_sub(1).ok_or_else(|| Error::usage("nothing is published yet"))
    }

    fn before(&self, index: usize) -> Result<usize, Error> {
        let first = "this is the first version: there is nothing to compare it with";
        self.timeline.compared_with(index).ok_or_else(|| Error::usage(first))
    }

    fn doc(&self, index: usize) -> Result<(Version, Doc), Error> {
        let version = self.timeline.entries.get(index).map(|entry| entry.version.clone());
        let found = version.and_then(|version| Some((self.policy.file(&version)?, version.clone())));
        let ((file, front), version) =
            found.ok_or_else(|| Error::usage("a version's file cannot be read; run `vellum check`"))?;
        Ok((version, body::parse(file.body.text(), front.manner())))
    }
}
