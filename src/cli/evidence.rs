//! `evidence`: one zip that proves a version.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::args::{Evidence, Format};
use super::checks;
use super::show::{Opened, open};
use super::world::{Ended, World};
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::compile::{self, Ready};
use crate::load::Disk;
use crate::record::bundle;
use crate::record::evidence::{Case, Pages, files};
use crate::render::{Sink, wording};
use crate::write::source;

/// Pages that are kept in memory.
#[derive(Default)]
struct Kept(Mutex<Pages>);

impl Sink for Kept {
    fn page(&self, path: SitePath, bytes: Vec<u8>) -> Result<(), Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_string(), bytes);
        Ok(())
    }
}

/// Writes the bundle, and says what is in it.
///
/// # Errors
/// There is no such policy or version, or the file cannot be written.
pub fn run(root: &Path, options: &Evidence, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let opened = open(&disk, &options.policy, world)?;
    let index = opened.find(&options.version)?;
    let checked = compile::check(&disk, None, &|zone| world.now(zone))?;
    let Some(ready) = checked.ready else {
        let findings = checks::shown(checked.findings, false);
        checks::write(&findings, Format::Human, world.colour_err, &mut world.err)?;
        return Ok(Ended::Fault);
    };
    let kept = Kept::default();
    ready.policy(&disk, &opened.policy.slug, &kept)?;
    let pages = kept.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    write(&opened, &ready, (index, &pages), (options.out.as_deref(), world))
}

fn write(
    opened: &Opened,
    ready: &Ready,
    (index, pages): (usize, &Pages),
    (out, world): (Option<&Path>, &mut World),
) -> Result<Ended, Error> {
    let timeline = &opened.timeline;
    let Some(entry) = timeline.entries.get(index) else { return Ok(Ended::Fault) };
    let slug = opened.policy.slug.as_str();
    // The title of a text that may not be shown is part of it.
    let front = opened.policy.file(&entry.version).map(|(_, front)| front).filter(|_| !entry.redacted());
    let case = Case {
        slug,
        title: front.map_or(&opened.policy.settings.title, |front| &front.title),
        timeline,
        index,
        today: opened.now.day(&ready.config().zone),
        standing: wording::standing(timeline, index, opened.now, ready.texts()),
        url: ready.config().base.absolute(&format!("policies/{slug}/v/{}/", entry.version)),
        ledger: opened.policy.ledger.as_ref().map_or(&[], |text| text.text().as_bytes()),
    };
    let files = files(&case, pages);
    let folder = format!("{slug}-{}", entry.version);
    let place = out.map_or_else(|| PathBuf::from(format!("{folder}.zip")), Path::to_path_buf);
    source::replace(&place, &bundle::zip(&folder, &files)?, &|there| bundle::is_of(there, &folder))?;
    world.say(&format!("wrote {}: {} files; README.txt says how anyone checks them", place.display(), files.len()))?;
    Ok(Ended::Done)
}
