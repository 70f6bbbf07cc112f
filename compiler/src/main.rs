//! The `sfc` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    sfc::cli::Cli::main().into()
}
