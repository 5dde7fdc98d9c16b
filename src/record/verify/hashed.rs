//! A file whose hash the ledger holds, and where it first differs from what was published.

use super::Look;
use super::pages::cut;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::span::{Place, SourceText, Span};
use crate::redline::words::text_difference;

/// A version's file of the hashed kind: where it is served, its hash, and what was published, where that is at hand.
pub struct Hashed<'a> {
    /// Where it is.
    pub path: String,
    /// Its hash.
    pub hash: Hash,
    /// What was published.
    pub original: Option<String>,
    /// The version that it belongs to.
    pub version: &'a str,
}

/// The file's text if it has its hash; else the original, where it has.
pub fn hashed(look: &mut Look<'_>, file: &Hashed<'_>) -> Result<Option<String>, Error> {
    let original = file.original.clone().filter(|text| Hash::of(text.as_bytes()) == file.hash);
    let Some(bytes) = look.need(&file.path)? else { return Ok(original) };
    let found = Hash::of(&bytes);
    if found == file.hash {
        return Ok(String::from_utf8(bytes).ok());
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let message = format!("{name} of version {} is not what was published", file.version);
    let (place, label) = original.as_deref().map_or_else(
        || (Place::of_file(&file.path), String::new()),
        |original| first_difference(&file.path, original, &bytes),
    );
    let mut finding = Diagnostic::new(Code::V240, place, message).label(label);
    finding.details.push(format!("published with the hash {}", file.hash));
    finding.details.push(format!("what is there has {found}"));
    look.findings.push(finding);
    Ok(original)
}

/// Where a file first differs from its original, and what stood there.
fn first_difference(path: &str, original: &str, bytes: &[u8]) -> (Place, String) {
    let found = String::from_utf8_lossy(bytes).into_owned();
    let hunk = text_difference(original, &found).into_iter().next();
    let (Some(hunk), Some(path)) = (hunk, SitePath::parse(path)) else {
        return (Place::of_file(path), String::new());
    };
    let was = original.get(hunk.old).unwrap_or_default().trim_end_matches('\n');
    let label = if was.is_empty() { "was not there".to_owned() } else { format!("published as {}", cut(was, 0)) };
    (SourceText::new(path, found).place(Span::new(&hunk.new)), label)
}
