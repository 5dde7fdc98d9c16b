//! `log` and `diff`: the record in the terminal.

use std::path::Path;

use super::args::{Diff, DiffFormat};
use super::world::{Ended, World};
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::base::source::Source;
use crate::base::version::Version;
use crate::compile;
use crate::history::ledger::Ledger;
use crate::history::timeline::Timeline;
use crate::load::Disk;
use crate::redline::{Redline, redline_by};
use crate::render::body::Setting;
use crate::render::diff::{About, data};
use crate::render::linker::Linker;
use crate::render::markdown::markdown;
use crate::render::version::meaning;
use crate::render::{compare, terminal};
use crate::site::body::Manner;
use crate::site::disclose::Disclosures;
use crate::site::doc::Doc;
use crate::site::policy::{self, Policy, Settings};
use crate::site::{self, body};

/// What the draft is called where a version is asked for.
const DRAFT: &str = "draft";

/// A policy, its ledger, and its versions at the moment of the run.
pub struct Opened {
    /// The policy.
    pub policy: Policy,
    /// Its ledger.
    pub ledger: Ledger,
    /// Its versions in order.
    pub timeline: Timeline,
    /// The moment of the run.
    pub now: Moment,
}

/// Reads one policy.
///
/// # Errors
/// There is no such policy (wrong use), or a file cannot be read.
pub fn open(disk: &Disk, name: &str, world: &World) -> Result<Opened, Error> {
    known(disk, name)?;
    let zone = compile::zone(disk)?;
    let unusable = || Error::usage(format!("the policy `{name}` cannot be read; run `vellum check`"));
    let policy = policy::read(name, disk.policy(name)?, &mut Vec::new()).ok_or_else(unusable)?;
    let ledger = policy.ledger.as_ref().map_or_else(Ledger::default, |text| Ledger::read(text, &mut Vec::new()));
    let now = world.now(&zone);
    Ok(Opened { timeline: Timeline::new(&ledger.events, now), policy, ledger, now })
}

/// Makes sure that there is a policy of a name.
///
/// # Errors
/// There is none (wrong use), or the folder cannot be read.
pub fn known(disk: &Disk, name: &str) -> Result<(), Error> {
    let names = disk.policies()?;
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    let known =
        if names.is_empty() { "the site has none".to_owned() } else { format!("there are {}", names.join(", ")) };
    Err(Error::usage(format!("there is no policy `{name}`; {known}")))
}

/// Lists a policy's versions, newest first.
///
/// # Errors
/// There is no such policy.
pub fn log(root: &Path, name: &str, world: &mut World) -> Result<Ended, Error> {
    let opened = open(&Disk::open(root, None)?, name, world)?;
    let timeline = &opened.timeline;
    for (index, entry) in timeline.entries.iter().enumerate().rev() {
        let hash = entry.hashes().map_or_else(String::new, |hashes| hashes.sha256.short(12));
        let status = timeline.status(index, opened.now).word();
        let material = if entry.material { ", material" } else { "" };
        world.say(&format!("{}  {status}{material}", entry.version))?;
        world.say(&format!("    applies from {}, published {}, text {hash}", entry.effective, entry.published))?;
        if let Some(day) = entry.after {
            world.say(&format!("    recorded after an event of {day}"))?;
        }
        for (audience, day) in &entry.effective_for {
            world.say(&format!("    for {audience}: from {day}"))?;
        }
        for (language, hashes) in entry.translations() {
            world.say(&format!("    also in {language}, text {}", hashes.sha256.short(12)))?;
        }
        for moved in &entry.rescheduled {
            world.say(&format!("    rescheduled on {}: applies from {}", moved.on, moved.effective))?;
        }
        if let Some(gone) = &entry.withdrawn {
            world.say(&format!("    withdrawn on {}: {}", gone.on, gone.reason))?;
        }
        let file = Some(&entry.version).filter(|_| !entry.redacted()).and_then(|version| opened.policy.file(version));
        let summary = file.map(|(_, front)| &front.summary);
        for line in summary.into_iter().flatten() {
            world.say(&format!("    - {line}"))?;
        }
    }
    for (version, gone) in &timeline.recalled {
        world.say(&format!("{version}  never published"))?;
        world.say(&format!("    withdrawn on {}, before its day of publication: {}", gone.on, gone.reason))?;
    }
    world.say(&timeline.head.map_or_else(|| "nothing is published yet".to_owned(), |head| format!("head {head}")))?;
    Ok(Ended::Done)
}

/// One side of a comparison.
struct Text {
    name: String,
    title: String,
    doc: Doc,
    discloses: Option<Disclosures>,
    /// The first moment at which it applies; a draft has none.
    first_day: Option<Moment>,
}

/// Shows what changed between two versions, or between a version and the draft.
///
/// # Errors
/// There is no such policy or version, or the site cannot be used where its pages are asked for.
pub fn diff(root: &Path, options: &Diff, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, None)?;
    let opened = open(&disk, &options.policy, world)?;
    let (old, new) = opened.sides(options)?;
    let found = redline_by(&old.doc, &new.doc, &opened.policy.settings.ids);
    if matches!(options.format, DiffFormat::Html) {
        return html(&disk, &opened, (&found, &old, &new), world);
    }
    let texts = site::read(disk.shared()?, &mut Vec::new()).map(|site| site.theme.texts).unwrap_or_default();
    let semantic = meaning(old.discloses.as_ref(), new.discloses.as_ref(), &texts);
    let about = About { policy: opened.policy.slug.as_str(), from: &old.name, to: &new.name, semantic: &semantic };
    match options.format {
        DiffFormat::Json => world.write(&data(&found, about))?,
        DiffFormat::Markdown => world.write(markdown(&found, about).as_bytes())?,
        _ => told(&found, about, (&old.title, &new.title), world)?,
    }
    Ok(Ended::Done)
}

/// The redline for a terminal, as `publish` shows it.
fn told(found: &Redline<'_>, about: About<'_>, titles: (&str, &str), world: &mut World) -> Result<(), Error> {
    let to = if about.to == DRAFT { "the draft".to_owned() } else { format!("version {}", about.to) };
    world.say(&format!("{}: from version {} to {to}", about.policy, about.from))?;
    if titles.0 != titles.1 {
        world.say(&format!("* title: {}, was {}", titles.1, titles.0))?;
    }
    about.semantic.iter().try_for_each(|line| world.say(&format!("* {line}")))?;
    let shown = terminal::text(found, world.colour_out);
    world.say(if shown.is_empty() { "no change in the words" } else { &shown })
}

/// The redline as on its page.
fn html(
    disk: &Disk,
    opened: &Opened,
    (found, old, new): (&Redline<'_>, &Text, &Text),
    world: &mut World,
) -> Result<Ended, Error> {
    let checked = compile::check(disk, None, &|_| opened.now)?;
    let unusable = || Error::usage("the site has errors; run `vellum check`");
    let basis = checked.ready.ok_or_else(unusable)?.into_basis();
    let linker = Linker {
        base: &basis.site.config.base,
        cards: &basis.cards,
        policy: Some(&opened.policy.slug),
        language: None,
        first_day: new.first_day,
    };
    let setting = Setting { linker, texts: &basis.site.theme.texts, moved: &opened.policy.settings.ids };
    let markup = compare::markup(found, old.doc.shift.max(new.doc.shift), setting);
    let article = format!("<article data-redline class=\"prose redline\" dir=\"auto\">{}</article>\n", markup.as_str());
    world.write(article.as_bytes())?;
    Ok(Ended::Done)
}

impl Opened {
    /// The place of a version that was asked for.
    ///
    /// # Errors
    /// There is none (wrong use).
    pub fn find(&self, text: &str) -> Result<usize, Error> {
        let wanted = Version::parse(text);
        let place = self.timeline.entries.iter().position(|entry| Some(&entry.version) == wanted.as_ref());
        place.ok_or_else(|| Error::usage(format!("there is no version `{text}`; there are {}", self.known())))
    }

    fn known(&self) -> String {
        let known: Vec<&str> = self.timeline.entries.iter().map(|entry| entry.version.as_str()).collect();
        known.join(", ")
    }

    fn newest(&self) -> Result<usize, Error> {
        self.timeline.entries.len().checked_sub(1).ok_or_else(|| Error::usage("nothing is published yet"))
    }

    fn before(&self, index: usize) -> Result<usize, Error> {
        let first = || Error::usage("this is the first version: there is nothing to compare it with");
        let hidden =
            || self.timeline.predecessor(index).and_then(|index| self.shown(index).err()).unwrap_or_else(first);
        self.timeline.compared_with(index).ok_or_else(hidden)
    }

    /// Both sides that were asked for.
    fn sides(&self, options: &Diff) -> Result<(Text, Text), Error> {
        let newest = self.timeline.entries.len();
        let new = match options.to.as_deref() {
            Some(DRAFT) => None,
            Some(text) => Some(self.find(text)?),
            None => Some(self.newest()?),
        };
        new.map_or(Ok(()), |index| self.shown(index))?;
        let old = match &options.from {
            Some(text) => self.find(text)?,
            None => self.before(new.unwrap_or(newest))?,
        };
        let new = match new {
            Some(index) => self.text(index)?,
            None => self.draft()?,
        };
        Ok((self.text(old)?, new))
    }

    /// Makes sure that a version's text may be shown, be its file there or not.
    fn shown(&self, index: usize) -> Result<(), Error> {
        let Some(entry) = self.timeline.entries.get(index).filter(|entry| entry.redacted()) else { return Ok(()) };
        let version = &entry.version;
        Err(Error::usage(format!("version {version} is redacted: nothing of its text is shown any more")))
    }

    fn text(&self, index: usize) -> Result<Text, Error> {
        let unreadable = || Error::usage("a version's file cannot be read; run `vellum check`");
        let entry = self.timeline.entries.get(index).ok_or_else(unreadable)?;
        self.shown(index)?;
        let (file, front) = self.policy.file(&entry.version).ok_or_else(unreadable)?;
        Ok(Text {
            name: entry.version.to_string(),
            title: front.title.clone(),
            doc: body::parse(file.body.text(), front.manner()),
            discloses: front.discloses.clone(),
            first_day: Some(entry.effective.moment(&entry.zone)),
        })
    }

    fn draft(&self) -> Result<Text, Error> {
        let draft = self.policy.draft.as_ref().ok_or_else(|| Error::usage("there is no draft that can be read"))?;
        let Settings { numbering, html, .. } = self.policy.settings;
        let manner = Manner { title: &draft.front.title, numbering, html };
        Ok(Text {
            name: DRAFT.to_owned(),
            title: draft.front.title.clone(),
            doc: body::parse(draft.body.text(), manner),
            discloses: draft.front.disclosures.clone(),
            first_day: None,
        })
    }
}
