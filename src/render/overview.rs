//! A redline in short: how many clauses of each kind, and which.

use super::compare;
use super::view::{ChangeView, TallyView};
use crate::redline::Redline;
use crate::redline::summary::{ClauseChange, Kind, clauses};
use crate::site::texts::Texts;

/// What changed, in counts and clause by clause.
pub(super) fn overview(found: &Redline<'_>, texts: &Texts) -> (Vec<TallyView>, Vec<ChangeView>) {
    let clauses = clauses(found);
    let ids = compare::change_ids(found);
    let id = |clause: &ClauseChange| ids.get(clause.entry).cloned().flatten().unwrap_or_default();
    let view = clauses.iter().map(|clause| ChangeView {
        id: id(clause),
        title: title(clause, texts),
        number: clause.number.clone(),
        kind: clause.kind.word(),
        label: label(clause, texts),
    });
    (tally(&clauses, texts, &id), view.collect())
}

/// What happened to a clause, in words.
fn label(clause: &ClauseChange, texts: &Texts) -> String {
    let edited = clause.kind == Kind::Moved && clause.words;
    texts.label("kind", if edited { "moved-changed" } else { clause.kind.word() })
}

/// The heading of a clause; what stands before the first has none.
fn title(clause: &ClauseChange, texts: &Texts) -> String {
    if clause.title.is_empty() { texts.label("word", "opening") } else { clause.title.clone() }
}

/// The kinds that occur, the weightiest first.
fn kinds(clauses: &[ClauseChange]) -> Vec<Kind> {
    let mut kinds: Vec<_> = clauses.iter().map(|clause| clause.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// How many clauses of each kind, as parts of one sentence: the first says what is counted.
fn tally(clauses: &[ClauseChange], texts: &Texts, id: &dyn Fn(&ClauseChange) -> String) -> Vec<TallyView> {
    let parts = kinds(clauses).into_iter().enumerate().filter_map(|(place, kind)| {
        let all = || clauses.iter().filter(|clause| clause.kind == kind);
        let (kind, first) = (kind.word(), all().next()?);
        Some(TallyView { kind, text: part(kind, all().count(), (place == 0, texts)), id: id(first) })
    });
    parts.collect()
}

/// How many clauses of a kind changed: as the first part of a sentence, or as one of the others.
fn part(kind: &str, count: usize, (first, texts): (bool, &Texts)) -> String {
    if first {
        return texts.count(&format!("overview-{kind}"), count);
    }
    texts.say(&format!("tally-{kind}"), &[("count", &count.to_string())])
}
