//! `await`: asks once whether a step's statement has ended.

use std::time::Duration;

use serde_json::Value;

use super::{StepEvent, step_status};
use crate::error::ActionError;
use crate::outcome::{Try, superseded};
use crate::ports::{Ports, StatementStatus};
use crate::run::{Memory, Run};

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
    event.current(&state)?;
    let id = state
        .steps
        .get(&event.step)
        .filter(|_| state.is_running(&event.step, event.round))
        .and_then(|step| step.statement_id.as_deref())
        .ok_or_else(|| superseded(attempt))?;
    let statement = run.await_statement(id, Duration::ZERO).await?;
    match statement.status {
        StatementStatus::Finished => Ok(step_status("FINISHED", None)),
        status if status.is_terminal() => {
            event.settle(&run, &statement).await?;
            Ok(step_status("FAILED", None))
        }
        _ => Ok(step_status("RUNNING", None)),
    }
}
