//! A system whose kernel we do not know how to ask: nothing can be given up, and nothing is claimed.

use super::table::Row;
use super::{HELP, Needs};
use crate::base::error::Error;

/// Refuses: there is no Landlock and no seccomp here.
///
/// # Errors
/// Always.
pub fn confine(_: &Needs) -> Result<(), Error> {
    let said = "the relay is confined by Landlock and seccomp, which are Linux's, on x86-64 and 64-bit ARM";
    Err(Error::machine(format!("cannot confine the relay; {HELP}"), said))
}

/// There is nothing to prove.
#[must_use]
pub fn prove(_: &Needs) -> Vec<Row> {
    Vec::new()
}

/// Does nothing here.
///
/// # Errors
/// Never here; elsewhere the kernel may refuse.
pub fn shut() -> Result<(), Error> {
    Ok(())
}

/// Where memory may be written to a disk: not known here.
#[must_use]
pub fn swap() -> Row {
    Row { act: "swap", expected: "", got: "not known".to_owned() }
}
