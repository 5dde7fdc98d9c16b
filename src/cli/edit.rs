//! `publish`: freezes a text as a new version.

use std::path::Path;

use super::args::{Format, Publish};
use super::checks;
use super::show::open;
use super::world::{Ended, World};
use crate::base::date::Day;
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::base::version::Version;
use crate::compile;
use crate::load::Disk;
use crate::record::publish::{Request, plan};
use crate::write::source;

/// Freezes a text as a new version, and says what to do next.
///
/// # Errors
/// There is no such policy, a date or number cannot be read, or a file cannot be written.
pub fn publish(root: &Path, options: &Publish, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let opened = open(&disk, &options.policy, world)?;
    let settings = compile::settings(&disk)?;
    let today = world.now(&settings.zone).day(&settings.zone);
    let day = |option: &str, text: &str| Day::parse(text).map_err(|said| Error::usage(format!("--{option}: {said}")));
    let on = options.published.as_deref().map(|text| day("published", text));
    let on = on.or_else(|| options.on.as_deref().map(|text| day("on", text)));
    let number = |text: &String| {
        Version::parse(text).ok_or_else(|| Error::usage(format!("--version: `{text}` is not a version; write 2.0")))
    };
    let request = Request {
        effective: day("effective", &options.effective)?,
        published: on.transpose()?.unwrap_or(today),
        version: options.version.as_ref().map(number).transpose()?,
        material: options.material,
        summary: options.summary.clone(),
        supersede: options.supersede,
    };
    let checked = compile::check(&disk, None, &|zone| world.now(zone))?;
    if checked.ready.is_none() {
        checks::write(&checks::shown(checked.findings, false), Format::Human, world.colour_err, &mut world.err)?;
        return Ok(Ended::Fault);
    }
    let draft = SitePath::parse(&format!("content/policies/{}/draft.md", opened.policy.slug));
    let draft = draft.ok_or_else(|| Error::usage("the policy has no draft"))?;
    let bytes = match &options.from {
        Some(file) => source::read(file)?,
        None => crate::base::source::Source::read(&disk, &draft)?,
    };
    let planned =
        plan(&opened.policy, &opened.ledger, (&draft, &bytes), &request, (&settings.language, &settings.zone));
    let planned = match planned {
        Ok(planned) => planned,
        Err(findings) => {
            checks::write(&findings, Format::Human, world.colour_err, &mut world.err)?;
            return Ok(Ended::Fault);
        }
    };
    let ledger = SitePath::parse(&format!("content/policies/{}/ledger.yaml", opened.policy.slug));
    let ledger = ledger.ok_or_else(|| Error::usage("the policy has no place for a ledger"))?;
    if !options.dry_run {
        source::replace(root, &planned.file.0, planned.file.1.as_bytes())?;
        source::replace(root, &ledger, planned.ledger.as_bytes())?;
    }
    let done = if options.dry_run { "would publish" } else { "published" };
    world.say(&format!(
        "{done} version {} of {}, applying from {}",
        planned.version, opened.policy.slug, request.effective
    ))?;
    world.say(&format!("head {}", planned.head))?;
    world.say(
        "next: commit content/ to your repository, then build and deploy; keep the head where others can see it",
    )?;
    Ok(Ended::Done)
}
