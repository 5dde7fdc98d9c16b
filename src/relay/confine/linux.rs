//! The order in which things are given up. It runs in plain code: a thread that was started before would go free.

#![expect(clippy::disallowed_methods, reason = "the process looks at itself in /proc")]

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;

use super::table::Row;
use super::{HELP, Needs, landlock, seccomp, selftest};
use crate::base::error::Error;

/// Gives up all that the relay does not need, for this thread and for every thread that it will start.
///
/// # Errors
/// There are other threads, a file is open for writing, or the kernel cannot enforce all of it.
pub fn confine(needs: &Needs) -> Result<(), Error> {
    let failed = |said: String| Error::machine(format!("cannot confine the relay; {HELP}"), said);
    alone().map_err(failed)?;
    nothing_open().map_err(failed)?;
    shut()?;
    landlock::restrict(needs).map_err(failed)?;
    seccomp::restrict().map_err(failed)
}

/// Tries every forbidden act, on this thread and on a new one, and says what came of each.
#[must_use]
pub fn prove(needs: &Needs) -> Vec<Row> {
    selftest::rows(needs)
}

/// No core dumps, no looks into the memory from other processes of the same user, no privileges by running programs.
///
/// # Errors
/// The kernel refuses.
pub fn shut() -> Result<(), Error> {
    let failed = |error: rustix::io::Errno| Error::machine("cannot forbid core dumps", io::Error::from(error));
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(failed)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed)?;
    set_no_new_privs(true).map_err(failed)
}

/// Where the system may write memory to a disk. Whether that is encrypted cannot be seen from here.
#[must_use]
pub fn swap() -> Row {
    let got = match fs::read_to_string("/proc/swaps").map(|text| text.lines().skip(1).count()) {
        Ok(0) => "off".to_owned(),
        Ok(1) => "on, in 1 place; whether it is encrypted cannot be seen from here".to_owned(),
        Ok(many) => format!("on, in {many} places; whether they are encrypted cannot be seen from here"),
        Err(_) => "not known".to_owned(),
    };
    Row { act: "swap", expected: "", got }
}

/// How often the number of threads is looked at; one that has just ended may still be listed.
const LOOKS: u32 = 100;

fn alone() -> Result<(), String> {
    let mut threads = 0;
    for _ in 0..LOOKS {
        threads = fs::read_dir("/proc/self/task").map_err(|error| format!("/proc/self/task: {error}"))?.count();
        if threads == 1 {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Err(format!("{threads} threads run already"))
}

/// What was opened before stays open: so no file may be, but for the standard streams, where events are told.
fn nothing_open() -> Result<(), String> {
    let failed = |error: io::Error| format!("/proc/self/fd: {error}");
    for entry in fs::read_dir("/proc/self/fd").map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number = name.to_string_lossy().parse::<u32>().unwrap_or_default();
        // The descriptor that lists them is gone again.
        let Ok(target) = fs::read_link(Path::new("/proc/self/fd").join(&name)) else { continue };
        if number > 2 && target.has_root() && !target.starts_with("/dev") && writable(&name.to_string_lossy())? {
            return Err(format!("descriptor {number} was open for writing at the start: {}", target.display()));
        }
    }
    Ok(())
}

fn writable(name: &str) -> Result<bool, String> {
    let place = format!("/proc/self/fdinfo/{name}");
    let Ok(text) = fs::read_to_string(&place) else { return Ok(false) };
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|octal| u32::from_str_radix(octal.trim(), 8).ok());
    flags.map(|flags| flags & 0o3 != 0).ok_or_else(|| format!("{place} has no flags"))
}
