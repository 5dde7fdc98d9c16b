//! `publish --translation`: adds a text in a further language to a published version.

use std::path::Path;

use super::args::Publish;
use super::checks;
use super::edit::{below, day, desk, journal, record, refused, taken, was_recorded};
use super::show::{Opened, open};
use super::world::{Ended, World};
use crate::base::date::Day;
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::base::source::Source;
use crate::base::version::Version;
use crate::compile;
use crate::load::Disk;
use crate::record::addition::{Added, Addition};
use crate::site::config::Config;

/// Adds a text, and says what to do next. A publication that was cut short is completed first.
///
/// # Errors
/// A date or number cannot be read, there is no draft, or a file cannot be written.
pub fn publish(
    (root, disk): (&Path, &Disk),
    (options, language): (&Publish, &str),
    settings: &Config,
    world: &mut World,
) -> Result<Ended, Error> {
    let today = world.now(&settings.zone).day(&settings.zone);
    let wanted = addition(options, language, today)?;
    let record = if options.dry_run { None } else { Some(record(root, &options.policy, world)?) };
    let checked = compile::check_draft(disk, &|zone| world.now(zone), &options.policy)?;
    if checked.ready.is_none() {
        return refused(&checks::shown(checked.findings, false), world);
    }
    let opened = open(disk, &options.policy, world)?;
    let (path, bytes) = text(disk, &opened, (options, language))?;
    let added = match desk(&opened, settings).add(&path, &bytes, &wanted) {
        Ok(added) => added,
        Err(findings) => return refused(&findings, world),
    };
    if let Some(record) = &record {
        let text = (&added.translation.file, &added.translation.text);
        record.commit(&journal(record, &opened, &[text], &added.ledger)?)?;
    }
    let told = done(&added, options, world);
    if record.is_some() {
        was_recorded(told, &added.head, world)?;
    } else {
        told?;
    }
    Ok(Ended::Done)
}

fn addition(options: &Publish, language: &str, today: Day) -> Result<Addition, Error> {
    let number = |text: &String| {
        Version::parse(text).ok_or_else(|| Error::usage(format!("--version: `{text}` is not a version; write 2.0")))
    };
    let published = options.published.as_ref().map(|text| day("published", text)).transpose()?;
    if let Some(day) = published.filter(|day| *day > today) {
        return Err(Error::usage(format!("--published: {day} has not come")));
    }
    let version = options.version.as_ref().map(number).transpose()?;
    Ok(Addition { language: language.to_owned(), version, published, today })
}

/// The text that is to be added, and what it is called.
fn text(disk: &Disk, opened: &Opened, (options, language): (&Publish, &str)) -> Result<(SitePath, Vec<u8>), Error> {
    let draft = below(opened.policy.slug.as_str(), &format!("/draft.{language}.md"))?;
    if let Some(file) = &options.from {
        return taken(file, draft);
    }
    if !opened.policy.drafts.contains_key(language) {
        return Err(Error::usage(format!("there is no {draft}: write the text into it, or pass --from FILE")));
    }
    let bytes = disk.read(&draft)?;
    Ok((draft, bytes))
}

fn done(added: &Added, options: &Publish, world: &mut World) -> Result<(), Error> {
    let (version, language) = (&added.version, &added.translation.language);
    let did = if options.dry_run { "would add" } else { "added" };
    world.say(&format!("{did} the text of version {version} of {} in `{language}` on {}", options.policy, added.on))?;
    world.say(&format!("head {}", added.head))?;
    if options.dry_run {
        return world.say("next: nothing was written; leave out --dry-run to publish");
    }
    world.say("next: commit content/ to your repository, then build and deploy; keep the head where others can see it")
}
