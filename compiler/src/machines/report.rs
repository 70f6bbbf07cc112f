//! Level 3, `<pipeline>-report`: the page for people, then the notification of the run's end; and the
//! sweep of a run whose execution ended without doing so itself.
//!
//! The sweep is an execution of its own, because a run must be ended whatever fails: an event that the
//! Lambda does not take is given up after three minutes.

use asl::definition::{Choice, ChoiceRule, State, StateMachine, Task};
use runtime_lambda::plan::Plan;
use serde_json::{Value, json};

use super::bounds::REPORT_SECONDS;
use super::invoke::{catch_all, document, invoke, invoke_patiently, patient};

/// Retries of the sweep: two hours and a half.
const SWEEP_RETRIES: u64 = 80;

const SWEEP: &str = "Sweep run";
const GIVE_UP: &str = "Give up statements";
const WRITE: &str = "Write report";
const NOTIFY: &str = "Notify";

/// Input: `run`; or, of a run that is to be swept, `execution`, `started` and `status`. A report that
/// cannot be written does not keep the notification from being sent.
pub fn report(plan: &Plan) -> StateMachine {
    let swept = |gives_up: bool| {
        json!({
            "action": "sweep",
            "pipeline": plan.pipeline,
            "execution": "{% $states.input.execution %}",
            "started": "{% $states.input.started %}",
            "status": "{% $states.input.status %}",
            "gives_up": gives_up,
        })
    };
    document(
        format!(
            "Level 3 of {}: the report and the notification of a run.",
            plan.pipeline
        ),
        REPORT_SECONDS,
        [
            (
                "Who asks?",
                State::Choice(Choice {
                    choices: vec![ChoiceRule {
                        condition: Some(json!("{% $exists($states.input.execution) %}")),
                        next: SWEEP.to_owned(),
                        ..ChoiceRule::default()
                    }],
                    default: Some(WRITE.to_owned()),
                    ..Choice::default()
                }),
            ),
            (
                SWEEP,
                State::Task(Task {
                    comment: Some(
                        "Ends what the run left behind, and the run; tells people.".to_owned(),
                    ),
                    retry: Some(vec![patient(SWEEP_RETRIES)]),
                    catch: catch_all(GIVE_UP, None, json!("{% $states.input %}")),
                    end: Some(true),
                    ..invoke(plan, swept(false))
                }),
            ),
            (
                GIVE_UP,
                State::Task(Task {
                    comment: Some(
                        "What does not end is left alone; the run says so, and ends.".to_owned(),
                    ),
                    end: Some(true),
                    ..invoke_patiently(plan, swept(true))
                }),
            ),
            (
                WRITE,
                State::Task(Task {
                    catch: catch_all(NOTIFY, None, json!({ "run": "{% $states.input.run %}" })),
                    output: Some(json!({ "run": "{% $states.input.run %}" })),
                    next: Some(NOTIFY.to_owned()),
                    ..invoke(plan, of_run(plan, "report"))
                }),
            ),
            (
                NOTIFY,
                State::Task(Task {
                    end: Some(true),
                    ..invoke_patiently(plan, of_run(plan, "notify"))
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
