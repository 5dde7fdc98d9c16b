//! What is done to a version after it was published: its day is moved, or it is withdrawn. An event of the ledger and
//! no file. Pure: the ledger to write is returned.

use std::slice;

use crate::base::date::{Day, Moment, Zone};
use crate::base::diag::{Code, Diagnostic, Severity};
use crate::base::hash::Hash;
use crate::base::span::{Place, Span};
use crate::base::version::Version;
use crate::history::event::{Act, Event};
use crate::history::ledger::{self, Ledger};
use crate::history::timeline::{Entry, Timeline};
use crate::site::policy::Policy;

/// A policy, its record and the moment of the act.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// The site's zone.
    pub zone: &'a Zone,
    /// The moment of the act.
    pub now: Moment,
}

/// What an act writes, and how things stood before and stand after it.
#[derive(Debug)]
pub struct Done {
    /// The version, as it was.
    pub was: Entry,
    /// The whole ledger after the event.
    pub ledger: String,
    /// The new head.
    pub head: Hash,
    /// All versions before the act.
    pub before: Timeline,
    /// All versions after it.
    pub after: Timeline,
}

impl Bench<'_> {
    /// Moves the day from which an upcoming version applies. The days of named audiences stay as they are.
    ///
    /// # Errors
    /// What stands in the way. There is no finding when the ledger does not know the version.
    pub fn reschedule(&self, version: &Version, effective: Day) -> Result<Done, Vec<Diagnostic>> {
        let record = Timeline::new(&self.ledger.events, Moment::end());
        let entry = find(&record, version).ok_or_else(Vec::new)?;
        let act = Act::Rescheduled { effective, effective_for: entry.effective_for.clone() };
        let done = self.done(entry, act);
        let mut findings = Vec::new();
        self.movable(entry, &mut findings);
        if findings.is_empty() {
            self.day(entry, effective, &mut findings);
            self.same_day(entry, &done.after, &mut findings);
            self.notice(entry, (effective, &done.after), &mut findings);
        }
        if findings.is_empty() { Ok(done) } else { Err(findings) }
    }

    /// Withdraws a version, whichever it is. What was withdrawn may be redacted later.
    ///
    /// # Errors
    /// What stands in the way. There is no finding when the ledger does not know the version.
    pub fn withdraw(&self, version: &Version, reason: &str, redacted: bool) -> Result<Done, Vec<Diagnostic>> {
        let record = Timeline::new(&self.ledger.events, Moment::end());
        let entry = find(&record, version).ok_or_else(Vec::new)?;
        if let Some(gone) = entry.withdrawn.as_ref().filter(|gone| gone.redacted || !redacted) {
            let message = format!("version {version} was withdrawn on {} already", gone.on);
            let help = if gone.redacted { "nothing is left to do" } else { "say --redact if its text may not be shown" };
            return Err(vec![self.refusal(entry, message).help(help)]);
        }
        Ok(self.done(entry, Act::Withdrawn { reason: reason.to_owned(), redacted }))
    }

    fn today(&self) -> Day {
        self.now.day(self.zone)
    }

    fn done(&self, entry: &Entry, act: Act) -> Done {
        let event = Event {
            act,
            version: entry.version.clone(),
            on: self.today(),
            zone: self.zone.clone(),
            chain: Hash::ZERO,
            span: Span::default(),
        };
        let event = event.chained(self.ledger.head());
        let text = self.policy.ledger.as_ref().map_or_else(ledger::opening, |source| source.text().to_owned());
        let events = [self.ledger.events.as_slice(), slice::from_ref(&event)].concat();
        Done {
            was: entry.clone(),
            ledger: text + &ledger::line(&event),
            head: event.chain,
            before: Timeline::new(&self.ledger.events, self.now),
            after: Timeline::new(&events, self.now),
        }
    }

    fn place(&self, span: Span) -> Place {
        let path = || Place::of_file(&format!("content/policies/{}/ledger.yaml", self.policy.slug));
        self.policy.ledger.as_ref().map_or_else(path, |source| source.place(span))
    }

    fn refusal(&self, entry: &Entry, message: String) -> Diagnostic {
        Diagnostic::new(Code::V224, self.place(entry.span), message)
    }

    /// Only what binds nobody yet can be moved.
    fn movable(&self, entry: &Entry, findings: &mut Vec<Diagnostic>) {
        let finding = |message: String| self.refusal(entry, message);
        if let Some(gone) = &entry.withdrawn {
            findings.push(
                finding(format!("version {} was withdrawn on {}", entry.version, gone.on))
                    .help("a withdrawn version does not come back: publish its text again"),
            );
        } else if entry.effective <= self.now.day(&entry.zone) {
            findings.push(
                finding(format!("version {} applies since {}", entry.version, entry.effective))
                    .help("a version that has begun to apply is not moved: publish another, or withdraw this one"),
            );
        }
    }

    /// Nobody is bound from a day that has passed, or from before the text was published.
    fn day(&self, entry: &Entry, effective: Day, findings: &mut Vec<Diagnostic>) {
        let earliest = self.today().max(entry.published);
        if effective < earliest {
            let message = format!("version {} would apply from {effective}, before {earliest}", entry.version);
            let finding = Diagnostic::new(Code::V220, self.place(entry.span), message);
            findings.push(finding.help(format!("choose {earliest} or a later day")));
        } else if effective == entry.effective {
            let message = format!("version {} applies from {effective} as it is", entry.version);
            findings.push(self.refusal(entry, message).help("choose another day"));
        }
    }

    /// A day is used once.
    fn same_day(&self, entry: &Entry, after: &Timeline, findings: &mut Vec<Diagnostic>) {
        let Some(moved) = find(after, &entry.version) else { return };
        let others = after.entries.iter().filter(|other| other.version != entry.version && other.withdrawn.is_none());
        if let Some(other) = others.filter(|other| other.effective == moved.effective).last() {
            let message = format!("version {} applies from {} already", other.version, other.effective);
            let finding = Diagnostic::new(Code::V213, self.place(entry.span), message).weighing(Severity::Error);
            findings.push(finding.related(self.place(other.span), "the other one").help("choose another day"));
        }
    }

    /// A day that comes sooner than was told is told anew; a later one leaves more time than the first.
    fn notice(&self, entry: &Entry, (effective, after): (Day, &Timeline), findings: &mut Vec<Diagnostic>) {
        let days = self.policy.settings.notice_days;
        let earliest = self.today().after(days);
        let first = after.entries.iter().position(|other| other.version == entry.version);
        let owed = first.is_some_and(|index| after.predecessor(index).is_some());
        if owed && effective < entry.effective && effective < earliest {
            let message = format!("it would apply from {effective}, which is less than {days} days after today");
            let finding = Diagnostic::new(Code::V221, Place::of_file(self.policy.settings_path.as_str()), message);
            findings.push(finding.help(format!(
                "notice_days is {days}: choose {earliest} or a later day; to waive the notice, withdraw the version and publish its text again with --waive-notice REASON"
            )));
        }
    }
}

fn find<'a>(timeline: &'a Timeline, version: &Version) -> Option<&'a Entry> {
    timeline.entries.iter().find(|entry| entry.version == *version)
}
