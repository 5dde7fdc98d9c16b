//! A budget of memory for all bodies in flight. It is asked before anything is kept, and what it gave comes back when the
//! last holder of the request lets go. Of one peer, all bodies together take a share of it at most.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One peer takes a quarter at most, or two of its longest bodies where that is more.
const SHARES: usize = 4;

/// So many bytes for all requests together.
#[derive(Clone, Debug)]
pub struct Budget {
    left: Arc<Semaphore>,
    whole: usize,
    /// What each peer holds that holds something.
    peers: Arc<Mutex<BTreeMap<u64, usize>>>,
}

/// A part of the budget.
pub struct Part {
    budget: Budget,
    permit: Option<OwnedSemaphorePermit>,
    peer: Option<u64>,
    /// The longest body that its peer may send.
    longest: usize,
}

/// A part that is kept. Whoever holds a clone holds all of it.
#[derive(Clone, Default)]
pub struct Held(Option<Arc<Part>>);

impl Budget {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let whole = bytes.min(Semaphore::MAX_PERMITS);
        Self { left: Arc::new(Semaphore::new(whole)), whole, peers: Arc::default() }
    }

    /// How many bytes are given away.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.whole.saturating_sub(self.left.available_permits())
    }

    /// A part with nothing in it yet, for a body of a peer. Without a name, a peer may take all.
    #[must_use]
    pub fn part(&self, peer: Option<u64>, longest: usize) -> Part {
        Part { budget: self.clone(), permit: None, peer, longest }
    }

    fn peers(&self) -> MutexGuard<'_, BTreeMap<u64, usize>> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what a peer takes; says whether it is within its share.
    fn count(&self, peer: u64, bytes: usize, longest: usize) -> bool {
        let most = longest.saturating_mul(2).max(self.whole / SHARES);
        let mut peers = self.peers();
        let whole = peers.get(&peer).copied().unwrap_or_default().saturating_add(bytes);
        if whole > most {
            return false;
        }
        peers.insert(peer, whole);
        true
    }

    fn forget(&self, peer: u64, bytes: usize) {
        let mut peers = self.peers();
        let left = peers.get(&peer).copied().unwrap_or_default().saturating_sub(bytes);
        if left == 0 {
            peers.remove(&peer);
        } else {
            peers.insert(peer, left);
        }
    }
}

impl Part {
    /// Adds to it, at once or not at all; says whether there was enough left.
    #[must_use]
    pub fn grow(&mut self, bytes: usize) -> bool {
        if self.peer.is_some_and(|peer| !self.budget.count(peer, bytes, self.longest)) {
            return false;
        }
        let count = u32::try_from(bytes).ok();
        let more = count.and_then(|count| Arc::clone(&self.budget.left).try_acquire_many_owned(count).ok());
        match (more, &mut self.permit, self.peer) {
            (Some(more), Some(permit), _) => permit.merge(more),
            (Some(more), none, _) => *none = Some(more),
            (None, _, Some(peer)) => {
                self.budget.forget(peer, bytes);
                return false;
            }
            (None, ..) => return false,
        }
        true
    }

    fn bytes(&self) -> usize {
        self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(peer) = self.peer {
            self.budget.forget(peer, self.bytes());
        }
    }
}

impl Held {
    /// The name of the peer whose share it is, if it has one.
    #[must_use]
    pub fn peer(&self) -> Option<u64> {
        self.0.as_ref().and_then(|part| part.peer)
    }
}

impl From<Part> for Held {
    fn from(part: Part) -> Self {
        Self(Some(Arc::new(part)))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref().map_or(0, |part| part.bytes());
        write!(out, "Held({bytes})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_comes_back_with_its_last_holder() {
        let budget = Budget::new(10);
        let mut part = budget.part(None, 10);
        assert!(part.grow(6) && !part.grow(5) && part.grow(4) && !part.grow(1) && !part.grow(usize::MAX));
        let held = Held::from(part);
        let other = held.clone();
        drop(held);
        assert_eq!(budget.taken(), 10);
        drop(other);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn one_peer_takes_a_quarter_or_two_bodies() {
        let budget = Budget::new(100);
        let (mut one, mut two) = (budget.part(Some(1), 10), budget.part(Some(1), 10));
        assert!(one.grow(20) && !two.grow(6) && two.grow(5) && !one.grow(1));
        let mut other = budget.part(Some(2), 30);
        assert!(other.grow(60) && !other.grow(1));
        drop(one);
        assert!(two.grow(20) && !two.grow(1));
        // Without enough for all, nothing is counted.
        let mut late = budget.part(Some(3), 10);
        assert!(!late.grow(16) && late.grow(15));
        drop((two, other, late));
        assert!(budget.taken() == 0 && budget.peers().is_empty());
    }
}
