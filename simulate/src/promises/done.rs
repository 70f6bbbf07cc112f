//! Promise 10: work that can be done is done. A run whose faults end in time finishes: nothing but its
//! own statements, jobs and limits, or somebody who stops it, may keep it from that.

use std::time::Duration;

use jiff::SignedDuration;
use runtime_lambda::protocol::errors;
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};

use super::Promise;
use crate::drive::Ended;
use crate::locked;
use crate::world::World;

/// Errors that say that the work itself cannot be done; [`super::truthful`] asks whether that is so.
const OF_THE_WORK: [&str; 3] = [
    errors::STATEMENT_FAILED,
    errors::EXPECTATION_FAILED,
    errors::JOB_FAILED,
];

/// How long what a fault has delayed may take to be made good: the longest pause before somebody asks by himself is
/// an hour.
const MADE_GOOD: Duration = Duration::from_secs(3_600);

/// How much of a step's limit may go by beside its statement: submission, questions and collection, none of
/// which meets a fault.
const BESIDE: Duration = Duration::from_secs(60);

pub fn settled(world: &World, run: &Ended, state: &GlobalState) {
    let stopped = world.facts(&state.run).cut.is_some();
    if stopped || state.status == RunStatus::Finished || !run.is_first {
        return;
    }
    let failed = state
        .steps
        .iter()
        .filter(|(_, step)| step.status == StepStatus::Failed);
    let mut other = failed.filter(|(name, step)| !is_of_the_work(world, state, name, step));
    if let Some((name, step)) = other.next() {
        let error = step.error.as_ref();
        let of = format!(
            "{name}: {}",
            error.map_or(String::new(), |error| format!(
                "{}: {}",
                error.error, error.message
            ))
        );
        world.breaks(Promise::Done, "a run failed, and its work did not", of);
    } else if state.status == RunStatus::TimedOut {
        if !takes_all_of_its_time(world, state) {
            let how = "a run ran past its limit, and its work had the time";
            world.breaks(Promise::Done, how, &state.run);
        }
    } else if state.status == RunStatus::Failed {
        let failed = state.steps.values();
        let mut failed = failed.filter(|step| step.status == StepStatus::Failed);
        // A lane whose time Step Functions ended costs its round.
        if failed.next().is_none() && locked(&world.timed_out).is_empty() {
            let how = "a run failed, and none of its steps did";
            world.breaks(Promise::Done, how, &state.run);
        }
    } else {
        let of = format!("{:?}", state.status);
        world.breaks(
            Promise::Done,
            "a run ended without success, and nobody stopped it",
            of,
        );
    }
}

/// Whether a step has failed because its work cannot be done, or not within its limit.
fn is_of_the_work(world: &World, state: &GlobalState, name: &str, step: &StepState) -> bool {
    let error = step.error.as_ref().map_or("", |error| error.error.as_str());
    match error {
        // In the last round, too, Step Functions may end an execution: its step is tried in no other one.
        errors::STOPPED => {
            world.try_timed_out(&state.run, name, step)
                || locked(&world.statements)
                    .of_try(&state.run, name, step.round)
                    .any(|(_, statement)| statement.stubborn)
        }
        errors::TIME_LIMIT => {
            world.try_timed_out(&state.run, name, step)
                || step_takes_all_of_its_time(world, state, name, step)
                || state.status == RunStatus::TimedOut
        }
        other => OF_THE_WORK.contains(&other),
    }
}

/// Whether this try of a step needs more than its limit, or met faults that cost it time.
fn step_takes_all_of_its_time(
    world: &World,
    state: &GlobalState,
    name: &str,
    step: &StepState,
) -> bool {
    let planned = world.subject.step(name);
    let limit = Duration::from_secs(planned.map_or(0, |step| step.limit_seconds));
    if planned.is_some_and(|step| step.job.is_some()) {
        return true;
    }
    let clear = world.base.checked_add(world.faults.clears_up());
    let was_clear = clear
        .ok()
        .zip(step.started)
        .is_some_and(|(clear, started)| started > clear);
    let own: Duration = locked(&world.statements)
        .of_try(&state.run, name, step.round)
        .map(|(_, statement)| statement.own_end - statement.started)
        .sum();
    !was_clear || own + BESIDE >= limit
}

/// Whether the work of a run needs all of its time even if it is done one statement after the other, or the weather
/// did not clear up early enough.
fn takes_all_of_its_time(world: &World, state: &GlobalState) -> bool {
    let limit = state.deadline.duration_since(state.started);
    let of_statements: Duration = locked(&world.statements)
        .iter()
        .filter(|(_, statement)| statement.run == state.run)
        .map(|(_, statement)| statement.own_end - statement.started)
        .sum();
    // A job's length is not told here: each takes at most six minutes.
    let jobs = locked(&world.services.jobs).len() + locked(&world.services.crawlers).len();
    let of_jobs = Duration::from_secs(360) * u32::try_from(jobs).unwrap_or(u32::MAX);
    let needed = of_statements
        .saturating_add(of_jobs)
        .saturating_add(MADE_GOOD)
        .saturating_add(world.faults.clears_up());
    SignedDuration::try_from(needed).map_or(true, |needed| needed >= limit)
}
