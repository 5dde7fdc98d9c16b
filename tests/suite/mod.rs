//! The tests, by what they are about.

mod build;
mod cases;
mod commands;
mod determinism;
mod diagnostics;
mod evidence;
mod links;
mod publish;
mod serve;
mod time;
mod verify;
