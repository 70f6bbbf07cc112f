//! `create_run`: the global state of a new run, made once however often it is asked for.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

mod chosen;
mod kept;
mod skipped;
mod trigger;

use self::chosen::NamedSteps;
use self::kept::Kept;
use super::{sweep, unbegun};
use crate::error::ActionError;
use crate::field;
use crate::ids::RunId;
use crate::plan::{Overlap, Step, When};
use crate::ports::{Ports, StoreError, WriteCondition};
use crate::protocol::{CreateRun, Created, RunInput};
use crate::run::{Memory, Run};
use crate::state::{FORMAT, GlobalState, RunStatus};
use crate::steps::Steps;
use crate::turn::Claim;
use crate::{custom_resource, keys, parameters, turn, watch};

/// Characters that are kept of who started a run: an ARN has at most so many of a person's.
const LONGEST_NAME: usize = 300;

/// Answers with the run's id, when it must be over, how many lanes and rounds it may have. Where a run cannot be
/// created, the bucket says why.
pub async fn create_run(
    ports: &Ports,
    memory: &Memory,
    event: &CreateRun,
) -> Result<Created, ActionError> {
    let created = create(ports, memory, event).await;
    if let Err(error) = &created {
        unbegun::keep_reason(ports, event, error).await;
    }
    created
}

async fn create(ports: &Ports, memory: &Memory, event: &CreateRun) -> Result<Created, ActionError> {
    let input = event.input.as_ref().unwrap_or(&Value::Null);
    let plan = memory.plan(ports.artifacts.as_ref(), &event.plan).await?;
    let run = keys::run_id(&event.execution, event.started);
    if let Some(trigger) = input.get(field!(RunInput, trigger)).and_then(Value::as_str) {
        trigger::claim(ports, &event.pipeline, trigger, &run).await?;
    }
    let when: When = match input.get(field!(RunInput, when)) {
        None | Some(Value::Null) => When::Run,
        Some(when) => serde_json::from_value(when.clone())
            .map_err(|_| ActionError::InvalidEvent(format!("there are no runs for {when}")))?,
    };
    // Somebody waits for a run of the stack's steps, and not for long.
    let patience = (when != When::Run).then(|| custom_resource::deadline(event.started));
    // A run that waited for its turn has all of its time ahead of it.
    let begins = match plan.overlap {
        Overlap::Queue => ports.clock.now(),
        Overlap::Skip if patience.is_some() => ports.clock.now(),
        Overlap::Allow | Overlap::Skip => event.started,
    };
    let seconds = i64::try_from(plan.limits.run_seconds).unwrap_or(i64::MAX);
    let deadline = begins
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX);
    let mut deadline = patience.map_or(deadline, |patience| patience.min(deadline));
    let kept = match input.get(field!(RunInput, resume)) {
        None | Some(Value::Null) => Kept::default(),
        Some(earlier) => Kept::of(ports, memory, &event.pipeline, earlier, &plan).await?,
    };
    let chosen = NamedSteps::of(input, &plan, when)?;
    let is_of_run =
        |step: &&Step| step.when == when && chosen.has(&step.name) && !kept.leaves_out(&step.name);
    let steps: Steps = plan
        .steps
        .iter()
        .filter(is_of_run)
        .map(|step| (step.name.clone(), kept.step(&step.name)))
        .collect();
    let of_kind = plan.steps.iter().filter(|step| step.when == when).count();
    let left_out = of_kind.saturating_sub(steps.len());
    let given = kept.parameters(input.get(field!(RunInput, parameters)))?;
    let state = Arc::new(GlobalState {
        format: FORMAT,
        pipeline: event.pipeline.clone(),
        run: run.clone(),
        plan: event.plan.clone(),
        execution: event.execution.clone(),
        started_by: input
            .get(field!(RunInput, by))
            .and_then(Value::as_str)
            .map(|by| by.chars().take(LONGEST_NAME).collect()),
        status: RunStatus::Running,
        ending: None,
        round: 1,
        started: event.started,
        deadline,
        ended: None,
        notifying: None,
        told: Vec::new(),
        notified: false,
        parameters: parameters::resolve(&plan, given.as_ref(), when)?,
        lanes: std::collections::BTreeMap::new(),
        left_out,
        steps,
    });
    let impatient =
        patience.is_some() && ports.clock.now() >= custom_resource::waits_until(event.started);
    let waits = !impatient && (plan.overlap == Overlap::Queue || patience.is_some());
    let may_be_skipped = plan.overlap == Overlap::Skip && patience.is_none();
    let key = keys::state(&event.pipeline, &run);
    if may_be_skipped
        && let Some(other) = skipped::known(ports, &event.pipeline, &run).await?
        && ports.data.state(&key, None).await?.is_none()
    {
        return Ok(held(run, other, false));
    }
    if plan.overlap != Overlap::Allow
        && let Some(other) = turn::take(
            ports,
            &event.pipeline,
            Claim {
                run: &run,
                started: event.started,
                deadline,
                waits,
                is_skipped: may_be_skipped,
            },
        )
        .await?
    {
        if impatient {
            return Err(ActionError::TimeLimit(format!(
                "the run {other} has the turn, and CloudFormation does not wait for longer"
            )));
        }
        if waits {
            return Ok(held(run, other, patience.is_some()));
        }
        skipped::note(ports, &event.pipeline, &run, &other).await?;
        // Unless another delivery has had the turn meanwhile.
        if ports.data.state(&key, None).await?.is_none() {
            watch::note(ports, &plan, |watch| watch.skips(&run, event.started)).await;
            return Ok(held(run, other, patience.is_some()));
        }
    }
    match ports
        .data
        .put_state(&key, &state, WriteCondition::Absent)
        .await
    {
        Ok(_) => {}
        // Asked before, and the answer was lost; or two writes met, and none may have won yet.
        Err(StoreError::Conflict) => {
            if ports.data.state(&key, None).await?.is_none() {
                return Err(ActionError::Unavailable(format!(
                    "`{key}` is being written by somebody else"
                )));
            }
            let (_, written) = Run::open(ports, memory, &event.pipeline, &run).await?;
            deadline = written.deadline;
        }
        Err(error) => return Err(error.into()),
    }
    // Also by whoever asks again: the first may not have come this far. What was only a part is not what is
    // expected.
    if when == When::Run && left_out == 0 {
        watch::note(ports, &plan, |watch| watch.begins(&run, event.started)).await;
    }
    sweep::end_if_over(ports, memory, &event.pipeline, &run).await?;
    let lanes = usize::try_from(plan.limits.lanes)
        .unwrap_or(usize::MAX)
        .min(state.steps.len().max(1));
    Ok(Created {
        run,
        deadline: deadline.as_millisecond(),
        round: 1,
        lanes,
        held_by: None,
        for_stack: None,
    })
}

/// The answer of a run that does not go on, because another one does.
fn held(run: RunId, by: RunId, for_stack: bool) -> Created {
    Created {
        run,
        deadline: 0,
        round: 0,
        lanes: 0,
        held_by: Some(by),
        for_stack: Some(for_stack),
    }
}
