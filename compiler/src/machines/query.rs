//! Level 1, `<pipeline>-query`: one step, from its submission to its result.

use asl::definition::{Catcher, Choice, ChoiceRule, State, StateMachine, Task, Wait};
use runtime_lambda::plan::{Completion, Plan};
use serde_json::{Value, json};

use super::bounds::LAST_RESORT_SECONDS;
use super::invoke::{
    PASSING_ERRORS, catch_passing, document, invoke, invoke_and_wait, invoke_patiently, patiently,
    retrier, variables,
};
use super::{jobs, pauses};

/// Input: `run`, `step`, `round`, and, with events, `heartbeats`. Ends with the step's status and rows,
/// or fails with its error.
pub fn query(plan: &Plan) -> StateMachine {
    let longest = plan
        .steps
        .iter()
        .map(|step| step.limit_seconds)
        .max()
        .unwrap_or(0);
    let mut states = match plan.completion {
        Completion::Poll => asking(plan),
        Completion::Event => told(plan),
    };
    if plan.has_jobs() {
        states = jobs::beside(plan, states);
    }
    document(
        format!("Level 1 of {}: runs one step.", plan.pipeline),
        longest + LAST_RESORT_SECONDS,
        states,
    )
}

/// The statement is asked about until it has ended. Between two questions nothing runs.
fn asking(plan: &Plan) -> Vec<(&'static str, State)> {
    let ended = |next: &str| ChoiceRule {
        condition: Some(json!("{% $states.input.status = 'FINISHED' %}")),
        next: next.to_owned(),
        ..ChoiceRule::default()
    };
    let mut assigned = try_of_input();
    if let Some(fields) = assigned.as_object_mut() {
        fields.insert("asked".to_owned(), json!(0));
    }
    let counted = json!({ "asked": "{% $asked + 1 %}" });
    vec![
        (
            "Submit",
            State::Task(Task {
                comment: Some(
                    "Sends the statements; a short one has ended when this returns.".to_owned(),
                ),
                assign: variables(assigned),
                next: Some(HAS_IT_ENDED.to_owned()),
                ..invoke(
                    plan,
                    json!({
                        "action": "submit",
                        "pipeline": plan.pipeline,
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                    }),
                )
            }),
        ),
        (
            HAS_IT_ENDED,
            State::Choice(Choice {
                choices: vec![ended("Collect result")],
                default: Some(LET_IT_RUN.to_owned()),
                ..Choice::default()
            }),
        ),
        (
            LET_IT_RUN,
            State::Wait(Wait {
                seconds: Some(pauses::expression("asked").into()),
                next: Some(AWAIT.to_owned()),
                ..Wait::default()
            }),
        ),
        (
            AWAIT,
            State::Task(Task {
                comment: Some(
                    "What does not answer is asked again, until the step's limit.".to_owned(),
                ),
                retry: Some(vec![retrier(&PASSING_ERRORS, AWAIT_RETRIES)]),
                catch: catch_passing(LET_IT_RUN, counted.clone()),
                assign: variables(counted),
                next: Some(HAS_IT_ENDED.to_owned()),
                ..invoke(plan, of_step(plan, "await"))
            }),
        ),
        ("Collect result", collect(plan)),
    ]
}

/// The task token is returned when the event comes that the statement has ended. Where none has come
/// in time, the statement is asked about, and its token waits for the next heartbeat: one transition
/// each time. How long these waits are is for `runtime_lambda::heartbeats` to say.
fn told(plan: &Plan) -> Vec<(&'static str, State)> {
    let mut assigned = try_of_input();
    if let Some(fields) = assigned.as_object_mut() {
        fields.insert(
            "heartbeats".to_owned(),
            json!("{% $states.input.heartbeats %}"),
        );
        fields.insert("asked".to_owned(), json!(1));
    }
    let no_event = |assigned: Value| {
        Some(vec![Catcher {
            error_equals: vec!["States.HeartbeatTimeout".to_owned()],
            assign: variables(assigned),
            output: Some(json!({})),
            next: "Ask again".to_owned(),
            ..Catcher::default()
        }])
    };
    let mut ask = of_step(plan, "ask");
    if let Some(fields) = ask.as_object_mut() {
        fields.insert("asked".to_owned(), json!("{% $asked %}"));
        fields.insert("token".to_owned(), json!(TOKEN));
        fields.insert("retry".to_owned(), json!(RETRY));
    }
    vec![
        (
            "Submit",
            State::Task(Task {
                comment: Some(
                    "Sends the statements; its token is returned when they have ended.".to_owned(),
                ),
                heartbeat_seconds: Some("{% $states.input.heartbeats[0] %}".into()),
                assign: variables(assigned.clone()),
                catch: no_event(assigned),
                next: Some("Collect result".to_owned()),
                ..invoke_and_wait(
                    plan,
                    json!({
                        "action": "submit",
                        "pipeline": plan.pipeline,
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                        "token": TOKEN,
                        "retry": RETRY,
                    }),
                )
            }),
        ),
        (
            ASK_AGAIN,
            State::Task(Task {
                comment: Some("No event has come so far.".to_owned()),
                heartbeat_seconds: Some("{% $heartbeats[$asked] %}".into()),
                catch: no_event(json!({ "asked": "{% $asked + 1 %}" })),
                next: Some("Collect result".to_owned()),
                ..patiently(invoke_and_wait(plan, ask))
            }),
        ),
        ("Collect result", collect(plan)),
    ]
}

/// Lets time pass between two questions.
pub const LET_IT_RUN: &str = "Let it run";

/// Asks whether the statement has ended.
pub const AWAIT: &str = "Await statement";

/// Retries of one question. The next one comes anyway.
const AWAIT_RETRIES: u64 = 2;

/// Decides about another question.
pub const HAS_IT_ENDED: &str = "Has it ended?";

/// The state that is visited once for each heartbeat that passed.
pub const ASK_AGAIN: &str = "Ask again";

const TOKEN: &str = "{% $states.context.Task.Token %}";

/// Orders the tokens of one state: an older try may reach the Lambda last.
const RETRY: &str = "{% $states.context.State.RetryCount %}";

pub fn try_of_input() -> Value {
    json!({
        "run": "{% $states.input.run %}",
        "step": "{% $states.input.step %}",
        "round": "{% $states.input.round %}",
    })
}

fn collect(plan: &Plan) -> State {
    State::Task(Task {
        end: Some(true),
        ..invoke_patiently(plan, of_step(plan, "collect"))
    })
}

pub fn of_step(plan: &Plan, action: &str) -> Value {
    json!({
        "action": action,
        "pipeline": plan.pipeline,
        "run": "{% $run %}",
        "step": "{% $step %}",
        "round": "{% $round %}",
    })
}
