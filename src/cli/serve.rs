//! `serve`: builds into memory, drafts included, serves on this machine, and builds again whenever a file changes.
//! What each build found is told in the terminal when it is not what was told before.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::args::{Format, Serve};
use super::checks;
use super::relay::surroundings;
use super::world::{Ended, World, clock, random, stderr};
use crate::base::address::Address;
use crate::base::date::{Day, Moment, Zone};
use crate::base::diag::any_error;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::mac::Key;
use crate::base::path::SitePath;
use crate::compile::{self, Ready};
use crate::load::Disk;
use crate::relay::Relay;
use crate::relay::memory::Memory as Nonces;
use crate::relay::outbox::Outbox;
use crate::relay::smtp::Tell;
use crate::render::Sink;
use crate::serve::{Built, Options, run as serve};
use crate::site::relay::Sender;

/// Keeps pages in memory.
#[derive(Default)]
struct Memory(Mutex<Files>);

impl Sink for Memory {
    fn page(&self, path: SitePath, bytes: Vec<u8>) -> Result<(), Error> {
        if let Ok(mut files) = self.0.lock() {
            files.insert(path, bytes);
        }
        Ok(())
    }
}

/// Serves the site until it is told to stop.
///
/// # Errors
/// The port is taken, or files cannot be watched.
pub fn run(root: &Path, options: &Serve, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let as_of = world.as_of;
    let running = || clock().ok().and_then(Moment::from_unix).unwrap_or_else(Moment::start);
    let now = move |zone: &Zone| as_of.map_or_else(running, |day| day.moment(zone));
    let base_path =
        compile::check(&disk, None, &now)?.ready.map_or_else(|| "/".to_owned(), |ready| ready.base_path().to_owned());
    let below = |names: &[&str]| -> Vec<PathBuf> { names.iter().map(|name| root.join(name)).collect() };
    let options = Options {
        port: options.port,
        base_path,
        watch: below(&["site.yaml", "content", "forms", "keys", "themes", "static"]),
        ignore: below(&["public", ".git", "target", "node_modules"]),
        root: root.to_path_buf(),
        outbox: Outbox::default(),
    };
    let forms = Desk { outbox: options.outbox.clone(), memory: Nonces::default(), secret: random()?, as_of };
    let root = root.to_path_buf();
    let terminal = Terminal { told: Mutex::default(), colour: world.colour_err };
    let rebuild = move || {
        let outcome = Disk::open(&root, Some(&root.join("public"))).and_then(|disk| build(&disk, &now, &forms));
        terminal.tell(&outcome, &mut stderr());
        outcome
    };
    let mut told = Ok(());
    serve(&options, rebuild, |address| told = world.say(&format!("listening on {address}")))?;
    told?;
    Ok(Ended::Done)
}

/// What the forms of all builds of a run share.
struct Desk {
    outbox: Outbox,
    memory: Nonces,
    secret: [u8; 32],
    as_of: Option<Day>,
}

/// Whom mails in the outbox come from while site.yaml does not say.
const NOBODY: &str = "forms@site.example";

impl Desk {
    /// What answers the forms of a build: all that `vellum relay` does, but for the mail server.
    fn relay(&self, ready: Ready) -> Option<Arc<Relay>> {
        let config = ready.config();
        let nobody = || Some(Sender { name: config.title.clone(), address: Address::parse(NOBODY)? });
        let from = config.relay.from.clone().or_else(nobody)?;
        let key = Key::new(&self.secret)?;
        let as_of = self.as_of.map(|day| day.moment(&config.zone));
        let tell: Tell = Arc::new(|event| {
            let _ = writeln!(stderr(), "forms: {event}; see /_vellum/outbox/");
        });
        let relay =
            Relay::new(ready.into_basis(), (from, key), Box::new(self.outbox.clone()), surroundings(as_of, tell));
        Some(Arc::new(relay.guarded().remembering(&self.memory)))
    }
}

fn build(disk: &Disk, now: &dyn Fn(&Zone) -> Moment, forms: &Desk) -> Result<Built, Error> {
    let checked = compile::check(disk, None, now)?;
    let mut findings = checks::shown(checked.findings, false);
    let memory = Memory::default();
    let ready = checked.ready.map(|ready| ready.with_drafts().posting_here());
    if let Some(ready) = &ready {
        findings.extend(ready.build(disk, &memory)?);
    }
    let good = ready.is_some() && !any_error(&findings);
    let files = memory.0.into_inner().unwrap_or_default();
    Ok(Built { files, findings, good, relay: ready.and_then(|ready| forms.relay(ready)) })
}

/// What was told of the last build.
#[derive(Default)]
struct Told {
    /// How many builds there were.
    builds: u64,
    /// Whether the last one was shown.
    good: bool,
    /// What it had to say.
    words: String,
}

/// Tells an editor who looks at the terminal what each build found; the pages show the same errors.
struct Terminal {
    told: Mutex<Told>,
    colour: bool,
}

impl Terminal {
    /// Tells what a build found, if the one before did not say the same, and that the pages are good again. A terminal
    /// that is gone is no reason to stop.
    fn tell(&self, outcome: &Result<Built, Error>, out: &mut dyn Write) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let first = told.builds == 0;
        let (good, words) = match outcome {
            Ok(built) => (built.good, self.words(built)),
            // The run ends with the first, and says why.
            Err(_) if first => (false, String::new()),
            Err(error) => (false, format!("error: {}\n", error.chain())),
        };
        let mut said = if words == told.words { String::new() } else { words.clone() };
        if good && !told.good && !first {
            said.push_str("the build is good again\n");
        } else if words.is_empty() && !told.words.is_empty() {
            said.push_str("nothing found\n");
        }
        let _ = out.write_all(said.as_bytes()).and_then(|()| out.flush());
        *told = Told { builds: told.builds + 1, good, words };
    }

    fn words(&self, built: &Built) -> String {
        let mut words = Vec::new();
        let _ = checks::write(&built.findings, Format::Human, self.colour, &mut words);
        String::from_utf8_lossy(&words).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::Code;
    use crate::base::diag::{Diagnostic, Severity};
    use crate::base::span::Place;

    fn built(findings: &[(&str, Severity)]) -> Built {
        let finding = |(message, severity): &(&str, Severity)| {
            Diagnostic::new(Code::V101, Place::of_file("a.md"), *message).weighing(*severity)
        };
        let findings: Vec<Diagnostic> = findings.iter().map(finding).collect();
        Built { files: Files::default(), good: !any_error(&findings), findings, relay: None }
    }

    #[test]
    fn findings_are_told_when_they_changed() {
        let terminal = Terminal { told: Mutex::default(), colour: false };
        let tell = |outcome: Result<Built, Error>| {
            let mut out = Vec::new();
            terminal.tell(&outcome, &mut out);
            String::from_utf8(out).unwrap()
        };
        let (error, warning) = (("wrong", Severity::Error), ("odd", Severity::Warning));
        let (wrong, odd) = ("error[V101]: wrong\n--> a.md:1:1\n\n", "warning[V101]: odd\n--> a.md:1:1\n\n");
        assert_eq!(tell(Ok(built(&[]))), "");
        assert_eq!(tell(Ok(built(&[error, warning]))), format!("{wrong}{odd}1 error, 1 warning\n"));
        assert_eq!(tell(Ok(built(&[error, warning]))), "");
        assert_eq!(tell(Ok(built(&[warning]))), format!("{odd}1 warning\nthe build is good again\n"));
        assert_eq!(tell(Ok(built(&[]))), "nothing found\n");
        assert_eq!(tell(Ok(built(&[]))), "");
        assert_eq!(tell(Err(Error::usage("no disk"))), "error: no disk\n");
        assert_eq!(tell(Err(Error::usage("no disk"))), "");
        assert_eq!(tell(Ok(built(&[]))), "the build is good again\n");
    }

    #[test]
    fn a_run_that_ends_with_its_first_build_says_why_once() {
        let terminal = Terminal { told: Mutex::default(), colour: false };
        let mut out = Vec::new();
        terminal.tell(&Err(Error::usage("no disk")), &mut out);
        assert!(out.is_empty());
    }
}
