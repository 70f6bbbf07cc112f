//! Level 1, `<pipeline>-query-timeout`: a step ran past its limit, or its execution died.

use asl::definition::{Choice, ChoiceRule, State, StateMachine, Succeed, Task};
use runtime_lambda::plan::Plan;
use serde_json::json;

use super::bounds::STOP_SECONDS;
use super::invoke::{document, invoke};

/// Input: `run`, `step`, `round`, the `error` that ended the step's execution, and `call`, 1.
/// Ends with the step's status as it really is.
pub fn query_timeout(plan: &Plan) -> StateMachine {
    document(
        format!(
            "Level 1 of {}: stops a step and acknowledges what really happened.",
            plan.pipeline
        ),
        STOP_SECONDS,
        [
            (
                "Stop statement",
                State::Task(Task {
                    comment: Some(
                        "Cancels, then asks until the statement has ended; one that had finished in time counts."
                            .to_owned(),
                    ),
                    output: Some(json!(
                        "{% $merge([$states.input, {'call': $states.input.call + 1, 'status': $states.result.Payload.status}]) %}"
                    )),
                    next: Some("Does it still run?".to_owned()),
                    ..invoke(json!({
                        "action": "stop",
                        "pipeline": plan.pipeline,
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                        "error": "{% $states.input.error %}",
                        "call": "{% $states.input.call %}",
                    }))
                }),
            ),
            (
                "Does it still run?",
                State::Choice(Choice {
                    choices: vec![ChoiceRule {
                        condition: Some(json!("{% $states.input.status = 'RUNNING' %}")),
                        next: "Stop statement".to_owned(),
                        ..ChoiceRule::default()
                    }],
                    default: Some("Acknowledged".to_owned()),
                    ..Choice::default()
                }),
            ),
            (
                "Acknowledged",
                State::Succeed(Succeed {
                    output: Some(json!({ "status": "{% $states.input.status %}" })),
                    ..Succeed::default()
                }),
            ),
        ],
    )
}
