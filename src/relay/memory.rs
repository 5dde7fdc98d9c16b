//! What the relay remembers of submissions: for each nonce, whether it is under way, sent, or failed, and nothing of what
//! was sent. It makes a double click one mail. It is per process and bounded; the oldest is forgotten first.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::reply::Trouble;
use crate::base::address::Address;

/// More nonces than this are not remembered.
const MOST: usize = 50_000;

/// What came of a submission that was under way, once its sender is gone: nothing when it was sent.
pub type Ended = watch::Receiver<Option<Trouble>>;

/// What is known of a nonce.
enum State {
    Failed,
    InFlight(Ended),
    Sent,
}

struct Entry {
    digest: String,
    state: State,
    /// The recipients that have accepted it.
    accepted: BTreeSet<Address>,
}

#[derive(Default)]
struct Known {
    entries: HashMap<Arc<str>, Entry>,
    order: VecDeque<Arc<str>>,
}

/// The memory of a process.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Known>>);

/// What becomes of a submission with a nonce.
pub enum Claim {
    /// It is for the caller to send.
    Mine(Guard),
    /// The same nonce was used for something else.
    Other,
    /// It was sent before.
    Sent,
    /// It is under way: whoever waits for its end is told what came of it.
    Wait(Ended),
}

/// The right to send a submission. Dropped without a word, the submission counts as failed.
pub struct Guard {
    memory: Memory,
    nonce: Arc<str>,
    sent: bool,
    /// The recipients that have accepted it. They are known by their addresses: a site that is read again may have them in
    /// another order, or others.
    pub accepted: BTreeSet<Address>,
    /// Dropped with the guard, which wakes those who wait.
    done: watch::Sender<Option<Trouble>>,
}

impl Memory {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims a nonce for a submission.
    #[must_use]
    pub fn claim(&self, nonce: &str, digest: &str) -> Claim {
        let mut known = self.known();
        let (mut accepted, nonce): (_, Arc<str>) = (BTreeSet::new(), nonce.into());
        if let Some(entry) = known.entries.get(&nonce) {
            match &entry.state {
                _ if entry.digest != digest => return Claim::Other,
                State::Sent => return Claim::Sent,
                State::InFlight(done) => return Claim::Wait(done.clone()),
                State::Failed => accepted.clone_from(&entry.accepted),
            }
        } else {
            known.forget();
            known.order.push_back(Arc::clone(&nonce));
        }
        let (done, waiting) = watch::channel(Some(Trouble::Broken));
        let entry = Entry { digest: digest.to_owned(), state: State::InFlight(waiting), accepted: accepted.clone() };
        known.entries.insert(Arc::clone(&nonce), entry);
        Claim::Mine(Guard { memory: self.clone(), nonce, sent: false, accepted, done })
    }
}

impl Known {
    /// Makes room for one more. What is under way is never forgotten: there are fewer of those than connections.
    fn forget(&mut self) {
        let mut tries = self.order.len();
        while self.order.len() >= MOST && tries > 0 {
            tries -= 1;
            let Some(nonce) = self.order.pop_front() else { return };
            let busy = self.entries.get(&nonce).is_some_and(|entry| matches!(entry.state, State::InFlight(_)));
            if busy {
                self.order.push_back(nonce);
            } else {
                self.entries.remove(&nonce);
            }
        }
    }
}

impl Guard {
    /// Says that all recipients have accepted it.
    pub fn sent(mut self) {
        self.sent = true;
        self.done.send_replace(None);
    }

    /// Says why it was not sent.
    pub fn failed(self, trouble: Trouble) {
        self.done.send_replace(Some(trouble));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(entry) = self.memory.known().entries.get_mut(&self.nonce) {
            entry.state = if self.sent { State::Sent } else { State::Failed };
            entry.accepted = if self.sent { BTreeSet::new() } else { std::mem::take(&mut self.accepted) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_nonce_is_sent_once() {
        let memory = Memory::default();
        let Claim::Mine(guard) = memory.claim("n", "d") else { panic!() };
        let Claim::Wait(waiting) = memory.claim("n", "d") else { panic!() };
        assert!(matches!(memory.claim("n", "other"), Claim::Other));
        guard.sent();
        assert!(waiting.has_changed().is_err() && waiting.borrow().is_none());
        assert!(matches!(memory.claim("n", "d"), Claim::Sent));
    }

    #[test]
    fn what_failed_is_tried_again_but_not_with_those_who_accepted() {
        let memory = Memory::default();
        let Claim::Mine(mut guard) = memory.claim("n", "d") else { panic!() };
        let one = Address::parse("one@b.example").unwrap();
        guard.accepted.insert(one.clone());
        drop(guard);
        let Claim::Mine(guard) = memory.claim("n", "d") else { panic!() };
        assert_eq!(guard.accepted, BTreeSet::from([one]));
    }

    #[test]
    fn the_oldest_is_forgotten_and_what_is_under_way_never() {
        let memory = Memory::default();
        let Claim::Mine(held) = memory.claim("held", "d") else { panic!() };
        for number in 0..=MOST {
            drop(memory.claim(&number.to_string(), "d"));
        }
        assert!(matches!(memory.claim("held", "d"), Claim::Wait(_)));
        assert_eq!(memory.known().entries.len(), MOST);
        drop(held);
    }
}
