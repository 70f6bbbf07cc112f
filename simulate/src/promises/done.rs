//! Promise 10: work that can be done is done. A run whose faults end in time finishes. Nothing but
//! its own statements, jobs and limits, or somebody who stops it, may keep it from that.

use std::time::Duration;

use jiff::SignedDuration;
use runtime_lambda::plan::{Job, When};
use runtime_lambda::protocol::errors;
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};

use crate::promise::Promise;
use crate::world::{Fate, World};

/// Errors that say that the work itself cannot be done; [`super::truthful`] asks whether that is so.
const OF_THE_WORK: [&str; 4] = [
    errors::STATEMENT_FAILED,
    errors::EXPECTATION_FAILED,
    errors::JOB_FAILED,
    errors::JOB_UNKNOWN,
];

/// How long what a fault has delayed may take to be made good, beside the time that the weather was bad. Whoever waits
/// looks by himself after five minutes, and then each time after about as long as he has waited, an hour at the most.
/// Five minutes after a step's limit its lane counts as dead.
const MADE_GOOD: Duration = Duration::from_secs(15 * 60);

/// The longest pause before somebody looks by himself.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// How much time a statement costs beside its own: submission, questions and collection. Where an error that
/// passes ends it, the pause before the next one is added.
const AROUND: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_secs(70);

/// How much of a step's limit may go by beside its statement: submission, questions and collection, none of
/// which meets a fault.
const BESIDE: Duration = Duration::from_secs(60);

pub fn settled(world: &World, state: &GlobalState) {
    let stopped = world.facts(&state.run).cut.is_some();
    if stopped || state.status == RunStatus::Finished {
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
            world.breaks(Promise::Done, how, state.run.as_str());
        }
    } else if state.status == RunStatus::Failed {
        let failed = state.steps.values();
        let mut failed = failed.filter(|step| step.status == StepStatus::Failed);
        // A lane whose time Step Functions ended costs its round.
        if failed.next().is_none() && world.timed_out.lock().is_empty() {
            let how = "a run failed, and none of its steps did";
            world.breaks(Promise::Done, how, state.run.as_str());
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
                || world
                    .statements
                    .lock()
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
    let limit = Duration::from_secs(world.subject.planned(name).limit_seconds);
    let clear = world.base.checked_add(world.faults.clears_up());
    let was_clear = clear
        .ok()
        .zip(step.started)
        .is_some_and(|(clear, started)| started > clear);
    let own: Duration = world
        .statements
        .lock()
        .of_try(&state.run, name, step.round)
        .map(|(_, statement)| statement.own_end - statement.started)
        .sum();
    !was_clear || own + of_jobs(world, &state.run, Some((name, step))) + BESIDE >= limit
}

/// How long the jobs and crawls of a run need if they are left alone, or those of one try. A crawl may have been found
/// running: then its whole time counts.
fn of_jobs(world: &World, run: &str, of: Option<(&str, &StepState)>) -> Duration {
    let is_of = |name: &str, round: u32| {
        of.is_none_or(|(wanted, step)| (wanted, step.round) == (name, round))
    };
    let jobs = world.services.jobs.lock();
    let jobs = jobs.iter().filter(|job| job.run == run);
    let jobs: Duration = jobs
        .filter(|job| is_of(&job.step, job.round))
        .map(|job| job.own_end - job.began)
        .sum();
    let crawls: Duration = world
        .subject
        .plan
        .steps
        .iter()
        .filter(|planned| of.is_none_or(|(wanted, _)| planned.name == wanted))
        .filter_map(|planned| match &planned.job {
            Some(Job::GlueCrawler { name }) => Some(name),
            _ => None,
        })
        .filter_map(|name| {
            let crawlers = world.services.crawlers.lock();
            crawlers.get(name).map(|crawler| crawler.longest)
        })
        .sum();
    jobs + crawls
}

/// Whether the work of a run needs all of its time even if it is done one statement after the other. Also true if the
/// weather did not clear up early enough.
fn takes_all_of_its_time(world: &World, state: &GlobalState) -> bool {
    // CloudFormation does not wait for longer because such a run has waited for its turn.
    let is_for_stack = |name: &str| world.subject.planned(name).when != When::Run;
    let begun = if state.steps.iter().any(|(name, _)| is_for_stack(name)) {
        let statements = world.statements.lock();
        let own = statements
            .iter()
            .filter(|(_, statement)| statement.run == state.run);
        own.map(|(_, statement)| statement.started)
            .min()
            .map_or(state.started, |first| world.at(first))
    } else {
        state.started
    };
    let limit = state.deadline.duration_since(begun);
    let of_statements: Duration = world
        .statements
        .lock()
        .iter()
        .filter(|(_, statement)| statement.run == state.run)
        .map(|(_, statement)| {
            let own = statement.own_end - statement.started + AROUND;
            match &statement.fate {
                Fate::Fails(message) if message.contains("1023") => own + PAUSE,
                _ => own,
            }
        })
        .sum();
    // Each round may look at its crawlers anew.
    let rounds = world.subject.plan.limits.rounds;
    let bad = world.faults.clears_up();
    let needed = of_statements
        .saturating_add(of_jobs(world, &state.run, None) * rounds)
        .saturating_add(bad)
        .saturating_add(MADE_GOOD)
        .saturating_add(bad.min(LONGEST_PAUSE));
    SignedDuration::try_from(needed).map_or(true, |needed| needed >= limit)
}
