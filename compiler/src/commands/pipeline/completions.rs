//! `sfc completions SHELL`: what makes a shell ask this program what it may complete, and the answers.

use clap::Command;
use clap_complete::Shell;
use clap_complete::env::{CompleteEnv, Shells};

use crate::exit::Exit;
use crate::printer::Printer;

/// The variable by which a shell asks.
const VARIABLE: &str = "COMPLETE";

/// Answers a shell that asks what the line so far may become; `None` if none does.
#[must_use]
pub fn asked(command: fn() -> Command) -> Option<Exit> {
    std::env::var_os(VARIABLE)?;
    let folder = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .try_complete(std::env::args_os(), folder.as_deref());
    match answered {
        Ok(true) => Some(Exit::Success),
        Ok(false) => None,
        Err(error) => {
            let _ = error.print();
            Some(Exit::BadInput)
        }
    }
}

/// Prints what a shell reads to complete `sfc`.
#[must_use]
pub fn completions(shell: Shell, printer: &Printer) -> Exit {
    let shells = Shells::builtins();
    let mut script = Vec::new();
    let written = shells
        .completer(&shell.to_string())
        .map(|completer| completer.write_registration(VARIABLE, "sfc", "sfc", "sfc", &mut script));
    match written {
        Some(Ok(())) => {
            printer.data(&String::from_utf8_lossy(&script));
            Exit::Success
        }
        // Every shell that can be named has one, and memory takes it.
        _ => Exit::Trouble,
    }
}
