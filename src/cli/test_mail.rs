//! `relay --test-mail`: tries each mail server up to a real mail, and tells what receivers will see of the sender.

use tokio::runtime::Builder;

use super::world::{self, Ended, World};
use crate::base::error::Error;
use crate::base::mac::hex;
use crate::compile::Ready;
use crate::relay::config::Setup;
use crate::relay::trial::Trial;

/// Tries them, one after the other, and tells as it goes.
///
/// # Errors
/// There is no form whose recipient could get a mail (wrong use), or a mail server did not take it.
pub fn run(ready: &Ready, setup: &Setup, world: &mut World) -> Result<Ended, Error> {
    let Some((form, to)) = ready.first_recipient() else {
        return Err(Error::usage("there is no form whose recipient could get a test mail; add one to forms/"));
    };
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::machine("cannot start the test", error))?;
    let run = hex(world::random()?.get(..16).unwrap_or_default());
    let trial = Trial { setup, form: form.as_str(), to, time: world::seconds(), run: &run };
    let mut failed = 0;
    for (number, endpoint) in (1..).zip(&setup.servers) {
        let report = runtime.block_on(trial.server(number, endpoint));
        failed += usize::from(!report.good);
        report.lines.iter().try_for_each(|line| world.say(line))?;
    }
    runtime.block_on(trial.sender()).iter().try_for_each(|line| world.say(line))?;
    match failed {
        0 => Ok(Ended::Done),
        one => Err(Error::machine(
            format!("{one} of {} mail servers did not take the test mail", setup.servers.len()),
            "see above",
        )),
    }
}
