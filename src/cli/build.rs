//! `build`: a folder of files → the site, committed at once, or the last good site left as it is.

use std::path::Path;

use super::args::{Build, Format};
use super::checks;
use super::progress::Progress;
use super::world::{Ended, World};
use crate::base::diag::any_error;
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::compile;
use crate::load::Disk;
use crate::render::Sink;
use crate::site::config::BaseUrl;
use crate::write::Output;

struct Staging(Output, Progress);

impl Sink for Staging {
    fn page(&self, path: SitePath, bytes: Vec<u8>) -> Result<(), Error> {
        self.1.step();
        self.0.stage(&path, &bytes)
    }
}

/// Reads an option that is the address of a site, such as `--base-url`.
///
/// # Errors
/// It is no address of a site.
pub fn base_url(text: Option<&str>, option: &str) -> Result<Option<BaseUrl>, Error> {
    let read = |text: &str| {
        BaseUrl::parse(text).ok_or_else(|| {
            Error::usage(format!("{option}: `{text}` is no address of a site; write https://www.example.org"))
        })
    };
    text.map(read).transpose()
}

/// Builds the site.
///
/// # Errors
/// A file cannot be read or written, or the output folder is refused.
pub fn run(root: &Path, options: &Build, world: &mut World) -> Result<Ended, Error> {
    let out = options.out.clone().unwrap_or_else(|| root.join("public"));
    let base_url = base_url(options.base_url.as_deref(), "--base-url")?;
    let disk = Disk::open(root, Some(&out))?;
    let checked = compile::check(&disk, base_url, &|zone| world.now(zone))?;
    let mut findings = checks::from_here(checks::shown(checked.findings, false), options.format, root);
    // A log in SARIF is one document, so it waits for what the making of pages finds.
    let waits = matches!(options.format, Format::Sarif) && checked.ready.is_some();
    if !waits {
        checks::write_all((&findings, checked.excepted), options.format, world.colour_err, &mut world.err)?;
        findings.clear();
    }
    let Some(ready) = checked.ready else { return Ok(Ended::Fault) };
    let ready = if options.drafts { ready.with_drafts() } else { ready };
    let staging = Staging(Output::open(&out, root)?, Progress::new(world.watched, "pages"));
    let found = ready.build(&disk, &staging)?;
    let failed = any_error(&found);
    if failed {
        findings.extend(checks::from_here(found, options.format, root));
    }
    if failed || waits {
        checks::write(&findings, options.format, world.colour_err, &mut world.err)?;
    }
    if failed {
        return Ok(Ended::Fault);
    }
    let next = ready.next_transition(&staging);
    let Staging(output, progress) = staging;
    drop(progress);
    let summary = output.commit()?;
    let counts = (summary.written, summary.unchanged, summary.deleted);
    world.say(&format!(
        "built {}: {} files written, {} unchanged, {} deleted",
        out.display(),
        counts.0,
        counts.1,
        counts.2
    ))?;
    world.say(&match next {
        Some(next) => format!("nothing changes by itself before {next}: build again then"),
        None => "nothing changes by itself until something is published".to_owned(),
    })?;
    Ok(Ended::Done)
}
