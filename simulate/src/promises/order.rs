//! Promise 2: no step starts before everything in its `after` is FINISHED.

use runtime_lambda::state::{GlobalState, StepStatus};

use crate::promise::Promise;
use crate::world::World;

pub fn began(world: &World, step: &str, state: Option<&GlobalState>) {
    let Some(state) = state else {
        world.breaks(
            Promise::Order,
            "a step began in a run without a state",
            step,
        );
        return;
    };
    let planned = world.subject.step(step);
    for name in planned.iter().flat_map(|step| &step.after) {
        if state.status_of(name) != Some(StepStatus::Finished) {
            let how = "a step began before one that it comes after was FINISHED";
            world.breaks(Promise::Order, how, format!("{step} after {name}"));
        }
    }
}
