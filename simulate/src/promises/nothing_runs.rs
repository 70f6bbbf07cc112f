//! Promise 3: when a run is over, in whatever way, none of its statements is still running.
//!
//! Nobody can end a statement that the warehouse cancels in vain: its step says so.
//!
//! A submission that is under way at that moment cannot be called back: its statement may begin late,
//! and must then be cancelled soon.

use std::time::Duration;

use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;
use serde_json::Value;
use tokio::time::Instant;

use super::Promise;
use crate::drive::Ended;
use crate::locked;
use crate::world::World;
use crate::world::warehouse::Statement;

/// How long a statement may run that began when its run was over.
const LATE: Duration = Duration::from_secs(20 * 60);

/// What is said of a step whose statement nobody can end.
pub const DOES_NOT_END: &str = "does not end or cannot be asked about";

/// The state says that the run is over.
pub fn over(world: &World, state: &GlobalState) {
    let now = Instant::now();
    let left: Vec<String> = locked(&world.statements)
        .iter()
        .filter(|(_, statement)| statement.run == state.run && now < statement.end())
        .filter(|(_, statement)| !(statement.stubborn && is_said(world, state, statement)))
        .map(|(_, statement)| statement.step.clone())
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
fn is_said(world: &World, state: &GlobalState, statement: &Statement) -> bool {
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
    let objects = locked(&world.objects);
    let mut kept = kept.iter().filter_map(|key| objects.get(key));
    kept.any(|kept| String::from_utf8_lossy(&kept.body.bytes()).contains(DOES_NOT_END))
}

pub fn settled(world: &World, ended: &[Ended]) {
    let late: Vec<String> = locked(&world.statements)
        .iter()
        .filter(|(_, statement)| statement.began_late && !statement.stubborn)
        .filter(|(_, statement)| statement.end() - statement.started > LATE)
        .map(|(_, statement)| statement.step.clone())
        .collect();
    for step in late {
        let how = "a statement began after its run was over, and nobody ended it";
        world.breaks(Promise::NothingRuns, how, step);
    }
    let jobs = locked(&world.services.jobs).clone();
    for job in jobs {
        if world
            .facts(&job.run)
            .over
            .is_some_and(|over| job.end > over + LATE)
        {
            world.breaks(Promise::NothingRuns, "a job outlives its run", &job.run);
        }
    }
    let crawlers = locked(&world.services.crawlers).clone();
    for (name, crawler) in crawlers {
        let run = crawler.starter.get("run").and_then(Value::as_str);
        let over = run
            .filter(|run| ended.iter().any(|ended| ended.id == **run))
            .and_then(|run| world.facts(run).over);
        if over.is_some_and(|over| crawler.end > over + LATE) {
            world.breaks(Promise::NothingRuns, "a crawl outlives its run", name);
        }
    }
}
