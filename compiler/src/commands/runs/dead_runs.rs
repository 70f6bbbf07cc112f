//! Local runs that say that they go on, although their process has died. Whoever looks at a pipeline's
//! runs finds them, says so, and ends them as the next run would.

use runtime_lambda::ids::RunId;
use runtime_lambda::state::RunStatus;

use super::Runs;
use super::home;
#[cfg(feature = "local")]
use crate::commands::laptop::opened::end_dead_runs;
use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;

/// What became of runs that had died.
#[derive(Debug, Default)]
pub struct Dead {
    /// Ids of runs that were ended now, as DIED.
    pub ended: Vec<RunId>,
    /// Still said to go on: the warehouse cannot be opened.
    pub left: Vec<RunId>,
}

impl Dead {
    /// Refuses to wait for a run that has died and could not be ended.
    ///
    /// # Errors
    /// It is one of those.
    pub fn refuse(&self, run: &str) -> Result<(), EarlyEnd> {
        if !self.left.iter().any(|left| left == run) {
            return Ok(());
        }
        Err(EarlyEnd::with(
            Exit::Trouble,
            command_line(
                Code::RunDied,
                format!("the process of the run `{run}` has died"),
            )
            .help("end what is using its warehouse; then `sfc run` or `sfc resume` ends it"),
        ))
    }
}

/// Ends the runs whose process has died, and says so.
///
/// # Errors
/// The pipeline's folder cannot be used.
pub async fn end(runs: &Runs, printer: &Printer) -> Result<Dead, EarlyEnd> {
    let Some(home) = runs.home() else {
        return Ok(Dead::default());
    };
    if running(runs).await?.is_empty() {
        return Ok(Dead::default());
    }
    let Ok(Some(_held)) = home::hold(home) else {
        return Ok(Dead::default());
    };
    // Once more: a run may have ended between the first look and the lock.
    let dead = running(runs).await?;
    if dead.is_empty() {
        return Ok(Dead::default());
    }
    let ended = match end_dead_runs(home, runs.pipeline()).await {
        Ok(ended) => ended,
        Err(reason) => {
            for run in &dead {
                printer.note(&format!(
                    "the process of the run {run} has died, and the run cannot be ended now: {reason}"
                ));
            }
            return Ok(Dead {
                ended: Vec::new(),
                left: dead,
            });
        }
    };
    for run in &ended {
        printer.note(&format!("run {run} had died; it is STOPPED now"));
    }
    Ok(Dead {
        ended,
        left: Vec::new(),
    })
}

async fn running(runs: &Runs) -> Result<Vec<RunId>, EarlyEnd> {
    let mut running = Vec::new();
    for brief in runs.latest(usize::MAX).await? {
        let state = runs.state(&brief.run).await?;
        if state.is_some_and(|state| state.status == RunStatus::Running) {
            running.push(brief.run);
        }
    }
    Ok(running)
}

#[cfg(not(feature = "local"))]
#[expect(clippy::unused_async, reason = "the other one awaits")]
async fn end_dead_runs(_: &std::path::Path, _: &str) -> Result<Vec<RunId>, String> {
    Err("this sfc was built without local runs".to_owned())
}
