//! Whose turn it is, where runs of a pipeline must not overlap: an object in the bucket names the run
//! that has it.
//!
//! Nothing releases it. Whoever wants it looks at the run that has it: once that run is over in its own
//! global state, or its time has passed, the object is anybody's who swaps it first. So a run that
//! dies in whatever way blocks nobody for ever.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::keys;
use crate::ports::{Condition, Ports, StoreError};
use crate::run::json;
use crate::state::{GlobalState, RunStatus};

/// Tries to swap the object before the action gives up with an error that is retried.
const ATTEMPTS: u32 = 10;

/// How long a run that has the turn may be without a global state: as long as the Lambda that creates
/// it can live (AWS page: "Lambda quotas").
const CREATION: SignedDuration = SignedDuration::from_mins(15);

/// What a machine's own limit allows beyond the run's.
const LAST_RESORT: SignedDuration = SignedDuration::from_hours(1);

/// The object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Turn {
    /// Id of the run that has it.
    run: String,
    /// When it got it.
    taken: Timestamp,
    /// When it is over in any case.
    expires: Timestamp,
}

/// Takes the turn for `run`, whose limit ends at `deadline`. Answers with the run that has it, if it is
/// another one. Asked again by the same run, it is that run's still.
pub async fn take(
    ports: &Ports,
    pipeline: &str,
    run: &str,
    deadline: Timestamp,
) -> Result<Option<String>, ActionError> {
    let key = keys::turn(pipeline);
    for _ in 0..ATTEMPTS {
        let now = ports.clock.now();
        let mine = json(&Turn {
            run: run.to_owned(),
            taken: now,
            expires: deadline.checked_add(LAST_RESORT).unwrap_or(Timestamp::MAX),
        })?;
        let written = match ports.data.get(&key).await? {
            None => ports.data.put(&key, mine, Condition::Absent).await,
            Some(object) => {
                // What cannot be read belongs to nobody.
                let turn: Option<Turn> = serde_json::from_slice(&object.body).ok();
                if let Some(turn) = turn {
                    if turn.run == run {
                        return Ok(None);
                    }
                    if !is_over(ports, pipeline, &turn, now).await? {
                        return Ok(Some(turn.run));
                    }
                }
                ports
                    .data
                    .put(&key, mine, Condition::Matches(&object.etag))
                    .await
            }
        };
        match written {
            Ok(_) => return Ok(None),
            Err(StoreError::Conflict) => ports.clock.sleep(Duration::from_millis(50)).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Unavailable(format!(
        "`{key}` was changed by others {ATTEMPTS} times in a row"
    )))
}

async fn is_over(
    ports: &Ports,
    pipeline: &str,
    turn: &Turn,
    now: Timestamp,
) -> Result<bool, ActionError> {
    if now >= turn.expires {
        return Ok(true);
    }
    let state = ports.data.get(&keys::state(pipeline, &turn.run)).await?;
    Ok(match state {
        Some(object) => serde_json::from_slice::<GlobalState>(&object.body)
            .is_ok_and(|state| state.status != RunStatus::Running),
        // Its execution was over before it had a state, or the Lambda that was to write it is.
        None => {
            let over = ports.data.get(&keys::over(pipeline, &turn.run)).await?;
            over.is_some() || now.duration_since(turn.taken) > CREATION
        }
    })
}
