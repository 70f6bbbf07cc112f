//! Promise 3: when a run is over, in whatever way, none of its statements, jobs and crawls is still running.
//!
//! Nobody can end a statement that the warehouse cancels in vain: its step says so. So it is with a job of which nobody
//! knows whether it was started.
//!
//! A submission that is under way at that moment cannot be called back: its statement may begin late,
//! and must then be cancelled soon.

use std::time::Duration;

use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;
use serde_json::Value;
use tokio::time::Instant;

use crate::promise::Promise;
use crate::world::{EndedRun, JobRun, SubmittedStatement, World};

/// How long a statement may run that began when its run was over.
const LATE: Duration = Duration::from_secs(20 * 60);

/// How long a job may run that began when its run was over: its start was under way, and it is stopped with its
/// execution.
const JOB_STOPS: Duration = Duration::from_secs(120);

/// How long a crawl may run of which it was noted late that its run had started it. Somebody asks since when it runs,
/// stops it, and each call may take a minute and be made again.
const CRAWL_STOPS: Duration = Duration::from_secs(20 * 60);

/// A stop that is lost so often is given up.
const LOST_FOR_GOOD: u32 = 4;

/// What is said of a step whose statement nobody can end.
pub const DOES_NOT_END: &str = "does not end or cannot be asked about";

/// The state was written: it may be the first to say that a crawl is its run's.
pub fn written(world: &World, state: &GlobalState) {
    let crawling = state.each_step().filter(|(_, step)| step.crawling);
    for (name, step) in crawling {
        let mut crawlers = world.services.crawlers.lock();
        let own = crawlers
            .values_mut()
            .filter(|crawler| crawler.is_of(&state.run, name, step.round));
        for crawler in own {
            crawler.noted.get_or_insert_with(Instant::now);
        }
    }
}

/// The state says that the run is over.
pub fn over(world: &World, state: &GlobalState) {
    let now = Instant::now();
    let jobs: Vec<String> = world
        .services
        .jobs
        .lock()
        .iter()
        .filter(|job| job.run == state.run && now < job.end && !is_beyond_us(job))
        .map(|job| job.step.clone())
        .collect();
    for step in jobs {
        let how = "a run is over and its job runs";
        world.breaks(Promise::NothingRuns, how, step);
    }
    let left: Vec<String> = world
        .statements
        .lock()
        .iter()
        .filter(|(_, statement)| statement.run == state.run && now < statement.end())
        .filter(|(_, statement)| !(statement.stubborn && is_said(world, state, statement)))
        .map(|(_, statement)| statement.step.to_string())
        .collect();
    for step in left {
        world.breaks(
            Promise::NothingRuns,
            "a run is over and its statement runs",
            step,
        );
    }
}

/// Whether the step of a statement says that it does not end; what a round has said stays in its error, or
/// in its manifest.
fn is_said(world: &World, state: &GlobalState, statement: &SubmittedStatement) -> bool {
    let error = state
        .step(&statement.step)
        .filter(|step| step.round == statement.round)
        .and_then(|step| step.error.as_ref());
    if error.is_some_and(|error| error.message.contains(DOES_NOT_END)) {
        return true;
    }
    let (pipeline, run, round) = (&state.pipeline, &state.run, statement.round);
    let kept = [
        keys::error(pipeline, run, &statement.step, round),
        keys::manifest(pipeline, run, round),
    ];
    let objects = world.objects.lock();
    let mut kept = kept.iter().filter_map(|key| objects.get(key));
    kept.any(|kept| String::from_utf8_lossy(&kept.body.bytes()).contains(DOES_NOT_END))
}

pub fn settled(world: &World, ended: &[EndedRun]) {
    let late: Vec<String> = world
        .statements
        .lock()
        .iter()
        .filter(|(_, statement)| statement.began_late && !statement.stubborn)
        .filter(|(_, statement)| statement.end() - statement.started > LATE)
        .map(|(_, statement)| statement.step.to_string())
        .collect();
    for step in late {
        let how = "a statement began after its run was over, and nobody ended it";
        world.breaks(Promise::NothingRuns, how, step);
    }
    let jobs = world.services.jobs.lock().clone();
    for job in jobs.iter().filter(|job| !is_beyond_us(job)) {
        let over = world.facts(&job.run).over;
        if over.is_some_and(|over| job.end > over.max(job.began) + JOB_STOPS) {
            world.breaks(Promise::NothingRuns, "a job outlives its run", &job.step);
        }
    }
    let crawlers = world.services.crawlers.lock().clone();
    for (name, crawler) in crawlers {
        let run = crawler.starter.get("run").and_then(Value::as_str);
        let over = run
            .filter(|run| ended.iter().any(|ended| ended.id == **run))
            .and_then(|run| world.facts(run).over);
        // A crawl of which nobody has noted that it was started here may be somebody else's.
        let Some((over, noted)) = over.zip(crawler.noted) else {
            continue;
        };
        if crawler.end > over.max(noted) + CRAWL_STOPS && crawler.stops_lost < LOST_FOR_GOOD {
            world.breaks(Promise::NothingRuns, "a crawl outlives its run", name);
        }
    }
}

/// Whether nobody can stop the job: it is a function, or nobody knows that it runs, which its step says.
fn is_beyond_us(job: &JobRun) -> bool {
    job.is_function || job.unanswered
}
