//! What changed in the disclosures: the change of meaning beside the change of words.

use crate::site::disclose::{Disclosures, Purpose, Retention};

/// One change of meaning. Ids and periods are as in the disclosures; words are given to them by the view.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Semantic {
    /// The basis of a purpose changed: the purpose, the old, the new.
    Basis(String, Vec<String>, Vec<String>),
    /// Data are collected for a purpose that were not.
    DataAdded(String, Vec<String>),
    /// Data are no longer collected for a purpose.
    DataRemoved(String, Vec<String>),
    /// There is a new purpose.
    PurposeAdded(String),
    /// A purpose is gone.
    PurposeRemoved(String),
    /// Somebody receives data who did not, by name.
    RecipientAdded(Vec<String>),
    /// Somebody no longer receives data, by name.
    RecipientRemoved(Vec<String>),
    /// Data are kept for another time: the purpose, the old, the new.
    Retention(String, Option<Retention>, Option<Retention>),
    /// Rights are described that were not.
    RightAdded(Vec<String>),
    /// Rights are no longer described.
    RightRemoved(Vec<String>),
    /// Transfers abroad are described in another way: the old, the new.
    Transfers(String, String),
}

/// Compares the disclosures of two versions. A version without any has nothing to compare.
#[must_use]
pub fn compare(old: Option<&Disclosures>, new: Option<&Disclosures>) -> Vec<Semantic> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let mut found = Vec::new();
    for is in &new.purposes {
        match old.purposes.iter().find(|was| was.id == is.id) {
            Some(was) => purpose(was, is, &mut found),
            None => found.push(Semantic::PurposeAdded(is.id.clone())),
        }
    }
    let gone = old.purposes.iter().filter(|was| !new.purposes.iter().any(|is| is.id == was.id));
    found.extend(gone.map(|was| Semantic::PurposeRemoved(was.id.clone())));
    let names = |one: &Disclosures, other: &Disclosures| -> Vec<String> {
        let known = |id: &str| other.recipients.iter().any(|recipient| recipient.id == id);
        one.recipients
            .iter()
            .filter(|recipient| !known(&recipient.id))
            .map(|recipient| recipient.name.clone())
            .collect()
    };
    push(&mut found, names(new, old), Semantic::RecipientAdded);
    push(&mut found, names(old, new), Semantic::RecipientRemoved);
    push(&mut found, missing(&new.rights, &old.rights), Semantic::RightAdded);
    push(&mut found, missing(&old.rights, &new.rights), Semantic::RightRemoved);
    if old.transfers != new.transfers {
        found.push(Semantic::Transfers(old.transfers.clone(), new.transfers.clone()));
    }
    found
}

fn purpose(was: &Purpose, is: &Purpose, found: &mut Vec<Semantic>) {
    push(found, missing(&is.data, &was.data), |items| Semantic::DataAdded(is.id.clone(), items));
    push(found, missing(&was.data, &is.data), |items| Semantic::DataRemoved(is.id.clone(), items));
    if was.retention != is.retention {
        found.push(Semantic::Retention(is.id.clone(), was.retention.clone(), is.retention.clone()));
    }
    if was.basis != is.basis {
        found.push(Semantic::Basis(is.id.clone(), was.basis.clone(), is.basis.clone()));
    }
}

/// What stands in one list and not in the other.
fn missing(one: &[String], other: &[String]) -> Vec<String> {
    one.iter().filter(|item| !other.contains(item)).cloned().collect()
}

fn push(found: &mut Vec<Semantic>, items: Vec<String>, make: impl FnOnce(Vec<String>) -> Semantic) {
    if !items.is_empty() {
        found.push(make(items));
    }
}
