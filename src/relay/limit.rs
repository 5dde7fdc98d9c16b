//! How often an address may send: a bounded memory of names that nobody can turn back into addresses. Time is passed in.
//!
//! An address is known by an HMAC under a key that lives as long as the process; of IPv6, the first 64 bits are what one
//! customer has. What is remembered of it is when it may send again, and that is forgotten when it has passed.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};

use crate::base::mac::Key;
use crate::site::relay_rate::Rate;

/// More addresses than this are not told apart: further ones share some places.
const MOST: usize = 100_000;
/// The places that they share.
const SHARED: u64 = 1024;
/// How often what has passed is looked for when the memory is full.
const SWEEP: Duration = Duration::from_secs(10);
/// So many times the rate, and nothing is read any more.
const TENFOLD: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Whether something is within the rate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pace {
    /// It is.
    Within,
    /// It will be after this time.
    Over(Duration),
}

/// The rates of all addresses.
pub struct Limiter {
    key: Key,
    time: Time,
    usual: Counter,
    tenfold: Counter,
    /// Until when nothing is read from whom.
    closed: Mutex<BTreeMap<u64, Duration>>,
}

type Counter = RateLimiter<u64, Places, Time, NoOpMiddleware<Nanos>>;

/// The time that was passed in last, in nanoseconds.
#[derive(Clone, Default)]
struct Time(Arc<AtomicU64>);

impl Clock for Time {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

/// When the allowance of each address is whole again.
struct Places {
    time: Time,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    whole: BTreeMap<u64, Nanos>,
    swept: Duration,
}

impl StateStore for Places {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, name: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let name = known.place(*name, self.time.now());
        let (result, whole) = measure(known.whole.get(&name).copied())?;
        known.whole.insert(name, whole);
        Ok(result)
    }
}

impl Known {
    /// Where an address is counted.
    fn place(&mut self, name: u64, now: Nanos) -> u64 {
        if self.whole.contains_key(&name) || self.whole.len() < MOST {
            return name;
        }
        let time = Duration::from(now);
        if time >= self.swept + SWEEP {
            self.swept = time;
            self.whole.retain(|_, whole| *whole > now);
        }
        if self.whole.len() < MOST { name } else { name % SHARED }
    }
}

impl Limiter {
    /// A limiter under a key of its own.
    #[must_use]
    pub fn new(rate: Rate, key: Key) -> Self {
        let time = Time::default();
        let counter = |times: NonZeroU32| {
            let count = rate.count.saturating_mul(times);
            // A rate is at most a million, ten times, in at least a minute: a time between two is never nothing.
            let quota = Quota::with_period(rate.period / count.get()).unwrap_or(Quota::per_minute(count));
            let quota = quota.allow_burst(count);
            let places = Places { time: time.clone(), known: Mutex::default() };
            RateLimiter::new(quota, places, time.clone())
        };
        Self { key, usual: counter(NonZeroU32::MIN), tenfold: counter(TENFOLD), time, closed: Mutex::default() }
    }

    /// Counts something that an address sends, by its name. `now` is the time since any beginning.
    pub fn judge(&self, name: u64, now: Duration) -> Pace {
        let now = self.pass(now);
        let wait = |counter: &Counter| counter.check_key(&name).err().map(|until| until.wait_time_from(now));
        if let Some(wait) = wait(&self.tenfold) {
            self.close(name, Duration::from(now), wait);
        }
        wait(&self.usual).map_or(Pace::Within, Pace::Over)
    }

    /// Whether an address sent so much that nothing more is read from it.
    #[must_use]
    pub fn is_closed(&self, who: IpAddr, now: Duration) -> bool {
        let closed = self.closed();
        // Most often there is nobody, and nothing to compute.
        !closed.is_empty() && closed.get(&self.name(who)).is_some_and(|until| now < *until)
    }

    fn close(&self, name: u64, now: Duration, wait: Duration) {
        let mut closed = self.closed();
        if closed.len() >= MOST {
            closed.retain(|_, until| now < *until);
        }
        if closed.len() < MOST {
            closed.insert(name, now + wait);
        }
    }

    fn closed(&self) -> MutexGuard<'_, BTreeMap<u64, Duration>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time never goes back, though two threads may pass it in the other order.
    fn pass(&self, now: Duration) -> Nanos {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        now.max(self.time.0.fetch_max(now, Ordering::Relaxed)).into()
    }

    /// By what an address is known.
    #[must_use]
    pub fn name(&self, who: IpAddr) -> u64 {
        let part = match who.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
        };
        self.key.number(&["vellum address 1", &part])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(rate: &str) -> Limiter {
        Limiter::new(Rate::parse(rate).unwrap(), Key::new(&[7; 32]).unwrap())
    }

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn row_32_ten_an_hour_and_one_more_in_six_minutes() {
        let limiter = limiter("10/h");
        let (who, other) = (at("1.2.3.4"), at("1.2.3.5"));
        for _ in 0..10 {
            assert_eq!(limiter.judge(limiter.name(who), MINUTE), Pace::Within);
        }
        assert_eq!(limiter.judge(limiter.name(who), MINUTE), Pace::Over(6 * MINUTE));
        assert_eq!(limiter.judge(limiter.name(who), 3 * MINUTE), Pace::Over(4 * MINUTE));
        assert_eq!(limiter.judge(limiter.name(other), 3 * MINUTE), Pace::Within);
        assert_eq!(limiter.judge(limiter.name(who), 7 * MINUTE), Pace::Within);
        assert_eq!(limiter.judge(limiter.name(who), 7 * MINUTE), Pace::Over(6 * MINUTE));
    }

    #[test]
    fn row_32_ten_times_over_nothing_is_read_until_it_is_less() {
        let limiter = limiter("10/h");
        let who = at("1.2.3.4");
        for _ in 0..100 {
            limiter.judge(limiter.name(who), MINUTE);
        }
        assert!(!limiter.is_closed(who, MINUTE));
        assert!(matches!(limiter.judge(limiter.name(who), MINUTE), Pace::Over(_)));
        assert!(limiter.is_closed(who, MINUTE) && !limiter.is_closed(at("1.2.3.5"), MINUTE));
        assert!(!limiter.is_closed(who, 2 * MINUTE));
    }

    #[test]
    fn what_one_customer_has_of_ipv6_is_one_address() {
        let limiter = limiter("1/h");
        let judge = |text| limiter.judge(limiter.name(at(text)), MINUTE);
        assert_eq!(judge("2001:db8:0:1::1"), Pace::Within);
        assert!(matches!(judge("2001:db8:0:1:ffff::9"), Pace::Over(_)));
        assert_eq!(judge("2001:db8:0:2::1"), Pace::Within);
        assert_eq!(judge("1.2.3.4"), Pace::Within);
        assert!(matches!(judge("::ffff:1.2.3.4"), Pace::Over(_)));
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_what_has_passed() {
        let mut known = Known::default();
        let whole = Nanos::from(5 * MINUTE);
        for number in 0..200_000 {
            let place = known.place(SHARED + number, MINUTE.into());
            known.whole.insert(place, whole);
        }
        assert!(known.whole.len() <= MOST + usize::try_from(SHARED).unwrap());
        // Whoever is known keeps a place of his own.
        assert_eq!(known.place(SHARED, MINUTE.into()), SHARED);
        let new = known.place(u64::MAX, (6 * MINUTE).into());
        assert!(new == u64::MAX && known.whole.is_empty());
    }
}
