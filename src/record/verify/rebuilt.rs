//! What the source makes of itself for the day of the site, against the site: every file, so that no word beside the texts
//! can be another. The build is made in memory, and only its hashes are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::marked;
use super::until::Until;
use super::{Answer, INDEX, Index, Look, Report};
use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json;
use crate::base::parallel::in_parallel;
use crate::base::path::SitePath;
use crate::base::source::Source;
use crate::compile;
use crate::render::Sink;
use crate::site::config::BaseUrl;

/// Files that a host reads and does not serve as they are.
const OF_HOSTS: &[&str] = &["_headers", "_redirects", "404.html"];

/// How a site was compared with what its source makes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Rebuilt {
    /// There is no source, or no day to build it for.
    #[default]
    Not,
    /// The source has mistakes, so nothing can be made of it.
    Refused,
    /// The site and the source have two records, so each file of one is another than that of the other.
    Apart,
    /// Every file was compared.
    Compared,
}

/// What of a file is compared, as a hash.
#[derive(Clone, Copy)]
struct Measure {
    /// Hosts rewrite markup: of a served page its words are compared, with all that shows, hides or leads.
    is_served: bool,
    /// The source knows of days that were not recorded when the site was built.
    goes_on: bool,
}

/// The files of a build by their hash.
struct Kept {
    measure: Measure,
    files: Mutex<BTreeMap<SitePath, Hash>>,
}

impl Sink for Kept {
    fn page(&self, path: SitePath, bytes: Vec<u8>) -> Result<(), Error> {
        let hash = self.measure.of(&path, &bytes);
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path, hash);
        Ok(())
    }
}

impl Measure {
    fn of(self, path: &SitePath, bytes: &[u8]) -> Hash {
        if self.is_served && path.as_str().rsplit_once('.').is_some_and(|(_, end)| end == "html") {
            return Hash::of(marked::whole(&String::from_utf8_lossy(bytes)).as_bytes());
        }
        if self.goes_on && path.as_str() == INDEX {
            let mut value = json::parse(bytes).unwrap_or_default();
            value.as_object_mut().map(|map| map.shift_remove("next_transition_at"));
            return Hash::of(&json::pretty(&value));
        }
        Hash::of(bytes)
    }
}

/// Builds the source for the day of the site, and names each file of the site that is another.
pub fn check(look: &mut Look<'_>, index: &Index, source: &dyn Source, report: &Report) -> Result<Rebuilt, Error> {
    let Some(moments) = index.day else { return Ok(Rebuilt::Not) };
    if look.findings.iter().any(|finding| finding.code == Code::V247) {
        return Ok(Rebuilt::Apart);
    }
    let there = look.site.list()?;
    let until = Until::new(source, report);
    let measure = Measure { is_served: there.is_none(), goes_on: report.policies.iter().any(|row| row.goes_on) };
    let build = Build { index, drafts: drafts(look, report)?, measure };
    let mut told: Option<Vec<(SitePath, String)>> = None;
    // Where a version has another zone than the site, the day may have two sides.
    for now in moments.into_iter().collect::<BTreeSet<_>>() {
        let Some(files) = build.files(&until, now)? else { return Ok(Rebuilt::Refused) };
        let found = differences(look, (&files, there.as_deref()), measure)?;
        if told.as_ref().is_none_or(|told| found.len() < told.len()) {
            told = Some(found);
        }
        if told.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
    }
    let known: BTreeSet<String> = look.findings.iter().map(|finding| finding.place.file.to_string()).collect();
    for (path, said) in told.unwrap_or_default() {
        if !known.contains(path.as_str()) {
            look.say(Code::V248, path.as_str(), said);
        }
    }
    Ok(Rebuilt::Compared)
}

/// Whether the site shows drafts: a preview does.
fn drafts(look: &mut Look<'_>, report: &Report) -> Result<bool, Error> {
    for row in &report.policies {
        if let Answer::Found(_) = look.get(&format!("policies/{}/draft/index.html", row.slug))? {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Build<'a> {
    index: &'a Index,
    drafts: bool,
    measure: Measure,
}

impl Build<'_> {
    fn files(&self, source: &Until<'_>, now: Moment) -> Result<Option<BTreeMap<SitePath, Hash>>, Error> {
        let checked = compile::check(source, BaseUrl::parse(&self.index.base), &|_| now)?;
        let Some(ready) = checked.ready else { return Ok(None) };
        let ready = if self.drafts { ready.with_drafts() } else { ready };
        let kept = Kept { measure: self.measure, files: Mutex::default() };
        ready.build(source, &kept)?;
        Ok(Some(kept.files.into_inner().unwrap_or_default()))
    }
}

/// The files that are another in the site than in the build, are missing in it, or are no part of the build.
fn differences(
    look: &mut Look<'_>,
    (files, there): (&BTreeMap<SitePath, Hash>, Option<&[SitePath]>),
    measure: Measure,
) -> Result<Vec<(SitePath, String)>, Error> {
    let wanted = files.iter().filter(|(path, _)| !measure.is_served || !OF_HOSTS.contains(&path.as_str()));
    let wanted: Vec<_> = wanted.collect();
    let site = look.site;
    let found = in_parallel(&wanted, |(path, hash)| {
        Ok(match site.get(path)? {
            Answer::Absent(why) => Some(format!("{path} cannot be had: {why}")),
            Answer::Found(bytes) if measure.of(path, &bytes) == **hash => None,
            Answer::Found(_) => Some(format!("{path} is not what content/ makes of it")),
        })
    })?;
    look.files += wanted.len();
    let told = wanted.iter().zip(found).filter_map(|((path, _), said)| Some(((*path).clone(), said?)));
    let foreign = there.unwrap_or_default().iter().filter(|path| !files.contains_key(*path));
    let foreign = foreign.map(|path| (path.clone(), format!("{path} is no file of the build")));
    Ok(told.chain(foreign).collect())
}
