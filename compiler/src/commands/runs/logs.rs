//! `sfc logs`: what the Lambda of a pipeline has written, of one run or of all.

#[cfg(feature = "aws")]
mod function;

use runtime_lambda::keys;

use super::{Runs, RunsOf, RunsPlace};
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::terminal;

/// Prints what the function has written, or, of runs on this machine, what RSQL scripts have.
#[must_use]
pub fn logs(of: &RunsOf, run: Option<&str>, follow: bool, printer: &Printer) -> Exit {
    // Scripts on this machine are not followed.
    #[cfg(not(feature = "aws"))]
    let _ = follow;
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        match &runs.place {
            RunsPlace::Here(_) => scripts(&runs, run.unwrap_or("last"), printer).await,
            #[cfg(feature = "aws")]
            RunsPlace::InAws(there) => tokio::select! {
                ended = function::print(there, &runs, run, follow, printer) => ended,
                _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
            },
        }
    })
}

/// Prints the logs of the RSQL scripts of a run on this machine, step by step.
async fn scripts(runs: &Runs, run: &str, printer: &Printer) -> Result<Exit, EarlyEnd> {
    let brief = runs.find(run).await?;
    let steps = runs.state(&brief.run).await?.map(|state| state.steps);
    let mut is_empty = true;
    for step in steps.unwrap_or_default().keys() {
        let folder = format!("{}/logs/{step}/", keys::run(runs.pipeline(), &brief.run));
        for key in runs.keys(&folder).await? {
            let Some(bytes) = runs.object(&key).await? else {
                continue;
            };
            let name = key.strip_prefix(&folder).unwrap_or(&key);
            let round = name.strip_suffix(".txt").unwrap_or(name);
            let text = String::from_utf8_lossy(&bytes);
            let gap = if is_empty { "" } else { "\n" };
            printer.data(&format!(
                "{gap}{step}, {round}\n{}\n",
                terminal::visible_lines(text.trim_end())
            ));
            is_empty = false;
        }
    }
    if is_empty {
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::NoResults,
                format!("the run `{}` has no logs", brief.run),
            )
            .note("on this machine, RSQL scripts alone write them")
            .help("`sfc status RUN --local` has every step's error"),
        ));
    }
    Ok(Exit::Success)
}
