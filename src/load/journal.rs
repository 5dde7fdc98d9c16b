//! A publication that was cut short, read over the files of its policy, as if it were in place. Nothing is written.

use std::fs::{self, File};
use std::path::Path;

use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::error::Error;
use crate::base::journal::{Journal, LEDGER, NAME};
use crate::base::path::SitePath;
use crate::base::source::Loaded;
use crate::base::span::Place;

use super::walk::is_absent;

/// Holds publications off while a policy is read, so that none is seen half in place. It is let go by a drop. Where
/// the system cannot lock a folder, the policy is read without.
pub fn hold(folder: &Path) -> Option<File> {
    let file = File::open(folder).ok()?;
    file.lock_shared().ok()?;
    Some(file)
}

/// Lays the files of a publication that was cut short over those of its policy.
///
/// # Errors
/// The journal is there and cannot be read.
pub fn lay_over(name: &str, place: &Path, loaded: &mut Loaded) -> Result<(), Error> {
    let journal = place.join(NAME);
    let bytes = match fs::read(&journal) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(Error::file("read", &journal, error)),
    };
    let folder = format!("{}/{name}", super::POLICIES);
    let ledger = loaded.files.named(&format!("{folder}/{LEDGER}"));
    let finding = |message: &str| Diagnostic::new(Code::V222, Place::of_file(&format!("{folder}/{NAME}")), message);
    let Some(cut) = Journal::parse(&bytes).filter(|cut| cut.belongs_to(ledger)) else {
        let finding = finding("a publication was cut short, and ledger.yaml is not the one that it belongs to");
        let help = "delete this file if ledger.yaml is right, else restore ledger.yaml from your repository";
        loaded.problems.push(finding.weighing(Severity::Error).help(help));
        return Ok(());
    };
    for (path, text) in cut.files() {
        if let Some(path) = SitePath::parse(&format!("{folder}/{path}")) {
            loaded.files.insert(path, text.clone().into_bytes());
        }
    }
    let help = format!("run `vellum publish {name} …` again: before all else, it puts the files into place");
    loaded.problems.push(finding("a publication was cut short: it is done, but its files are in here only").help(help));
    Ok(())
}
