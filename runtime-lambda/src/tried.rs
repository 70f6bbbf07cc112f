//! A try of a step in a round, and whether it still counts.

use crate::error::ActionError;
use crate::ids::StepName;
use crate::state::GlobalState;

/// A try of a step in a round.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    pub step: &'a StepName,
    pub round: u32,
}

/// Id of the statement that this try started before.
pub fn submitted(state: &GlobalState, tried: Try<'_>) -> Result<Option<String>, ActionError> {
    let step = state.step(tried.step);
    match step {
        Some(step) if state.is_running(tried.step, tried.round) && !step.stopping => {
            Ok(step.statement_id.clone())
        }
        _ => Err(superseded(tried)),
    }
}

/// The answer to somebody who works on a try that is over.
pub fn superseded(tried: Try<'_>) -> ActionError {
    ActionError::Superseded(format!(
        "`{}` is not running in round {} any more",
        tried.step, tried.round
    ))
}
