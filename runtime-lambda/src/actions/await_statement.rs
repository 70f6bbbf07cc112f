//! `await`: waits for a step's statement to end, for as long as one call may take.

use std::time::Duration;

use serde_json::Value;

use super::{StepEvent, step_status};
use crate::error::ActionError;
use crate::outcome::{Try, superseded};
use crate::ports::{Ports, StatementStatus};
use crate::run::{Memory, Run};

/// How long one call waits. Returns the moment that the statement ends; the longer the window, the
/// fewer transitions a long statement costs.
pub const WINDOW: Duration = Duration::from_secs(120);

/// Answers with `RUNNING` or `FINISHED`; a statement that failed is the error it failed with.
pub async fn await_statement(
    ports: &Ports,
    memory: &Memory,
    event: &StepEvent,
) -> Result<Value, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let attempt = Try {
        step: &event.step,
        round: event.round,
    };
    let id = state
        .steps
        .get(&event.step)
        .filter(|_| state.is_running(&event.step, event.round))
        .and_then(|step| step.statement_id.as_deref())
        .ok_or_else(|| superseded(attempt))?;
    let statement = run.await_statement(id, WINDOW).await?;
    match statement.status {
        StatementStatus::Finished => Ok(step_status("FINISHED", None)),
        status if status.is_terminal() => {
            run.settle(attempt, &statement).await?;
            Ok(step_status("FAILED", None))
        }
        _ => Ok(step_status("RUNNING", None)),
    }
}
