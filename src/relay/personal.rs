//! What a visitor typed. It cannot be printed by mistake: there is no Debug and no Display.

/// A value that a visitor typed.
#[derive(Clone, Eq, PartialEq)]
pub struct Personal(String);

impl Personal {
    /// Takes a value over.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for pages that go back to the visitor and for mails. Nothing else may ask for it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
