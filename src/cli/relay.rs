//! `relay`: takes the forms' submissions and hands them to a mail server.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;

use super::args::Relay as Options;
use super::checks;
use super::test_mail;
use super::world::{self, Ended, World};
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::compile::{self, Ready};
use crate::http::server::{Limits, Server, stop_signal};
use crate::load::Disk;
use crate::relay::config::{Setup, read as setup};
use crate::relay::front::Front;
use crate::relay::log::Event;
use crate::relay::smtp::{Smtp, Tell};
use crate::relay::{Relay, World as Surroundings};
use crate::site::relay::Relay as Settings;

/// Runs the relay until it is told to stop.
///
/// # Errors
/// Settings or environment are at fault (wrong use), the address is taken, or a file cannot be read.
pub fn run(root: &Path, options: &Options, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let checked = compile::check(&disk, None, &|zone| world.now(zone))?;
    let findings = checks::shown(checked.findings, false);
    checks::write(&findings, super::args::Format::Human, world.colour_err, &mut world.err)?;
    let Some(ready) = checked.ready else { return Ok(Ended::Fault) };
    let settings = ready.config().relay.clone();
    let ready_setup = setup(&settings, root, &world::variable, world::random()?)?;
    let address = options.listen.parse().map_err(|_| {
        Error::usage(format!("--listen: `{}` is no address with a port; write 127.0.0.1:8025", options.listen))
    })?;
    if options.check {
        return tell_check(&ready, &ready_setup, world);
    }
    if options.test_mail {
        return test_mail::run(&ready, &ready_setup, world);
    }
    start(address, (ready, ready_setup, settings), world)?;
    Ok(Ended::Done)
}

fn tell_check(ready: &Ready, setup: &Setup, world: &mut World) -> Result<Ended, Error> {
    let forms: Vec<String> = ready.forms().map(ToString::to_string).collect();
    world.say(&format!("forms: {}", if forms.is_empty() { "none".to_owned() } else { forms.join(", ") }))?;
    world.say(&format!("mails come from {}", setup.from.address.as_str()))?;
    for (number, server) in (1..).zip(&setup.servers) {
        world.say(&format!("mail server {number}: {}", server.description()))?;
    }
    world.say(if setup.shared {
        "the key is VELLUM_SECRET: copies of the relay share it"
    } else {
        "the key is made at each start: one copy of the relay only, and pages that are open at a restart are read again"
    })?;
    Ok(Ended::Done)
}

type Parts = (Ready, Setup, Settings);

fn start(address: SocketAddr, (ready, setup, settings): Parts, world: &mut World) -> Result<(), Error> {
    let tell: Tell = Arc::new(|event: &Event| {
        // There is nowhere to say that standard error is closed.
        let _ = writeln!(std::io::stderr(), "relay: {event}");
    });
    let panicked = Arc::clone(&tell);
    // What a panic says might hold what a visitor typed: only its place is told.
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
        panicked(&Event::Panicked { place });
    }));
    let deadlines = settings.deadlines;
    // A submission goes to all its recipients at once.
    let farewell = deadlines.mail + Duration::from_secs(5);
    let limits = Limits {
        connections: settings.limits.connections,
        head_time: deadlines.head,
        body: settings.limits.body,
        body_time: deadlines.body,
        whole_time: deadlines.body + farewell,
        in_flight: settings.limits.in_flight,
        farewell,
        ..Limits::default()
    };
    let surroundings = surroundings(world.as_of.map(|day| day.moment(&ready.config().zone)), Arc::clone(&tell));
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::machine("cannot start the relay", error))?;
    runtime.block_on(async {
        let smtp = Smtp::start(setup.servers, (settings.mail_connections, deadlines.mail), Arc::clone(&tell));
        let relay = Relay::new(ready.into_basis(), (setup.from, setup.key), Box::new(smtp), surroundings);
        relay.rehearse()?;
        let relay = Arc::new(relay);
        let server = Server::bind(address, limits).await?;
        let stop = stop_signal()?;
        world.say(&format!("listening on http://{}", server.address()))?;
        let stop = async {
            stop.await;
            tell(&Event::Stopping);
        };
        server.serve(Front::new(Arc::clone(&relay)), stop).await;
        // Visitors may have gone away from mails that are under way.
        let _ = tokio::time::timeout(limits.farewell, relay.idle()).await;
        Ok(())
    })
}

/// What the relay takes from the system: the clock, and randomness.
#[must_use]
pub fn surroundings(as_of: Option<Moment>, tell: Tell) -> Surroundings {
    Surroundings {
        now: Box::new(move || as_of.or_else(|| Moment::from_unix(world::seconds())).unwrap_or_else(Moment::start)),
        clock: Box::new(world::seconds),
        // Without randomness from the system nothing could be signed; the start has shown that there is some.
        random: Box::new(|| world::random().ok().and_then(|bytes| bytes.first_chunk().copied()).unwrap_or_default()),
        tell,
    }
}
