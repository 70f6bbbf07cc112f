//! Promise 10: work that can be done is done. A run whose faults end in time finishes: nothing but its
//! own statements, jobs and limits, or somebody who stops it, may keep it from that.

use runtime_lambda::protocol::errors;
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use super::Promise;
use crate::drive::Ended;
use crate::faults::Kind;
use crate::world::World;

/// Errors that say that the work itself cannot be done.
const OF_THE_WORK: [&str; 4] = [
    errors::STATEMENT_FAILED,
    errors::EXPECTATION_FAILED,
    errors::TIME_LIMIT,
    errors::JOB_FAILED,
];

pub fn settled(world: &World, run: &Ended, state: &GlobalState) {
    let stopped = world
        .faults
        .fired()
        .iter()
        .any(|fired| matches!(fired.kind, Kind::RunAbort));
    if stopped || state.status == RunStatus::Finished || !run.is_first {
        return;
    }
    if state.status == RunStatus::TimedOut {
        return;
    }
    let failed = state
        .steps
        .iter()
        .filter(|(_, step)| step.status == StepStatus::Failed);
    let mut other = failed.filter(|(_, step)| {
        let error = step.error.as_ref().map_or("", |error| error.error.as_str());
        !OF_THE_WORK.contains(&error)
    });
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
    } else if state.status != RunStatus::Failed {
        let of = format!("{:?}", state.status);
        world.breaks(
            Promise::Done,
            "a run ended without success, and nobody stopped it",
            of,
        );
    }
}
