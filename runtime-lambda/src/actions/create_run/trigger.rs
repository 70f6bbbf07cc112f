//! An event that starts a run may come twice. EventBridge delivers at least once (AWS page:
//! "Troubleshooting Amazon EventBridge", "My rule ran more than once in response to one event").
//! The first run that says so has it.

use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::ids::RunId;
use crate::keys;
use crate::ports::{Ports, StoreError, WriteCondition};

/// What is written down of an event.
#[derive(Debug, Serialize, Deserialize)]
struct Claim {
    /// The run that it has started.
    run: RunId,
}

/// Notes that this run is the one that the event has started.
///
/// # Errors
/// `Sfc.Duplicate` if that is another run.
pub async fn claim(
    ports: &Ports,
    pipeline: &str,
    event: &str,
    run: &RunId,
) -> Result<(), ActionError> {
    let key = keys::trigger(pipeline, event);
    let corrupt = |error: serde_json::Error| ActionError::Corrupt(format!("`{key}`: {error}"));
    let own = Claim { run: run.clone() };
    let body = serde_json::to_vec(&own).map_err(corrupt)?;
    match ports.data.put(&key, body, WriteCondition::Absent).await {
        Ok(_) => return Ok(()),
        Err(StoreError::Conflict) => {}
        Err(error) => return Err(error.into()),
    }
    let Some(kept) = ports.data.get(&key).await? else {
        return Err(ActionError::Unavailable(format!(
            "`{key}` is being written by somebody else"
        )));
    };
    let first: Claim = serde_json::from_slice(&kept.body).map_err(corrupt)?;
    if first.run == *run {
        return Ok(());
    }
    Err(ActionError::Duplicate(format!(
        "the run {} was started by the same event",
        first.run
    )))
}
