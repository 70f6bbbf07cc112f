//! `submit`: sends a step's statements to the warehouse, at most once a round.

use std::time::Duration;

use futures_util::future::{Either, select};
use jiff::Timestamp;

use super::step_status;
use super::waiting::{answer_if_ended, keep};
use crate::error::ActionError;
use crate::keys;
use crate::outcome::SUBMISSION;
use crate::parameters;
use crate::ports::{Ports, StatementStatus, Submission, WarehouseError};
use crate::protocol::{OfStep, Progress, StepAnswer, Submit};
use crate::run::{Memory, Run};
use crate::secrets;
use crate::state::{GlobalState, Waiting};
use crate::tried::{Try, submitted, superseded};

/// How long a statement may take to end within this call, and so without a state of its own for it.
pub const WINDOW: Duration = Duration::from_secs(10);

/// Tries to cancel a statement that was submitted for a step which is stopped.
const CANCEL_TRIES: u32 = 8;

/// Pause behind the first of them; it grows by itself each time.
const CANCEL_PAUSE: Duration = Duration::from_secs(1);

/// Answers with `RUNNING` or `FINISHED`; a statement that failed is the error it failed with.
///
/// With a task token the answer is of no account: the token is returned when the statement has ended,
/// in whatever way. The event returns it or, if the statement had ended before the token was kept, this
/// action.
pub async fn submit(
    ports: &Ports,
    memory: &Memory,
    event: &Submit,
) -> Result<StepAnswer, ActionError> {
    // What is read from here on is no older than this.
    let begun = ports.clock.now();
    let (run, state) = Run::open(ports, memory, &event.step.pipeline, &event.step.run).await?;
    let tried = Try {
        step: &event.step.step,
        round: event.step.round,
    };
    event.step.current(&state)?;
    if run.job(tried.step).is_some() {
        submitted(&state, tried)?;
        // Machines of a newer plan, which has no jobs.
        let error = ActionError::Refused(format!(
            "`{}` is a job, and the stack was deployed anew without jobs while the run went on",
            tried.step
        ));
        return run.fail(tried, error).await;
    }
    let waiting = event.token.as_ref().map(|token| Waiting {
        token: token.clone(),
        asked: 0,
        retry: event.retry.unwrap_or(0),
    });
    let statement_id = match submitted(&state, tried)? {
        Some(id) => id,
        None => start(&run, &state, tried, (waiting.is_some(), begun)).await?,
    };
    record(&run, &event.step, &statement_id, waiting.as_ref()).await?;
    if let Some(waiting) = &waiting {
        return answer_if_ended(&run, &statement_id, waiting, Duration::ZERO).await;
    }
    let statement = run.await_statement(&statement_id, WINDOW).await?;
    match statement.status {
        StatementStatus::Finished => Ok(step_status(Progress::Finished, None)),
        status if status.is_terminal() => {
            event.step.settle(&run, &statement).await?;
            Ok(step_status(Progress::Failed, None))
        }
        _ => Ok(step_status(Progress::Running, None)),
    }
}

/// Starts the statements under a token that every try of this step in this round shares.
async fn start(
    run: &Run,
    state: &GlobalState,
    tried: Try<'_>,
    (with_event, begun): (bool, Timestamp),
) -> Result<String, ActionError> {
    let execution = execution(run, state, tried, with_event).await;
    let execution = run.or_fail(tried, execution).await?;
    let started = run.ports.warehouse.execute(&execution, Duration::ZERO);
    // Whoever stops the step counts on it that nothing is submitted long after this state was read.
    let spent = run.ports.clock.now().duration_since(begun).unsigned_abs();
    let late = run.ports.clock.sleep(SUBMISSION.saturating_sub(spent));
    let started = match select(started, late).await {
        Either::Left((started, _)) => started,
        Either::Right(_) => Err(WarehouseError::Unavailable(
            "it did not take the statement in time".to_owned(),
        )),
    };
    let started = match started {
        Ok(started) => Ok(started),
        // A service may quote what it refuses.
        Err(WarehouseError::Refused(sentence)) => {
            let sentence = run.scrubbed(tried.step, sentence).await;
            Err(WarehouseError::Refused(sentence))
        }
        Err(error) => Err(error),
    };
    let started = run
        .or_fail(tried, started.map_err(ActionError::from))
        .await?;
    Ok(started.id)
}

/// Writes down the statement's id and who waits for its end, both in one swap: whoever sees one sees
/// the other. If the step is being stopped meanwhile, nobody else may know the statement: whoever stops
/// the step finds its id, and it is cancelled here.
async fn record(
    run: &Run,
    event: &OfStep,
    id: &str,
    waiting: Option<&Waiting>,
) -> Result<(), ActionError> {
    let tried = Try {
        step: &event.step,
        round: event.round,
    };
    let (_, wanted) = run
        .update(|state| {
            // The same statement has ended meanwhile, as a twin of this delivery saw.
            event.current(state)?;
            if !state.is_running(tried.step, tried.round) {
                return Ok(false);
            }
            let Some(step) = state.step_mut(tried.step) else {
                return Ok(false);
            };
            step.statement_id = Some(id.to_owned());
            if let Some(waiting) = waiting.filter(|_| !step.stopping) {
                keep(&mut step.waiting, waiting);
            }
            Ok(!step.stopping)
        })
        .await?;
    if wanted {
        return Ok(());
    }
    cancel(run, id).await?;
    Err(superseded(tried))
}

/// Cancels a statement that nobody else may know. Whoever would try the action again may be gone.
async fn cancel(run: &Run, id: &str) -> Result<(), ActionError> {
    let mut count = 1;
    loop {
        match run.ports.warehouse.cancel(id).await {
            Err(WarehouseError::Throttled(_) | WarehouseError::Unavailable(_))
                if count < CANCEL_TRIES =>
            {
                run.ports.clock.sleep(CANCEL_PAUSE * count).await;
                count += 1;
            }
            cancelled => return Ok(cancelled?),
        }
    }
}

/// The idempotency token of the statement with this name: 64 characters, the most that it may have (AWS
/// page: `ExecuteStatement`, ClientToken).
pub fn client_token(statement_name: &str) -> String {
    keys::sha256(statement_name.as_bytes())
}

/// The statements of a try with the values of its run's parameters.
pub async fn execution(
    run: &Run,
    state: &GlobalState,
    tried: Try<'_>,
    with_event: bool,
) -> Result<Submission, ActionError> {
    let step = run
        .plan
        .steps
        .iter()
        .find(|step| step.name == *tried.step)
        .ok_or_else(|| ActionError::InvalidEvent(format!("there is no step `{}`", tried.step)))?;
    if step.script.is_empty() {
        return Err(ActionError::InvalidEvent(format!(
            "no SQL stands in for `{}`: its step has no `local`",
            step.name
        )));
    }
    let script = run.script(&step.script).await?;
    let secrets = secrets::values(run, &script).await?;
    let (statements, bound) = parameters::filled(&script, &run.plan, &state.parameters, &secrets)?;
    let statement_name = run.statement_name(state, tried);
    let step = state.step(tried.step);
    let continues = step.map_or(&[][..], |step| &step.continues);
    Ok(Submission {
        client_token: client_token(&statement_name),
        continues: continues.iter().map(|name| client_token(name)).collect(),
        statement_name,
        statements,
        batch: script.batch,
        parameters: bound,
        warehouse: run.plan.warehouse.clone(),
        with_event,
    })
}
