//! The `sfc` program.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    sfc::cli::Cli::parse().run().into()
}
