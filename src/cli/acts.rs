//! `reschedule` and `withdraw`: what is done to a version after its publication, and what is said of it.

use std::path::Path;

use super::acted::{closing, instead, neighbours, recalled, redaction};
use super::args::{Reschedule, Withdraw};
use super::edit::{below, day, record, refused, was_recorded, words};
use super::show::{self, Opened, open};
use super::world::{Ended, World};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::base::journal::Journal;
use crate::base::version::Version;
use crate::compile;
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
            let told = lines.chain(closing(&done)).try_for_each(|line| world.say(&line));
            was_recorded(told, &done.head, world)?;
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
            let recalled = recalled(&done, slug.as_str());
            let redacts = options.redact && recalled.is_empty();
            let redacted = redacts.then(|| redaction(slug.as_str(), &done)).into_iter().flatten();
            let lines = [first].into_iter().chain(instead(&done, desk.opened.now)).chain(recalled).chain(redacted);
            let told = lines.chain(closing(&done)).try_for_each(|line| world.say(&line));
            was_recorded(told, &done.head, world)?;
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
        let journal = Journal::new(Vec::new(), self.record.ledger(), done.ledger.clone());
        self.record.commit(&journal.ok_or_else(|| Error::usage(format!("`{place}` cannot be a file")))?)
    }

    fn refused(&self, findings: &[Diagnostic], world: &mut World) -> Result<Ended, Error> {
        if findings.is_empty() {
            return Err(Error::usage(format!("there is no version `{}`; {}", self.version, self.known())));
        }
        refused(findings, world)
    }

    fn known(&self) -> String {
        let mut known: Vec<&Version> = self.opened.ledger.events.iter().map(|event| &event.version).collect();
        known.sort();
        known.dedup();
        let known: Vec<&str> = known.into_iter().map(Version::as_str).collect();
        if known.is_empty() { "nothing is published yet".to_owned() } else { format!("there are {}", known.join(", ")) }
    }
}

/// A mistake in the policy's record. What is wrong elsewhere does not keep anyone from withdrawing.
fn of_record(finding: &Diagnostic, policy: &str) -> bool {
    let own = finding.place.file.strip_prefix(&format!("content/policies/{policy}/"));
    let record = own.is_some_and(|file| file != "draft.md" && file != "policy.yaml");
    record && finding.severity == Severity::Error && (finding.code < Code::V301)
}
