//! The source that a site was built from: whether its record is whole, and whether it is the one of the site.

use super::Look;
use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::source::Source;
use crate::base::span::{Place, SourceText};
use crate::check::{Subject, record};
use crate::history::ledger::{self, Ledger};
use crate::history::timeline::Timeline;
use crate::site::emit;
use crate::site::front::{self, VersionFile};
use crate::site::policy::{self, Policy};
use crate::site::raw::Reading;

/// A policy of the source.
pub struct Held {
    /// The policy.
    pub policy: Policy,
    /// Its ledger.
    pub ledger: Ledger,
}

/// Reads a policy of the source, and says what of its record is not what was published.
pub fn read(source: &dyn Source, slug: &str, findings: &mut Vec<Diagnostic>) -> Result<Option<Held>, Error> {
    if !source.policies()?.iter().any(|name| name == slug) {
        let message = format!("the site has the policy {slug}, and content/policies/ does not");
        findings.push(Diagnostic::new(Code::V247, Place::of_file(&format!("content/policies/{slug}")), message));
        return Ok(None);
    }
    let loaded = source.policy(slug)?;
    let files = loaded.files.clone();
    let mut said = Vec::new();
    let Some(policy) = policy::read(slug, loaded, &mut said) else {
        findings.extend(said);
        return Ok(None);
    };
    let ledger = policy.ledger.as_ref().map_or_else(Ledger::default, |text| Ledger::read(text, &mut said));
    let timeline = Timeline::new(&ledger.events, Moment::end());
    let now = Moment::end();
    let subject =
        Subject { policy: &policy, ledger: &ledger, timeline: &timeline, record: &timeline, now, source, site: None };
    for rule in [record::names, record::known, record::present, record::unchanged] {
        rule(&subject, &mut said);
    }
    let counts = |finding: &Diagnostic| finding.severity == Severity::Error && of_record(slug, &finding.place.file);
    findings.extend(said.into_iter().filter(counts));
    spelt(&policy, &ledger, &files, findings);
    Ok(Some(Held { policy, ledger }))
}

/// Whether a file of a policy belongs to its record: its settings and its draft do not.
fn of_record(slug: &str, file: &str) -> bool {
    let rest = file.strip_prefix("content/policies/").and_then(|rest| rest.strip_prefix(slug)).unwrap_or_default();
    ["/ledger.yaml", "/versions/", "/assets/"].iter().any(|part| rest.starts_with(part))
}

/// Notes the files that say what was published in other bytes than Vellum writes.
fn spelt(policy: &Policy, ledger: &Ledger, files: &Files, findings: &mut Vec<Diagnostic>) {
    let mut note = |path: &SitePath, wanted: String| {
        let known = findings.iter().any(|finding| *finding.place.file == *path.as_str());
        if known || files.get(path).is_none_or(|bytes| bytes == wanted.as_bytes()) {
            return;
        }
        let message = format!("{path} says what was published, in other bytes than Vellum writes");
        let help = "the record holds; line ends, spaces or quotes are other than `vellum publish` left them";
        findings.push(Diagnostic::new(Code::V249, Place::of_file(path.as_str()), message).help(help));
    };
    for file in policy.versions.iter().filter(|file| file.front.is_some()) {
        note(&file.path, written(file));
    }
    if let Some(source) = &policy.ledger {
        let lines: String = ledger.events.iter().map(ledger::line).collect();
        note(source.path(), ledger::opening() + &lines);
    }
}

fn written(file: &VersionFile) -> String {
    let source: &SourceText = &file.front_source;
    let node = Reading::new(source).node();
    let front = node.map_or_else(String::new, |node| emit::yaml(&front::meta(&node), 0));
    format!("---\n{front}---\n{}", file.body.text())
}

/// Compares the source's record with the site's; says how many events the site does not have although their day has come.
pub fn compare(look: &mut Look<'_>, (own, slug): (&Held, &str), site: &Ledger, now: Moment) -> usize {
    let (ours, theirs) = (&own.ledger.events, &site.events);
    let path = format!("policies/{slug}/ledger.json");
    let differs = ours.iter().zip(theirs).position(|(one, other)| one.chain != other.chain);
    if let Some(at) = differs {
        let name = theirs.get(at).map_or("", |event| event.act.name());
        let message = format!("event {} ({name}) is another in the site than in ledger.yaml", at + 1);
        let help = "one of the two was written anew: ask for a head that somebody kept, and pass it with --head";
        look.findings.push(Diagnostic::new(Code::V247, Place::of_file(&path), message).help(help));
    } else if theirs.len() > ours.len() {
        let message = format!("the site records {} events, and ledger.yaml only {}", theirs.len(), ours.len());
        let help =
            "the source is older than the site: bring it up to date, or restore ledger.yaml from your repository";
        let file = format!("content/policies/{slug}/ledger.yaml");
        look.findings.push(Diagnostic::new(Code::V247, Place::of_file(&file), message).help(help));
    }
    ours.iter().skip(theirs.len()).filter(|event| event.on <= now.day(&event.zone)).count()
}
