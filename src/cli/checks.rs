//! `check`, and how findings are written by all commands.

use std::io::Write;
use std::path::Path;

use super::args::{Check, Format};
use super::coverage;
use super::world::{Ended, World};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity, any_error};
use crate::base::error::Error;
use crate::base::report;
use crate::compile;
use crate::load::Disk;

/// Reports every mistake to standard output.
///
/// # Errors
/// A file cannot be read.
pub fn run(root: &Path, options: &Check, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let clock = |zone: &_| world.now(zone);
    let checked =
        if options.history { compile::check_history(&disk, &clock)? } else { compile::check(&disk, None, &clock)? };
    let findings = shown(checked.findings, options.history);
    write(&findings, options.format, world.colour_out, &mut world.out)?;
    let denied = options.deny.is_some() && findings.iter().any(|finding| finding.severity == Severity::Warning);
    if matches!(options.format, Format::Human) && findings.is_empty() {
        world.say("nothing found")?;
    }
    if options.coverage {
        coverage::run(root, options.format, world)?;
    }
    Ok(if any_error(&findings) || denied { Ended::Fault } else { Ended::Done })
}

/// The findings that are shown: notes on published texts only when they are asked for.
#[must_use]
pub fn shown(findings: Vec<Diagnostic>, history: bool) -> Vec<Diagnostic> {
    let news = |finding: &Diagnostic| {
        history || finding.severity != Severity::Note || matches!(finding.code, Code::V212 | Code::V213)
    };
    findings.into_iter().filter(news).collect()
}

/// Writes findings, and how many there were.
///
/// # Errors
/// The stream is closed.
pub fn write(findings: &[Diagnostic], format: Format, colour: bool, out: &mut dyn Write) -> Result<(), Error> {
    let (format, human) = match format {
        Format::Human => (report::Format::Human, true),
        Format::Json => (report::Format::Json, false),
    };
    let written = report::write(findings, format, colour, out);
    let closing = if human && !findings.is_empty() { format!("{}\n", report::tally(findings)) } else { String::new() };
    written
        .and_then(|()| out.write_all(closing.as_bytes()))
        .map_err(|error| Error::machine("cannot write the findings", error))
}
