//! Level 1, `<pipeline>-query`: one step, from its submission to its result.

use asl::definition::{Catcher, Choice, ChoiceRule, State, StateMachine, Task, Wait};
use runtime_lambda::plan::{Completion, Plan};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

use super::bounds::{Bounds, LAST_RESORT_SECONDS};
use super::declared::Declared;
use super::invoke::{
    PASSING_ERRORS, catch_passing, document, invoke, invoke_and_wait, invoke_patiently, patiently,
    retrier, to, variables,
};
use super::{jobs, pauses};

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
    #[strum(serialize = "Let it run")]
    LetItRun,
    #[strum(serialize = "Await statement")]
    AwaitStatement,
    #[strum(serialize = "Ask again")]
    AskAgain,
    #[strum(serialize = "Collect result")]
    CollectResult,
    #[strum(serialize = "Let it pass")]
    LetItPass,
}

impl Declared for Name {
    fn most_visits(self, bounds: &Bounds) -> Option<u64> {
        match self {
            Self::AwaitStatement => Some(bounds.awaits),
            Self::AskAgain => Some(bounds.most_asks * bounds.statements),
            // Declared of all three, or each question would count as one that leads to another statement.
            Self::Submit | Self::CollectResult => Some(bounds.statements),
            Self::LetItPass => Some(bounds.statements - 1),
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

/// The statement is asked about until it has ended. Between two questions nothing runs.
fn asking(plan: &Plan) -> Vec<(Name, State)> {
    let ended = |next: Name| ChoiceRule {
        condition: Some(json!("{% $states.input.status = 'FINISHED' %}")),
        next: to(next),
        ..ChoiceRule::default()
    };
    let mut assigned = tries();
    insert(&mut assigned, "asked", json!(0));
    let counted = json!({ "asked": "{% $asked + 1 %}" });
    vec![
        (
            Name::Submit,
            State::Task(Task {
                comment: Some(
                    "Sends the statements; a short one has ended when this returns.".to_owned(),
                ),
                assign: variables(assigned),
                catch: again_of_submit(plan),
                next: Some(to(Name::HasItEnded)),
                ..invoke(
                    plan,
                    json!({
                        "action": "submit",
                        "pipeline": plan.pipeline,
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                        "again": AGAIN_OF_INPUT,
                    }),
                )
            }),
        ),
        (
            Name::HasItEnded,
            State::Choice(Choice {
                choices: vec![ended(Name::CollectResult)],
                default: Some(to(Name::LetItRun)),
                ..Choice::default()
            }),
        ),
        (
            Name::LetItRun,
            State::Wait(Wait {
                seconds: Some(pauses::expression("asked").into()),
                next: Some(to(Name::AwaitStatement)),
                ..Wait::default()
            }),
        ),
        (
            Name::AwaitStatement,
            State::Task(Task {
                comment: Some(
                    "What does not answer is asked again, until the step's limit.".to_owned(),
                ),
                retry: Some(vec![retrier(&PASSING_ERRORS, AWAIT_RETRIES)]),
                catch: both(again(plan), catch_passing(Name::LetItRun, counted.clone())),
                assign: variables(counted),
                next: Some(to(Name::HasItEnded)),
                ..invoke(plan, of_statement(plan, "await"))
            }),
        ),
        (Name::CollectResult, collect(plan)),
        (Name::LetItPass, let_it_pass()),
    ]
}

/// The task token is returned when the event comes that the statement has ended. Where none has come
/// in time, the statement is asked about, and its token waits for the next heartbeat: one transition
/// each time. How long these waits are is for `runtime_lambda::heartbeats` to say.
fn told(plan: &Plan) -> Vec<(Name, State)> {
    let mut assigned = tries();
    insert(
        &mut assigned,
        "heartbeats",
        json!("{% $states.input.heartbeats %}"),
    );
    insert(&mut assigned, "asked", json!(1));
    let no_event = |assigned: Value| {
        Some(vec![Catcher {
            error_equals: vec!["States.HeartbeatTimeout".to_owned()],
            assign: variables(assigned),
            output: Some(json!({})),
            next: to(Name::AskAgain),
            ..Catcher::default()
        }])
    };
    let mut ask = of_statement(plan, "ask");
    insert(&mut ask, "asked", json!("{% $asked %}"));
    insert(&mut ask, "token", json!(TOKEN));
    insert(&mut ask, "retry", json!(RETRY));
    vec![
        (
            Name::Submit,
            State::Task(Task {
                comment: Some(
                    "Sends the statements; its token is returned when they have ended.".to_owned(),
                ),
                heartbeat_seconds: Some("{% $states.input.heartbeats[0] %}".into()),
                assign: variables(assigned.clone()),
                catch: both(no_event(assigned), again_of_submit(plan)),
                next: Some(to(Name::CollectResult)),
                ..invoke_and_wait(
                    plan,
                    json!({
                        "action": "submit",
                        "pipeline": plan.pipeline,
                        "run": "{% $states.input.run %}",
                        "step": "{% $states.input.step %}",
                        "round": "{% $states.input.round %}",
                        "again": AGAIN_OF_INPUT,
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
                catch: both(
                    no_event(json!({ "asked": "{% $asked + 1 %}" })),
                    again(plan),
                ),
                next: Some(to(Name::CollectResult)),
                ..patiently(invoke_and_wait(plan, ask))
            }),
        ),
        (Name::CollectResult, collect(plan)),
        (Name::LetItPass, let_it_pass()),
    ]
}

/// A statement that failed with an error that passes is submitted again, as often as the action says.
///
/// The error is told by name, so it costs no transition of a step that goes well. `Submit` reads the new try
/// from its input, as it did the first.
fn again(plan: &Plan) -> Option<Vec<Catcher>> {
    let mut input = json!({
        "run": "{% $run %}",
        "step": "{% $step %}",
        "round": "{% $round %}",
        "again": "{% $again + 1 %}",
    });
    if plan.completion == Completion::Event {
        insert(&mut input, "heartbeats", json!("{% $heartbeats %}"));
    }
    try_again(input)
}

/// As [`again`], of the submission itself, whose variables are not assigned then.
fn again_of_submit(plan: &Plan) -> Option<Vec<Catcher>> {
    let mut input = try_of_input();
    insert(
        &mut input,
        "again",
        json!("{% ($exists($states.input.again) ? $states.input.again : 0) + 1 %}"),
    );
    if plan.completion == Completion::Event {
        insert(
            &mut input,
            "heartbeats",
            json!("{% $states.input.heartbeats %}"),
        );
    }
    try_again(input)
}

fn try_again(input: Value) -> Option<Vec<Catcher>> {
    Some(vec![Catcher {
        error_equals: vec!["Sfc.TryAgain".to_owned()],
        output: Some(input),
        next: to(Name::LetItPass),
        ..Catcher::default()
    }])
}

/// 5, 15, 45 seconds and so on, at most ten minutes, each half as long to half as long again: who met in a
/// conflict does not meet again.
fn let_it_pass() -> State {
    State::Wait(Wait {
        seconds: Some(
            "{% $ceil($min([600, 5 * $power(3, $states.input.again - 1)]) * (0.5 + $random())) %}"
                .into(),
        ),
        next: Some(to(Name::Submit)),
        ..Wait::default()
    })
}

fn both(one: Option<Vec<Catcher>>, other: Option<Vec<Catcher>>) -> Option<Vec<Catcher>> {
    Some(one.into_iter().chain(other).flatten().collect())
}

fn insert(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// Statements of the round before this one, by the input of `Submit`.
const AGAIN_OF_INPUT: &str = "{% $exists($states.input.again) ? $states.input.again : 0 %}";

/// Retries of one question. The next one comes anyway.
const AWAIT_RETRIES: u64 = 2;

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

/// The try that the states of a statement speak of.
fn tries() -> Value {
    let mut tries = try_of_input();
    insert(&mut tries, "again", json!(AGAIN_OF_INPUT));
    tries
}

fn collect(plan: &Plan) -> State {
    State::Task(Task {
        end: Some(true),
        catch: again(plan),
        ..invoke_patiently(plan, of_statement(plan, "collect"))
    })
}

/// As [`of_step`], for one of the statements of a round.
fn of_statement(plan: &Plan, action: &str) -> Value {
    let mut payload = of_step(plan, action);
    insert(&mut payload, "again", json!("{% $again %}"));
    payload
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
