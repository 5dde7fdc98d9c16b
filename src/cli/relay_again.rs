//! The relay looks at the site again: when a version comes into force, and when it is told to (SIGHUP). What runs is never
//! ended by it: a site that cannot be used is told, and a form that collects what is not disclosed any more is closed.

use std::sync::Arc;
use std::time::Duration;

use super::relay::look;
use super::world;
use crate::base::codes::Code;
use crate::base::date::{Day, Moment};
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::compile::Checked;
use crate::http::replace::Replaceable;
use crate::load::Disk;
use crate::relay::Relay;
use crate::relay::front::Front;
use crate::relay::log::Event;
use crate::relay::smtp::Tell;

/// The longest wait: clocks are set, and machines sleep.
const MOST: i64 = 60 * 60;

/// What is looked at again, and what is replaced by it.
pub struct Again {
    /// The site's folder.
    pub disk: Disk,
    /// The day that was asked for: then time stands still, and only the signal counts.
    pub as_of: Option<Day>,
    /// Where events are told.
    pub tell: Tell,
    /// Where requests come in.
    pub front: Replaceable<Front>,
}

impl Again {
    /// Looks for ever, and puts what it finds in the place of the relay that runs.
    pub async fn run(self, mut relay: Arc<Relay>, mut hangup: Hangup) {
        let again = Arc::new(self);
        loop {
            let due = relay.next_change().filter(|_| again.as_of.is_none()).map(Moment::unix);
            let told = tokio::select! {
                () = tokio::time::sleep(wait(due, world::seconds())) => false,
                () = hangup.comes() => true,
            };
            if !told && due.is_none_or(|due| due > world::seconds()) {
                continue;
            }
            let (own, running) = (Arc::clone(&again), Arc::clone(&relay));
            // A fault of the program is told by its place, and what runs goes on.
            if let Ok(Some(next)) = tokio::task::spawn_blocking(move || own.look(&running)).await {
                relay = Arc::new(next);
                again.front.replace(Front::new(Arc::clone(&relay)));
            }
        }
    }

    /// Reads the site; a relay comes back if anything is to be replaced.
    fn look(&self, relay: &Relay) -> Option<Relay> {
        let checked = look(&self.disk, world::seconds(), self.as_of);
        let renewed = match checked {
            Ok(Checked { ready: Some(ready), .. }) => relay.renewed(ready.into_basis()).ok(),
            Ok(Checked { findings, .. }) => {
                (self.tell)(&Event::NotReadAgain { errors: errors(&findings).count() });
                let forms = undisclosed(&findings);
                return if forms.is_empty() { None } else { Some(relay.closing(&forms)) };
            }
            Err(_) => None,
        };
        if renewed.is_none() {
            (self.tell)(&Event::NotReadAgain { errors: 0 });
        }
        renewed
    }
}

fn errors(findings: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    findings.iter().filter(|finding| finding.severity == Severity::Error)
}

/// The names of the forms that collect what a version does not disclose.
fn undisclosed(findings: &[Diagnostic]) -> Vec<String> {
    let about = errors(findings).filter(|finding| matches!(finding.code, Code::V501 | Code::V502));
    let name = |finding: &Diagnostic| {
        let file = finding.place.file.strip_prefix("forms/")?;
        file.strip_suffix(".yaml").map(str::to_owned)
    };
    let mut names: Vec<String> = about.filter_map(name).collect();
    names.dedup();
    names
}

/// How long until the next look at the clock.
fn wait(due: Option<i64>, now: i64) -> Duration {
    let seconds = due.map_or(MOST, |due| due.saturating_sub(now).clamp(1, MOST));
    Duration::from_secs(seconds.unsigned_abs())
}

/// The signal that asks to look again.
#[cfg(unix)]
pub struct Hangup(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Hangup {
    /// Listens from now on.
    ///
    /// # Errors
    /// The system does not let us hear its signals.
    pub fn hear() -> Result<Self, Error> {
        let hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup());
        hangup.map(Self).map_err(|error| Error::machine("cannot listen for signals", error))
    }

    async fn comes(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// There is no such signal here.
#[cfg(not(unix))]
pub struct Hangup;

#[cfg(not(unix))]
impl Hangup {
    /// Listens for nothing.
    ///
    /// # Errors
    /// Never here.
    pub fn hear() -> Result<Self, Error> {
        Ok(Self)
    }

    async fn comes(&mut self) {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Place;

    #[test]
    fn the_wait_ends_at_the_change_and_the_clock_is_looked_at_every_hour() {
        assert_eq!(wait(Some(12), 10), Duration::from_secs(2));
        assert_eq!(wait(Some(10), 10), Duration::from_secs(1));
        assert_eq!(wait(Some(1_000_000), 10), Duration::from_hours(1));
        assert_eq!(wait(None, 10), Duration::from_hours(1));
    }

    #[test]
    fn forms_are_told_by_their_files() {
        let finding = |code, file: &str| Diagnostic::new(code, Place::of_file(file), "x");
        let findings = [
            finding(Code::V502, "forms/ask.yaml"),
            finding(Code::V502, "forms/ask.yaml"),
            finding(Code::V502, "forms/draft.yaml").weighing(Severity::Warning),
            finding(Code::V204, "forms/other.yaml"),
            finding(Code::V501, "site.yaml"),
        ];
        assert_eq!(undisclosed(&findings), ["ask"]);
    }
}
