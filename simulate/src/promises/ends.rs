//! Promise 4: every run that ends leaves only final statuses, a manifest for each round and exactly one
//! notification of its end, and it never waits for ever.
//!
//! A topic cannot say whether a message went out whose answer was lost, so one more may follow such a
//! message, or one whose sender died.

use runtime_lambda::keys;
use runtime_lambda::plan::Overlap;
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};

use super::Promise;
use crate::drive::Ended;
use crate::locked;
use crate::world::World;

pub fn written(world: &World, before: Option<&GlobalState>, after: &GlobalState) {
    let was_over = before.filter(|before| before.status != RunStatus::Running);
    if let Some(before) = was_over
        && before.status != after.status
    {
        let of = format!("{:?}, then {:?}", before.status, after.status);
        world.breaks(
            Promise::Ends,
            "a run that was over changed how it ended",
            of,
        );
    }
    if after.status != RunStatus::Running && was_over.is_none() {
        for (name, step) in after.each_step() {
            if matches!(step.status, StepStatus::Running | StepStatus::Initial) {
                let of = format!("{name} is {:?}", step.status);
                world.breaks(Promise::Ends, "a run is over, but a step is not", of);
            }
        }
    }
}

/// When a run begins to go on, no other one may where runs must not overlap.
pub fn begins(world: &World, before: Option<&GlobalState>, state: &GlobalState) {
    if world.subject.plan.overlap == Overlap::Allow
        || before.is_some_and(|before| goes_on(world, before))
        || !goes_on(world, state)
    {
        return;
    }
    let others: Vec<String> = locked(&world.runs).keys().cloned().collect();
    for other in others.iter().filter(|other| **other != state.run) {
        let other_goes_on = world
            .state(other)
            .is_some_and(|other| goes_on(world, &other));
        if other_goes_on {
            let how = "two runs go on that must not overlap";
            world.breaks(Promise::Ends, how, format!("{} and {other}", state.run));
        }
    }
}

/// Whether a run goes on. One that was stopped before it had a state and has started no step does not: a
/// state that is written late says RUNNING until its writer, who looks for the stop next, ends it.
fn goes_on(world: &World, state: &GlobalState) -> bool {
    let started = |step: &StepState| step.status != StepStatus::Initial;
    let was_stopped = || {
        let over = keys::over(&state.pipeline, &state.run);
        locked(&world.objects).get(&over).is_some()
    };
    state.status == RunStatus::Running
        && (state.each_step().any(|(_, step)| started(step)) || !was_stopped())
}

pub fn settled(world: &World, run: &Ended, state: Option<&GlobalState>) {
    let Some(status) = run.execution else {
        world.breaks(Promise::Ends, "a run goes on for ever", &run.id);
        return;
    };
    let Some(state) = state else {
        return;
    };
    if state.status == RunStatus::Running {
        world.breaks(Promise::Ends, "a run stays RUNNING for ever", status.name());
    }
    for (name, step) in state.each_step() {
        if matches!(step.status, StepStatus::Running | StepStatus::Initial) {
            let of = format!("{name} is {:?}", step.status);
            world.breaks(Promise::Ends, "a step never ends", of);
        }
    }
    for round in 1..=state.round {
        let key = keys::manifest(&state.pipeline, &state.run, round);
        if locked(&world.objects).get(&key).is_none() {
            world.breaks(Promise::Ends, "a round has no manifest", round.to_string());
        }
    }
    messages(world, state);
}

fn messages(world: &World, state: &GlobalState) {
    let key = keys::run(&state.pipeline, &state.run);
    let sent: Vec<_> = locked(&world.sent)
        .iter()
        .filter(|sent| sent.key == key)
        .cloned()
        .collect();
    let excused = sent
        .iter()
        .filter(|sent| {
            !sent.answered || sent.sender.as_ref().is_some_and(|sender| sender.is_dead())
        })
        .count();
    if sent.is_empty() {
        world.breaks(Promise::Ends, "nobody was told of a run's end", &state.run);
    }
    if sent.len() > 1 + excused {
        let of = format!("{} messages, {excused} excused", sent.len());
        world.breaks(Promise::Ends, "people were told twice of a run's end", of);
    }
    let own = serde_json::to_value(state.status).unwrap_or_default();
    for message in &sent {
        if own.as_str() != Some(&message.status) {
            let of = format!("{} instead of {own}", message.status);
            world.breaks(
                Promise::Ends,
                "a message says something else than the state",
                of,
            );
        }
    }
}
