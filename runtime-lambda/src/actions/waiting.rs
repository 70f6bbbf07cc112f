//! What `submit` and `ask` share. They keep the task token of an execution that waits for its
//! statement's end, and return it if the statement has ended by then.

use std::time::Duration;

use super::step_status;
use crate::error::ActionError;
use crate::protocol::{Progress, StepAnswer};
use crate::run::Run;
use crate::state::Waiting;

/// Keeps the newest token: an older delivery may come last.
pub fn keep(kept: &mut Option<Waiting>, waiting: &Waiting) {
    if !kept.as_ref().is_some_and(|kept| waiting.is_before(kept)) {
        *kept = Some(waiting.clone());
    }
}

/// Asks after the token was kept: an event that came before that found no token to return.
pub async fn answer_if_ended(
    run: &Run,
    statement_id: &str,
    waiting: &Waiting,
    window: Duration,
) -> Result<StepAnswer, ActionError> {
    let statement = run.await_statement(statement_id, window).await?;
    let ended = statement.status.is_terminal();
    if ended {
        run.return_token(&waiting.token).await?;
    }
    Ok(step_status(
        if ended {
            Progress::Ended
        } else {
            Progress::Running
        },
        None,
    ))
}
