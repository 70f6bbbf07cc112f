//! Promise 9: no healthy statement is cancelled, and no wrong reason is recorded.

use std::time::Duration;

use jiff::SignedDuration;
use runtime_lambda::ids::StepName;
use runtime_lambda::keys;
use runtime_lambda::plan::Job;
use runtime_lambda::ports::StatementStatus;
use runtime_lambda::protocol::errors;
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};
use tokio::time::Instant;

use super::nothing_runs::DOES_NOT_END;
use crate::promise::Promise;
use crate::world::{ExecutionCut, Fate, SubmittedStatement, World};

/// A start that is refused so often, one time after the other, is given up.
const REFUSED_FOR_GOOD: u32 = 4;

/// By how much a clock may be off, and a time-out early: the five seconds of a clock, and what is rounded.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(8);

/// Whether the run may be ended from outside by now: its execution is over, or its time is.
fn may_end(world: &World, state: &GlobalState) -> bool {
    let facts = world.facts(&state.run);
    facts.execution_over.is_some()
        || state.ending.is_some()
        || state.status != RunStatus::Running
        || world.now() >= state.deadline - TOLERANCE
}

/// Whether the step has had all of its time.
fn is_past_limit(world: &World, name: &str, step: &StepState) -> bool {
    let limit = world.subject.planned(name).limit_seconds;
    let limit = SignedDuration::from_secs(i64::try_from(limit).unwrap_or(i64::MAX));
    step.started
        .is_some_and(|started| world.now().duration_since(started) >= limit - TOLERANCE)
}

/// Whether the execution is over that had the step's last try, or its lane, although nothing was wrong with the step.
fn died(world: &World, state: &GlobalState, name: &str, step: &StepState) -> bool {
    world.try_timed_out(&state.run, name, step)
}

/// A statement is being cancelled.
pub fn cancelled(world: &World, statement: &SubmittedStatement) {
    let state = world.state(&statement.run);
    let Some(state) = state else {
        return;
    };
    let step = state.step(&statement.step);
    // Whoever cancels the statement of a try that is over finds a late submission.
    let is_over =
        step.is_none_or(|step| step.round != statement.round || step.status != StepStatus::Running);
    let past = step.is_some_and(|step| is_past_limit(world, &statement.step, step));
    let died = step.is_some_and(|step| died(world, &state, &statement.step, step));
    if !is_over && !past && !died && !may_end(world, &state) && Instant::now() < statement.own_end {
        world.breaks(
            Promise::Truthful,
            "a healthy statement is cancelled",
            statement.step.as_str(),
        );
    }
}

/// Steps that ended with this write say why.
pub fn written(world: &World, before: Option<&GlobalState>, after: &GlobalState) {
    for (name, step) in after.each_step() {
        let old = before.and_then(|before| before.step(name));
        if old.is_none_or(|old| old.status == step.status) {
            continue;
        }
        match step.status {
            StepStatus::Finished => finished(world, after, name, step),
            StepStatus::Failed => failed(world, after, name, step),
            StepStatus::Initial | StepStatus::Running | StepStatus::Skipped => {}
        }
    }
    let ended = before.is_none_or(|before| before.status == RunStatus::Running);
    if ended {
        run_ended(world, after);
    }
}

fn finished(world: &World, state: &GlobalState, name: &str, step: &StepState) {
    if step.kept_from.is_some() {
        return;
    }
    if let Some(job) = world.subject.step(name).and_then(|step| step.job.as_ref()) {
        if !job_has_finished(world, state, (name, step), job) {
            let how = "a step is FINISHED, and its job is not";
            world.breaks(Promise::Truthful, how, name);
        }
        return;
    }
    let now = Instant::now();
    let statements = world.statements.lock();
    let own = step
        .statement_id
        .as_deref()
        .and_then(|id| statements.get(id));
    let is_true = own.is_some_and(|own| {
        own.run == state.run
            && own.step == name
            && own.round == step.round
            && own.status(now) == StatementStatus::Finished
    });
    drop(statements);
    if !is_true {
        let how = "a step is FINISHED, and its statement is not";
        world.breaks(Promise::Truthful, how, name);
    }
}

/// Whether these are the warehouse's words, or say that nobody may hear them while a secret cannot be read.
fn says(world: &World, told: &str, message: &str) -> bool {
    let mut parameters = world.subject.plan.parameters.values();
    told.contains(message)
        || told.contains("is withheld") && parameters.any(|parameter| parameter.secret.is_some())
}

/// Whether the job of a try has ended well. A crawl may have been another run's, if it ended after the step had begun.
fn job_has_finished(
    world: &World,
    state: &GlobalState,
    (name, step): (&str, &StepState),
    job: &Job,
) -> bool {
    let now = Instant::now();
    if let Job::GlueCrawler { name } = job {
        let crawlers = world.services.crawlers.lock();
        let last = crawlers
            .get(name)
            .and_then(|crawler| crawler.last_good(now));
        return last
            .zip(step.started)
            .is_some_and(|(last, began)| world.at(last) >= began - TOLERANCE);
    }
    let jobs = world.services.jobs.lock();
    let mut own = jobs
        .iter()
        .filter(|job| (job.run.as_str(), job.step.as_str()) == (state.run.as_str(), name));
    own.any(|job| job.round == step.round && job.has_ended_well(now))
}

fn failed(world: &World, state: &GlobalState, name: &StepName, step: &StepState) {
    let Some(error) = &step.error else {
        world.breaks(
            Promise::Truthful,
            "a step is FAILED without a reason",
            name.as_str(),
        );
        return;
    };
    let now = Instant::now();
    let own: Vec<SubmittedStatement> = world
        .statements
        .lock()
        .of_try(&state.run, name, step.round)
        .map(|(_, statement)| statement.clone())
        .collect();
    let is_true = match error.error.as_str() {
        errors::STATEMENT_FAILED => own.iter().any(|own| {
            own.status(now) == StatementStatus::Failed
                && matches!(&own.fate, Fate::Fails(message) if says(world, &error.message, message))
        }),
        errors::TIME_LIMIT => {
            is_past_limit(world, name, step) || world.now() >= state.deadline - TOLERANCE
        }
        errors::EXPECTATION_FAILED => own.iter().any(|own| own.wrong),
        // What an execution says of its own end stands behind the name of its error.
        errors::STOPPED if error.message.ends_with("` ended with `States.TaskFailed`") => false,
        // Past its limit, and nobody could end it.
        errors::STOPPED if error.message.contains(DOES_NOT_END) => {
            own.iter().any(|own| own.stubborn)
        }
        errors::STOPPED => may_end(world, state) || died(world, state, name, step),
        errors::JOB_FAILED if error.message.contains("CANCELLED") => is_of_others(world, state),
        errors::JOB_FAILED => {
            let execution = keys::step_execution_name(&state.run, name, step.round);
            let starts = world.services.starts.lock();
            let starts = starts.get(&execution).copied().unwrap_or_default();
            starts.failed
                || starts.refused >= REFUSED_FOR_GOOD
                || world.timed_out.lock().contains_key(&execution)
        }
        errors::JOB_UNKNOWN => {
            let execution = keys::step_execution_name(&state.run, name, step.round);
            let starts = world.services.starts.lock();
            starts
                .get(&execution)
                .is_some_and(|starts| starts.unanswered)
        }
        _ => false,
    };
    if !is_true {
        let of = format!("{name}: {}: {}", error.error, error.message);
        world.breaks(Promise::Truthful, "a step is FAILED for a wrong reason", of);
    }
    // An error that passes is the last of several, unless somebody stopped the step.
    let passes = error.error == errors::STATEMENT_FAILED && error.message.contains("1023");
    let most = world.subject.planned(name).retry.transient;
    let stopped =
        is_past_limit(world, name, step) || may_end(world, state) || died(world, state, name, step);
    if passes && !stopped && own.len() <= most as usize {
        let how = "a step is FAILED for an error that passes, and had tries left";
        world.breaks(Promise::Truthful, how, name.as_str());
    }
    // A statement that ended well while nobody looked, and within the limit, counts.
    let well = own.iter().any(|own| {
        let grace = Duration::from_secs(1);
        own.status(now) == StatementStatus::Finished && own.end() + grace < now && !own.wrong
    });
    let is_of_the_work = matches!(
        error.error.as_str(),
        errors::EXPECTATION_FAILED | errors::STATEMENT_FAILED
    );
    if well && !is_of_the_work && !error.message.contains(DOES_NOT_END) {
        world.breaks(
            Promise::Truthful,
            "a step is FAILED, and its statement FINISHED",
            name.as_str(),
        );
    }
}

/// Whether a crawl that was stopped was another run's: this one had found it running. Or whether another crawl was
/// meant, whose crawler has begun this one meanwhile.
fn is_of_others(world: &World, state: &GlobalState) -> bool {
    world.services.crawlers.lock().values().any(|crawler| {
        let run = crawler.starter.get("run").and_then(|run| run.as_str());
        crawler.stopped && (crawler.meant_another || run != Some(state.run.as_str()))
    })
}

/// Whether no other round could help: whatever failed has not the result that it must have, or has a job that may run.
fn nothing_heals(state: &GlobalState) -> bool {
    let failed = state.steps.values();
    let mut failed = failed.filter(|step| step.status == StepStatus::Failed);
    failed.all(|step| {
        let error = step.error.as_ref();
        error.is_some_and(|error| {
            matches!(
                error.error.as_str(),
                errors::EXPECTATION_FAILED | errors::JOB_UNKNOWN
            )
        })
    })
}

fn run_ended(world: &World, state: &GlobalState) {
    let facts = world.facts(&state.run);
    let is_true = match state.status {
        RunStatus::Running => true,
        RunStatus::Finished => state.is_complete(),
        RunStatus::Failed => {
            state.round == world.subject.plan.limits.rounds || nothing_heals(state)
        }
        RunStatus::TimedOut => {
            world.now() >= state.deadline - TOLERANCE || facts.cut == Some(ExecutionCut::TimedOut)
        }
        RunStatus::Stopped => facts.execution_over.is_some(),
    };
    if !is_true {
        let of = format!("{:?}", state.status);
        world.breaks(Promise::Truthful, "a run ends for a wrong reason", of);
    }
}
