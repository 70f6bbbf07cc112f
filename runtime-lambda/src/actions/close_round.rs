//! `close_round`: what a round ended with, and whether there is another.

use std::time::Duration;

use jiff::SignedDuration;

use crate::error::ActionError;
use crate::healing;
use crate::ids::StepName;
use crate::keys;
use crate::plan::{Plan, Step};
use crate::ports::Ports;
use crate::protocol::{CloseRound, RoundClosed};
use crate::report::Manifest;
use crate::run::{Memory, Run};
use crate::state::{GlobalState, RunStatus, StepState, StepStatus};
use crate::tried::Try;

/// How long statements that are still running may take to end once they are cancelled.
const STOP_WINDOW: Duration = Duration::from_secs(30);

/// How far apart the clocks may be of Step Functions, which ends lanes at the run's limit, and of the Lambda.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(5);

/// Answers with the round to go on with, and the run's status: RUNNING if there is another round.
pub async fn close_round(
    ports: &Ports,
    memory: &Memory,
    event: &CloseRound,
) -> Result<RoundClosed, ActionError> {
    let (run, mut state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let is_open = state.round == event.round && state.status == RunStatus::Running;
    if is_open && left(&state).next().is_some() {
        let reason = if ports.clock.now() + CLOCKS_APART >= state.deadline {
            let limit = run.plan.limits.run_seconds;
            ActionError::TimeLimit(format!("the run went on past its limit of {limit} s"))
        } else {
            stopped()
        };
        end_statements(&run, &state, &reason).await?;
        state = run.state().await?;
    }
    end_round(&run, &state, event.round).await
}

/// Steps that go on, and those whose crawl does, with their round.
fn left(state: &GlobalState) -> impl Iterator<Item = (&StepName, u32)> {
    state
        .each_step()
        .filter(|(_, step)| step.status == StepStatus::Running || step.crawling)
        .map(|(name, step)| (name, step.round))
}

/// Why steps that nobody else has ended are ended.
pub fn stopped() -> ActionError {
    ActionError::Stopped("its run was stopped or its lane died".to_owned())
}

/// Stops, for this reason, what lanes that died left behind, and crawls that nobody stopped so far.
/// Whatever does not end keeps the round open: the action fails, and is tried again.
pub async fn end_statements(
    run: &Run,
    state: &GlobalState,
    reason: &ActionError,
) -> Result<(), ActionError> {
    let stops = left(state).map(|(step, round)| async move {
        let tried = Try { step, round };
        match run.stop(tried, reason.clone(), STOP_WINDOW).await? {
            StepStatus::Running => Err(ActionError::Unavailable(format!(
                "the statement of `{step}` does not end"
            ))),
            _ => Ok(()),
        }
    });
    futures_util::future::join_all(stops)
        .await
        .into_iter()
        .collect()
}

/// Writes the manifest and moves the global state on from what it was before: to the next round, or to its end.
pub async fn end_round(
    run: &Run,
    before: &GlobalState,
    round: u32,
) -> Result<RoundClosed, ActionError> {
    let now = run.ports.clock.now();
    if before.round == round && before.status == RunStatus::Running {
        let status = decide(&run.plan, before, now);
        let manifest = Manifest::of(before, status, now);
        run.write(&keys::manifest(&run.pipeline, &run.id, round), &manifest)
            .await?;
    }
    let (state, ()) = run
        .update(|state| {
            if state.round != round || state.status != RunStatus::Running {
                return Ok(());
            }
            // Claimed since its statements were ended.
            if let Some((step, _)) = state.running().next() {
                return Err(ActionError::Unavailable(format!(
                    "`{step}` was claimed while the round was being closed"
                )));
            }
            state.status = decide(&run.plan, state, now);
            if state.status == RunStatus::Running {
                state.round += 1;
                for planned in &run.plan.steps {
                    if let Some(step) = state.step_mut(&planned.name)
                        && may_heal(planned, step)
                    {
                        step.status = StepStatus::Initial;
                    }
                }
            } else {
                state.ended = Some(now);
                for step in state.steps.values_mut() {
                    if step.status == StepStatus::Initial {
                        step.status = StepStatus::Skipped;
                    }
                }
            }
            Ok(())
        })
        .await?;
    Ok(RoundClosed {
        round: state.round,
        status: state.status,
    })
}

/// Whether a step has failed, and another round may help it.
fn may_heal(planned: &Step, step: &StepState) -> bool {
    let error = step.error.as_ref();
    step.status == StepStatus::Failed
        && error.is_none_or(|error| healing::may_heal(planned, &error.error, &error.message))
}

/// Whether anything is left for another round. It is a step that may heal, or one that did not come
/// to start in this round although all before it are FINISHED.
fn goes_on(plan: &Plan, state: &GlobalState) -> bool {
    state.ready(plan).next().is_some()
        || plan.steps.iter().any(|planned| {
            let step = state.step(&planned.name);
            step.is_some_and(|step| may_heal(planned, step))
        })
}

/// The run's status after this round.
fn decide(plan: &Plan, state: &GlobalState, now: jiff::Timestamp) -> RunStatus {
    if let Some(end) = state.ending {
        end
    } else if state.is_complete() {
        RunStatus::Finished
    } else if now >= state.deadline {
        RunStatus::TimedOut
    } else if state.round < plan.limits.rounds && goes_on(plan, state) {
        RunStatus::Running
    } else {
        RunStatus::Failed
    }
}
