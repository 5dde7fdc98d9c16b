//! Which command was typed → which function runs, and its exit status.

use std::io::Write;

use super::args::{self, Args, Command, Import, New};
use super::world::{Ended, World};
use super::{acts, build, checks, edit, evidence, explain, import, new, relay, serve, show, verify};
use crate::base::error::{Error, Kind};

/// Runs the program and returns its exit status: 0 done, 1 the content is at fault, 2 wrong use, 3 the machine failed.
#[must_use]
pub fn main() -> u8 {
    let args = match Args::read() {
        Ok(args) => args,
        Err(status) => return status,
    };
    let mut world = match World::new(args.as_of.as_deref()) {
        Ok(world) => world,
        Err(error) => return failed(&error, &mut std::io::stderr()),
    };
    match run(&args, &mut world) {
        Ok(Ended::Done) => 0,
        Ok(Ended::Fault) => 1,
        Ok(Ended::Declined) => 2,
        Err(error) => failed(&error, &mut world.err),
    }
}

fn failed(error: &Error, out: &mut dyn Write) -> u8 {
    let _ = writeln!(out, "error: {}", error.chain());
    match error.kind() {
        Kind::Usage => 2,
        Kind::Machine => 3,
    }
}

fn run(args: &Args, world: &mut World) -> Result<Ended, Error> {
    let root = &args.root;
    match &args.command {
        Command::Build(options) => build::run(root, options, world),
        Command::Serve(options) => serve::run(root, options, world),
        Command::Check(options) => checks::run(root, options, world),
        Command::Publish(options) => edit::publish(root, options, world),
        Command::Reschedule(options) => acts::reschedule(root, options, world),
        Command::Withdraw(options) => acts::withdraw(root, options, world),
        Command::Relay(options) => relay::run(root, options, world),
        Command::Diff(options) => show::diff(root, options, world),
        Command::Log { policy } => show::log(root, policy, world),
        Command::Evidence(options) => evidence::run(root, options, world),
        Command::Verify(options) => verify::run(root, options, world),
        Command::New { what: New::Site { dir } } => new::site(dir, world),
        Command::New { what: New::Policy { name } } => new::policy(root, name, world),
        Command::New { what: New::Form { name } } => new::form(root, name, world),
        Command::Import { from: Import::Dir { dir, slug, .. } } => import::dir(root, dir, slug.as_deref(), world),
        Command::Import { from: Import::Git { repository, path, slug } } => {
            import::git(root, (repository, path), slug, world)
        }
        Command::Explain(options) => explain::run(options, world),
        Command::Completions { shell } => print(&args::completions(*shell), world),
        Command::Man => print(&args::manual(), world),
    }
}

fn print(bytes: &[u8], world: &mut World) -> Result<Ended, Error> {
    world.out.write_all(bytes).map_err(|error| Error::machine("cannot write to standard output", error))?;
    Ok(Ended::Done)
}
