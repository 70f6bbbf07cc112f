//! `resume`: EventBridge says that a statement has ended. Returns the task token of the step that waits
//! for it.
//!
//! An event proves nothing: it may come twice, late, or before the token was kept. It may be for a
//! statement that somebody else named like one of ours, or for a step that was stopped meanwhile. So
//! whatever does not fit is passed over, and what fits is verified at the warehouse.

use std::time::Duration;

use crate::error::ActionError;
use crate::keys;
use crate::ports::{Ports, StatementStatus};
use crate::protocol::{Resume, Resumed};
use crate::run::{Memory, Run};
use crate::state::GlobalState;

/// How long the warehouse may take to agree that a statement has ended.
const WINDOW: Duration = Duration::from_secs(5);

/// Answers whether a step was waiting for this.
pub async fn resume(
    ports: &Ports,
    memory: &Memory,
    event: &Resume,
) -> Result<Resumed, ActionError> {
    let resumed = wake(ports, memory, event).await?;
    Ok(Resumed { resumed })
}

async fn wake(ports: &Ports, memory: &Memory, event: &Resume) -> Result<bool, ActionError> {
    let ends = StatementStatus::ENDS.map(StatementStatus::name);
    if !ends.contains(&event.state.as_str()) {
        return Ok(false);
    }
    let Some(name) =
        keys::parse_statement_name(event.statement_name.as_deref().unwrap_or_default())
            .filter(|name| name.pipeline == event.pipeline)
    else {
        return Ok(false);
    };
    let key = keys::state(name.pipeline, &name.run);
    if ports.data.state(&key, None).await?.is_none() {
        return Ok(false);
    }
    let (run, state) = Run::open(ports, memory, name.pipeline, &name.run).await?;
    let Some(token) = token(&state, &name, &event.statement_id) else {
        return Ok(false);
    };
    let statement = run.await_statement(&event.statement_id, WINDOW).await?;
    if !statement.status.is_terminal() {
        return Err(ActionError::Unavailable(format!(
            "the statement of `{}` was said to have ended, but has not",
            name.step
        )));
    }
    run.return_token(&token).await?;
    Ok(true)
}

/// The token that waits for this statement. Without one the submission is still under way, and asks
/// once it has written down its token. A step that is being stopped is settled by whoever stops it.
fn token(state: &GlobalState, name: &keys::StatementName<'_>, id: &str) -> Option<String> {
    let step = state
        .steps
        .get(&name.step)
        .filter(|step| state.is_running(&name.step, name.round) && !step.stopping)
        .filter(|step| step.statement_id.as_deref() == Some(id))?;
    Some(step.waiting.as_ref()?.token.clone())
}
