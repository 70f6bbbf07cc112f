//! A question that needs a yes.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;

/// Asks on the terminal. `--yes` has answered already.
///
/// # Errors
/// The answer is no, or nobody can be asked.
pub async fn ask(question: &str, yes: bool) -> Result<(), EarlyEnd> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::NeedsYes,
                "there is no terminal to ask on, so nothing was changed",
            )
            .help("look at what would be done, then do the same again with `--yes`"),
        ));
    }
    let _ = write!(io::stderr().lock(), "{question} [y/N] ");
    let _ = io::stderr().lock().flush();
    // On a thread that nobody waits for, so that Ctrl-C is heard and ends the program.
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = io::stdin().lock().read_line(&mut line);
        let _ = sender.send(line);
    });
    let answer = receiver.await.unwrap_or_default();
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(EarlyEnd::said(Exit::Interrupted))
    }
}
