//! What can happen to a leaf, and its word in data.

/// What happened to a leaf.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// Some of its words changed.
    Changed,
    /// It went.
    Deleted,
    /// Nothing.
    Equal,
    /// Its format changed, its words did not.
    Format,
    /// It came.
    Inserted,
    /// It was joined with another, or is one that another was joined with.
    Joined,
    /// A link in it leads elsewhere, its words are the same.
    Link,
    /// It stands elsewhere now; this is one of both ends.
    Moved,
    /// Its number changed because of others, or that of a clause that it refers to.
    Renumbered,
    /// It was split, or is a part of one that was.
    Split,
}

impl Class {
    /// The word in data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Equal => "equal",
            Self::Format => "format",
            Self::Inserted => "inserted",
            Self::Joined => "joined",
            Self::Link => "link",
            Self::Moved => "moved",
            Self::Renumbered => "renumbered",
            Self::Split => "split",
        }
    }
}
