//! `publish` on a terminal: shows what changes, asks for what was not said, and at last whether to publish. Nothing is
//! written here.

use super::args::Publish;
use super::asking::Talk;
use super::edit::worded;
use super::told::{self, Done};
use super::world::World;
use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::path::SitePath;
use crate::record::missing::Missing;
use crate::record::publish::{Desk, Plan, Request};
use crate::site::texts::Texts;

/// A text that is to be published, with what was typed about it.
pub struct Sheet<'a> {
    /// What a publication is made of.
    pub desk: Desk<'a>,
    /// What the text is called.
    pub path: SitePath,
    /// The text.
    pub bytes: Vec<u8>,
    /// What was typed.
    pub options: &'a Publish,
    /// The day of the run.
    pub today: Day,
    /// The words of the interface.
    pub texts: &'a Texts,
}

/// What came of it.
pub enum Outcome {
    /// It may be published so; what the editor was asked for.
    Agreed(Request, Box<Plan>, Option<Missing>),
    /// It cannot be published.
    Refused(Vec<Diagnostic>),
    /// The editor said no.
    Declined,
}

impl Sheet<'_> {
    /// Plans what was asked for.
    ///
    /// # Errors
    /// All findings.
    pub fn plan(&self, request: &Request) -> Result<Plan, Vec<Diagnostic>> {
        self.desk.plan(&self.path, &self.bytes, request)
    }

    /// A publication as it is told of.
    pub fn done<'a>(&'a self, plan: &'a Plan, request: &'a Request, missing: Option<Missing>) -> Done<'a> {
        Done { plan, policy: self.desk.policy, request, options: self.options, today: self.today, missing }
    }
}

/// Everything was said: shows what changes.
///
/// # Errors
/// The stream is closed.
pub fn given(sheet: &Sheet<'_>, request: Request, world: &mut World) -> Result<Outcome, Error> {
    match sheet.plan(&request) {
        Ok(plan) => {
            told::changes(&sheet.done(&plan, &request, None), sheet.texts, world)?;
            Ok(Outcome::Agreed(request, Box::new(plan), None))
        }
        Err(findings) => Ok(Outcome::Refused(findings)),
    }
}

/// Shows what changes, and asks. A dry run has nothing to agree to: it asks for what is missing alone.
///
/// # Errors
/// Answers cannot be used, what is typed has ended, or the stream is closed.
pub fn hold(sheet: &Sheet<'_>, mut request: Request, world: &mut World) -> Result<Outcome, Error> {
    let missing = sheet.desk.missing(&sheet.path, &sheet.bytes, &request);
    request.effective = sheet.desk.earliest(&request);
    let offered = match sheet.plan(&request) {
        Ok(plan) => plan,
        Err(findings) => return Ok(Outcome::Refused(findings)),
    };
    told::changes(&sheet.done(&offered, &request, Some(missing)), sheet.texts, world)?;
    let (effective, chosen) = effective(sheet, &request, &mut talk(world)?)?;
    request.effective = effective;
    let done = sheet.done(&chosen, &request, Some(missing));
    if chosen.compared != offered.compared {
        told::changes(&done, sheet.texts, world)?;
    }
    let why = told::reasons(&done, sheet.texts);
    if missing.summary {
        request.summary = summary(&chosen, &mut talk(world)?)?;
    }
    // A first version is no change.
    if missing.material && chosen.compared.is_some() {
        request.material = material(&why, &mut talk(world)?)?;
    }
    agreed(sheet, request, missing, world)
}

fn talk(world: &mut World) -> Result<Talk<'_>, Error> {
    world.talk().ok_or_else(|| Error::usage("nobody can be asked"))
}

/// From which day it applies, and what comes of it: Enter takes the day that is offered, and why a day would be refused
/// is told.
fn effective(sheet: &Sheet<'_>, request: &Request, talk: &mut Talk<'_>) -> Result<(Day, Plan), Error> {
    let offered = request.effective;
    talk.ask(&format!("From which day does it apply? [{offered}] "), |answer| {
        let effective = if answer.is_empty() { offered } else { Day::parse(answer)? };
        let asked = Request { effective, ..request.clone() };
        sheet.plan(&asked).map(|plan| (effective, plan)).map_err(|findings| explained(&findings))
    })
}

fn explained(findings: &[Diagnostic]) -> String {
    let lines = findings.iter().map(|finding| format!("{}; {}", finding.message, finding.help));
    lines.collect::<Vec<_>>().join("\n")
}

fn summary(plan: &Plan, talk: &mut Talk<'_>) -> Result<Vec<String>, Error> {
    let what = if plan.compared.is_some() { "What changed" } else { "What is to be said of this version" };
    talk.lines(&format!("{what}, in plain words? One line for each point; an empty line ends."), worded)
}

/// Whether the change matters: Enter takes what the disclosures suggest.
fn material(why: &[String], talk: &mut Talk<'_>) -> Result<bool, Error> {
    talk.show(&if why.is_empty() {
        "by what is disclosed this does not look material; its words are for you to judge\n".to_owned()
    } else {
        format!("this looks material: {}\n", why.join("; "))
    })?;
    talk.yes("Does the change matter to those whom the policy binds?", !why.is_empty())
}

/// The whole of it once more, and whether it shall be so.
fn agreed(sheet: &Sheet<'_>, request: Request, missing: Missing, world: &mut World) -> Result<Outcome, Error> {
    let plan = match sheet.plan(&request) {
        Ok(plan) => plan,
        Err(findings) => return Ok(Outcome::Refused(findings)),
    };
    let done = sheet.done(&plan, &request, Some(missing));
    told::standing(&done).iter().try_for_each(|line| world.say(line))?;
    let agreed = sheet.options.dry_run || talk(world)?.yes(&format!("{}?", told::intent(&done)), false)?;
    Ok(if agreed { Outcome::Agreed(request, Box::new(plan), Some(missing)) } else { Outcome::Declined })
}
