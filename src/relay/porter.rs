//! Who stands at the relay's door, for as long as the process lives: how often each address came, what was counted, and
//! whether a mail server answers.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::limit::{Limiter, Pace};
use super::numbers::Numbers;
use super::transport::Transport;
use crate::base::mac::Key;
use crate::site::relay_rate::Rate;

/// How long it is believed that a mail server answers, or does not.
const BELIEVED: Duration = Duration::from_secs(10);

/// How long it is waited for a mail server's answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The porter.
#[derive(Default)]
pub struct Porter {
    /// What was counted.
    pub numbers: Numbers,
    rates: Option<(Limiter, Instant)>,
    proxy_told: AtomicBool,
    ready: Mutex<Option<(Instant, bool)>>,
}

impl Porter {
    /// A porter who lets each address in so often.
    #[must_use]
    pub fn limiting(rate: Rate, key: Key) -> Self {
        Self { rates: Some((Limiter::new(rate, key), Instant::now())), ..Self::default() }
    }

    /// Counts a submission of an address, whose name may be known. Without a rate, all are within it.
    pub fn judge(&self, who: IpAddr, name: Option<u64>) -> Pace {
        let judged = |(limiter, begun): &(Limiter, Instant)| {
            limiter.judge(name.unwrap_or_else(|| limiter.name(who)), begun.elapsed())
        };
        self.rates.as_ref().map_or(Pace::Within, judged)
    }

    /// By what an address is known while the process lives, if addresses are told apart.
    #[must_use]
    pub fn name(&self, who: IpAddr) -> Option<u64> {
        self.rates.as_ref().map(|(limiter, _)| limiter.name(who))
    }

    /// Whether nothing is read from an address.
    #[must_use]
    pub fn is_closed(&self, who: IpAddr) -> bool {
        self.rates.as_ref().is_some_and(|(limiter, begun)| limiter.is_closed(who, begun.elapsed()))
    }

    /// Whether it is to be told that an unknown proxy stands before us: once.
    pub fn is_news(&self) -> bool {
        !self.proxy_told.swap(true, Ordering::Relaxed)
    }

    /// Whether a mail server answers. It is asked once in a while, and by one at a time.
    pub async fn ready(&self, transport: &dyn Transport) -> bool {
        let mut known = self.ready.lock().await;
        if let Some((_, ready)) = known.filter(|(since, _)| since.elapsed() < BELIEVED) {
            return ready;
        }
        let ready = timeout(PATIENCE, transport.probe()).await.unwrap_or(false);
        *known = Some((Instant::now(), ready));
        ready
    }
}
