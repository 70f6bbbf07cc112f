//! `sfc stop`: ends a run, and waits until nothing of it is running any more.

#[cfg(feature = "aws")]
mod in_aws;

use std::fs;
use std::path::Path;
use std::time::Duration;

use runtime_lambda::ids::RunId;
use runtime_lambda::state::RunStatus;
use tokio::time::Instant;

use super::dead_runs;
use super::home::STOP_REQUEST;
use super::progress::summary;
use super::watch::{TIDY_UP, not_swept};
use super::{Brief, Runs, RunsOf, RunsPlace};
use crate::commands::session::{self, EarlyEnd};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a process on this machine may take to hear of it.
const HEARD: Duration = Duration::from_secs(10);

/// Stops a run of the pipeline.
#[must_use]
pub fn stop(of: &RunsOf, run: &str, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let runs = Runs::open_to_change(of, printer).await?;
        let brief = runs.find(run).await?;
        dead_runs::end(&runs, printer).await?.refuse(&brief.run)?;
        let over = runs
            .state(&brief.run)
            .await?
            .filter(|state| state.status != RunStatus::Running);
        if let Some(state) = over {
            printer.note(&format!("the run {} has ended already", state.run));
            printer.data(&format!("{}\n", summary(&state)));
            return Ok(Exit::Success);
        }
        if !ask(&runs, &brief, printer).await? {
            printer.note("the run has ended before it had a state");
            return Ok(Exit::Success);
        }
        printer.note("stopping: its statements are cancelled");
        settled(&runs, &brief.run, printer).await
    })
}

/// Asks a run to end, and returns whether there is a state to wait for.
///
/// # Errors
/// Its process does not hear, or a call failed.
pub async fn ask(runs: &Runs, brief: &Brief, printer: &Printer) -> Result<bool, EarlyEnd> {
    match &runs.place {
        #[cfg(feature = "aws")]
        RunsPlace::InAws(there) => in_aws::ask(there, runs, brief).await,
        RunsPlace::Here(here) => {
            ask_process(runs, &here.home, &brief.run, printer).await?;
            Ok(true)
        }
    }
}

/// Asks the process that runs it here.
async fn ask_process(
    runs: &Runs,
    home: &Path,
    run: &str,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    let request = home.join(STOP_REQUEST);
    let unwritable = |error: std::io::Error| {
        EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::LocalTrouble,
                format!("`{}` cannot be written", request.display()),
            )
            .note(error.to_string())
            .help("check the folder's permissions"),
        )
    };
    fs::write(&request, run).map_err(unwritable)?;
    let asked = Instant::now();
    while request.exists() {
        let dead = dead_runs::end(runs, printer).await?;
        if dead.ended.iter().any(|ended| ended == run) {
            let _ = fs::remove_file(&request);
            return Ok(());
        }
        if asked.elapsed() > HEARD {
            let _ = fs::remove_file(&request);
            return Err(EarlyEnd::with(
                Exit::Trouble,
                Diagnostic::error(
                    Code::NotSwept,
                    format!("the process of the run `{run}` does not hear"),
                )
                .help("end that process; then `sfc stop` says what became of the run"),
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

async fn settled(runs: &Runs, run: &RunId, printer: &Printer) -> Result<Exit, EarlyEnd> {
    let asked = Instant::now();
    loop {
        let state = runs.state(run).await?;
        if let Some(state) = state.filter(|state| state.status != RunStatus::Running) {
            printer.data(&format!("{}\n", summary(&state)));
            return Ok(Exit::Success);
        }
        if asked.elapsed() > TIDY_UP {
            return Err(not_swept(run));
        }
        tokio::time::sleep(PAUSE).await;
    }
}
