//! What sfc promises, one file each. Each is checked where it could break: when the global state is
//! written, when a statement begins or is cancelled, and when everything is quiet.

mod done;
mod ends;
mod limits;
mod nothing_runs;
mod one_job;
mod one_statement;
mod order;
mod rounds;
mod rows;
mod truthful;

use runtime_lambda::ids::RunId;
use runtime_lambda::state::{GlobalState, RunStatus, StepState};
use tokio::time::Instant;

use crate::story::Party;
use crate::world::{EndedRun, JobRun, SubmittedStatement, World};

/// The global state of a run was written.
pub fn state_written(world: &World, before: Option<&GlobalState>, after: &GlobalState) {
    world.story.tell(Party::Bucket, || changes(before, after));
    let ends = after.status != RunStatus::Running
        && before.is_none_or(|before| before.status == RunStatus::Running);
    world.note_run(&after.run, |facts| {
        facts.writes += 1;
        if ends {
            facts.over = Some(Instant::now());
        }
    });
    ends::begins(world, before, after);
    rounds::written(world, before, after);
    ends::written(world, before, after);
    truthful::written(world, before, after);
    nothing_runs::written(world, after);
    if ends {
        nothing_runs::over(world, after);
    }
}

/// Checks the promises that a statement can break by beginning.
pub fn statement_began(world: &World, id: &str) {
    let Some(statement) = world.statements.lock().get(id).cloned() else {
        return;
    };
    one_statement::began(world, &statement);
    work_began(world, &statement.run, &statement.step);
}

/// Checks the promises that a job can break by beginning.
pub fn job_began(world: &World, job: &JobRun) {
    one_job::began(world, job);
    work_began(world, &job.run, &job.step);
}

/// A crawl began for this step.
pub fn crawl_began(world: &World, run: &RunId, step: &str) {
    work_began(world, run, step);
}

/// The work of a step began, whatever does it.
fn work_began(world: &World, run: &RunId, step: &str) {
    let state = world.state(run);
    order::began(world, step, state.as_deref());
    rounds::began(world, step, state.as_deref());
}

/// A statement is being cancelled that would not have ended yet.
pub fn statement_cancelled(world: &World, id: &str) {
    let statement: Option<SubmittedStatement> = world.statements.lock().get(id).cloned();
    if let Some(statement) = statement {
        truthful::cancelled(world, &statement);
    }
}

/// Checks what must hold once nothing happens any more.
pub fn settled(world: &World, ended: &[EndedRun]) {
    for run in ended {
        let state = world.state(&run.id);
        ends::settled(world, run, state.as_deref(), ended);
        if let Some(state) = &state {
            rows::settled(world, state);
            done::settled(world, state);
        }
    }
    nothing_runs::settled(world, ended);
    limits::settled(world);
}

/// What a write of the state changed, in words.
fn changes(before: Option<&GlobalState>, after: &GlobalState) -> String {
    let Some(before) = before else {
        return format!("creates the state of {}", after.run);
    };
    let mut words = Vec::new();
    if (before.status, before.round, before.ending) != (after.status, after.round, after.ending) {
        words.push(format!(
            "run {:?} in round {}{}",
            after.status,
            after.round,
            after
                .ending
                .map_or(String::new(), |end| format!(", to end {end:?}"))
        ));
    }
    for (name, step) in after.each_step() {
        if before.step(name) != Some(step) {
            words.push(format!("{name} {}", described(step)));
        }
    }
    for (number, lane) in &after.lanes {
        if before.lanes.get(number) != Some(lane) {
            let parked = if lane.parked.is_some() {
                ", parked"
            } else {
                ""
            };
            words.push(format!("lane {number} turn {}{parked}", lane.turn));
        }
    }
    if before.notified != after.notified || before.notifying != after.notifying {
        words.push(format!(
            "notifying {:?}, notified {}",
            after.notifying, after.notified
        ));
    }
    format!("state: {}", words.join(", "))
}

fn described(step: &StepState) -> String {
    let mut text = format!("{:?} in round {}", step.status, step.round);
    if let Some(id) = &step.statement_id {
        text.push_str(&format!(", statement {id}"));
    }
    if step.stopping {
        text.push_str(", stopping");
    }
    if step.waiting.is_some() {
        text.push_str(", waiting");
    }
    if let Some(error) = &step.error {
        text.push_str(&format!(", {}: {}", error.error, error.message));
    }
    text
}
