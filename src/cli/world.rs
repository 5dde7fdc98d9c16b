//! What the program takes from the system: arguments, environment, clock, terminal, output streams.

#![expect(clippy::disallowed_methods, reason = "the environment and the clock come in here")]

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use super::asking::Talk;
use crate::base::date::{Day, Moment, Zone};
use crate::base::error::Error;

/// How a command ended, as an exit status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// 0: done.
    Done,
    /// 1: the content is at fault.
    Fault,
    /// 2: somebody was asked, and said no.
    Declined,
}

/// The system, as the commands see it.
pub struct World {
    /// Standard output.
    pub out: Box<dyn Write>,
    /// Standard error.
    pub err: Box<dyn Write>,
    /// Whether standard output shows colours.
    pub colour_out: bool,
    /// Whether standard error shows colours.
    pub colour_err: bool,
    /// Whether somebody may look at standard error while a command runs.
    pub watched: bool,
    /// What is typed, where somebody can be asked: standard input and standard output are terminals.
    pub typed: Option<Box<dyn BufRead>>,
    /// The moment of the run, in seconds since 1970.
    pub clock: i64,
    /// The day that was asked for.
    pub as_of: Option<Day>,
}

impl World {
    /// Reads the system.
    ///
    /// # Errors
    /// `--as-of` or `SOURCE_DATE_EPOCH` cannot be read.
    pub fn new(as_of: Option<&str>) -> Result<Self, Error> {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let as_of =
            as_of.map(|text| Day::parse(text).map_err(|said| Error::usage(format!("--as-of: {said}")))).transpose()?;
        Ok(Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            colour_out: !plain && io::stdout().is_terminal(),
            colour_err: !plain && io::stderr().is_terminal(),
            watched: io::stderr().is_terminal(),
            typed: typed(),
            clock: clock()?,
            as_of,
        })
    }

    /// The moment of the run, for a site in a zone.
    #[must_use]
    pub fn now(&self, zone: &Zone) -> Moment {
        moment(self.clock, self.as_of, zone)
    }

    /// Somebody who can be asked, if there is anyone.
    pub fn talk(&mut self) -> Option<Talk<'_>> {
        let out = &mut *self.out;
        self.typed.as_deref_mut().map(|typed| Talk { typed, out })
    }

    /// Prints a line to standard output.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn say(&mut self, line: &str) -> Result<(), Error> {
        writeln!(self.out, "{line}").map_err(|error| Error::machine("cannot write to standard output", error))
    }

    /// Writes bytes to standard output.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes).map_err(|error| Error::machine("cannot write to standard output", error))
    }
}

/// The day that was asked for, else a moment of the clock, for a site in a zone.
#[must_use]
pub fn moment(clock: i64, as_of: Option<Day>, zone: &Zone) -> Moment {
    let clock = Moment::from_unix(clock).unwrap_or_else(Moment::start);
    as_of.map_or(clock, |day| day.moment(zone))
}

/// Standard input, where questions can be read and answered.
fn typed() -> Option<Box<dyn BufRead>> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if terminal { Some(Box::new(io::stdin().lock())) } else { None }
}

/// Standard error, for what goes on while a command runs.
#[must_use]
pub fn stderr() -> impl Write {
    io::stderr()
}

/// `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the clock.
///
/// # Errors
/// The variable holds no number.
pub fn clock() -> Result<i64, Error> {
    if let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) {
        let seconds = text.to_str().and_then(|text| text.parse().ok());
        let known = seconds.filter(|seconds| Moment::from_unix(*seconds).is_some());
        return known.ok_or_else(|| Error::usage("SOURCE_DATE_EPOCH is a number of seconds since 1970"));
    }
    Ok(seconds())
}

/// The clock, in seconds since 1970, whatever the moment of the run is.
#[must_use]
pub fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// A variable of the environment, if it is text.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Random bytes of the system.
///
/// # Errors
/// The system has none.
pub fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::machine("the system gives no random bytes", error))?;
    Ok(bytes)
}
