//! `relay`: takes the forms' submissions and hands them to a mail server. Everything is read before the process gives up
//! its rights, and it gives them up before it starts a thread; `relay_start` is the order.

use std::path::Path;
use std::sync::Arc;

use super::args::Relay as Options;
use super::checks;
use super::relay_door;
use super::relay_start::{Parts, needs, prove, start};
use super::test_mail;
use super::world::{self, Ended, World};
use crate::base::date::{Day, Moment};
use crate::base::error::Error;
use crate::base::parallel;
use crate::compile::{self, Checked, Ready};
use crate::load::Disk;
use crate::relay::World as Surroundings;
use crate::relay::config::{Setup, read as setup};
use crate::relay::smtp::Tell;
use crate::relay::unit;

/// Runs the relay until it is told to stop.
///
/// # Errors
/// Settings or environment are at fault (wrong use), the address is taken, a file cannot be read, or the kernel cannot
/// confine the process.
pub fn run(root: &Path, options: &Options, world: &mut World) -> Result<Ended, Error> {
    if options.print_systemd {
        return world.write(unit::text().as_bytes()).map(|()| Ended::Done);
    }
    let Some(parts) = read(root, world)? else { return Ok(Ended::Fault) };
    let address = options.listen.parse().map_err(|_| {
        Error::usage(format!("--listen: `{}` is no address with a port; write 127.0.0.1:8025", options.listen))
    })?;
    if options.check {
        return tell_check(&parts.ready, &parts.setup, world);
    }
    if options.test_mail {
        return test_mail::run(&parts.ready, &parts.setup, world);
    }
    let needs = needs(root, &parts);
    if options.prove {
        return prove(&needs, world);
    }
    start(address, parts, (!options.unconfined, &needs), world)?;
    Ok(Ended::Done)
}

/// Reads all that the relay runs with; nothing when the content is at fault.
fn read(root: &Path, world: &mut World) -> Result<Option<Parts>, Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let checked = look(&disk, world.clock, world.as_of)?;
    let findings = checks::shown(checked.findings, false);
    checks::write(&findings, super::args::Format::Human, world.colour_err, &mut world.err)?;
    let Some(ready) = checked.ready else { return Ok(None) };
    let settings = ready.config().relay.clone();
    let setup = setup(&settings, root, &world::variable, world::random()?)?;
    let certificate = relay_door::certificate(&settings, root)?;
    Ok(Some(Parts { disk, ready, setup, settings, certificate, as_of: world.as_of }))
}

/// Checks the site with threads that have ended when this returns: the relay gives up its rights as one thread.
///
/// # Errors
/// A file cannot be read.
pub fn look(disk: &Disk, clock: i64, as_of: Option<Day>) -> Result<Checked, Error> {
    parallel::apart(|| compile::check(disk, None, &|zone| world::moment(clock, as_of, zone)))?
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

/// What the relay takes from the system: the clock, and randomness.
#[must_use]
pub fn surroundings(as_of: Option<Moment>, tell: Tell) -> Surroundings {
    Surroundings {
        now: Box::new(move || as_of.or_else(|| Moment::from_unix(world::seconds())).unwrap_or_else(Moment::start)),
        clock: Box::new(world::seconds),
        // Without randomness from the system nothing could be signed; the start has shown that there is some.
        random: Box::new(|| world::random().ok().and_then(|bytes| bytes.first_chunk().copied()).unwrap_or_default()),
        tell,
        porter: Arc::default(),
    }
}
