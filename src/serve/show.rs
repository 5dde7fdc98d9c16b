//! What the server shows: the last good site, and what stopped the builds since. Each build makes a new value of it.

use std::sync::Arc;

use super::Built;
use super::pages::Site;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::base::report;
use crate::relay::Relay;

/// More findings than this are counted, not shown.
const MOST: usize = 50;

/// What is shown from one build to the next.
#[derive(Clone, Debug)]
pub struct Show {
    base_path: String,
    run: u128,
    number: u64,
    site: Option<Arc<Site>>,
    relay: Option<Arc<Relay>>,
    trouble: Option<String>,
}

impl Show {
    /// Before the first build. `run` tells this run of the server from every other.
    #[must_use]
    pub fn new(base_path: &str, run: u128) -> Self {
        Self { base_path: base_path.to_owned(), run, number: 0, site: None, relay: None, trouble: None }
    }

    /// After a further build: a good one is shown, any other leaves the last good site.
    #[must_use]
    pub fn after(&self, outcome: Result<Built, Error>) -> Self {
        let mut next = self.clone();
        match outcome {
            Ok(built) if built.good => {
                next.site = Some(Arc::new(Site::new(built.files, &self.base_path)));
                next.relay = built.relay;
                next.trouble = None;
            }
            Ok(built) => next.trouble = Some(told(&built.findings)),
            Err(error) => next.trouble = Some(format!("error: {}\n", error.chain())),
        }
        // As long as there is no site, the pages are the trouble itself and change with it.
        if next.trouble.is_none() || next.site.is_none() {
            next.number += 1;
        }
        next
    }

    /// The last good site.
    #[must_use]
    pub fn site(&self) -> Option<&Site> {
        self.site.as_deref()
    }

    /// What answers the forms of the last good site.
    #[must_use]
    pub fn relay(&self) -> Option<&Arc<Relay>> {
        self.relay.as_ref()
    }

    /// What stopped the last build, as text.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The name of what is shown: another name, another content.
    #[must_use]
    pub fn build(&self) -> String {
        format!("{}-{}", self.run, self.number)
    }

    /// One word about the last build.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match (&self.site, &self.trouble) {
            (Some(_), None) => "good",
            (Some(_), Some(_)) => "failed",
            (None, _) => "none",
        }
    }
}

/// The errors as text; where nothing is an error, warnings were denied, and all findings are told.
fn told(findings: &[Diagnostic]) -> String {
    let errors: Vec<&Diagnostic> = findings.iter().filter(|one| one.severity == Severity::Error).collect();
    let all = if errors.is_empty() { findings.iter().collect() } else { errors };
    let mut parts: Vec<String> = all.iter().take(MOST).map(|one| report::human(one, false)).collect();
    if all.len() > MOST {
        parts.push(format!("… and {} more; `vellum check` names them all.", all.len() - MOST));
    }
    parts.push(report::tally(findings, 0));
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::Code;
    use crate::base::files::Files;
    use crate::base::span::Place;

    fn built(good: bool, errors: usize) -> Built {
        let finding = |at| Diagnostic::new(Code::V101, Place::of_file("a.md"), format!("wrong {at}"));
        Built { files: Files::default(), findings: (0..errors).map(finding).collect(), good, relay: None }
    }

    #[test]
    fn the_name_changes_with_what_is_shown() {
        let none = Show::new("/", 7).after(Ok(built(false, 1)));
        assert_eq!((none.build().as_str(), none.outcome()), ("7-1", "none"));
        let still = none.after(Ok(built(false, 2)));
        assert_eq!((still.build().as_str(), still.outcome()), ("7-2", "none"));
        let good = still.after(Ok(built(true, 0)));
        assert_eq!((good.build().as_str(), good.outcome(), good.trouble()), ("7-3", "good", None));
        let failed = good.after(Err(Error::usage("no site.yaml")));
        assert_eq!((failed.build().as_str(), failed.outcome()), ("7-3", "failed"));
        assert_eq!(failed.trouble(), Some("error: no site.yaml\n"));
        assert!(failed.site().is_some());
        assert_eq!(failed.after(Ok(built(true, 0))).build(), "7-4");
    }

    #[test]
    fn a_flood_of_errors_is_counted() {
        let show = Show::new("/", 0).after(Ok(built(false, 60)));
        let text = show.trouble().unwrap();
        assert!(text.contains("wrong 49") && !text.contains("wrong 50"));
        assert!(text.ends_with("… and 10 more; `vellum check` names them all.\n\n60 errors\n"));
    }
}
