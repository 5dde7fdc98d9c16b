//! The program: hands what the system gives to [`vellum::cli`] and returns its exit status.

use std::process::ExitCode;

use vellum::base::wipe::Wiping;

/// While the relay runs, memory is overwritten before it is given back.
#[global_allocator]
static MEMORY: Wiping = Wiping;

fn main() -> ExitCode {
    ExitCode::from(vellum::cli::main())
}
