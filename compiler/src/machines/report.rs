//! Level 3, `<pipeline>-report`: the page for people, then the notification of the run's end.

use asl::definition::{State, StateMachine, Task};
use runtime_lambda::plan::Plan;
use serde_json::{Value, json};

use super::bounds::REPORT_SECONDS;
use super::invoke::{catch_all, document, invoke};

/// Input: `run`. A report that cannot be written does not keep the notification from being sent.
pub fn report(plan: &Plan) -> StateMachine {
    document(
        format!(
            "Level 3 of {}: the report and the notification of a run.",
            plan.pipeline
        ),
        REPORT_SECONDS,
        [
            (
                "Write report",
                State::Task(Task {
                    catch: catch_all("Notify", None, json!({ "run": "{% $states.input.run %}" })),
                    output: Some(json!({ "run": "{% $states.input.run %}" })),
                    next: Some("Notify".to_owned()),
                    ..invoke(plan, of_run(plan, "report"))
                }),
            ),
            (
                "Notify",
                State::Task(Task {
                    end: Some(true),
                    ..invoke(plan, of_run(plan, "notify"))
                }),
            ),
        ],
    )
}

fn of_run(plan: &Plan, action: &str) -> Value {
    json!({
        "action": action,
        "pipeline": plan.pipeline,
        "run": "{% $states.input.run %}",
    })
}
