//! Rules over what was read. A rule looks and says; it never edits.

pub mod forms;
pub mod originals;
pub mod record;

use crate::base::date::Moment;
use crate::base::diag::Diagnostic;
use crate::base::source::Source;
use crate::history::ledger::Ledger;
use crate::history::timeline::Timeline;
use crate::site::policy::Policy;

/// What the rules of one policy look at.
pub struct Subject<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// Its versions in order, those that are not published yet left out.
    pub timeline: &'a Timeline,
    /// Its versions in order, those that are not published yet included: they are frozen too.
    pub record: &'a Timeline,
    /// The moment of the run.
    pub now: Moment,
    /// Where originals of changed texts may be found.
    pub source: &'a dyn Source,
}

type Rule = fn(&Subject<'_>, &mut Vec<Diagnostic>);

/// The rules for a policy, in order.
const RULES: &[Rule] = &[record::names, record::known, record::present, record::unchanged, record::days];

/// Runs all rules over a policy.
pub fn policy(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for rule in RULES {
        rule(subject, findings);
    }
}
