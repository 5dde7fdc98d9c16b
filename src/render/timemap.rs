//! The time map of a policy (RFC 7089, in the link format of RFC 6690): which text stood at its address from when.
//!
//! A memento is a text that has bound: not one that is yet to, nor one that was withdrawn or replaced before its first
//! day, nor one that may no longer be shown. Its moment is the first at which it bound; a text that bound again, because
//! what had replaced it was withdrawn, is named again with that moment.

use std::fmt::Write;

use super::stage::{Failure, Stage};
use super::version::address;
use crate::base::date::Moment;
use crate::history::card::Card;
use crate::history::period::{Period, periods};
use crate::history::timeline::Timeline;

/// Writes `timemap`.
///
/// # Errors
/// The file cannot be kept.
pub fn write(stage: &Stage<'_>, card: &Card) -> Result<(), Failure> {
    let place = format!("policies/{}/", card.slug);
    let begun = begun(&card.timeline, stage.now).into_iter();
    let mementos: Vec<(String, String)> = begun
        .filter_map(|(index, moment)| Some((card.timeline.entries.get(index)?, moment)))
        .map(|(entry, moment)| (stage.base.absolute(&address(card, entry)), moment.http()))
        .collect();
    let own = format!("{place}timemap");
    let text = listed(&stage.base.absolute(&place), &stage.base.absolute(&own), &mementos);
    stage.put(&own, text.into_bytes())
}

/// Whether a version has stood at the policy's address, and may still be shown.
#[must_use]
pub fn is_memento(timeline: &Timeline, index: usize, now: Moment) -> bool {
    begun(timeline, now).iter().any(|(begun, _)| *begun == index)
}

/// The versions that have stood at the policy's address and may still be shown, each with the moment from which; in
/// order.
fn begun(timeline: &Timeline, now: Moment) -> Vec<(usize, Moment)> {
    let moment = |period: &Period| {
        let index = period.index?;
        let entry = timeline.entries.get(index).filter(|entry| !entry.redacted())?;
        Some((index, period.from.moment(&entry.zone)))
    };
    periods(timeline, None).iter().filter_map(moment).filter(|(_, moment)| *moment <= now).collect()
}

/// The links, one a line. Addresses are encoded, so that nothing in them ends a link.
fn listed(original: &str, own: &str, mementos: &[(String, String)]) -> String {
    let mut text = format!("<{original}>;rel=\"original\",\n<{own}>;rel=\"self\";type=\"application/link-format\"");
    if let (Some((_, from)), Some((_, until))) = (mementos.first(), mementos.last()) {
        let _ = write!(text, ";from=\"{from}\";until=\"{until}\"");
    }
    let last = mementos.len().saturating_sub(1);
    for (at, (page, moment)) in mementos.iter().enumerate() {
        let first = if at == 0 { "first " } else { "" };
        let last = if at == last { "last " } else { "" };
        let _ = write!(text, ",\n<{page}>;rel=\"{first}{last}memento\";datetime=\"{moment}\"");
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_memento_is_the_first_and_the_last() {
        let one = [("https://a/v/1.0/".to_owned(), "Sat, 01 Mar 2025 00:00:00 GMT".to_owned())];
        assert_eq!(
            listed("https://a/", "https://a/timemap", &one),
            "<https://a/>;rel=\"original\",\n\
             <https://a/timemap>;rel=\"self\";type=\"application/link-format\";\
             from=\"Sat, 01 Mar 2025 00:00:00 GMT\";until=\"Sat, 01 Mar 2025 00:00:00 GMT\",\n\
             <https://a/v/1.0/>;rel=\"first last memento\";datetime=\"Sat, 01 Mar 2025 00:00:00 GMT\"\n"
        );
        assert_eq!(
            listed("https://a/", "https://a/timemap", &[]),
            "<https://a/>;rel=\"original\",\n<https://a/timemap>;rel=\"self\";type=\"application/link-format\"\n"
        );
    }
}
