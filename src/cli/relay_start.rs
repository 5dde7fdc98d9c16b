//! The order of a start: everything is read and every socket is open; then the process gives up its rights, as one
//! thread; then it tries whether they are gone; then threads begin.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::relay::surroundings;
use super::relay_again::{Again, Hangup};
use super::relay_door::{Door, porter, teller};
use super::world::{Ended, World};
use crate::base::date::Day;
use crate::base::error::Error;
use crate::base::wipe;
use crate::compile::Ready;
use crate::http::private::Certificate;
use crate::http::replace::Replaceable;
use crate::http::server::{Limits, Server, stop_signal};
use crate::load::Disk;
use crate::relay::config::Setup;
use crate::relay::confine::{self, Needs, table};
use crate::relay::front::Front;
use crate::relay::log::Event;
use crate::relay::porter::Porter;
use crate::relay::probe::Probed;
use crate::relay::smtp::{Smtp, Tell};
use crate::relay::{Relay, World as Surroundings};
use crate::site::relay::Relay as Settings;
use crate::site::relay_mail::Password;

/// The port of name servers.
const NAMES: u16 = 53;

/// All that a relay is started with.
pub struct Parts {
    /// The site's folder.
    pub disk: Disk,
    /// The site.
    pub ready: Ready,
    /// Mail servers and keys.
    pub setup: Setup,
    /// Its settings.
    pub settings: Settings,
    /// Its own certificate.
    pub certificate: Option<Arc<Certificate>>,
    /// The day that was asked for.
    pub as_of: Option<Day>,
}

/// What the relay needs once it is confined.
#[must_use]
pub fn needs(root: &Path, parts: &Parts) -> Needs {
    let Parts { setup, settings, certificate, .. } = parts;
    let servers = setup.servers.iter().map(|server| server.way.host.1);
    let resolvers = settings.resolvers.iter().map(SocketAddr::port);
    // A token is read at each login, a certificate when the process is told to. Its folder may be read, since a rule for a file ends when the file is replaced.
    let tokens = settings.servers.iter().filter_map(|server| match &server.login {
        Some((_, Password::Token(file))) => root.join(file).parent().map(Path::to_path_buf),
        _ => None,
    });
    Needs {
        site: parts.disk.place().to_path_buf(),
        folders: tokens.chain(certificate.iter().flat_map(|certificate| certificate.folders())).collect(),
        ports: servers.chain(resolvers).chain([NAMES]).collect(),
    }
}

/// Gives up all rights as a start does, tries every forbidden act, and prints what came of it.
///
/// # Errors
/// The kernel cannot confine the process, or an act was not refused.
pub fn prove(needs: &Needs, world: &mut World) -> Result<Ended, Error> {
    let swap = confine::swap();
    confine::confine(needs)?;
    let mut rows = confine::prove(needs);
    rows.push(swap);
    world.write(table::lines(&rows).as_bytes())?;
    judge(&rows)?;
    Ok(Ended::Done)
}

fn judge(rows: &[table::Row]) -> Result<(), Error> {
    let wrong: Vec<String> = rows.iter().filter(|row| !row.holds()).map(table::Row::line).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::machine("the relay is not confined, and does not run", wrong.join("\n       ")))
}

/// Runs the relay until it is told to stop, confined or not.
///
/// # Errors
/// The address is taken, the kernel cannot confine the process, or a forbidden act was not refused.
pub fn start(
    address: SocketAddr,
    parts: Parts,
    (confined, needs): (bool, &Needs),
    world: &mut World,
) -> Result<(), Error> {
    let porter = porter(&parts.settings)?;
    let tell = teller(parts.settings.door.log, &porter);
    quiet(&tell);
    wipe::begin();
    let listener =
        TcpListener::bind(address).map_err(|error| Error::machine(format!("cannot listen on {address}"), error))?;
    let door = Door::open(&parts.settings, parts.certificate.clone())?;
    // Counted now: what a container allows stands in files that cannot be read later.
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    hear_signals()?;
    if confined {
        confine::confine(needs)?;
        judge(&confine::prove(needs))?;
    } else {
        confine::shut()?;
        tell(&Event::Unconfined);
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        // What was handled last is not left on the stack of a thread that waits.
        .on_thread_park(wipe::stack)
        .build();
    let runtime = runtime.map_err(|error| Error::machine("cannot start the relay", error))?;
    serve(&runtime, (listener, door), (parts, tell, porter), world)
}

/// The runtime hears signals through a pair of sockets that it opens once. They are opened here, since a confined process
/// may not.
fn hear_signals() -> Result<(), Error> {
    let first = Builder::new_current_thread().enable_all().build();
    first.map(drop).map_err(|error| Error::machine("cannot listen for signals", error))
}

/// What a panic says might hold what a visitor typed: only its place is told.
fn quiet(tell: &Tell) {
    let panicked = Arc::clone(tell);
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        panicked(&Event::Panicked { place });
    }));
}

fn limits(settings: &Settings) -> Limits {
    let deadlines = settings.deadlines;
    // A submission goes to all its recipients at once.
    let farewell = deadlines.mail + Duration::from_secs(5);
    Limits {
        connections: settings.limits.connections,
        head_time: deadlines.head,
        body: settings.limits.body,
        body_time: deadlines.body,
        whole_time: deadlines.body + farewell,
        in_flight: settings.limits.in_flight,
        farewell,
        ..Limits::default()
    }
}

fn serve(
    runtime: &Runtime,
    (listener, door): (TcpListener, Door),
    (parts, tell, porter): (Parts, Tell, Arc<Porter>),
    world: &mut World,
) -> Result<(), Error> {
    let Parts { disk, ready, setup, settings, as_of, .. } = parts;
    let limits = limits(&settings);
    let day = as_of.map(|day| day.moment(&ready.config().zone));
    let surroundings = Surroundings { porter, ..surroundings(day, Arc::clone(&tell)) };
    runtime.block_on(async {
        let servers = setup.servers.clone();
        let smtp = Smtp::start(setup.servers, (settings.mail_connections, settings.deadlines.mail), Arc::clone(&tell));
        let smtp = Probed::new(smtp, servers);
        let relay = Relay::new(ready.into_basis(), (setup.from, setup.key), Box::new(smtp), surroundings);
        relay.rehearse()?;
        let relay = Arc::new(relay);
        let front = Replaceable::new(Front::new(Arc::clone(&relay)));
        let server = Server::on(listener, limits)?.private(door.certificate.clone());
        let (stop, hangup) = (stop_signal()?, Hangup::hear()?);
        wipe::hand_back();
        world.say(&format!("listening on {}://{}", door.scheme(), server.address()))?;
        let _beside = door.begin(&relay, server.load(), &tell)?;
        let again = Again { disk, as_of, tell: Arc::clone(&tell), front: front.clone() };
        let again = tokio::spawn(again.run(Arc::clone(&relay), hangup));
        let stop = async {
            stop.await;
            tell(&Event::Stopping);
        };
        server.serve(front, stop).await;
        again.abort();
        // Visitors may have gone away from mails that are under way.
        let _ = tokio::time::timeout(limits.farewell, relay.idle()).await;
        Ok(())
    })
}
