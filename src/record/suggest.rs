//! Whether a change looks material: what people would want to know of, by what the disclosures say. A suggestion; the
//! editor decides.

use crate::redline::semantic::{self, Semantic};
use crate::site::disclose::{Disclosures, Retention, period};

/// The changes of meaning that speak for a material change.
#[must_use]
pub fn material(old: Option<&Disclosures>, new: Option<&Disclosures>) -> Vec<Semantic> {
    semantic::compare(old, new).into_iter().filter(weighs).collect()
}

/// More is done with people's data than before, or on other grounds, or they may do less about it.
fn weighs(change: &Semantic) -> bool {
    match change {
        Semantic::Basis(..)
        | Semantic::DataAdded(..)
        | Semantic::PurposeAdded(_)
        | Semantic::RecipientAdded(_)
        | Semantic::RightRemoved(_)
        | Semantic::Transfers(..) => true,
        Semantic::Retention(_, old, new) => longer(old.as_ref(), new.as_ref()),
        Semantic::DataRemoved(..)
        | Semantic::PurposeRemoved(_)
        | Semantic::RecipientRemoved(_)
        | Semantic::RightAdded(_) => false,
    }
}

/// Whether data may be kept for longer. Where that cannot be told, they may.
fn longer(old: Option<&Retention>, new: Option<&Retention>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return true };
    let (was, is) = (days(old), days(new));
    old.from != new.from || was.is_none() || is.is_none() || is > was
}

fn days(kept: &Retention) -> Option<u64> {
    let (count, unit) = period(&kept.keep)?;
    let unit = match unit {
        'Y' => 366,
        'M' => 31,
        'W' => 7,
        _ => 1,
    };
    Some(u64::from(count) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(keep: &str) -> Retention {
        Retention { keep: keep.into(), from: "receipt".into(), except: None }
    }

    #[test]
    fn longer_is_material_and_shorter_is_not() {
        let change = |old: &str, new: &str| weighs(&Semantic::Retention("x".into(), Some(kept(old)), Some(kept(new))));
        assert!(change("P12M", "P24M") && change("P2W", "P1M") && !change("P24M", "P12M") && !change("P2Y", "P1Y"));
        assert!(weighs(&Semantic::Retention("x".into(), Some(kept("P1Y")), None)));
    }

    #[test]
    fn what_gives_people_more_is_not() {
        assert!(weighs(&Semantic::RightRemoved(Vec::new())) && !weighs(&Semantic::RightAdded(Vec::new())));
        assert!(weighs(&Semantic::RecipientAdded(Vec::new())) && !weighs(&Semantic::RecipientRemoved(Vec::new())));
    }
}
