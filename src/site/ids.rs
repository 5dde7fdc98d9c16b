//! What became of ids that went: `ids` in policy.yaml. A renamed clause carries its old ids too.

use super::raw::Reading;
use super::yaml::{Node, NodeKind};
use crate::base::codes::Code;
use crate::base::span::Place;

/// What became of one id.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The id that went.
    pub old: String,
    /// What became of it.
    pub fate: Fate,
    /// Where policy.yaml says so.
    pub place: Place,
}

/// What became of an id.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fate {
    /// Its clause is gone, for a reason.
    Gone(String),
    /// Its clause has another id.
    Renamed(String),
}

/// Reads `ids: {old: new}` and `ids: {old: {gone: reason}}`.
pub fn read(reading: &Reading<'_>, node: &Node) -> Vec<Moved> {
    let NodeKind::Map(entries) = &node.kind else {
        reading.fields(node);
        return Vec::new();
    };
    let moved = entries.iter().filter_map(|(old, value)| {
        let fate = fate(reading, value)?;
        Some(Moved { old: old.value.clone(), fate, place: reading.source.place(value.span) })
    });
    moved.collect()
}

fn fate(reading: &Reading<'_>, value: &Node) -> Option<Fate> {
    match &value.kind {
        NodeKind::Map(_) => gone(reading, value),
        NodeKind::List(_) => {
            let help = "write `old: new`, or `old: {gone: why}`";
            reading.say(Code::V105, value.span, "an id has one new id, or is gone", help);
            None
        }
        _ => Some(Fate::Renamed(reading.text(value)?.value)),
    }
}

fn gone(reading: &Reading<'_>, value: &Node) -> Option<Fate> {
    let fields = reading.fields(value)?;
    let reason = fields.need_text("gone");
    fields.done();
    let reason = reason?;
    if reason.value.trim().is_empty() {
        reading.say(Code::V105, reason.span, "the reason is empty", "say why the clause is gone");
    }
    Some(Fate::Gone(reason.value))
}

/// What became of an id, if it is said.
#[must_use]
pub fn fate_of<'a>(moved: &'a [Moved], id: &str) -> Option<&'a Fate> {
    moved.iter().find(|one| one.old == id).map(|one| &one.fate)
}

/// The ids that one leads to, step by step; a ring ends where it began.
pub fn chain<'a>(moved: &'a [Moved], id: &str) -> impl Iterator<Item = &'a str> {
    let next = |id: &str| match fate_of(moved, id) {
        Some(Fate::Renamed(new)) => Some(new.as_str()),
        _ => None,
    };
    std::iter::successors(next(id), move |id| next(id)).take(moved.len())
}

/// The old ids that a text carries: each with the id of the clause that has it now, in the order of policy.yaml.
#[must_use]
pub fn carried<'a>(moved: &'a [Moved], has: &dyn Fn(&str) -> bool) -> Vec<(&'a str, &'a str)> {
    let gone = moved.iter().filter(|one| !has(&one.old));
    gone.filter_map(|one| Some((one.old.as_str(), chain(moved, &one.old).find(|id| has(id))?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::span::SourceText;

    fn said(yaml: &str) -> (Vec<Moved>, Vec<String>) {
        let source = SourceText::new(SitePath::parse("policy.yaml").unwrap(), yaml.to_owned());
        let reading = Reading::new(&source);
        let node = reading.node().unwrap();
        let moved = read(&reading, &node);
        (moved, reading.into_findings().into_iter().map(|finding| finding.message).collect())
    }

    #[test]
    fn a_text_carries_the_ids_that_lead_to_one_of_its_own() {
        let (moved, _) = said("a: b\nb: c\nd: {gone: why}\ne: f\nx: y\ny: x\n");
        let carried = |ids: &[&str]| {
            let pairs = super::carried(&moved, &|id| ids.contains(&id));
            pairs.iter().map(|(old, new)| format!("{old}={new}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(carried(&["c", "d"]), "a=c b=c");
        assert_eq!(carried(&["b", "f"]), "a=b e=f");
        assert_eq!(carried(&["b", "c"]), "a=b");
        assert_eq!(carried(&["a"]), "");
        assert_eq!(carried(&["y"]), "x=y");
    }

    #[test]
    fn what_is_no_id_and_no_reason_is_told() {
        let (moved, said) = said("a: [b]\nb: {gone: }\nc: {went: x}\nd: {gone: ' '}\ne: 1\n");
        assert_eq!(moved.len(), 1);
        assert_eq!(
            said,
            [
                "an id has one new id, or is gone",
                "a text is wanted here, and nothing stands here",
                "the key `gone` is missing",
                "unknown key `went`",
                "the reason is empty",
                "`1` is read as a number",
            ]
        );
    }
}
