//! A run that was skipped stays so. A late delivery of its event would find the turn free, and create a run that no
//! execution brings to its end.

use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::ids::RunId;
use crate::keys;
use crate::ports::{Ports, WriteCondition};
use crate::run;

/// What is written down of it.
#[derive(Debug, Serialize, Deserialize)]
struct Skipped {
    /// The run that went on.
    held_by: RunId,
}

/// The run for which this one was skipped, if it was.
pub async fn known(
    ports: &Ports,
    pipeline: &str,
    run: &RunId,
) -> Result<Option<RunId>, ActionError> {
    let key = keys::skipped(pipeline, run);
    let Some(object) = ports.data.get(&key).await? else {
        return Ok(None);
    };
    let skipped: Skipped = run::parse(&key, &object.body)?;
    Ok(Some(skipped.held_by))
}

/// Writes down that this run is skipped, before anybody hears of it.
pub async fn note(
    ports: &Ports,
    pipeline: &str,
    run: &RunId,
    held_by: &RunId,
) -> Result<(), ActionError> {
    let skipped = Skipped {
        held_by: held_by.clone(),
    };
    let body = run::json(&skipped)?;
    let key = keys::skipped(pipeline, run);
    ports.data.put(&key, body, WriteCondition::Always).await?;
    Ok(())
}
