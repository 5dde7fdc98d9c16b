//! `reschedule` and `withdraw`: what is done to a version after its publication, and what is said of it.

use std::path::Path;

use super::args::{Reschedule, Withdraw};
use super::edit::{below, day, record, refused, words};
use super::show::{self, Opened, open};
use super::world::{Ended, World};
use crate::base::diag::{Code, Diagnostic, Severity};
use crate::base::error::Error;
use crate::base::journal::Journal;
use crate::base::version::Version;
use crate::compile;
use crate::history::timeline::{Entry, Timeline};
use crate::load::Disk;
use crate::record::act::{Bench, Done};
use crate::write::journal::Record;

/// Moves the day from which an upcoming version applies.
///
/// # Errors
/// There is no such policy or version, the day cannot be read, or a file cannot be written.
pub fn reschedule(root: &Path, options: &Reschedule, world: &mut World) -> Result<Ended, Error> {
    let to = day("effective", &options.effective)?;
    let Some(desk) = Desk::open((root, &options.policy), &options.version, world)? else { return Ok(Ended::Fault) };
    match desk.bench().reschedule(&desk.version, to) {
        Ok(done) => {
            desk.commit(&done)?;
            let (slug, was) = (&desk.opened.policy.slug, &done.was);
            let lines =
                [format!("rescheduled version {} of {slug}: it applies from {to}, was {}", was.version, was.effective)];
            let audiences =
                was.effective_for.iter().map(|(name, day)| format!("for {name} it applies from {day}, as before"));
            let lines = lines.into_iter().chain(audiences).chain(neighbours(&done));
            lines.chain(closing(&done)).try_for_each(|line| world.say(&line))?;
            Ok(Ended::Done)
        }
        Err(findings) => desk.refused(&findings, world),
    }
}

/// Withdraws a version, and says what holds instead.
///
/// # Errors
/// There is no such policy or version, or a file cannot be written.
pub fn withdraw(root: &Path, options: &Withdraw, world: &mut World) -> Result<Ended, Error> {
    let reason = words("reason", &options.reason)?;
    let Some(desk) = Desk::open((root, &options.policy), &options.version, world)? else { return Ok(Ended::Fault) };
    match desk.bench().withdraw(&desk.version, &reason, options.redact) {
        Ok(done) => {
            desk.commit(&done)?;
            let (slug, version) = (&desk.opened.policy.slug, &done.was.version);
            let first = format!("withdrew version {version} of {slug}: {reason}");
            let redacted = options.redact.then(|| redaction(slug.as_str(), version)).into_iter().flatten();
            let lines = [first].into_iter().chain(instead(&desk, &done)).chain(redacted);
            lines.chain(closing(&done)).try_for_each(|line| world.say(&line))?;
            Ok(Ended::Done)
        }
        Err(findings) => desk.refused(&findings, world),
    }
}

/// A policy whose record is sound, and the version that is meant.
struct Desk {
    opened: Opened,
    record: Record,
    version: Version,
    zone: crate::base::date::Zone,
}

impl Desk {
    /// Opens the record, with what was cut short put into place. Mistakes in it are told, and nothing comes back.
    fn open((root, policy): (&Path, &str), version: &str, world: &mut World) -> Result<Option<Self>, Error> {
        let disk = Disk::open(root, Some(&root.join("public")))?;
        show::known(&disk, policy)?;
        let settings = compile::settings(&disk)?;
        let version = Version::parse(version)
            .ok_or_else(|| Error::usage(format!("`{version}` is not a version; write it as 2.0")))?;
        let record = record(root, policy, world)?;
        let checked = compile::check(&disk, None, &|zone| world.now(zone))?;
        let findings: Vec<Diagnostic> =
            checked.findings.into_iter().filter(|finding| of_record(finding, policy)).collect();
        if !findings.is_empty() {
            refused(&findings, world)?;
            return Ok(None);
        }
        let opened = open(&disk, policy, world)?;
        Ok(Some(Self { opened, record, version, zone: settings.zone }))
    }

    fn bench(&self) -> Bench<'_> {
        Bench { policy: &self.opened.policy, ledger: &self.opened.ledger, zone: &self.zone, now: self.opened.now }
    }

    fn commit(&self, done: &Done) -> Result<(), Error> {
        let place = below(self.opened.policy.slug.as_str(), "/ledger.yaml")?;
        let journal = Journal::new(None, self.record.ledger(), done.ledger.clone());
        self.record.commit(&journal.ok_or_else(|| Error::usage(format!("`{place}` cannot be a file")))?)
    }

    fn refused(&self, findings: &[Diagnostic], world: &mut World) -> Result<Ended, Error> {
        if findings.is_empty() {
            let known: Vec<String> =
                self.opened.ledger.events.iter().map(|event| event.version.to_string()).collect();
            let known = if known.is_empty() {
                "nothing is published yet".to_owned()
            } else {
                let mut known = known;
                known.dedup();
                format!("there are {}", known.join(", "))
            };
            return Err(Error::usage(format!("there is no version `{}`; {known}", self.version)));
        }
        refused(findings, world)
    }
}

/// A mistake in the policy's record. What is wrong elsewhere does not keep anyone from withdrawing.
fn of_record(finding: &Diagnostic, policy: &str) -> bool {
    let own = finding.place.file.strip_prefix(&format!("content/policies/{policy}/"));
    let record = own.is_some_and(|file| file != "draft.md" && file != "policy.yaml");
    record && finding.severity == Severity::Error && (finding.code < Code::V301)
}

fn entry(timeline: &Timeline, index: Option<usize>) -> Option<&Entry> {
    index.and_then(|index| timeline.entries.get(index))
}

/// How a version that was moved stands among the others.
fn neighbours(done: &Done) -> Vec<String> {
    let after = &done.after;
    let Some(index) = after.entries.iter().position(|entry| entry.version == done.was.version) else {
        return Vec::new();
    };
    let mut said = Vec::new();
    if let Some(before) = entry(after, after.predecessor(index)) {
        said.push(format!("until then version {} holds; its redline is against that one", before.version));
    }
    if let Some(next) = entry(after, after.successor(index)) {
        said.push(format!("version {} replaces it from {}", next.version, next.effective));
    }
    said
}

/// What holds instead of a version that was withdrawn, for everybody and for named audiences.
fn instead(desk: &Desk, done: &Done) -> Vec<String> {
    let now = desk.opened.now;
    let (before, after) = (&done.before, &done.after);
    let held = |index: Option<usize>| entry(before, index).is_some_and(|entry| entry.version == done.was.version);
    let holds = |whom: &str, index: Option<usize>| match entry(after, index) {
        Some(other) => format!("from today version {} holds{whom} instead, which applies from {}", other.version, other.effective),
        None => format!("mind: from today nothing is in force{whom}"),
    };
    let mut said = Vec::new();
    if held(before.in_force(now)) {
        said.push(holds("", after.in_force(now)));
    } else {
        let stays = entry(after, after.in_force(now));
        let stays = stays.map_or_else(|| "nothing is".to_owned(), |entry| format!("version {} is", entry.version));
        said.push(format!("what is in force stays as it is: {stays}"));
    }
    for name in before.audiences() {
        let (was, is) = (before.in_force_for(&name, now), after.in_force_for(&name, now));
        if held(was) && !(held(before.in_force(now)) && is == after.in_force(now)) {
            said.push(holds(&format!(" for {name}"), is));
        }
    }
    let coming = after.upcoming(now).into_iter().filter_map(|index| after.entries.get(index));
    said.extend(coming.map(|entry| format!("version {} applies from {}", entry.version, entry.effective)));
    said
}

/// What a redaction does, and what it cannot do.
fn redaction(slug: &str, version: &Version) -> Vec<String> {
    vec![
        "redacted: its page keeps the hash and the reason; text, files and redlines are not built any more".to_owned(),
        format!("content/policies/{slug}/versions/{version}.md is no longer needed and may be taken away"),
        "mind: the text may remain in the history of your repository, in caches and in copies of others".to_owned(),
    ]
}

fn closing(done: &Done) -> Vec<String> {
    vec![
        format!("head {}", done.head),
        "next: commit content/ to your repository, run `vellum check`, then build and deploy today; keep the head where others can see it".to_owned(),
    ]
}
