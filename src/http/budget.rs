//! A budget of memory for all bodies in flight. It is asked before anything is read, and what it gave comes back when
//! the last holder of the request lets go.

use std::fmt;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many bytes for all requests together.
#[derive(Clone, Debug)]
pub struct Budget {
    left: Arc<Semaphore>,
    whole: usize,
}

/// A part of the budget. Whoever holds a clone holds all of it.
#[derive(Clone, Default)]
pub struct Held(Option<Arc<OwnedSemaphorePermit>>);

impl Budget {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let whole = bytes.min(Semaphore::MAX_PERMITS);
        Self { left: Arc::new(Semaphore::new(whole)), whole }
    }

    /// How many bytes are given away.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.whole.saturating_sub(self.left.available_permits())
    }

    /// Takes a part of what is left, at once or not at all.
    #[must_use]
    pub fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        Arc::clone(&self.left).try_acquire_many_owned(bytes).ok()
    }

    /// Adds to a part; says whether there was enough left.
    #[must_use]
    pub fn grow(&self, part: &mut OwnedSemaphorePermit, bytes: usize) -> bool {
        self.take(bytes).is_some_and(|more| {
            part.merge(more);
            true
        })
    }
}

impl From<OwnedSemaphorePermit> for Held {
    fn from(part: OwnedSemaphorePermit) -> Self {
        Self(Some(Arc::new(part)))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref().map_or(0, |part| part.num_permits());
        write!(out, "Held({bytes})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_comes_back_with_its_last_holder() {
        let budget = Budget::new(10);
        let mut part = budget.take(6).unwrap();
        assert!(budget.take(5).is_none() && budget.grow(&mut part, 4) && !budget.grow(&mut part, 1));
        let held = Held::from(part);
        let other = held.clone();
        drop(held);
        assert_eq!(budget.taken(), 10);
        drop(other);
        assert_eq!(budget.taken(), 0);
        assert!(budget.take(usize::MAX).is_none());
    }
}
