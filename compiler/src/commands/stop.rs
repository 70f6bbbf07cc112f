//! `sfc stop`: ends a run, and waits until nothing of it is running any more.

use std::fs;
use std::path::Path;
use std::time::Duration;

use runtime_lambda::state::RunStatus;
use tokio::time::Instant;

use super::STOP_REQUEST;
use super::dead_runs;
use super::progress::summary;
use super::runs::{Brief, Of, Place, Runs};
use super::session::{self, Stop};
#[cfg(feature = "aws")]
use super::watch;
use super::watch::{TIDY_UP, not_swept};
#[cfg(feature = "aws")]
use crate::aws::{Aws, Failure};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a process on this machine may take to hear of it.
const HEARD: Duration = Duration::from_secs(10);

/// Stops a run of the pipeline.
#[must_use]
pub fn stop(of: &Of, run: &str, printer: &Printer) -> Exit {
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
pub async fn ask(runs: &Runs, brief: &Brief, printer: &Printer) -> Result<bool, Stop> {
    match &runs.place {
        #[cfg(feature = "aws")]
        Place::Aws { aws, .. } => ask_aws(aws, runs, brief).await,
        Place::Local { home } => {
            ask_process(runs, home, &brief.run, printer).await?;
            Ok(true)
        }
    }
}

/// Stops the execution; whether there is a state to wait for.
#[cfg(feature = "aws")]
async fn ask_aws(aws: &Aws, runs: &Runs, brief: &Brief) -> Result<bool, Stop> {
    let Some(execution) = watch::execution(runs, brief).await? else {
        return Ok(true);
    };
    let cause = format!("stopped by {}", aws.identity);
    match aws.stop_execution(&execution.arn, &cause).await {
        Ok(()) => {}
        // It has ended in the meantime.
        Err(Failure::Refused { code, .. }) if code == "ExecutionDoesNotExist" => {}
        Err(failure) => return Err(failure.into()),
    }
    Ok(runs.state(&brief.run).await?.is_some())
}

/// Asks the process that runs it here.
async fn ask_process(runs: &Runs, home: &Path, run: &str, printer: &Printer) -> Result<(), Stop> {
    let request = home.join(STOP_REQUEST);
    let unwritable = |error: std::io::Error| {
        Stop::with(
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
            return Err(Stop::with(
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

async fn settled(runs: &Runs, run: &str, printer: &Printer) -> Result<Exit, Stop> {
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
