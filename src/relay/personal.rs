//! What a visitor typed. It cannot be printed by mistake: there is no Debug and no Display. It is overwritten when it is
//! dropped; copies that libraries made of it are overwritten by the allocator when they are given back.

use crate::base::wipe;

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

    /// The value itself, for whoever makes another of it.
    #[must_use]
    pub fn take(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Personal {
    fn drop(&mut self) {
        wipe::text(&mut self.0);
    }
}
