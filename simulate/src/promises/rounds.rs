//! Promise 6: rounds never exceed the limit, and a FINISHED step is never run again in the same run.

use runtime_lambda::state::{GlobalState, StepStatus};

use crate::promise::Promise;
use crate::world::World;

pub fn written(world: &World, before: Option<&GlobalState>, after: &GlobalState) {
    if after.round > world.subject.plan.limits.rounds {
        let how = "a run has more rounds than it may have";
        world.breaks(Promise::Rounds, how, after.round.to_string());
    }
    for (name, step) in before.iter().flat_map(|before| before.each_step()) {
        let now = after.status_of(name);
        if step.status == StepStatus::Finished && now != Some(StepStatus::Finished) {
            world.breaks(
                Promise::Rounds,
                "a step was FINISHED and is no more",
                name.as_str(),
            );
        }
    }
}

pub fn began(world: &World, step: &str, state: Option<&GlobalState>) {
    let status = state.and_then(|state| state.status_of(step));
    if status == Some(StepStatus::Finished) {
        let how = "a FINISHED step began once more";
        world.breaks(Promise::Rounds, how, step);
    }
}
