//! `import dir`: the history of texts that stand in folders; `import git`: that of a file in a repository.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::Format;
use super::checks;
use super::progress::Progress;
use super::world::{Ended, World};
use crate::base::diag::{Diagnostic, any_error, sort};
use crate::base::error::Error;
use crate::base::parallel::in_parallel;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::source::Source;
use crate::compile;
use crate::load::{Disk, folder, git};
use crate::record::import::{Folder, Given, Imported, import};
use crate::site::config::Config;
use crate::write::source;

/// Imports a folder as one policy, or every folder in it as one.
///
/// # Errors
/// A name cannot be used or is taken (wrong use), or a file cannot be read or written.
pub fn dir(root: &Path, dir: &Path, slug: Option<&str>, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, None)?;
    let settings = compile::settings(&disk)?;
    let folders = match slug {
        Some(name) => vec![(named(name)?, dir.to_path_buf())],
        None => each(dir)?,
    };
    untaken(&folders, &disk.policies()?)?;
    let progress = Progress::new(world.watched, "policies");
    let all = in_parallel(&folders, |folder| {
        progress.step();
        read(folder, &settings)
    })?;
    drop(progress);
    let mut findings: Vec<Diagnostic> = all.iter().flat_map(|(_, found)| found.iter().cloned()).collect();
    sort(&mut findings);
    checks::write(&findings, Format::Human, world.colour_err, &mut world.err)?;
    if any_error(&findings) {
        return Ok(Ended::Fault);
    }
    let done: Vec<Imported> = all.into_iter().filter_map(|(imported, _)| imported).collect();
    if done.is_empty() {
        return Err(Error::usage(format!("{} holds no texts: files that end in .md", dir.display())));
    }
    done.into_iter().try_for_each(|imported| write(root, imported, world))?;
    Ok(Ended::Done)
}

/// Imports a file's history. The day of a version is the one on which its text was committed to the branch, in the
/// site's zone: an author's date may lie long before. `names` are the file's name and older ones.
///
/// # Errors
/// A name cannot be used or is taken, the repository or the file is not there (wrong use), or git cannot be run.
pub fn git(
    root: &Path,
    (repository, names): (&Path, &[String]),
    slug: &str,
    world: &mut World,
) -> Result<Ended, Error> {
    let disk = Disk::open(root, None)?;
    let settings = compile::settings(&disk)?;
    let slug = named(slug)?;
    untaken(&[(slug.clone(), repository.to_path_buf())], &disk.policies()?)?;
    let past = git::past(repository, names)?;
    if past.texts.is_empty() {
        let message = format!("{} has no history on this branch of {}", names.join(", "), repository.display());
        return Err(Error::usage(format!("{message}; --path is the file's name from the top of the repository")));
    }
    if past.shallow {
        let said =
            "warning: this clone holds a part of the history only; run `git fetch --unshallow` in it for the rest";
        writeln!(world.err, "{said}").map_err(|error| Error::machine("cannot write to standard error", error))?;
    }
    let mut findings = Vec::new();
    let folder = Folder { slug, files: given(past.texts, &settings) };
    let imported = import(folder, &settings.language, &settings.zone, &mut findings);
    sort(&mut findings);
    checks::write(&findings, Format::Human, world.colour_err, &mut world.err)?;
    imported.map_or(Ok(()), |imported| write(root, imported, world))?;
    Ok(if any_error(&findings) { Ended::Fault } else { Ended::Done })
}

/// Committed texts with their days; none lies before that of the text before it, whatever a clock said.
fn given(texts: Vec<git::Committed>, settings: &Config) -> Vec<Given> {
    let mut last = None;
    let mut all = Vec::new();
    for text in texts {
        let day = last.max(Some(text.at.day(&settings.zone)));
        last = day;
        let path = SitePath::parse(&text.path).or_else(|| SitePath::parse("text.md"));
        all.extend(path.map(|path| Given { path, day, bytes: text.bytes }));
    }
    all
}

/// A policy's name, and the folder of its texts.
type Named = (Slug, PathBuf);

fn read((slug, path): &Named, settings: &Config) -> Result<(Option<Imported>, Vec<Diagnostic>), Error> {
    let mut findings = Vec::new();
    let given = |(path, bytes)| Given { path, day: None, bytes };
    let folder = Folder { slug: slug.clone(), files: folder::texts(path)?.into_iter().map(given).collect() };
    let imported = import(folder, &settings.language, &settings.zone, &mut findings);
    Ok((imported, findings))
}

fn untaken(folders: &[Named], taken: &[String]) -> Result<(), Error> {
    match folders.iter().find(|(slug, _)| taken.iter().any(|name| name == slug.as_str())) {
        Some((slug, _)) => {
            Err(Error::usage(format!("the policy `{slug}` is there already; import writes new policies only")))
        }
        None => Ok(()),
    }
}

fn named(name: &str) -> Result<Slug, Error> {
    Slug::parse(name)
        .ok_or_else(|| Error::usage(format!("--as: `{name}` cannot be an address; use a-z, 0-9 and single dashes")))
}

/// The folders in a folder, each with the name of its policy.
fn each(dir: &Path) -> Result<Vec<Named>, Error> {
    let mut found: Vec<Named> = Vec::new();
    for (name, path) in folder::folders(dir)? {
        let Some(slug) = Slug::from_name(&name) else {
            return Err(Error::usage(format!("the folder `{name}` has no name that can be an address")));
        };
        if let Some((_, other)) = found.iter().find(|(known, _)| *known == slug) {
            let message = format!("{} and {} would both be called `{slug}`", other.display(), path.display());
            return Err(Error::usage(message));
        }
        found.push((slug, path));
    }
    Ok(found)
}

fn write(root: &Path, imported: Imported, world: &mut World) -> Result<(), Error> {
    let Imported { slug, files, versions, skipped, comments, dropped } = imported;
    let folder = root.join("content").join("policies").join(slug.as_str());
    source::new_folder(&folder, &files)?;
    let mut said = vec![format!("{slug}: {versions} version{}", if versions == 1 { "" } else { "s" })];
    if skipped > 0 {
        said.push(format!("{skipped} equal to the one before"));
    }
    if comments > 0 {
        said.push(format!("{comments} comments taken out"));
    }
    if !dropped.is_empty() {
        let keys: Vec<&str> = dropped.keys().map(String::as_str).collect();
        said.push(format!("front matter left out: {}", keys.join(", ")));
    }
    world.say(&said.join("; "))
}
