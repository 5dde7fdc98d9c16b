//! The development server: builds, serves the last good build from memory, watches, and reloads the pages.
//!
//! ```text
//! disk ─▶ watch ─▶ rebuild (given by the caller) ─▶ show ─▶ pages ─▶ live ─▶ http
//! ```
//!
//! It listens on this machine only, writes nothing to disk, and never shows a site that could not be built.

#![expect(clippy::disallowed_methods, reason = "a run of the server has a number, and folders are watched")]

pub mod guard;
pub mod live;
pub mod pages;
pub mod rules;
pub mod show;
mod watch;

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

use self::live::Shown;
use self::show::Show;
use self::watch::Watch;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::http::handler::{Admission, Handler};
use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::server::{Limits, Server, stop_signal};
use crate::relay::Relay;
use crate::relay::outbox::Outbox;

/// How the server runs.
#[derive(Clone)]
pub struct Options {
    /// The port; 0 lets the system choose one.
    pub port: u16,
    /// The path below which the site lives, `/` or `/sub/`.
    pub base_path: String,
    /// The site's root.
    pub root: PathBuf,
    /// Files and folders below the root whose changes cause a build. They need not be there yet.
    pub watch: Vec<PathBuf>,
    /// Folders whose changes cause none, such as the output.
    pub ignore: Vec<PathBuf>,
    /// Where the mails of forms go.
    pub outbox: Outbox,
}

/// What a build came to.
#[derive(Debug)]
pub struct Built {
    /// The output: path → bytes.
    pub files: Files,
    /// Everything that was found.
    pub findings: Vec<Diagnostic>,
    /// Whether the output may be shown.
    pub good: bool,
    /// What answers the site's forms.
    pub relay: Option<Arc<Relay>>,
}

/// Serves until the process is asked to stop. `ready` is called once with the address, `http://127.0.0.1:4000`, when
/// the first build is done and requests are answered.
///
/// # Errors
/// The port is taken, a folder cannot be watched, or the first build fails for another reason than its content.
pub fn run<B>(options: &Options, rebuild: B, ready: impl FnOnce(&str)) -> Result<(), Error>
where
    B: Fn() -> Result<Built, Error> + Send + Sync + 'static,
{
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Error::machine("cannot start the server", error))?;
    let ended = runtime.block_on(async {
        let stop = stop_signal()?;
        develop(options, Arc::new(rebuild), ready, stop).await
    });
    // A build that is under way need not be waited for: it writes nothing.
    runtime.shutdown_background();
    ended
}

async fn develop<B>(
    options: &Options,
    rebuild: Arc<B>,
    ready: impl FnOnce(&str),
    stop: impl Future<Output = ()>,
) -> Result<(), Error>
where
    B: Fn() -> Result<Built, Error> + Send + Sync + 'static,
{
    let server = Server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)), Limits::default()).await?;
    let address = server.address();
    let watch = Watch::start(options)?;
    let mut stop = pin!(stop);
    let first = tokio::select! {
        first = build(&rebuild) => first?,
        () = &mut stop => return Ok(()),
    };
    let show = Show::new(&options.base_path, run_number()).after(Ok(first));
    let shown: Arc<Shown> = Arc::new(Shown::new(Some(Arc::new(show))));
    ready(&format!("http://{address}"));
    let handler = Door { shown: Arc::clone(&shown), outbox: options.outbox.clone(), port: address.port() };
    let stop = async {
        stop.await;
        // Streams have no end of their own.
        shown.send_replace(None);
    };
    tokio::select! {
        () = server.serve(handler, stop) => Ok(()),
        never = follow(watch, rebuild, &shown) => match never {},
    }
}

/// Where requests come in.
struct Door {
    shown: Arc<Shown>,
    outbox: Outbox,
    port: u16,
}

impl Handler for Door {
    fn admit(&self, head: &Request) -> Admission {
        let show = self.shown.borrow().clone();
        show.as_ref()
            .and_then(|show| show.relay())
            .map_or(Admission::Usual, |relay| Admission::UpTo(relay.longest(head), None))
    }

    async fn answer(&self, request: Request) -> Reply {
        answer(request, (&self.shown, &self.outbox), self.port).await
    }
}

/// Tells this run from others, so that pages of an earlier one are loaded anew.
fn run_number() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis()
}

/// Builds after each change, one build at a time; whatever changes during a build causes one more. It never ends.
async fn follow<B>(mut watch: Watch, rebuild: Arc<B>, shown: &Shown) -> Infallible
where
    B: Fn() -> Result<Built, Error> + Send + Sync + 'static,
{
    loop {
        watch.change().await;
        let outcome = build(&rebuild).await;
        shown.send_modify(|show| *show = show.as_ref().map(|show| Arc::new(show.after(outcome))));
    }
}

async fn build<B>(rebuild: &Arc<B>) -> Result<Built, Error>
where
    B: Fn() -> Result<Built, Error> + Send + Sync + 'static,
{
    let rebuild = Arc::clone(rebuild);
    let joined = spawn_blocking(move || rebuild()).await;
    joined.unwrap_or_else(|error| Err(Error::machine("the build broke off, which is a fault of Vellum", error)))
}

/// Where the outbox stands, below our own addresses.
const OUTBOX: &str = "outbox/";

/// The life of a request: who asks, then our own addresses, then what forms send, then the site's.
async fn answer(request: Request, (shown, outbox): (&Shown, &Outbox), port: u16) -> Reply {
    if let Some(refusal) = guard::refusal(&request, port) {
        return refusal;
    }
    let Some(show) = shown.borrow().clone() else {
        return Reply::text(503, "The server is stopping.\n");
    };
    let own = request.path.strip_prefix(live::OWN).filter(|_| request.method.reads());
    if let Some(name) = own.and_then(|name| name.strip_prefix(OUTBOX)) {
        return outbox.answer(name);
    }
    if own == Some(OUTBOX.trim_end_matches('/')) {
        return Reply::elsewhere(308, &format!("{}{OUTBOX}", live::OWN));
    }
    if let Some(relay) = show.relay().filter(|relay| own.is_none() && relay.takes(&request)) {
        return relay.answer(request).await;
    }
    let reply = match (own, show.site()) {
        (Some(name), _) => live::answer(name, shown, &show),
        (_, Some(site)) => site.answer(&request),
        (_, None) => pages::notice(503, "The site could not be built yet", show.trouble().unwrap_or_default()),
    };
    live::attach(reply, &show, request.header("Host").unwrap_or_default())
}
