//! `park`: a lane with nothing to do waits for a task token to be returned to it.

use serde_json::json;

use crate::error::ActionError;
use crate::ports::{ExecutionsError, Ports};
use crate::protocol::{Nothing, Park};
use crate::run::{Memory, Run};

/// Keeps the token, or returns it at once if there is something to do by now.
pub async fn park(ports: &Ports, memory: &Memory, event: &Park) -> Result<Nothing, ActionError> {
    let (run, _) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let (_, parked) = run
        .update(|state| {
            let waits = state.is_open()
                && state.round == event.round
                && state.running().next().is_some()
                && state.ready(&run.plan).next().is_none();
            let Some(lane) = state.lanes.get_mut(&event.lane) else {
                return Ok(false);
            };
            // An older turn that is delivered again must not overwrite a newer one's token.
            let current = (lane.round, lane.turn) == (event.round, event.turn);
            if waits && current {
                lane.parked = Some(event.token.clone());
            }
            Ok(waits && current)
        })
        .await?;
    if !parked {
        match ports
            .executions
            .send_task_success(&event.token, &json!({}))
            .await
        {
            Ok(()) | Err(ExecutionsError::NobodyWaits) => {}
            Err(error) => return Err(ActionError::Unavailable(error.to_string())),
        }
    }
    Ok(Nothing {})
}
