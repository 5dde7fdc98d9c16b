//! A page or a redline against the words of the text that was published.

use super::Look;
use super::marked::{self, Marked, Wanted};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::span::Place;

/// What marks the text of a version.
pub const TEXT: &str = "data-policy-text";
/// What marks a redline.
const REDLINE: &str = "data-redline";

/// Checks that a page shows a text.
pub fn page(look: &mut Look<'_>, path: &str, (version, text): (&str, &Marked)) -> Result<(), Error> {
    let Some(bytes) = look.need(path)? else { return Ok(()) };
    let html = String::from_utf8_lossy(&bytes);
    let Some(shown) = marked::read(&html, Wanted { mark: TEXT, without: "" }) else {
        look.say(Code::V244, path, format!("no text is marked in the page of version {version}"));
        return Ok(());
    };
    let message = format!("the page does not show the text of version {version}");
    look.findings.extend(differs((Code::V244, path), message.clone(), (&text.blocks, &shown.blocks)));
    if text.blocks == shown.blocks {
        look.findings.extend(differs((Code::V244, path), message, (&text.links, &shown.links)));
    }
    Ok(())
}

/// Checks that a redline leads from one text to the other.
pub fn redline(look: &mut Look<'_>, path: &str, (old, new): (Option<&Marked>, Option<&Marked>)) -> Result<(), Error> {
    let Some(bytes) = look.need(path)? else { return Ok(()) };
    let html = String::from_utf8_lossy(&bytes);
    let ways = [("del", "without what is deleted", "new", new), ("ins", "without what is inserted", "old", old)];
    for (without, way, name, side) in ways {
        let Some(side) = side else { continue };
        let shown = marked::read(&html, Wanted { mark: REDLINE, without }).unwrap_or_default();
        let message = format!("the redline {way} is not the {name} text");
        look.findings.extend(differs((Code::V245, path), message, (&side.blocks, &shown.blocks)));
    }
    Ok(())
}

/// The first block at which two texts part.
fn differs((code, path): (Code, &str), message: String, sides: (&[String], &[String])) -> Option<Diagnostic> {
    let (wanted, found) = sides;
    if wanted == found {
        return None;
    }
    let at = wanted.iter().zip(found).take_while(|(one, other)| one == other).count();
    let (was, is) = (wanted.get(at).map(String::as_str), found.get(at).map(String::as_str));
    let same = was.unwrap_or_default().chars().zip(is.unwrap_or_default().chars());
    let from = same.take_while(|(one, other)| one == other).count();
    let show = |text: Option<&str>| text.map_or_else(|| "nothing".to_owned(), |text| cut(text, from));
    let mut finding = Diagnostic::new(code, Place::of_file(path), message);
    finding.details.push(format!("published: {}", show(was)));
    finding.details.push(format!("shown: {}", show(is)));
    Some(finding)
}

/// Some words around a place, in quotes.
pub fn cut(text: &str, at: usize) -> String {
    let from = at.saturating_sub(30);
    let part: String = text.chars().skip(from).take(80).collect();
    let more = text.chars().count() > from + 80;
    format!("\"{}{part}{}\"", if from > 0 { "…" } else { "" }, if more { "…" } else { "" })
}
