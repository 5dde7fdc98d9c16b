//! How long data are kept: a period of the disclosures is written in the clauses that they name, and a period for which
//! those clauses keep data is one of the disclosures.

use std::collections::BTreeSet;

use super::Statement;
use super::period::{Period, periods, said, same};
use super::rights::speaks_of;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::span::Place;
use crate::site::disclose::{Purpose, period};
use crate::site::passage::{Passage, PassageKind};

/// The beginnings of words by which a sentence speaks of keeping data.
const KEEPING: &[&str] =
    &["keep", "kept", "retain", "retention", "delet", "stor", "conserv", "supprim", "speicher", "aufbewahr", "lösch"];

/// A period in the text, and where it stands.
struct Written {
    period: Period,
    place: Place,
}

/// Compares the periods of the disclosures with those of the text, both ways.
pub fn kept(statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    let purposes = &statement.discloses.purposes;
    let declared: Vec<(&Purpose, Period)> =
        purposes.iter().filter_map(|one| Some((one, period(&one.retention.as_ref()?.keep)?))).collect();
    for (purpose, keep) in &declared {
        findings.extend(missing(statement, purpose, *keep));
    }
    let own = declared.iter().map(|(purpose, _)| purpose.clause.value.as_str());
    let clauses: BTreeSet<&str> = declared.iter().filter_map(|(purpose, _)| purpose.exception()).chain(own).collect();
    let strange = |one: &Written| !declared.iter().any(|(_, keep)| same(*keep, one.period));
    for one in clauses.iter().flat_map(|id| written(statement, id)).filter(strange) {
        let message = format!("the text keeps data for {}, and no purpose of the disclosures does", said(one.period));
        let all: BTreeSet<String> = declared.iter().map(|(_, keep)| said(*keep)).collect();
        let all: Vec<String> = all.into_iter().collect();
        let finding = Diagnostic::new(Code::V510, one.place, message);
        let finding = finding.related(
            statement.in_disclosures(statement.discloses.span),
            format!("the disclosures keep for {}", all.join(", ")),
        );
        findings.push(finding.help("change the one that is wrong, so that both say the same"));
    }
}

/// The period of a purpose, where the clauses that it names keep data for other times only.
fn missing(statement: &Statement<'_>, purpose: &Purpose, keep: Period) -> Option<Diagnostic> {
    let clauses = [Some(purpose.clause.value.as_str()), purpose.exception()];
    let written: Vec<Written> = clauses.into_iter().flatten().flat_map(|id| written(statement, id)).collect();
    let other = written.first().filter(|_| !written.iter().any(|one| same(one.period, keep)))?;
    let message =
        format!("the purpose `{}` keeps data for {}, and the text says {}", purpose.id, said(keep), said(other.period));
    let finding = Diagnostic::new(Code::V510, statement.in_disclosures(purpose.keep_span), message);
    let finding = finding.related(other.place.clone(), "the text says this");
    Some(finding.help("change the one that is wrong, so that both say the same"))
}

/// The periods for which a clause keeps data.
fn written(statement: &Statement<'_>, id: &str) -> Vec<Written> {
    let passages = statement.clause(id);
    let about = passages.first().is_some_and(|heading| speaks_of_keeping(&heading.text));
    let mut found = Vec::new();
    for passage in passages {
        let in_table = about && passage.kind == PassageKind::Cell;
        for (words, period) in periods(&passage.text) {
            if in_table || speaks_of_keeping(sentence(passage, words.start)) {
                found.push(Written { period, place: statement.in_text(passage, &words) });
            }
        }
    }
    found
}

/// The sentence around a place.
fn sentence(passage: &Passage, at: usize) -> &str {
    let (before, after) = passage.text.split_at_checked(at).unwrap_or((&passage.text, ""));
    let start = before.rfind(". ").map_or(0, |end| end + 1);
    let end = after.find(". ").map_or(passage.text.len(), |end| at + end);
    passage.text.get(start..end).unwrap_or_default()
}

fn speaks_of_keeping(text: &str) -> bool {
    speaks_of(text, KEEPING)
}
