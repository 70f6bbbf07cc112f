//! Level 1, `<pipeline>-query`: one step, from its submission to its result.

use asl::definition::{Catcher, Choice, ChoiceRule, State, StateMachine, Task};
use runtime_lambda::plan::{Completion, Plan};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

use super::bounds::{Bounds, LAST_RESORT_SECONDS};
use super::declared::Declared;
use super::invoke::{
    catch_passing, document, invoke, invoke_and_wait, invoke_patiently, patient, patiently, to,
    variables,
};
use super::jobs;

/// The states of the machine; those of jobs are in `jobs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum Name {
    #[strum(serialize = "What is it?")]
    WhatIsIt,
    #[strum(serialize = "Prepare job")]
    PrepareJob,
    #[strum(serialize = "Which job?")]
    WhichJob,
    #[strum(serialize = "Run Glue job")]
    RunGlueJob,
    #[strum(serialize = "Start crawler")]
    StartCrawler,
    #[strum(serialize = "Note crawl")]
    NoteCrawl,
    #[strum(serialize = "Leave crawler alone")]
    LeaveCrawlerAlone,
    #[strum(serialize = "Look at crawler")]
    LookAtCrawler,
    #[strum(serialize = "Has it crawled?")]
    HasItCrawled,
    #[strum(serialize = "Invoke function")]
    InvokeFunction,
    #[strum(serialize = "Run RSQL")]
    RunRsql,
    #[strum(serialize = "Run state machine")]
    RunStateMachine,
    #[strum(serialize = "Unknown job")]
    UnknownJob,
    #[strum(serialize = "Record outcome")]
    RecordOutcome,
    #[strum(serialize = "Record failure")]
    RecordFailure,
    Submit,
    #[strum(serialize = "Has it ended?")]
    HasItEnded,
    #[strum(serialize = "Await statement")]
    AwaitStatement,
    #[strum(serialize = "Ask again")]
    AskAgain,
    #[strum(serialize = "Collect result")]
    CollectResult,
}

impl Declared for Name {
    fn most_visits(self, bounds: &Bounds) -> Option<u64> {
        match self {
            Self::AwaitStatement => Some(bounds.awaits),
            Self::AskAgain => Some(bounds.most_asks),
            Self::LookAtCrawler => Some(bounds.looks),
            _ => None,
        }
    }
}

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

/// The statement is asked about until it has ended.
fn asking(plan: &Plan) -> Vec<(Name, State)> {
    let ended = |next: Name| ChoiceRule {
        condition: Some(json!("{% $states.input.status = 'FINISHED' %}")),
        next: to(next),
        ..ChoiceRule::default()
    };
    vec![
        (
            Name::Submit,
            State::Task(Task {
                comment: Some(
                    "Sends the statements; a short one has ended when this returns.".to_owned(),
                ),
                assign: variables(try_of_input()),
                next: Some(to(Name::HasItEnded)),
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
            Name::HasItEnded,
            State::Choice(Choice {
                choices: vec![ended(Name::CollectResult)],
                default: Some(to(Name::AwaitStatement)),
                ..Choice::default()
            }),
        ),
        (
            Name::AwaitStatement,
            State::Task(Task {
                comment: Some(
                    "Returns as soon as the statement ends. What does not answer is asked until the step's limit."
                        .to_owned(),
                ),
                retry: Some(vec![patient(AWAIT_RETRIES)]),
                catch: catch_passing(Name::HasItEnded, json!({ "status": "RUNNING" })),
                next: Some(to(Name::HasItEnded)),
                ..invoke(plan, of_step(plan, "await"))
            }),
        ),
        (Name::CollectResult, collect(plan)),
    ]
}

/// The task token is returned when the event comes that the statement has ended. Where none has come
/// in time, the statement is asked about, and its token waits for the next heartbeat: one transition
/// each time. How long these waits are is for `runtime_lambda::heartbeats` to say.
fn told(plan: &Plan) -> Vec<(Name, State)> {
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
            next: to(Name::AskAgain),
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
            Name::Submit,
            State::Task(Task {
                comment: Some(
                    "Sends the statements; its token is returned when they have ended.".to_owned(),
                ),
                heartbeat_seconds: Some("{% $states.input.heartbeats[0] %}".into()),
                assign: variables(assigned.clone()),
                catch: no_event(assigned),
                next: Some(to(Name::CollectResult)),
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
            Name::AskAgain,
            State::Task(Task {
                comment: Some("No event has come so far.".to_owned()),
                heartbeat_seconds: Some("{% $heartbeats[$asked] %}".into()),
                catch: no_event(json!({ "asked": "{% $asked + 1 %}" })),
                next: Some(to(Name::CollectResult)),
                ..patiently(invoke_and_wait(plan, ask))
            }),
        ),
        (Name::CollectResult, collect(plan)),
    ]
}

/// Retries of one question. They take longer than a window, so that one which fails costs the step no
/// more visits than one which waits.
const AWAIT_RETRIES: u64 = 7;

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
