//! `submit`: sends a step's statements to the warehouse, at most once a round.

use std::time::Duration;

use serde_json::Value;

use super::{StepEvent, step_status};
use crate::error::ActionError;
use crate::keys;
use crate::outcome::{Try, superseded};
use crate::parameters;
use crate::ports::{Execution, Ports, StatementStatus};
use crate::run::{Plans, Run};
use crate::state::GlobalState;

/// How long a statement may take to end within this call, and so without a state of its own for it.
const WINDOW: Duration = Duration::from_secs(25);

/// Answers with `RUNNING` or `FINISHED`; a statement that failed is the error it failed with.
pub async fn submit(ports: &Ports, plans: &Plans, event: &StepEvent) -> Result<Value, ActionError> {
    let (run, state) = Run::open(ports, plans, &event.pipeline, &event.run).await?;
    let attempt = Try {
        step: &event.step,
        round: event.round,
    };
    let statement_id = match submitted(&state, attempt)? {
        Some(id) => id,
        None => start(&run, &state, attempt).await?,
    };
    let statement = run.await_statement(&statement_id, WINDOW).await?;
    match statement.status {
        StatementStatus::Finished => Ok(step_status("FINISHED", None)),
        status if status.is_terminal() => {
            run.settle(attempt, &statement).await?;
            Ok(step_status("FAILED", None))
        }
        _ => Ok(step_status("RUNNING", None)),
    }
}

/// Id of the statement that this try started before.
fn submitted(state: &GlobalState, attempt: Try<'_>) -> Result<Option<String>, ActionError> {
    let step = state.steps.get(attempt.step);
    match step {
        Some(step) if state.is_running(attempt.step, attempt.round) && !step.stopping => {
            Ok(step.statement_id.clone())
        }
        _ => Err(superseded(attempt)),
    }
}

/// Starts the statements under a token that every try of this step in this round shares, and writes
/// down their id. If the step was stopped meanwhile, nobody else may know the statement: cancel it.
async fn start(run: &Run, state: &GlobalState, attempt: Try<'_>) -> Result<String, ActionError> {
    let execution = execution(run, state, attempt).await;
    let execution = run.or_fail(attempt, execution).await?;
    let started = run
        .ports
        .warehouse
        .execute(&execution, Duration::ZERO)
        .await;
    let id = run
        .or_fail(attempt, started.map_err(ActionError::from))
        .await?
        .id;
    let recorded = run
        .update(|state| {
            submitted(state, attempt)?;
            if let Some(step) = state.steps.get_mut(attempt.step) {
                step.statement_id = Some(id.clone());
            }
            Ok(())
        })
        .await;
    match recorded {
        Ok(_) => Ok(id),
        Err(error) => {
            if matches!(error, ActionError::Superseded(_)) {
                run.ports.warehouse.cancel(&id).await?;
            }
            Err(error)
        }
    }
}

async fn execution(
    run: &Run,
    state: &GlobalState,
    attempt: Try<'_>,
) -> Result<Execution, ActionError> {
    let step = run
        .plan
        .steps
        .iter()
        .find(|step| step.name == attempt.step)
        .ok_or_else(|| ActionError::InvalidEvent(format!("there is no step `{}`", attempt.step)))?;
    let script = run.script(&step.script).await?;
    let mut bound: Vec<(String, String)> = Vec::new();
    let mut statements = Vec::with_capacity(script.statements.len());
    for statement in &script.statements {
        statements.push(parameters::insert(statement, &state.parameters)?);
        for name in &statement.parameters {
            if bound.iter().any(|(known, _)| known == name) {
                continue;
            }
            let value = state.parameters.get(name).ok_or_else(|| {
                ActionError::InvalidParameter(format!("the parameter `{name}` has no value"))
            })?;
            bound.push((name.clone(), value.clone()));
        }
    }
    let statement_name = run.statement_name(attempt);
    Ok(Execution {
        // 64 characters, the most that a ClientToken may have.
        client_token: keys::sha256(statement_name.as_bytes()),
        statement_name,
        statements,
        batch: script.batch,
        parameters: bound,
        warehouse: run.plan.warehouse.clone(),
        with_event: false,
    })
}
