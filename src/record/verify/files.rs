//! All files of a build, against the list that the build left: what was changed, what is missing, what came in.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::written_as_vellum_writes;
use super::{Answer, Look};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json::{self, Value};
use crate::base::path::SitePath;
use crate::base::span::Place;

/// The list that a build leaves in its folder.
const MANIFEST: &str = ".vellum/manifest.json";

/// Checks every file of a folder; says whether there was a list to check by. A server has no such list.
pub fn check(look: &mut Look<'_>) -> Result<bool, Error> {
    let Some(there) = look.site.list()? else { return Ok(false) };
    let Answer::Found(bytes) = look.get(MANIFEST)? else { return Ok(false) };
    let value = json::parse(&bytes).unwrap_or_default();
    let Some(listed) = listed(&value) else {
        let help = "build the site again: then the list holds the hash of each file";
        let message = "the list of the build's files holds no hashes";
        look.findings.push(Diagnostic::new(Code::V248, Place::of_file(MANIFEST), message).help(help));
        return Ok(false);
    };
    written_as_vellum_writes(look, MANIFEST, &value, &bytes);
    let known: BTreeSet<String> = look.findings.iter().map(|finding| finding.place.file.to_string()).collect();
    for (path, wanted) in &listed {
        if let Some(said) = differs(look, path, wanted)?.filter(|_| !known.contains(path.as_str())) {
            look.say(Code::V248, path.as_str(), said);
        }
    }
    for path in there.iter().filter(|path| !listed.contains_key(path)) {
        look.say(Code::V248, path.as_str(), format!("{path} is no file of the build"));
    }
    Ok(true)
}

fn listed(value: &Value) -> Option<BTreeMap<SitePath, Hash>> {
    value.as_object()?.iter().map(|(path, hash)| Some((SitePath::parse(path)?, Hash::parse(hash.as_str()?)?))).collect()
}

fn differs(look: &mut Look<'_>, path: &SitePath, wanted: &Hash) -> Result<Option<String>, Error> {
    Ok(match look.get(path.as_str())? {
        Answer::Absent(why) => Some(format!("{path} cannot be had: {why}")),
        Answer::Found(bytes) => {
            let found = Hash::of(&bytes);
            let said = format!(
                "{path} is not as it was built: its hash was {}…, it is {}…",
                wanted.short(16),
                found.short(16)
            );
            (found != *wanted).then_some(said)
        }
    })
}
