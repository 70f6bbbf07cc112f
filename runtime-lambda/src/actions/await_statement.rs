//! `await`: asks once whether a step's statement has ended.

use std::time::Duration;

use super::step_status;
use crate::error::ActionError;
use crate::ports::{Ports, StatementStatus};
use crate::protocol::{OfStep, Progress, StepAnswer};
use crate::run::{Memory, Run};
use crate::tried::{Try, superseded};

/// Answers with `RUNNING` or `FINISHED`; a statement that failed is the error it failed with.
pub async fn await_statement(
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
    let id = state
        .step(&event.step)
        .filter(|_| state.is_running(&event.step, event.round))
        .and_then(|step| step.statement_id.as_deref())
        .ok_or_else(|| superseded(tried))?;
    let statement = run.await_statement(id, Duration::ZERO).await?;
    match statement.status {
        StatementStatus::Finished => Ok(step_status(Progress::Finished, None)),
        status if status.is_terminal() => {
            event.settle(&run, &statement).await?;
            Ok(step_status(Progress::Failed, None))
        }
        _ => Ok(step_status(Progress::Running, None)),
    }
}
