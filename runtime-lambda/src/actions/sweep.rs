//! `sweep`: an execution ended without ending its run (it was stopped, timed out, or died). Ends what
//! still runs, and leaves the run as truthfully ended as any other.

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{RunEvent, close_round, notify, report};
use crate::error::ActionError;
use crate::keys;
use crate::ports::Ports;
use crate::run::{Plans, Run};
use crate::state::RunStatus;

/// The status of an execution whose process died, and the warehouse with it.
pub const DIED: &str = "DIED";

/// The execution that ended.
#[derive(Debug, Clone, Deserialize)]
pub struct Sweep {
    pub(super) pipeline: String,
    /// ARN of the level-3 execution.
    pub(super) execution: String,
    /// When it started: as text, or, as EventBridge says it, in milliseconds since 1970.
    #[serde(deserialize_with = "instant")]
    pub(super) started: Timestamp,
    /// `ABORTED`, `TIMED_OUT`, `FAILED` or `SUCCEEDED`; [`DIED`] on a laptop.
    pub(super) status: String,
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Instant {
        Milliseconds(i64),
        Text(Timestamp),
    }
    match Instant::deserialize(deserializer)? {
        Instant::Milliseconds(milliseconds) => {
            Timestamp::from_millisecond(milliseconds).map_err(D::Error::custom)
        }
        Instant::Text(timestamp) => Ok(timestamp),
    }
}

/// Answers with the run and its status.
pub async fn sweep(ports: &Ports, plans: &Plans, event: &Sweep) -> Result<Value, ActionError> {
    let id = keys::run_id(&event.execution, event.started);
    let key = keys::state(&event.pipeline, &id);
    if ports.data.get(&key).await?.is_none() {
        return Ok(json!({ "run": id, "status": null }));
    }
    let (run, state) = Run::open(ports, plans, &event.pipeline, &id).await?;
    if state.status == RunStatus::Running {
        let reason = match event.status.as_str() {
            DIED => ActionError::ProcessDied("the process of its run died".to_owned()),
            _ => close_round::stopped(),
        };
        close_round::end_statements(&run, &state, &reason).await?;
        let status = match event.status.as_str() {
            "TIMED_OUT" => RunStatus::TimedOut,
            _ => RunStatus::Stopped,
        };
        close_round::end_round(&run, state.round, Some(status)).await?;
    }
    let of_run = RunEvent {
        pipeline: event.pipeline.clone(),
        run: id.clone(),
    };
    let state = run.state().await?;
    if !state.notified {
        report::report(ports, plans, &of_run).await?;
        notify::notify(ports, plans, &of_run).await?;
    }
    Ok(json!({ "run": id, "status": state.status }))
}
