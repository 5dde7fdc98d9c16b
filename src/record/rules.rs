//! What stands in the way of a publication, beside what `check` finds. Each rule looks and says; none edits.

use super::publish::{Desk, Request};
use super::seal::Text;
use crate::base::codes::Code;
use crate::base::date::{Day, Zone};
use crate::base::diag::{Diagnostic, Severity};
use crate::base::json::{self, Value};
use crate::base::span::{Place, SourceText, Span};
use crate::base::version::Version;
use crate::history::event::Event;
use crate::history::timeline::{Entry, Timeline, Unpublished};
use crate::site::body;
use crate::site::front::VersionFile;
use crate::site::links::{Leads, leads};
use crate::site::policy::Policy;

/// A version that is to be published, in its place among the others.
pub struct Case<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// What the editor asked for.
    pub request: &'a Request,
    /// The draft's body, for places.
    pub draft: &'a SourceText,
    /// What will be frozen.
    pub text: &'a Text,
    /// The version's file as it will be read.
    pub file: &'a VersionFile,
    /// All versions in order, this one included.
    pub timeline: &'a Timeline,
    /// Where this one stands in it.
    pub index: usize,
}

type Rule = fn(&Case<'_>, &mut Vec<Diagnostic>);

/// The rules, in order.
const RULES: &[Rule] = &[number, day, empty, news, assets, effective, notice];

/// Runs all rules.
pub fn all(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    for rule in RULES {
        rule(case, findings);
    }
}

/// What decides how a text reads, beside its body.
const READS: &[&str] = &["title", "language", "numbering", "html", "discloses"];

impl<'a> Case<'a> {
    /// The other versions.
    fn others(&self) -> impl Iterator<Item = &'a Entry> {
        let entries = self.timeline.entries.iter().enumerate();
        let index = self.index;
        entries.filter(move |(at, _)| *at != index).map(|(_, entry)| entry)
    }

    /// The version that applies from the same day and that this one would replace, if there is one.
    #[must_use]
    pub fn same_day(&self) -> Option<&'a Entry> {
        self.others().filter(|entry| entry.withdrawn.is_none() && entry.effective == self.text.effective).last()
    }

    fn before(&self) -> Option<&'a Entry> {
        self.timeline.predecessor(self.index).and_then(|index| self.timeline.entries.get(index))
    }

    /// Versions whose day of publication has not come, and that the ledger names from now on all the same.
    #[must_use]
    pub fn named_early(&self, events: &[Event], zone: &Zone) -> Vec<Unpublished> {
        let now = self.request.today.moment(zone);
        let was = Timeline::new(events, now);
        let (comes, events) = (self.request.published > self.request.today, was.events);
        was.unpublished.into_iter().filter(|coming| !comes && coming.number > events).collect()
    }

    /// The version in force on the day of recording, if this one is in force on it instead.
    #[must_use]
    pub fn displaces(&self, desk: &Desk<'_>) -> Option<Version> {
        let now = self.request.today.moment(desk.zone);
        let was = Timeline::new(&desk.ledger.events, now);
        let was = was.in_force(now).and_then(|index| was.entries.get(index))?;
        let is = self.timeline.in_force(now).filter(|index| *index == self.index);
        is.map(|_| was.version.clone())
    }

    fn place(&self) -> Place {
        self.draft.place(Span::default())
    }

    /// The first days from which it applies to somebody, and to whom.
    fn days(&self) -> impl Iterator<Item = (String, Day)> {
        let named = self.text.effective_for.iter().map(|(audience, day)| (format!(" for {audience}"), *day));
        [(String::new(), self.text.effective)].into_iter().chain(named)
    }
}

/// A number is used once.
fn number(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    if case.others().any(|entry| entry.version == case.text.version) {
        findings.push(used(&case.text.version, case.draft));
    }
}

/// That a number is used already.
pub(super) fn used(version: &Version, draft: &SourceText) -> Diagnostic {
    let message = format!("version {version} is in the ledger already");
    let place = draft.place(Span::default());
    Diagnostic::new(Code::V202, place, message).help("leave --version out for the next number")
}

/// A day is used once, unless the editor says otherwise.
fn day(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(other) = case.same_day().filter(|_| !case.request.supersede) else { return };
    let message = format!("version {} applies from {} already", other.version, other.effective);
    let finding = Diagnostic::new(Code::V213, case.place(), message).weighing(Severity::Error);
    findings.push(finding.help("choose another day, or say --supersede if this one replaces it"));
}

/// There is something to read.
fn empty(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    let read = |front: &crate::site::front::Front| body::parse(case.file.body.text(), front.manner());
    if case.file.front.as_ref().map(read).is_some_and(|doc| doc.blocks.is_empty()) {
        let finding = Diagnostic::new(Code::V218, case.place(), "the text is empty");
        findings.push(finding.help("write the text below the front matter"));
    }
}

/// Something is other than in the version that this one replaces, and in the one that was published last.
fn news(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    let newest = case.others().filter(|entry| entry.withdrawn.is_none() && !case.request.history());
    // What is withdrawn comes back by being published again: its text is news then.
    let before = case.timeline.replaces(case.index).and_then(|index| case.timeline.entries.get(index));
    let before = before.filter(|entry| entry.withdrawn.is_none());
    let known = newest.max_by_key(|entry| entry.number).into_iter().chain(before);
    let same = |entry: &&Entry| {
        case.policy
            .file(&entry.version)
            .is_some_and(|(file, _)| file.body.text() == case.file.body.text() && reads(file) == reads(case.file))
    };
    if let Some(entry) = known.into_iter().find(same) {
        let message = format!("text, title, numbering and disclosures are those of version {}", entry.version);
        let finding = Diagnostic::new(Code::V219, case.place(), format!("there is nothing to publish: {message}"));
        findings.push(finding.help("write what changes into the draft first"));
    }
}

fn reads(file: &VersionFile) -> Vec<Option<Value>> {
    let meta = json::parse(file.meta.as_bytes()).unwrap_or_default();
    READS.iter().map(|key| meta.get(key).cloned()).collect()
}

/// Every file that the text uses is there to be frozen.
fn assets(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    unfrozen(case.policy, case.draft, case.text, findings);
}

/// Names the files that a text uses and that are not there to be frozen.
pub(super) fn unfrozen(policy: &Policy, draft: &SourceText, text: &Text, findings: &mut Vec<Diagnostic>) {
    let manner = body::Manner { title: &text.title, numbering: text.numbering, html: text.html };
    for target in body::parse(draft.text(), manner).targets {
        let Leads::Asset(path) = leads(&target.href) else { continue };
        if !policy.assets.contains_key(&path) {
            let place = draft.place(target.span);
            let finding = Diagnostic::new(Code::V210, place, format!("assets/{path} is not there"));
            findings.push(finding.help("put the file into the policy's assets folder"));
        }
    }
}

/// Nobody is bound by a text before it is published. What is brought in from the past is recorded as it was.
fn effective(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    let published = case.request.published;
    for (whom, day) in case.days().filter(|(_, day)| *day < published && !case.request.history()) {
        let message = format!("it would apply{whom} from {day}, and is published on {published}");
        let finding = Diagnostic::new(Code::V220, Place::of_file(case.draft.path().as_str()), message);
        findings.push(finding.help(
            "choose the day of publication or a later one; a text that was published then comes in with --from FILE --published DATE",
        ));
    }
}

/// Whoever is bound by the version before hears of this one in time. The first version binds nobody yet, and what was
/// published long ago and has begun to apply kept its notice or did not; from a day to come on, notice is given now.
fn notice(case: &Case<'_>, findings: &mut Vec<Diagnostic>) {
    let (days, request) = (case.policy.settings.notice_days, case.request);
    let told = if request.history() { request.today } else { request.published };
    let earliest = told.after(days);
    let owed = |day: Day| case.before().is_some() && day < earliest && (!request.history() || day > told);
    let first = case.days().filter(|(_, day)| owed(*day)).min_by_key(|(_, day)| *day);
    let finding =
        |message: String| Diagnostic::new(Code::V221, Place::of_file(case.policy.settings_path.as_str()), message);
    match (first, &request.waive_notice) {
        (Some((whom, day)), None) => {
            let message = format!("it would apply{whom} from {day}, which is less than {days} days after {told}");
            let help = format!(
                "notice_days is {days}: choose {earliest} or a later day, or say why with --waive-notice REASON, which the ledger records"
            );
            findings.push(finding(message).help(help));
        }
        (None, Some(_)) => {
            let message = "no notice has to be waived: none is owed, or it is kept".to_owned();
            findings
                .push(finding(message).help("leave --waive-notice out; the ledger would record what did not happen"));
        }
        _ => {}
    }
}
