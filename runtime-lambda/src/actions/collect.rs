//! `collect`: a finished statement's rows into the bucket, checked, and the step FINISHED.

use std::time::Duration;

use super::step_status;
use crate::error::ActionError;
use crate::ports::Ports;
use crate::protocol::{OfStep, Progress, StepAnswer};
use crate::run::{Memory, Run};
use crate::state::StepStatus;
use crate::tried::{Try, superseded};

/// Answers with `FINISHED` and the number of rows.
pub async fn collect(
    ports: &Ports,
    memory: &Memory,
    event: &OfStep,
) -> Result<StepAnswer, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let tried = Try {
        step: &event.step,
        round: event.round,
    };
    event.current(&state)?;
    let step = state.step(&event.step).ok_or_else(|| superseded(tried))?;
    if step.round == event.round && step.status == StepStatus::Finished {
        return Ok(step_status(Progress::Finished, step.rows));
    }
    let id = step
        .statement_id
        .as_deref()
        .filter(|_| state.is_running(&event.step, event.round))
        .ok_or_else(|| superseded(tried))?;
    let statement = run.await_statement(id, Duration::ZERO).await?;
    if !statement.status.is_terminal() {
        return Err(ActionError::Unavailable(format!(
            "the statement of `{}` was said to have ended, but has not",
            event.step
        )));
    }
    let rows = event.settle(&run, &statement).await?;
    Ok(step_status(Progress::Finished, rows))
}
