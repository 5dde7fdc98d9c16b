//! What came of asking for an address outside the site. `http` asks, `check` judges.

/// What came of asking for an address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reached {
    /// Something is there.
    Here,
    /// Something is there, and it moved for good: to which address.
    Moved(String),
    /// Nothing is there any more: what says so.
    Gone(String),
    /// Nobody can tell: why not.
    Untold(String),
}
