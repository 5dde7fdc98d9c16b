//! A built site → what in it is not what was published. Everything is looked at in one run, and each difference is told
//! with its file. Pure: files come through [`Published`], which a folder and a server are.

mod files;
mod hashed;
mod ledger;
mod lists;
mod marked;
mod pages;
mod rebuilt;
mod rows;
mod source;
mod texts;
mod until;

use std::collections::BTreeSet;

pub use self::rebuilt::Rebuilt;
use crate::base::codes::Code;
use crate::base::date::{Day, Moment, Zone};
use crate::base::diag::{Diagnostic, sort};
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json::{self, Value};
use crate::base::parallel::in_parallel;
use crate::base::path::SitePath;
use crate::base::source::Source;
use crate::base::span::Place;
use crate::history::ledger::Ledger;
use crate::history::timeline::Timeline;

/// The list of all policies.
const INDEX: &str = "policies.json";

/// Where a built site can be had: a folder, or a server.
pub trait Published: Sync {
    /// The bytes at a path; a page stands at its folder's `index.html`.
    ///
    /// # Errors
    /// The disk or the network fails.
    fn get(&self, path: &SitePath) -> Result<Answer, Error>;

    /// The paths of all files, where they can be listed.
    ///
    /// # Errors
    /// The folder cannot be read.
    fn list(&self) -> Result<Option<Vec<SitePath>>, Error>;
}

/// What stands at a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// These bytes.
    Found(Vec<u8>),
    /// Nothing that can be read; why.
    Absent(String),
}

impl Answer {
    fn bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Found(bytes) => Some(bytes),
            Self::Absent(_) => None,
        }
    }
}

/// What was looked at, and what is not as it was published.
#[derive(Debug, Default)]
pub struct Report {
    /// The differences.
    pub findings: Vec<Diagnostic>,
    /// The policies, in order.
    pub policies: Vec<Row>,
    /// How many files were read.
    pub files: usize,
    /// Whether the build's own list of files was there.
    pub manifest: bool,
    /// How the site was compared with what its source makes.
    pub rebuilt: Rebuilt,
    /// The day for which the site was built, if it says so.
    pub day: Option<Day>,
    /// When something changes by itself next, as the site says.
    pub next: Option<(Day, Moment)>,
    /// What was found of heads that somebody kept.
    pub heads: Vec<String>,
}

/// What was looked at of one policy.
#[derive(Debug, Default)]
pub struct Row {
    /// The policy.
    pub slug: String,
    /// How many versions it has.
    pub versions: usize,
    /// The chain after each of its events.
    pub chains: Vec<Hash>,
    /// How many events of the source the site does not have yet.
    pub waiting: usize,
    /// Whether the source has more events, of days to come too.
    pub goes_on: bool,
}

/// What is looked at, and what was found so far.
struct Look<'a> {
    site: &'a dyn Published,
    findings: Vec<Diagnostic>,
    files: usize,
}

/// What `policies.json` says of the site.
#[derive(Default)]
struct Index {
    value: Value,
    /// What every address of the site begins with.
    base: String,
    /// The first and the last moment of the day that the site was built for.
    day: Option<[Moment; 2]>,
}

impl<'a> Look<'a> {
    fn new(site: &'a dyn Published) -> Self {
        Self { site, findings: Vec::new(), files: 0 }
    }

    /// The bytes of a file that must be there.
    fn need(&mut self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        match self.get(path)? {
            Answer::Found(bytes) => Ok(Some(bytes)),
            Answer::Absent(why) => {
                self.say(Code::V241, path, format!("{path} cannot be had: {why}"));
                Ok(None)
            }
        }
    }

    fn get(&mut self, path: &str) -> Result<Answer, Error> {
        let Some(path) = SitePath::parse(path) else { return Ok(Answer::Absent("it has no address".to_owned())) };
        let answer = self.site.get(&path)?;
        self.files += usize::from(matches!(answer, Answer::Found(_)));
        Ok(answer)
    }

    fn say(&mut self, code: Code, path: &str, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(code, Place::of_file(path), message));
    }
}

/// Looks at a whole site; `content` is the source that it was built from, where there is one, and `heads` are chains that
/// somebody kept.
///
/// # Errors
/// A file cannot be read.
pub fn verify(site: &dyn Published, content: Option<&dyn Source>, heads: &[Hash]) -> Result<Report, Error> {
    let mut look = Look::new(site);
    let index = index(&mut look)?;
    let mut slugs: BTreeSet<String> =
        index.rows().filter_map(|row| Some(row.get("id")?.as_str()?.to_owned())).collect();
    for name in content.map_or_else(|| Ok(Vec::new()), Source::policies)? {
        slugs.insert(name);
    }
    let slugs: Vec<String> = slugs.into_iter().collect();
    let mut report = Report::default();
    for (row, found) in in_parallel(&slugs, |slug| policy(Look::new(site), &index, content, slug))? {
        look.files += found.files;
        look.findings.extend(found.findings);
        report.policies.push(row);
    }
    report.manifest = files::check(&mut look)?;
    if let Some(content) = content {
        report.rebuilt = rebuilt::check(&mut look, &index, content, &report)?;
    }
    (report.day, report.next) = index.days();
    kept(heads, &mut report, &mut look);
    report.files = look.files;
    report.findings = look.findings;
    sort(&mut report.findings);
    Ok(report)
}

fn index(look: &mut Look<'_>) -> Result<Index, Error> {
    let Some(bytes) = look.need(INDEX)? else { return Ok(Index::default()) };
    let Some(value) = json::parse(&bytes) else {
        look.say(Code::V243, INDEX, "policies.json is no JSON");
        return Ok(Index::default());
    };
    lists::written_as_vellum_writes(look, INDEX, &value, &bytes);
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let base = text("schema").strip_suffix("schemas/policies.json").map(ToOwned::to_owned);
    let day = Day::parse(text("as_of")).ok().zip(Zone::parse(text("time_zone"))).map(|(day, zone)| {
        let next = day.after(1).moment(&zone).unix() - 1;
        [day.moment(&zone), Moment::from_unix(next).unwrap_or_else(Moment::end)]
    });
    if base.is_none() || day.is_none() {
        look.say(Code::V243, INDEX, "policies.json does not say for which day, zone and address the site was built");
    }
    Ok(Index { base: base.unwrap_or_default(), day, value })
}

impl Index {
    /// The day of the site, and when something changes by itself next.
    fn days(&self) -> (Option<Day>, Option<(Day, Moment)>) {
        let text = |key: &str| self.value.get(key).and_then(Value::as_str).unwrap_or_default();
        let zone = Zone::parse(text("time_zone"));
        let next = text("next_transition_at").get(..10).and_then(|day| Day::parse(day).ok());
        (Day::parse(text("as_of")).ok(), next.zip(zone).map(|(day, zone)| (day, day.moment(&zone))))
    }

    fn rows(&self) -> impl Iterator<Item = &Value> {
        self.value.get("policies").and_then(Value::as_array).into_iter().flatten()
    }

    fn row(&self, slug: &str) -> Option<&Value> {
        self.rows().find(|row| row.get("id").and_then(Value::as_str) == Some(slug))
    }
}

/// Looks at one policy.
fn policy<'a>(
    mut look: Look<'a>,
    index: &Index,
    content: Option<&dyn Source>,
    slug: &str,
) -> Result<(Row, Look<'a>), Error> {
    let held = content.map(|source| source::read(source, slug, &mut look.findings)).transpose()?.flatten();
    let read = ledger::read(&mut look, slug)?;
    let mut row = Row { slug: slug.to_owned(), ..Row::default() };
    let today = index.day.map_or_else(Moment::end, |[_, end]| end);
    let sound = read.as_ref().filter(|read| read.is_whole());
    if let (Some(held), Some(read)) = (&held, sound) {
        row.waiting = source::compare(&mut look, (held, slug), &read.ledger, today);
        row.goes_on = held.ledger.events.len() > read.ledger.events.len();
    }
    row.chains = read.as_ref().map_or_else(Vec::new, |read| read.chains.clone());
    // Where the site's ledger does not hold, the source's stands in for it, so that not all else is told with it.
    let own = sound.map(|read| &read.ledger).or(held.as_ref().map(|held| &held.ledger));
    let lists_follow = own.is_some();
    let empty = Ledger::default();
    let ledger = own.or(read.as_ref().map(|read| &read.ledger)).unwrap_or(&empty);
    let timeline = Timeline::new(&ledger.events, today);
    row.versions = timeline.entries.len();
    let scene = Scene { slug, index, ledger, timeline: &timeline, held: held.as_ref() };
    let texts = texts::check(&mut look, &scene)?;
    if lists_follow {
        lists::check(&mut look, &scene, &texts)?;
    }
    Ok((row, look))
}

/// What the record says of one policy.
struct Scene<'a> {
    slug: &'a str,
    index: &'a Index,
    ledger: &'a Ledger,
    timeline: &'a Timeline,
    held: Option<&'a source::Held>,
}

impl Scene<'_> {
    /// A path of this policy.
    fn at(&self, rest: &str) -> String {
        format!("policies/{}/{rest}", self.slug)
    }
}

/// Says of each kept head whether the record goes on from it.
fn kept(heads: &[Hash], report: &mut Report, look: &mut Look<'_>) {
    for head in heads {
        let place = |row: &Row| row.chains.iter().position(|chain| chain == head).map(|at| (at + 1, row.chains.len()));
        let found = report.policies.iter().find_map(|row| Some((&row.slug, place(row)?)));
        match found {
            Some((slug, (at, all))) if at == all => report.heads.push(format!("{head} is the head of {slug}")),
            Some((slug, (at, all))) => {
                report.heads.push(format!("the record of {slug} goes on from {head}: it was event {at} of {all}"));
            }
            None => {
                let message = format!("no ledger of this site goes on from the head {head}");
                let help = "whoever kept this head saw another record: the past was written anew since, or the head is of another site";
                look.findings.push(Diagnostic::new(Code::V246, Place::of_file(INDEX), message).help(help));
            }
        }
    }
}
