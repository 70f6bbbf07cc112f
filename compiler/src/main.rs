//! The `sfc` program.

use std::process::ExitCode;

/// Trees and states are many small values: they come and go quicker than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sfc::cli::Cli::main().into()
}
