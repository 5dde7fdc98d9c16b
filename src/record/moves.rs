//! What stands in the way of another day for a version that is published. Each rule looks and says; the first that says
//! something is told, because the others follow from it.

use super::act::{Bench, find};
use crate::base::codes::Code;
use crate::base::date::Day;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::span::Place;
use crate::history::timeline::{Entry, Timeline};

impl Bench<'_> {
    /// What speaks against another day. `after` are all versions as they would stand.
    #[must_use]
    pub fn against(&self, entry: &Entry, effective: Day, after: &Timeline) -> Option<Diagnostic> {
        let standing = self.gone(entry).or_else(|| self.begun(entry));
        let day = || self.past(entry, effective).or_else(|| self.same(entry, effective));
        standing.or_else(day).or_else(|| self.taken(entry, after)).or_else(|| self.notice(entry, (effective, after)))
    }

    fn gone(&self, entry: &Entry) -> Option<Diagnostic> {
        let gone = entry.withdrawn.as_ref()?;
        let finding = self.refusal(entry, format!("version {} was withdrawn on {}", entry.version, gone.on));
        Some(finding.help("a withdrawn version does not come back: publish its text again"))
    }

    /// Only what binds nobody yet can be moved.
    fn begun(&self, entry: &Entry) -> Option<Diagnostic> {
        let begun = entry.effective <= self.now.day(&entry.zone);
        let finding = self.refusal(entry, format!("version {} applies since {}", entry.version, entry.effective));
        begun.then(|| {
            finding.help("a version that has begun to apply is not moved: publish another, or withdraw this one")
        })
    }

    /// Nobody is bound from a day that has passed, or from before the text was published.
    fn past(&self, entry: &Entry, effective: Day) -> Option<Diagnostic> {
        let earliest = self.today().max(entry.published);
        let message = format!("version {} would apply from {effective}, before {earliest}", entry.version);
        let finding = Diagnostic::new(Code::V220, self.place(entry.span), message);
        (effective < earliest).then(|| finding.help(format!("choose {earliest} or a later day")))
    }

    fn same(&self, entry: &Entry, effective: Day) -> Option<Diagnostic> {
        let finding = self.refusal(entry, format!("version {} applies from {effective} as it is", entry.version));
        (effective == entry.effective).then(|| finding.help("choose another day"))
    }

    /// A day is used once.
    fn taken(&self, entry: &Entry, after: &Timeline) -> Option<Diagnostic> {
        let day = find(after, &entry.version)?.effective;
        let other = after.on(day).filter(|other| other.version != entry.version).last()?;
        let message = format!("version {} applies from {day} already", other.version);
        let finding = Diagnostic::new(Code::V213, self.place(entry.span), message).weighing(Severity::Error);
        Some(finding.related(self.place(other.span), "the other one").help("choose another day"))
    }

    /// A day that comes sooner than was told is told anew; a later one leaves more time than the first.
    fn notice(&self, entry: &Entry, (effective, after): (Day, &Timeline)) -> Option<Diagnostic> {
        let days = self.policy.settings.notice_days;
        let earliest = self.today().after(days);
        let place = after.entries.iter().position(|other| other.version == entry.version);
        after.predecessor(place?).filter(|_| effective < entry.effective && effective < earliest)?;
        let message = format!("it would apply from {effective}, which is less than {days} days after today");
        let finding = Diagnostic::new(Code::V221, Place::of_file(self.policy.settings_path.as_str()), message);
        Some(finding.help(format!(
            "notice_days is {days}: choose {earliest} or a later day; to waive the notice, withdraw the version and publish its text again with --waive-notice REASON"
        )))
    }
}
