//! Level 1, `<pipeline>-query`: one step, from its submission to its result.

use asl::definition::{Choice, ChoiceRule, State, StateMachine, Task};
use runtime_lambda::plan::Plan;
use serde_json::{Value, json};

use super::bounds::LAST_RESORT_SECONDS;
use super::invoke::{document, invoke, variables};

/// Input: `run`, `step`, `round`. Ends with the step's status and rows, or fails with its error.
pub fn query(plan: &Plan) -> StateMachine {
    let ended = |next: &str| ChoiceRule {
        condition: Some(json!("{% $states.input.status = 'FINISHED' %}")),
        next: next.to_owned(),
        ..ChoiceRule::default()
    };
    let longest = plan
        .steps
        .iter()
        .map(|step| step.limit_seconds)
        .max()
        .unwrap_or(0);
    document(
        format!("Level 1 of {}: runs one step.", plan.pipeline),
        longest + LAST_RESORT_SECONDS,
        [
            (
                "Submit",
                State::Task(Task {
                    comment: Some(
                        "Sends the statements; a short one has ended when this returns.".to_owned(),
                    ),
                    assign: variables(json!({
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                    })),
                    next: Some("Has it ended?".to_owned()),
                    ..invoke(json!({
                        "action": "submit",
                        "pipeline": plan.pipeline,
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                    }))
                }),
            ),
            (
                "Has it ended?",
                State::Choice(Choice {
                    choices: vec![ended("Collect result")],
                    default: Some("Await statement".to_owned()),
                    ..Choice::default()
                }),
            ),
            (
                "Await statement",
                State::Task(Task {
                    comment: Some("Returns as soon as the statement ends.".to_owned()),
                    next: Some("Has it ended?".to_owned()),
                    ..invoke(of_step(plan, "await"))
                }),
            ),
            (
                "Collect result",
                State::Task(Task {
                    end: Some(true),
                    ..invoke(of_step(plan, "collect"))
                }),
            ),
        ],
    )
}

fn of_step(plan: &Plan, action: &str) -> Value {
    json!({
        "action": action,
        "pipeline": plan.pipeline,
        "run": "{% $run %}",
        "step": "{% $step %}",
        "round": "{% $round %}",
    })
}
