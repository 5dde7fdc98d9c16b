//! The tests, by what they are about.

mod build;
mod cases;
mod commands;
mod determinism;
mod diagnostics;
mod documents;
mod evidence;
mod links;
mod publish;
mod schemas;
mod serve;
mod terms;
mod time;
mod verify;
