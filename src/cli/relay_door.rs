//! The relay's door: its certificate, which is read again at SIGHUP, the address of those who watch over it, its log.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::world;
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::base::mac::Key;
use crate::http::private::Certificate;
use crate::http::server::{Limits, Load, Server};
use crate::relay::Relay;
use crate::relay::admin::Admin;
use crate::relay::log::Event;
use crate::relay::porter::Porter;
use crate::relay::smtp::Tell;
use crate::site::relay::Relay as Settings;
use crate::site::relay_door::Log;

/// The relay's own certificate, if it has one.
///
/// # Errors
/// A file cannot be used.
pub fn certificate(settings: &Settings, root: &Path) -> Result<Option<Arc<Certificate>>, Error> {
    let read = |(certificate, key): &(String, String)| Certificate::read(root.join(certificate), root.join(key));
    Ok(settings.door.tls.as_ref().map(read).transpose()?.map(Arc::new))
}

/// What stands at the door, opened before anything is asked.
pub struct Door {
    /// TLS of its own.
    pub certificate: Option<Arc<Certificate>>,
    /// Where those who watch over it ask.
    pub admin: Option<TcpListener>,
}

impl Door {
    /// Opens the address of those who watch over the relay.
    ///
    /// # Errors
    /// The address cannot be had.
    pub fn open(settings: &Settings, certificate: Option<Arc<Certificate>>) -> Result<Self, Error> {
        let bind = |address| {
            let failed = |error| Error::machine(format!("cannot listen on {address} (relay.admin)"), error);
            TcpListener::bind(address).map_err(failed)
        };
        Ok(Self { certificate, admin: settings.door.admin.map(bind).transpose()? })
    }

    /// The scheme of the addresses at which the relay is asked.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.certificate.is_some() { "https" } else { "http" }
    }

    /// Begins what goes on beside the relay: answers to those who watch over it, and the certificate read again when the
    /// process is told to.
    ///
    /// # Errors
    /// The socket cannot be used, or signals cannot be heard.
    pub fn begin(self, relay: &Arc<Relay>, load: Load, tell: &Tell) -> Result<Beside, Error> {
        let mut beside = Beside(Vec::new());
        if let Some(listener) = self.admin {
            let limits = Limits { connections: 16, body: 0, head_time: Duration::from_secs(10), ..Limits::default() };
            let admin = Server::on(listener, limits)?;
            let watched = Admin::new(Arc::clone(relay), load);
            beside.0.push(tokio::spawn(admin.serve(watched, std::future::pending())));
        }
        if let Some(certificate) = self.certificate {
            beside.0.push(follow(certificate, Arc::clone(tell))?);
        }
        Ok(beside)
    }
}

/// What goes on beside the relay, until it is dropped.
pub struct Beside(Vec<JoinHandle<()>>);

impl Drop for Beside {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Reads a certificate again at each SIGHUP.
#[cfg(unix)]
fn follow(certificate: Arc<Certificate>, tell: Tell) -> Result<JoinHandle<()>, Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let hangup = signal(SignalKind::hangup()).map_err(|error| Error::machine("cannot listen for signals", error));
    let mut hangup = hangup?;
    Ok(tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let read = certificate.again();
            tell(&if read.is_ok() { Event::CertificateRead } else { Event::CertificateKept });
        }
    }))
}

/// There is no such signal here: a new certificate needs a new start.
#[cfg(not(unix))]
fn follow(_certificate: Arc<Certificate>, _tell: Tell) -> Result<JoinHandle<()>, Error> {
    Ok(tokio::spawn(async {}))
}

/// Who stands at the door. The names of addresses are under a key of this process alone.
///
/// # Errors
/// The system gives no random bytes.
pub fn porter(settings: &Settings) -> Result<Arc<Porter>, Error> {
    let key = Key::new(&world::random()?);
    Ok(Arc::new(key.map_or_else(Porter::default, |key| Porter::limiting(settings.limits.per_address, key))))
}

/// Where events are told: they are counted, and written to standard error.
#[must_use]
pub fn teller(log: Log, porter: &Arc<Porter>) -> Tell {
    let porter = Arc::clone(porter);
    Arc::new(move |event: &Event| {
        porter.numbers.note(event);
        let line = match log {
            Log::Human => format!("relay: {event}\n"),
            Log::Json => event.json(Moment::from_unix(world::seconds()).unwrap_or_else(Moment::start)),
        };
        // There is nowhere to say that standard error is closed. One write: two threads do not share a line.
        let _ = std::io::stderr().write_all(line.as_bytes());
    })
}
