//! The program: hands what the system gives to [`vellum::cli`] and returns its exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(vellum::cli::main())
}
