//! `sweep`: an execution ended without ending its run (it was stopped, timed out, or died). Ends what
//! still runs, and leaves the run as truthfully ended as any other.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::unbegun::{self, UnbegunExecution};
use super::{close_round, notify, report};
use crate::error::ActionError;
use crate::ids::RunId;
use crate::keys;
use crate::ports::{Ports, StoreError, WriteCondition};
use crate::protocol::{ExecutionStatus, OfRun, Sweep, Swept};
use crate::run::{self, Memory, Run};
use crate::state::{GlobalState, RunStatus, StepStatus};
use crate::tried::Try;

/// How an execution was over, and what that means for whoever sweeps.
#[derive(Debug, Clone, Copy)]
struct How<'a> {
    status: &'a str,
    gives_up: bool,
}

/// How long after its execution was over a run may still be created. A Lambda lives for 15 minutes
/// (AWS page: "Lambda quotas"), and may have begun late.
const CREATION: SignedDuration = SignedDuration::from_mins(20);

/// Answers with the run and its status. Of a run that never had a state, people are told.
pub async fn sweep(ports: &Ports, memory: &Memory, event: &Sweep) -> Result<Swept, ActionError> {
    let swept = clean_up(ports, memory, event).await?;
    if swept.status.is_none() {
        unbegun::tell(ports, memory, event, &swept.run).await?;
    }
    Ok(swept)
}

/// Ends the run, if it has a state.
pub async fn clean_up(ports: &Ports, memory: &Memory, event: &Sweep) -> Result<Swept, ActionError> {
    let id = keys::run_id(&event.execution, event.started.0);
    let key = keys::state(&event.pipeline, &id);
    if ports.data.state(&key, None).await?.is_none() {
        // A late delivery may still create the run. It writes the state and then looks for this; here
        // it is the other way round, so one of the two sees the other.
        let since = note_over(ports, event, &id).await?;
        if ports.data.state(&key, None).await?.is_none() {
            let may_be_created = ports.clock.now().duration_since(since) < CREATION;
            // What creates it may die before it has looked.
            if event.gives_up == Some(false) && may_be_created {
                return Err(ActionError::Unavailable(
                    "the run may still be created by a late delivery".to_owned(),
                ));
            }
            return Ok(Swept {
                run: id,
                status: None,
            });
        }
    }
    let over = How {
        status: &event.status,
        gives_up: event.gives_up == Some(true),
    };
    let status = end(ports, memory, &event.pipeline, &id, over).await?;
    Ok(Swept {
        run: id,
        status: Some(status),
    })
}

/// Notes that the execution was over before its run had a state, and answers since when that is known.
async fn note_over(ports: &Ports, event: &Sweep, id: &RunId) -> Result<Timestamp, ActionError> {
    let key = keys::over(&event.pipeline, id);
    let now = ports.clock.now();
    if let Some(object) = ports.data.get(&key).await? {
        let over: UnbegunExecution = run::parse(&key, &object.body)?;
        return Ok(over.since.unwrap_or(now));
    }
    let over = run::json(&UnbegunExecution::new(&event.status, now))?;
    match ports.data.put(&key, over, WriteCondition::Absent).await {
        Ok(_) => Ok(now),
        // Another sweep was faster.
        Err(StoreError::Conflict) => Err(ActionError::Unavailable(format!(
            "`{key}` was written by somebody else"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// Ends a run whose execution was over before the run was created.
pub async fn end_if_over(
    ports: &Ports,
    memory: &Memory,
    pipeline: &str,
    run: &RunId,
) -> Result<(), ActionError> {
    let key = keys::over(pipeline, run);
    if let Some(object) = ports.data.get(&key).await? {
        let over: UnbegunExecution = run::parse(&key, &object.body)?;
        let how = How {
            status: &over.status,
            gives_up: false,
        };
        end(ports, memory, pipeline, run, how).await?;
    }
    Ok(())
}

/// Ends a run as the end of its execution says, if nobody has, and tells people. What does not end is
/// left alone if the sweep gives up.
async fn end(
    ports: &Ports,
    memory: &Memory,
    pipeline: &str,
    id: &RunId,
    how: How<'_>,
) -> Result<RunStatus, ActionError> {
    let (run, state) = Run::open(ports, memory, pipeline, id).await?;
    // What did not come to its end within the limit failed because of that, whatever failed last.
    let is_late = how.status == ExecutionStatus::Failed.name()
        && ports.clock.now() >= state.deadline
        && state.status == RunStatus::Running;
    let status = if is_late || how.status == ExecutionStatus::TimedOut.name() {
        RunStatus::TimedOut
    } else {
        RunStatus::Stopped
    };
    let reason = if how.status == ExecutionStatus::Died.name() {
        ActionError::ProcessDied("the process of its run died".to_owned())
    } else {
        close_round::stopped()
    };
    let state = fence(&run, status).await?;
    if state.status == RunStatus::Running {
        let ended = close_round::end_statements(&run, &state, &reason).await;
        if ended.is_err() && how.gives_up {
            leave_alone(&run).await?;
        } else {
            ended?;
        }
        let before = run.state().await?;
        close_round::end_round(&run, &before, state.round).await?;
    }
    let of_run = OfRun {
        pipeline: pipeline.to_owned(),
        run: id.clone(),
    };
    // People hear of the run also where its page cannot be written; who tries again writes it.
    let reported = match ports.data.get_start(&keys::report(pipeline, id), 1).await? {
        Some(_) => Ok(()),
        None => report::report(ports, memory, &of_run).await.map(|_| ()),
    };
    notify::notify(ports, memory, &of_run).await?;
    match reported {
        // Nor will it be possible later.
        Err(error) if error.is_permanent() || how.gives_up => {}
        reported => reported?,
    }
    Ok(run.state().await?.status)
}

/// Records of each step that is still RUNNING that its statement does not end.
async fn leave_alone(run: &Run) -> Result<(), ActionError> {
    let state = run.state().await?;
    for (name, step) in state.running() {
        let tried = Try {
            step: name,
            round: step.round,
        };
        let error = ActionError::Stopped(format!(
            "its run was stopped, and its statement was cancelled, but it does not end or cannot be asked about: `{name}`"
        ));
        // Anything else: it is recorded, here or by somebody else.
        if let Err(error @ (ActionError::Throttled(_) | ActionError::Unavailable(_))) =
            run.fail::<()>(tried, error).await
        {
            return Err(error);
        }
    }
    Ok(())
}

/// Decides in one swap how the run ends: from then on nothing is claimed, and nothing is submitted for
/// what is RUNNING.
async fn fence(run: &Run, status: RunStatus) -> Result<Arc<GlobalState>, ActionError> {
    let (state, ()) = run
        .update(|state| {
            if state.is_open() {
                state.ending = Some(status);
                let now = run.ports.clock.now();
                for step in state.steps.values_mut() {
                    if step.status == StepStatus::Running {
                        step.fence(now);
                    }
                }
            }
            Ok(())
        })
        .await?;
    Ok(state)
}
