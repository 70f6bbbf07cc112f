//! `ask`: the event of a statement's end has not come. Asks whether it has ended. If not, the task
//! token of this question takes the place of the one before it, and the wait goes on.

use std::time::Duration;

use super::waiting::{answer_if_ended, keep};
use crate::error::ActionError;
use crate::heartbeats::{LAST_ASK_SECONDS, heartbeats};
use crate::ports::Ports;
use crate::protocol::{Ask, StepAnswer};
use crate::run::{Memory, Run};
use crate::state::Waiting;
use crate::tried::{Try, submitted, superseded};

/// How long the last question waits for the end. The others do not wait: that would put off the next.
const LAST_WINDOW: Duration = Duration::from_secs(LAST_ASK_SECONDS);

/// Returns the token if the statement has ended, in whatever way, and keeps it otherwise.
pub async fn ask(ports: &Ports, memory: &Memory, event: &Ask) -> Result<StepAnswer, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.step.pipeline, &event.step.run).await?;
    let tried = Try {
        step: &event.step.step,
        round: event.step.round,
    };
    let waiting = Waiting {
        token: event.token.clone(),
        asked: event.asked.unwrap_or(0),
        retry: event.retry.unwrap_or(0),
    };
    event.step.current(&state)?;
    // Its submission wrote the id down, or would have failed.
    let id = submitted(&state, tried)?.ok_or_else(|| superseded(tried))?;
    run.update(|state| {
        event.step.current(state)?;
        submitted(state, tried)?;
        if let Some(step) = state.step_mut(tried.step) {
            keep(&mut step.waiting, &waiting);
        }
        Ok(())
    })
    .await?;
    let limit = run.planned(tried.step)?.limit_seconds;
    let is_last = heartbeats(limit, run.plan.most_asks()).len() <= waiting.asked as usize + 1;
    let window = if is_last { LAST_WINDOW } else { Duration::ZERO };
    answer_if_ended(&run, &id, &waiting, window).await
}
