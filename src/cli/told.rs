//! What `publish` says: what changes by it, how it stands among the other versions, what was done, what to do next.

use super::acted;
use super::args::Publish;
use super::world::World;
use crate::base::date::Day;
use crate::base::error::Error;
use crate::base::version::Version;
use crate::record::missing::Missing;
use crate::record::publish::{Plan, Request};
use crate::record::suggest;
use crate::record::translate::Aside;
use crate::redline::redline_by;
use crate::render::terminal;
use crate::render::version::meaning;
use crate::render::wording::semantic;
use crate::site::body;
use crate::site::doc::Doc;
use crate::site::front::{Front, VersionFile};
use crate::site::policy::Policy;
use crate::site::texts::Texts;

/// A publication that is planned or done.
#[derive(Clone, Copy)]
pub struct Done<'a> {
    /// What it writes.
    pub plan: &'a Plan,
    /// The policy, as it was before.
    pub policy: &'a Policy,
    /// What was asked for.
    pub request: &'a Request,
    /// The same, as it was typed.
    pub options: &'a Publish,
    /// The day of the run.
    pub today: Day,
    /// What the editor is asked for; nobody is asked where all was said.
    pub missing: Option<Missing>,
}

/// Shows what changes: the meaning first, then the words.
///
/// # Errors
/// The stream is closed.
pub fn changes(done: &Done<'_>, texts: &Texts, world: &mut World) -> Result<(), Error> {
    let (plan, slug) = (done.plan, &done.policy.slug);
    let Some(new) = plan.file.front.as_ref().map(|front| side(&plan.file, front)) else { return Ok(()) };
    let old =
        plan.compared.as_ref().and_then(|version| done.policy.file(version)).map(|(file, front)| side(file, front));
    match old {
        Some((was, old)) => {
            let (is, new) = new;
            world.say(&format!("{slug}: from version {} to {}", was.version.value, number(done)))?;
            if was.title != is.title {
                world.say(&format!("* title: {}, was {}", is.title, was.title))?;
            }
            meaning(was.discloses.as_ref(), is.discloses.as_ref(), texts)
                .iter()
                .try_for_each(|line| world.say(&format!("* {line}")))?;
            looks_material(done, texts).map_or(Ok(()), |line| world.say(&line))?;
            let shown = terminal::text(&redline_by(&old, &new, &done.policy.settings.ids), world.colour_out);
            world.say(if shown.is_empty() { "no change in the words" } else { &shown })?;
        }
        None => world.say(&format!("{slug}: version {} has none before it to be compared with", plan.version))?,
    }
    world.say("")
}

/// The version that is to be. While the editor may still say that the change matters, its number is open.
fn number(done: &Done<'_>) -> String {
    let open = done.options.version.is_none() && done.missing.is_some_and(|missing| missing.material);
    if open { "the next".to_owned() } else { format!("version {}", done.plan.version) }
}

/// A change that looks material and is not said to be, where nobody is asked whether it is.
fn looks_material(done: &Done<'_>, texts: &Texts) -> Option<String> {
    let why = reasons(done, texts);
    let said = done.plan.file.front.as_ref().is_some_and(|front| front.material);
    let asked = done.missing.is_some_and(|missing| missing.material);
    if said || asked || why.is_empty() {
        return None;
    }
    let why = why.join("; ");
    Some(format!("mind: this looks material: {why}; if it is, say --material, or `material: true` in the draft"))
}

/// What speaks for a material change.
#[must_use]
pub fn reasons(done: &Done<'_>, texts: &Texts) -> Vec<String> {
    let was = done.plan.compared.as_ref().and_then(|version| done.policy.file(version));
    let (Some((_, was)), Some(is)) = (was, &done.plan.file.front) else { return Vec::new() };
    let name = |id: &str| texts.label("purpose", id);
    let found = suggest::material(was.discloses.as_ref(), is.discloses.as_ref());
    found.iter().map(|change| semantic(change, &name, texts)).collect()
}

fn side<'a>(file: &VersionFile, front: &'a Front) -> (&'a Front, Doc) {
    (front, body::parse(file.body.text(), front.manner()))
}

/// Says what was done and what to do next. How it stands is said before an editor is asked to agree, and not again.
///
/// # Errors
/// The stream is closed.
pub fn done(done: &Done<'_>, world: &mut World) -> Result<(), Error> {
    let standing = if done.missing.is_some() { Vec::new() } else { standing(done) };
    let lines = [vec![what(done)], standing, vec![format!("head {}", done.plan.head)], next(done)].concat();
    lines.iter().try_for_each(|line| world.say(line))
}

/// What is done, in the past and as an intent. History is recorded, a text of a coming day is frozen, and any other is
/// published.
fn verb(done: &Done<'_>) -> (&'static str, &'static str) {
    if done.request.history() {
        ("recorded", "record")
    } else if done.request.published > done.today {
        ("froze", "freeze")
    } else {
        ("published", "publish")
    }
}

fn what(done: &Done<'_>) -> String {
    let (did, intent) = verb(done);
    if done.options.dry_run { format!("would {intent} {}", whole(done)) } else { format!("{did} {}", whole(done)) }
}

/// What is to be done.
#[must_use]
pub fn intent(done: &Done<'_>) -> String {
    format!("{} {}", verb(done).1, whole(done))
}

/// The version with its days.
fn whole(done: &Done<'_>) -> String {
    let (plan, slug, published) = (done.plan, &done.policy.slug, done.request.published);
    let on = if done.request.history() {
        format!(", published on {published}")
    } else if published > done.today {
        format!(", to be published on {published}")
    } else {
        format!(" on {published}")
    };
    let front = plan.file.front.as_ref();
    let audiences = front.into_iter().flat_map(|front| &front.effective_for);
    let from = [done.request.effective.to_string()].into_iter();
    let days = from.chain(audiences.map(|(audience, day)| format!("for {audience} from {day}"))).collect::<Vec<_>>();
    format!("version {} of {slug}{on}, applying from {}", plan.version, days.join(", "))
}

/// How it stands among the other versions.
#[must_use]
pub fn standing(done: &Done<'_>) -> Vec<String> {
    let plan = done.plan;
    let mut said = Vec::new();
    if let Some(reason) = &done.request.waive_notice {
        said.push(format!("the notice of {} days is waived: {reason}", done.policy.settings.notice_days));
    }
    for translation in &plan.translations {
        said.push(format!("with its text in `{}`", translation.language));
    }
    said.extend(plan.aside.iter().map(|aside| left(aside, done.policy)));
    if let Some(version) = &plan.replaces {
        said.push(format!("it replaces version {version}, which applies from the same day"));
    }
    let odd = |other: &&Version| plan.version < **other;
    if let Some(version) = plan.follows.as_ref().filter(odd) {
        said.push(format!("mind: it follows version {version} in time, and its number is lower"));
    }
    let summary = |version: &Version| done.policy.file(version).map(|(_, front)| &front.summary);
    let own = plan.file.front.as_ref().map(|front| &front.summary).filter(|summary| !summary.is_empty());
    if let Some(version) = plan.follows.as_ref().filter(|version| own.is_some() && summary(version) == own) {
        said.push(format!("mind: its summary is that of version {version}, word for word"));
    }
    if let Some(version) = &plan.displaces {
        said.push(format!(
            "mind: from today it is in force instead of version {version}, and the site gave no notice of it"
        ));
    }
    said.extend(plan.named_early.iter().map(acted::early));
    if let Some(version) = &plan.successor {
        said.push(format!("version {version} comes after it, and is compared with it from now on"));
    }
    said
}

/// That a draft in a further language does not go out with the version.
fn left(aside: &Aside, policy: &Policy) -> String {
    let language = &aside.language;
    let why = match &aside.still {
        Some(version) => format!("is still the text of version {version}, and does not go out with this one"),
        None => "is left aside".to_owned(),
    };
    let later = format!("once it is translated, run `vellum publish {} --translation {language}`", policy.slug);
    format!("mind: draft.{language}.md {why}; {later}")
}

fn next(done: &Done<'_>) -> Vec<String> {
    if done.options.dry_run {
        return vec!["next: nothing was written; leave out --dry-run to publish".to_owned()];
    }
    let commit = "next: commit content/ to your repository, then build and deploy";
    let mut said = vec![format!("{commit}; keep the head where others can see it")];
    if done.request.published > done.today {
        said.push(format!("      before {} nothing of it is built; build again on that day", done.request.published));
    }
    if done.options.from.is_none() {
        said.push(
            "      draft.md stays as it is; its summary and material are to be written anew for the next version"
                .to_owned(),
        );
    }
    said
}
