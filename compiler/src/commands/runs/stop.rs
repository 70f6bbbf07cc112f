//! `sfc stop`: ends a run, and waits until nothing of it is running any more.

use std::fs;
use std::path::Path;
use std::time::Duration;

#[cfg(feature = "aws")]
use jiff::Timestamp;
#[cfg(feature = "aws")]
use runtime_lambda::field;
#[cfg(feature = "aws")]
use runtime_lambda::protocol::{
    ExecutionStatus::{Aborted, Succeeded},
    Over,
};
use runtime_lambda::state::RunStatus;
#[cfg(feature = "aws")]
use serde_json::json;
use tokio::time::Instant;

use super::dead_runs;
use super::home::STOP_REQUEST;
use super::progress::summary;
#[cfg(feature = "aws")]
use super::watch;
use super::watch::{TIDY_UP, not_swept};
use super::{Brief, Of, Place, Runs};
#[cfg(feature = "aws")]
use crate::aws::{Aws, Failure};
#[cfg(feature = "aws")]
use crate::commands::account::output;
use crate::commands::session::{self, EarlyEnd};
#[cfg(feature = "aws")]
use crate::deploy::stack::Stack;
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
pub async fn ask(runs: &Runs, brief: &Brief, printer: &Printer) -> Result<bool, EarlyEnd> {
    match &runs.place {
        #[cfg(feature = "aws")]
        Place::Aws { aws, stack, .. } => ask_aws(aws, stack, runs, brief).await,
        Place::Local { home } => {
            ask_process(runs, home, &brief.run, printer).await?;
            Ok(true)
        }
    }
}

/// Stops the execution; whether there is a state to wait for. Where it is over and its run is not, nobody has
/// swept: the rule's event was lost, and does not come again. So this starts what the rule would start.
#[cfg(feature = "aws")]
async fn ask_aws(aws: &Aws, stack: &Stack, runs: &Runs, brief: &Brief) -> Result<bool, EarlyEnd> {
    let execution = watch::execution(runs, brief).await?;
    if let Some(execution) = execution.as_ref().filter(|one| one.is_running()) {
        let cause = format!("stopped by {}", aws.identity);
        match aws.stop_execution(&execution.arn, &cause).await {
            Ok(()) => {}
            // It has ended in the meantime.
            Err(Failure::Refused { code, .. }) if code == "ExecutionDoesNotExist" => {}
            Err(failure) => return Err(failure.into()),
        }
        return Ok(runs.state(&brief.run).await?.is_some());
    }
    let state = runs.state(&brief.run).await?;
    // Step Functions forgets an execution after 90 days; the state knows enough of it.
    let (arn, started, status) = match (&execution, &state) {
        // It was skipped, and nobody is to hear of that.
        (Some(over), None) if over.status == Succeeded.name() => return Ok(false),
        // Of a run that died before it had a state, people hear by the sweep.
        (Some(over), _) => (&over.arn, over.started, over.status.as_str()),
        (None, Some(state)) => (&state.execution, state.started, Aborted.name()),
        (None, None) => return Ok(false),
    };
    let input = json!({
        (field!(Over, execution)): arn,
        (field!(Over, started)): started.as_millisecond(),
        (field!(Over, status)): status,
    });
    let name = format!(
        "{}-sweep-{:x}",
        brief.run,
        Timestamp::now().as_millisecond()
    );
    let machine = output(stack, "ReportStateMachineArn")?;
    aws.start_execution(machine, &name, &input.to_string())
        .await?;
    Ok(state.is_some())
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

async fn settled(runs: &Runs, run: &str, printer: &Printer) -> Result<Exit, EarlyEnd> {
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
