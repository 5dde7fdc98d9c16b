//! `publish`: freezes a text as a new version.

use std::path::Path;

use super::args::{Format, Publish};
use super::checks;
use super::show::{Opened, open};
use super::world::{Ended, World};
use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::base::source::Source;
use crate::base::version::Version;
use crate::compile;
use crate::load::Disk;
use crate::record::publish::{Desk, Plan, Request};
use crate::site::config::Config;
use crate::write::source;

/// Freezes a text as a new version, and says what to do next.
///
/// # Errors
/// There is no such policy, a date or number cannot be read, or a file cannot be written.
pub fn publish(root: &Path, options: &Publish, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let opened = open(&disk, &options.policy, world)?;
    let settings = compile::settings(&disk)?;
    let request = request(options, world.now(&settings.zone).day(&settings.zone))?;
    let checked = compile::check(&disk, None, &|zone| world.now(zone))?;
    if checked.ready.is_none() {
        return refused(&checks::shown(checked.findings, false), world);
    }
    let draft = file(&opened, "draft.md")?;
    let bytes = match &options.from {
        Some(file) => source::read(file)?,
        None => disk.read(&draft)?,
    };
    match desk(&opened, &settings).plan(&draft, &bytes, &request) {
        Ok(plan) if options.dry_run => tell(&plan, &opened, ("would publish", &request), world),
        Ok(plan) => {
            source::replace(root, &plan.file.0, plan.file.1.as_bytes())?;
            source::replace(root, &file(&opened, "ledger.yaml")?, plan.ledger.as_bytes())?;
            tell(&plan, &opened, ("published", &request), world)
        }
        Err(findings) => refused(&findings, world),
    }
}

fn desk<'a>(opened: &'a Opened, settings: &'a Config) -> Desk<'a> {
    Desk { policy: &opened.policy, ledger: &opened.ledger, language: &settings.language, zone: &settings.zone }
}

/// What was asked for; the day of publication is today unless it was said.
fn request(options: &Publish, today: Day) -> Result<Request, Error> {
    let day = |option: &str, text: &str| Day::parse(text).map_err(|said| Error::usage(format!("--{option}: {said}")));
    let number = |text: &String| {
        Version::parse(text).ok_or_else(|| Error::usage(format!("--version: `{text}` is not a version; write 2.0")))
    };
    let on = options.published.as_deref().map(|text| day("published", text));
    let on = on.or_else(|| options.on.as_deref().map(|text| day("on", text)));
    Ok(Request {
        effective: day("effective", &options.effective)?,
        published: on.transpose()?.unwrap_or(today),
        version: options.version.as_ref().map(number).transpose()?,
        material: options.material,
        summary: options.summary.clone(),
        supersede: options.supersede,
    })
}

/// A file of the policy.
fn file(opened: &Opened, name: &str) -> Result<SitePath, Error> {
    let path = format!("content/policies/{}/{name}", opened.policy.slug);
    SitePath::parse(&path).ok_or_else(|| Error::usage(format!("`{path}` cannot be a file")))
}

fn refused(findings: &[Diagnostic], world: &mut World) -> Result<Ended, Error> {
    checks::write(findings, Format::Human, world.colour_err, &mut world.err)?;
    Ok(Ended::Fault)
}

fn tell(plan: &Plan, opened: &Opened, done: (&str, &Request), world: &mut World) -> Result<Ended, Error> {
    let (slug, effective) = (&opened.policy.slug, done.1.effective);
    world.say(&format!("{} version {} of {slug}, applying from {effective}", done.0, plan.version))?;
    world.say(&format!("head {}", plan.head))?;
    world.say(
        "next: commit content/ to your repository, then build and deploy; keep the head where others can see it",
    )?;
    Ok(Ended::Done)
}
