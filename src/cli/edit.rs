//! `publish`: freezes a text as a new version.

use std::path::Path;

use super::args::{Format, Publish};
use super::checks;
use super::interview::{self, Outcome, Sheet};
use super::show::{self, Opened, open};
use super::told;
use super::translate;
use super::world::{Ended, World};
use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::journal::Journal;
use crate::base::path::SitePath;
use crate::base::source::Source;
use crate::base::text::{is_refused, nfc};
use crate::base::version::Version;
use crate::compile;
use crate::load::Disk;
use crate::record::publish::{Desk, Request};
use crate::site::config::Config;
use crate::site::front::VersionFile;
use crate::write::journal::Record;
use crate::write::source;

/// Freezes a text as a new version, and says what to do next. A publication that was cut short is completed first. At a
/// terminal, an editor who does not say the day is asked.
///
/// # Errors
/// There is no such policy, a date or number cannot be read, or a file cannot be written.
pub fn publish(root: &Path, options: &Publish, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    show::known(&disk, &options.policy)?;
    let settings = compile::settings(&disk)?;
    if let Some(language) = &options.translation {
        return translate::publish((root, &disk), (options, language), &settings, world);
    }
    if options.effective.is_none() && world.typed.is_none() {
        let message = "--effective is missing: say with --effective DATE from which day the version applies";
        return Err(Error::usage(format!("{message}; on a terminal it is asked for")));
    }
    let today = world.now(&settings.zone).day(&settings.zone);
    let request = request(options, today)?;
    let record = if options.dry_run { None } else { Some(record(root, &options.policy, world)?) };
    let checked = compile::check_draft(&disk, &|zone| world.now(zone), &options.policy)?;
    let Some(ready) = checked.ready else { return refused(&checks::shown(checked.findings, false), world) };
    let opened = open(&disk, &options.policy, world)?;
    let (path, bytes) = text(&disk, &opened, options)?;
    let sheet = Sheet { desk: desk(&opened, &settings), path, bytes, options, today, texts: ready.texts() };
    let begin = if options.effective.is_some() { interview::given } else { interview::hold };
    let (request, plan, missing) = match begin(&sheet, request, world)? {
        Outcome::Agreed(request, plan, missing) => (request, plan, missing),
        Outcome::Refused(findings) => return refused(&findings, world),
        Outcome::Declined => {
            world.say("nothing was published")?;
            return Ok(Ended::Declined);
        }
    };
    if let Some(record) = &record {
        let further = plan.translations.iter().map(|translation| (&translation.file, &translation.text));
        let texts: Vec<_> = [(&plan.file, &plan.text)].into_iter().chain(further).collect();
        record.commit(&journal(record, &opened, &texts, &plan.ledger)?)?;
    }
    let told = told::done(&sheet.done(&plan, &request, missing), world);
    if record.is_some() {
        was_recorded(told, &plan.head, world)?;
    } else {
        told?;
    }
    Ok(Ended::Done)
}

/// After an act it is too late to fail: where nothing can be said of it, the failure says that it was recorded.
pub(super) fn was_recorded(told: Result<(), Error>, head: &Hash, world: &mut World) -> Result<(), Error> {
    let mut flushed = || world.out.flush().map_err(|error| Error::machine("cannot write to standard output", error));
    told.and_then(|()| flushed()).map_err(|error| {
        let message = format!("it WAS recorded, and the head is {head}; what was done could not be told");
        Error::machine(format!("{message}: do not do it again"), error)
    })
}

pub(super) fn desk<'a>(opened: &'a Opened, settings: &'a Config) -> Desk<'a> {
    Desk { policy: &opened.policy, ledger: &opened.ledger, language: &settings.language, zone: &settings.zone }
}

/// The policy's record, with what was cut short put into place.
pub(super) fn record(root: &Path, policy: &str, world: &mut World) -> Result<Record, Error> {
    let (record, was_cut) = Record::open(root, &below(policy, "")?)?;
    if was_cut {
        world.say(&format!("put a publication of {policy} into place that was cut short"))?;
    }
    Ok(record)
}

/// The text that is to be published, and what it is called.
fn text(disk: &Disk, opened: &Opened, options: &Publish) -> Result<(SitePath, Vec<u8>), Error> {
    let draft = below(opened.policy.slug.as_str(), "/draft.md")?;
    if let Some(file) = &options.from {
        return taken(file, draft);
    }
    if opened.policy.draft.is_none() {
        return Err(Error::usage(format!("there is no {draft}: write the next text into it, or pass --from FILE")));
    }
    let bytes = disk.read(&draft)?;
    Ok((draft, bytes))
}

/// A text that stands elsewhere, and what it is called; at a place with no name of ours, as the draft.
pub(super) fn taken(file: &Path, draft: SitePath) -> Result<(SitePath, Vec<u8>), Error> {
    let named = SitePath::parse(file.to_string_lossy().trim_start_matches(['/', '.']));
    Ok((named.unwrap_or(draft), source::read(file)?))
}

/// The journal of texts, and of the ledger with their event.
pub(super) fn journal(
    record: &Record,
    opened: &Opened,
    texts: &[(&VersionFile, &String)],
    ledger: &str,
) -> Result<Journal, Error> {
    let folder = below(opened.policy.slug.as_str(), "")?;
    let own = |(file, text): &(&VersionFile, &String)| {
        Some((file.path.under(folder.as_str()).and_then(SitePath::parse)?, (*text).clone()))
    };
    let texts: Option<Vec<_>> = texts.iter().map(own).collect();
    let journal = texts.and_then(|texts| Journal::new(texts, record.ledger(), ledger.to_owned()));
    journal.ok_or_else(|| Error::usage(format!("`{folder}` cannot hold such files")))
}

/// A place in a policy's folder.
pub(super) fn below(policy: &str, place: &str) -> Result<SitePath, Error> {
    let path = format!("content/policies/{policy}{place}");
    SitePath::parse(&path).ok_or_else(|| Error::usage(format!("`{path}` cannot be a file")))
}

/// What was asked for; the day of publication is today unless it was said, and stands for a day that will be asked for.
fn request(options: &Publish, today: Day) -> Result<Request, Error> {
    let number = |text: &String| {
        Version::parse(text).ok_or_else(|| Error::usage(format!("--version: `{text}` is not a version; write 2.0")))
    };
    let summary = options.summary.iter().map(|text| words("summary", text));
    let published = published(options, today)?;
    Ok(Request {
        effective: options.effective.as_ref().map_or(Ok(published), |text| day("effective", text))?,
        published,
        version: options.version.as_ref().map(number).transpose()?,
        material: options.material,
        summary: summary.collect::<Result<_, _>>()?,
        supersede: options.supersede,
        waive_notice: options.waive_notice.as_ref().map(|text| words("waive-notice", text)).transpose()?,
        without: options.without.clone(),
        alone: options.from.is_some(),
        today,
    })
}

/// The day of publication: one that has passed with `--published`, one that comes with `--on`, else today.
fn published(options: &Publish, today: Day) -> Result<Day, Error> {
    match (&options.published, &options.on) {
        (Some(text), _) => match day("published", text)? {
            day if day > today => Err(Error::usage(format!("--published: {day} has not come; say --on {day} for it"))),
            day => Ok(day),
        },
        (None, Some(text)) => match day("on", text)? {
            day if day < today => {
                let message = format!("--on: {day} has passed, and nothing can be published on it any more");
                Err(Error::usage(format!("{message}; a text of that day comes in with --from FILE --published {day}")))
            }
            day => Ok(day),
        },
        (None, None) => Ok(today),
    }
}

pub(super) fn day(option: &str, text: &str) -> Result<Day, Error> {
    Day::parse(text).map_err(|said| Error::usage(format!("--{option}: {said}")))
}

/// Words of an option that go into the record.
pub(super) fn words(option: &str, text: &str) -> Result<String, Error> {
    worded(text).map_err(|said| Error::usage(format!("--{option}: {said}")))
}

/// Words that go into the record, or why they may not.
pub(super) fn worded(text: &str) -> Result<String, String> {
    let odd = |char: char| char.is_control() || is_refused(char);
    if text.contains(odd) {
        return Err("a line break or a character that cannot be seen stands in it".to_owned());
    }
    let text = nfc(text.trim()).into_owned();
    if text.is_empty() { Err("say it in words".to_owned()) } else { Ok(text) }
}

pub(super) fn refused(findings: &[Diagnostic], world: &mut World) -> Result<Ended, Error> {
    checks::write(findings, Format::Human, world.colour_err, &mut world.err)?;
    Ok(Ended::Fault)
}
