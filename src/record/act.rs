//! What is done to a version after it was published: its day is moved, or it is withdrawn. An event of the ledger and
//! no file. Pure: the ledger to write is returned.

use std::slice;

use crate::base::codes::Code;
use crate::base::date::{Day, Moment, Zone};
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::span::{Place, Span};
use crate::base::version::Version;
use crate::history::event::{Act, Event};
use crate::history::ledger::{self, Ledger};
use crate::history::timeline::{Entry, Timeline, Withdrawn};
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
        let entry = self.known(&record, version)?;
        let act = Act::Rescheduled { effective, effective_for: entry.effective_for.clone() };
        let done = self.done(entry, act);
        match self.against(entry, effective, &done.after) {
            Some(finding) => Err(vec![finding]),
            None => Ok(done),
        }
    }

    /// Withdraws a version, whichever it is. What was withdrawn may be redacted later.
    ///
    /// # Errors
    /// What stands in the way. There is no finding when the ledger does not know the version.
    pub fn withdraw(&self, version: &Version, reason: &str, redacted: bool) -> Result<Done, Vec<Diagnostic>> {
        let record = Timeline::new(&self.ledger.events, Moment::end());
        let entry = self.known(&record, version)?;
        if let Some(gone) = entry.withdrawn.as_ref().filter(|gone| gone.redacted || !redacted) {
            let message = format!("version {version} was withdrawn on {} already", gone.on);
            let help =
                if gone.redacted { "nothing is left to do" } else { "say --redact if its text may not be shown" };
            return Err(vec![self.refusal(entry, message).help(help)]);
        }
        Ok(self.done(entry, Act::Withdrawn { reason: reason.to_owned(), redacted }))
    }

    /// The version that is meant, unless nothing of it ever is shown.
    fn known<'a>(&self, record: &'a Timeline, version: &Version) -> Result<&'a Entry, Vec<Diagnostic>> {
        let recalled = record.recalled.iter().find(|(recalled, _)| recalled == version);
        let refusal = |gone: &Withdrawn| {
            let message = format!("version {version} was withdrawn on {}, before its day of publication", gone.on);
            Diagnostic::new(Code::V224, self.place(Span::default()), message)
                .help("nothing of it is ever shown: nothing is left to do")
        };
        find(record, version).ok_or_else(|| recalled.map(|(_, gone)| refusal(gone)).into_iter().collect())
    }

    pub(super) fn today(&self) -> Day {
        self.now.day(self.zone)
    }

    fn done(&self, entry: &Entry, act: Act) -> Done {
        let event = self.event(&entry.version, act);
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

    fn event(&self, version: &Version, act: Act) -> Event {
        let (on, zone) = (self.today(), self.zone.clone());
        let event = Event { act, version: version.clone(), on, zone, chain: Hash::ZERO, span: Span::default() };
        event.chained(self.ledger.head())
    }

    pub(super) fn place(&self, span: Span) -> Place {
        let path = || Place::of_file(&format!("content/policies/{}/ledger.yaml", self.policy.slug));
        self.policy.ledger.as_ref().map_or_else(path, |source| source.place(span))
    }

    pub(super) fn refusal(&self, entry: &Entry, message: String) -> Diagnostic {
        Diagnostic::new(Code::V224, self.place(entry.span), message)
    }
}

pub(super) fn find<'a>(timeline: &'a Timeline, version: &Version) -> Option<&'a Entry> {
    timeline.entries.iter().find(|entry| entry.version == *version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::files::Files;
    use crate::base::path::SitePath;
    use crate::base::source::Loaded;
    use crate::base::span::SourceText;
    use crate::history::event::Published;
    use crate::site::policy;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    fn published(number: &str, on: &str, effective: &str) -> Event {
        let act = Published {
            effective: day(effective),
            effective_for: vec![("existing".into(), day("2026-01-01"))],
            material: true,
            supersede: false,
            texts: Vec::new(),
            assets: std::collections::BTreeMap::new(),
        };
        let (zone, span) = (Zone::utc(), Span::default());
        Event { act: Act::Published(act), version: version(number), on: day(on), zone, chain: Hash::ZERO, span }
    }

    /// A policy with a notice of ten days, and versions of February, April and June.
    fn bench<T>(today: &str, extra: &[Event], run: impl Fn(Bench<'_>) -> T) -> T {
        let path = |name: &str| SitePath::parse(&format!("content/policies/terms/{name}")).unwrap();
        let days = [("1.0", "2025-02-01"), ("2.0", "2025-04-01"), ("3.0", "2025-06-01")];
        let mut ledger = Ledger::default();
        let events = days.map(|(number, effective)| published(number, "2025-01-01", effective));
        for event in events.into_iter().chain(extra.iter().cloned()) {
            let head = ledger.head();
            ledger.events.push(event.chained(head));
        }
        let text = ledger.events.iter().fold(ledger::opening(), |text, event| text + &ledger::line(event));
        let mut files = Files::default();
        files.insert(path("policy.yaml"), b"title: T\nnotice_days: 10\n".to_vec());
        files.insert(path("ledger.yaml"), text.into_bytes());
        let policy = policy::read("terms", Loaded { files, problems: Vec::new() }, &mut Vec::new()).unwrap();
        let zone = Zone::utc();
        run(Bench { policy: &policy, ledger: &ledger, zone: &zone, now: day(today).moment(&zone) })
    }

    fn moved(today: &str, number: &str, to: &str) -> Result<Done, Vec<&'static str>> {
        let codes = |said: Vec<Diagnostic>| said.iter().map(|finding| finding.code.name()).collect();
        bench(today, &[], |bench| bench.reschedule(&version(number), day(to)).map_err(codes))
    }

    #[test]
    fn only_what_binds_nobody_is_moved_and_never_to_the_past() {
        let refused = |today: &str, number: &str, to: &str| moved(today, number, to).unwrap_err();
        assert_eq!(refused("2025-02-01", "1.0", "2025-03-01"), ["V224"]);
        assert_eq!(refused("2025-03-01", "2.0", "2025-02-28"), ["V220"]);
        assert_eq!(refused("2025-03-01", "2.0", "2025-04-01"), ["V224"]);
        assert_eq!(refused("2025-03-01", "2.0", "2025-06-01"), ["V213"]);
        assert_eq!(refused("2025-03-01", "2.0", "2025-03-10"), ["V221"]);
        assert_eq!(refused("2025-03-01", "9.0", "2025-03-10"), [""; 0]);
        assert!(moved("2025-03-01", "2.0", "2025-03-11").is_ok());
    }

    #[test]
    fn a_move_is_an_event_and_the_order_follows() {
        let done = moved("2025-03-30", "2.0", "2025-07-01").unwrap();
        let order: Vec<&str> = done.after.entries.iter().map(|entry| entry.version.as_str()).collect();
        assert_eq!(order, ["1.0", "3.0", "2.0"]);
        let path = SitePath::parse("ledger.yaml").unwrap();
        let (mut findings, text) = (Vec::new(), done.ledger.clone());
        let ledger = Ledger::read(&SourceText::new(path, text), &mut findings);
        assert_eq!((findings.len(), ledger.events.len(), ledger.head()), (0, 4, done.head));
        assert!(done.ledger.ends_with(&format!(
            "effective: 2025-07-01\n    effective_for:\n      existing: 2026-01-01\n    chain: {}\n",
            done.head
        )));
    }

    #[test]
    fn what_is_withdrawn_may_be_redacted_later_and_keeps_its_day() {
        let gone = Act::Withdrawn { reason: "A mistake.".into(), redacted: false };
        let gone = Event { act: gone, ..published("2.0", "2025-04-10", "2025-04-01") };
        bench("2025-05-01", &[gone], |bench| {
            assert_eq!(bench.withdraw(&version("2.0"), "Again.", false).unwrap_err().len(), 1);
            let done = bench.withdraw(&version("2.0"), "By order.", true).unwrap();
            let entry = find(&done.after, &version("2.0")).unwrap();
            let kept = entry.withdrawn.as_ref().unwrap();
            assert_eq!(
                (kept.on, kept.reason.as_str(), kept.redacted),
                (day("2025-04-10"), "A mistake. By order.", true)
            );
        });
    }
}
