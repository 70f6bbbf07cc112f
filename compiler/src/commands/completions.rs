//! `sfc completions SHELL`: completions for a shell.

use clap::Command;
use clap_complete::Shell;

use crate::exit::Exit;
use crate::printer::Printer;

/// Prints the completions of `command` for `shell`.
#[must_use]
pub fn completions(mut command: Command, shell: Shell, printer: &Printer) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "sfc", &mut script);
    printer.data(&String::from_utf8_lossy(&script));
    Exit::Success
}
