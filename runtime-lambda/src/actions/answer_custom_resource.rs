//! `answer_stack`: a run has ended that CloudFormation waits for. Tells it how.
//!
//! A run that ends by itself does so with its notification. EventBridge tells of all of them,
//! though its delivery is best effort (AWS page: "AWS Step Functions events"). For those that were
//! stopped, timed out or died it is the only way.

use super::answering::{ended, tell, waiting};
use super::sweep::clean_up;
use crate::error::ActionError;
use crate::keys;
use crate::ports::Ports;
use crate::protocol::{ExecutionStatus, StackAnswered, Sweep};
use crate::run::Memory;

/// Answers with the status that CloudFormation was told; none if it does not wait for this run, or has
/// been told already.
pub async fn answer_custom_resource(
    ports: &Ports,
    memory: &Memory,
    event: &Sweep,
) -> Result<StackAnswered, ActionError> {
    if waiting(ports, &event.pipeline, &event.execution)
        .await?
        .is_none()
    {
        return Ok(StackAnswered { status: None });
    }
    if event.status != ExecutionStatus::Succeeded.name() {
        // What CloudFormation does next may take away the machines and this function: nothing may be
        // left running by then. Somebody else sweeps as well, so its failure keeps no answer back.
        let _ = clean_up(ports, memory, event).await;
    }
    let run = keys::run_id(&event.execution, event.started.0);
    let key = keys::state(&event.pipeline, &run);
    let ended = match ports.data.state(&key, None).await? {
        Some(found) => ended(ports, &found.state),
        None => Err(format!(
            "the run ended {} before its first step; the execution {} says why",
            event.status, event.execution
        )),
    };
    let status = tell(ports, &event.pipeline, &event.execution, ended).await?;
    Ok(StackAnswered { status })
}
