//! `serve`: builds into memory, serves on this machine, and builds again whenever a file changes.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::args::Serve;
use super::checks;
use super::world::{Ended, World, clock};
use crate::base::date::{Moment, Zone};
use crate::base::diag::any_error;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::compile;
use crate::load::Disk;
use crate::render::Sink;
use crate::serve::{Built, Options, run as serve};

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
        watch: below(&["site.yaml", "content", "forms", "themes", "static"]),
        ignore: below(&["public", ".git", "target", "node_modules"]),
        root: root.to_path_buf(),
    };
    let root = root.to_path_buf();
    let rebuild = move || build(&Disk::open(&root, Some(&root.join("public")))?, &now);
    let mut told = Ok(());
    serve(&options, rebuild, |address| told = world.say(&format!("listening on {address}")))?;
    told?;
    Ok(Ended::Done)
}

fn build(disk: &Disk, now: &dyn Fn(&Zone) -> Moment) -> Result<Built, Error> {
    let checked = compile::check(disk, None, now)?;
    let mut findings = checks::shown(checked.findings, false);
    let memory = Memory::default();
    if let Some(ready) = &checked.ready {
        findings.extend(ready.build(disk, &memory)?);
    }
    let good = checked.ready.is_some() && !any_error(&findings);
    let files = memory.0.into_inner().unwrap_or_default();
    Ok(Built { files, findings, good })
}
