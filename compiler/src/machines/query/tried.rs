//! The try that a request of the machine is about: a step in a round of a run.

use runtime_lambda::input;
use runtime_lambda::plan::Plan;
use runtime_lambda::protocol::{OfStep, StepInput, Written};

use super::super::invoke::jsonata;

/// The try of the execution's input, as it is handed on.
pub fn try_of_input() -> StepInput<Written> {
    StepInput {
        run: jsonata(input!(StepInput, run)).into(),
        step: jsonata(input!(StepInput, step)).into(),
        round: jsonata(input!(StepInput, round)).into(),
        kind: None,
        again: None,
        heartbeats: None,
    }
}

/// The try that the variables are of.
pub fn of_step(plan: &Plan) -> OfStep<Written> {
    OfStep {
        pipeline: plan.pipeline.as_str().into(),
        run: "{% $run %}".into(),
        step: "{% $step %}".into(),
        round: "{% $round %}".into(),
        again: None,
    }
}

/// The try of a step that the execution was started for.
pub fn of_input(plan: &Plan) -> OfStep<Written> {
    let StepInput {
        run, step, round, ..
    } = try_of_input();
    OfStep {
        pipeline: plan.pipeline.as_str().into(),
        run,
        step,
        round,
        again: None,
    }
}
