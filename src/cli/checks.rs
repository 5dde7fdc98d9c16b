//! `check`, and how findings are written by all commands.

use std::io::Write;
use std::path::{Component, Path};

use super::args::{Check, Format};
use super::coverage;
use super::external;
use super::world::{Ended, World};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity, any_error, sort};
use crate::base::error::Error;
use crate::base::report;
use crate::check::weights::FROZEN;
use crate::compile;
use crate::load::Disk;

/// What other sites answered is shown wherever the link stands: it was asked for.
const ASKED: &[Code] = &[Code::V410, Code::V411, Code::V412];

/// Reports every mistake to standard output.
///
/// # Errors
/// A file cannot be read.
pub fn run(root: &Path, options: &Check, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let clock = |zone: &_| world.now(zone);
    let checked =
        if options.history { compile::check_history(&disk, &clock)? } else { compile::check(&disk, None, &clock)? };
    let (mut findings, excepted) = (checked.findings, checked.excepted);
    let outside = if options.external { Some(external::look((root, &disk), options.history, world)?) } else { None };
    let told = outside.map(|outside| {
        findings.extend(outside.findings);
        sort(&mut findings);
        outside.told
    });
    let findings = from_here(shown(findings, options.history), options.format, root);
    write_all((&findings, excepted), options.format, world.colour_out, &mut world.out)?;
    let denied = options.deny.is_some() && findings.iter().any(is_denied);
    if matches!(options.format, Format::Human) {
        let by_exception = if excepted == 0 { String::new() } else { format!(", {excepted} by exception") };
        let nothing = findings.is_empty().then(|| format!("nothing found{by_exception}"));
        nothing.into_iter().chain(told).try_for_each(|line| world.say(&line))?;
    }
    if options.coverage {
        coverage::run(root, options.format, world)?;
    }
    Ok(if any_error(&findings) || denied { Ended::Fault } else { Ended::Done })
}

/// Whether a finding fails a run that denies warnings: what nobody can tell never fails one.
fn is_denied(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Warning && finding.code != Code::V411
}

/// The findings that are shown: notes on published texts only when they are asked for, as links to other sites are.
#[must_use]
pub fn shown(findings: Vec<Diagnostic>, history: bool) -> Vec<Diagnostic> {
    let frozen = |finding: &Diagnostic| finding.place.file.contains(FROZEN) && !ASKED.contains(&finding.code);
    let news = |finding: &Diagnostic| history || finding.severity != Severity::Note || !frozen(finding);
    findings.into_iter().filter(news).collect()
}

/// Names files from where the command runs, and not from the site's root, in the formats that others lay over a whole
/// repository.
#[must_use]
pub fn from_here(mut findings: Vec<Diagnostic>, format: Format, root: &Path) -> Vec<Diagnostic> {
    let parts: Option<Vec<&str>> = root
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| if let Component::Normal(name) = part { name.to_str() } else { None })
        .collect();
    if let (Format::Sarif | Format::Github, Some(parts)) = (format, parts.filter(|parts| !parts.is_empty())) {
        let below = parts.join("/");
        for finding in &mut findings {
            let related = finding.related.iter_mut().map(|(place, _)| place);
            related.chain([&mut finding.place]).for_each(|place| place.file = format!("{below}/{}", place.file).into());
        }
    }
    findings
}

/// Writes findings, and how many there were.
///
/// # Errors
/// The stream is closed.
pub fn write(findings: &[Diagnostic], format: Format, colour: bool, out: &mut dyn Write) -> Result<(), Error> {
    write_all((findings, 0), format, colour, out)
}

/// As [`write()`], with how many more the site excepts.
///
/// # Errors
/// The stream is closed.
pub fn write_all(
    (findings, excepted): (&[Diagnostic], usize),
    format: Format,
    colour: bool,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let format = match format {
        Format::Human => report::Format::Human,
        Format::Json => report::Format::Json,
        Format::Sarif => report::Format::Sarif,
        Format::Github => report::Format::Github,
    };
    let written = report::write(findings, format, colour, out);
    let human = format == report::Format::Human;
    let closing =
        if human && !findings.is_empty() { format!("{}\n", report::tally(findings, excepted)) } else { String::new() };
    written
        .and_then(|()| out.write_all(closing.as_bytes()))
        .map_err(|error| Error::machine("cannot write the findings", error))
}
