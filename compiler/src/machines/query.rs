//! Level 1, `<pipeline>-query`: one step, from its submission to its result.

mod jobs;
mod name;
mod tried;

use asl::definition::{Catcher, Choice, ChoiceRule, State, StateMachine, Task, Wait};
use runtime_lambda::input;
use runtime_lambda::plan::{Completion, Plan};
use runtime_lambda::protocol::{
    Ask, OfStep, Progress, Request, StepAnswer, StepInput, Submit, Written, errors,
};
use serde_json::{Value, json};

use super::invoke::{
    PASSING_ERRORS, catch_passing, document, invoke, invoke_and_wait, invoke_patiently, jsonata,
    patiently, retrier, to, variables,
};
use super::limits::LAST_RESORT_SECONDS;
use super::pauses;
use tried::{of_input, of_step, try_of_input};

pub use name::StateName;

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
        Completion::Poll => polling_states(plan),
        Completion::Event => event_states(plan),
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

/// The states of `completion: poll`: the statement is asked about until it has ended. Between two questions
/// nothing runs.
fn polling_states(plan: &Plan) -> Vec<(StateName, State)> {
    let ended = |next: StateName| ChoiceRule {
        condition: Some(json!(jsonata(format_args!(
            "{} = '{}'",
            input!(StepAnswer, status),
            Progress::Finished.name()
        )))),
        next: to(next),
        ..ChoiceRule::default()
    };
    let mut assigned = tries();
    insert(&mut assigned, "asked", json!(0));
    let counted = json!({ "asked": "{% $asked + 1 %}" });
    vec![
        (
            StateName::Submit,
            State::Task(Task {
                comment: Some(
                    "Sends the statements; a short one has ended when this returns.".to_owned(),
                ),
                assign: variables(assigned),
                catch: again_of_submit(plan),
                next: Some(to(StateName::HasItEnded)),
                ..invoke_patiently(plan, &submit(plan, false))
            }),
        ),
        (
            StateName::HasItEnded,
            State::Choice(Choice {
                choices: vec![ended(StateName::CollectResult)],
                default: Some(to(StateName::LetItRun)),
                ..Choice::default()
            }),
        ),
        (
            StateName::LetItRun,
            State::Wait(Wait {
                seconds: Some(pauses::expression("asked").into()),
                next: Some(to(StateName::AwaitStatement)),
                ..Wait::default()
            }),
        ),
        (
            StateName::AwaitStatement,
            State::Task(Task {
                comment: Some(
                    "What does not answer is asked again, until the step's limit.".to_owned(),
                ),
                retry: Some(vec![retrier(&PASSING_ERRORS, AWAIT_RETRIES)]),
                catch: both(
                    again(plan),
                    catch_passing(StateName::LetItRun, counted.clone()),
                ),
                assign: variables(counted),
                next: Some(to(StateName::HasItEnded)),
                ..invoke(plan, &Request::Await(of_statement(plan)))
            }),
        ),
        (StateName::CollectResult, collect(plan)),
        (StateName::LetItPass, let_it_pass()),
    ]
}

/// The states of `completion: event`: the task token is returned when the event comes that the statement has
/// ended. Where none has come in time, the statement is asked about, and its token waits for the next
/// heartbeat: one transition each time. How long these waits are is for `runtime_lambda::heartbeats` to say.
fn event_states(plan: &Plan) -> Vec<(StateName, State)> {
    let mut assigned = tries();
    insert(
        &mut assigned,
        "heartbeats",
        json!(jsonata(input!(StepInput, heartbeats))),
    );
    insert(&mut assigned, "asked", json!(1));
    let no_event = |assigned: Value| {
        Some(vec![Catcher {
            error_equals: vec!["States.HeartbeatTimeout".to_owned()],
            assign: variables(assigned),
            output: Some(json!({})),
            next: to(StateName::AskAgain),
            ..Catcher::default()
        }])
    };
    let ask = Request::Ask(Ask {
        step: of_statement(plan),
        asked: Some("{% $asked %}".into()),
        token: TOKEN.into(),
        retry: Some(RETRY.into()),
    });
    vec![
        (
            StateName::Submit,
            State::Task(Task {
                comment: Some(
                    "Sends the statements; its token is returned when they have ended.".to_owned(),
                ),
                heartbeat_seconds: Some(
                    jsonata(format_args!("{}[0]", input!(StepInput, heartbeats)))
                        .as_str()
                        .into(),
                ),
                assign: variables(assigned.clone()),
                catch: both(no_event(assigned), again_of_submit(plan)),
                next: Some(to(StateName::CollectResult)),
                ..patiently(invoke_and_wait(plan, &submit(plan, true)))
            }),
        ),
        (
            StateName::AskAgain,
            State::Task(Task {
                comment: Some("No event has come so far.".to_owned()),
                heartbeat_seconds: Some("{% $heartbeats[$asked] %}".into()),
                catch: both(
                    no_event(json!({ "asked": "{% $asked + 1 %}" })),
                    again(plan),
                ),
                next: Some(to(StateName::CollectResult)),
                ..patiently(invoke_and_wait(plan, &ask))
            }),
        ),
        (StateName::CollectResult, collect(plan)),
        (StateName::LetItPass, let_it_pass()),
    ]
}

/// A statement that failed with an error that passes is submitted again, as often as the action says.
///
/// The error is told by name, so it costs no transition of a step that goes well. `Submit` reads the new try
/// from its input, as it did the first.
fn again(plan: &Plan) -> Option<Vec<Catcher>> {
    let waits = plan.completion == Completion::Event;
    try_again(&StepInput {
        run: "{% $run %}".into(),
        step: "{% $step %}".into(),
        round: "{% $round %}".into(),
        kind: None,
        again: Some("{% $again + 1 %}".into()),
        heartbeats: waits.then(|| "{% $heartbeats %}".into()),
    })
}

/// As [`again`], of the submission itself, whose variables are not assigned then.
fn again_of_submit(plan: &Plan) -> Option<Vec<Catcher>> {
    let waits = plan.completion == Completion::Event;
    try_again(&StepInput {
        again: Some(jsonata(format_args!("({}) + 1", again_of_input())).into()),
        heartbeats: waits.then(|| jsonata(input!(StepInput, heartbeats)).into()),
        ..try_of_input()
    })
}

fn try_again(input: &StepInput<Written>) -> Option<Vec<Catcher>> {
    Some(vec![Catcher {
        error_equals: vec![errors::TRY_AGAIN.to_owned()],
        output: Some(input.value()),
        next: to(StateName::LetItPass),
        ..Catcher::default()
    }])
}

/// 5, 15, 45 seconds and so on, at most ten minutes, each half as long to half as long again. Who
/// met in a conflict does not meet again.
fn let_it_pass() -> State {
    State::Wait(Wait {
        seconds: Some(
            jsonata(format_args!(
                "$ceil($min([600, 5 * $power(3, {} - 1)]) * (0.5 + $random()))",
                input!(StepInput, again)
            ))
            .as_str()
            .into(),
        ),
        next: Some(to(StateName::Submit)),
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
fn again_of_input() -> String {
    let again = input!(StepInput, again);
    format!("$exists({again}) ? {again} : 0")
}

/// Retries of one question. The next one comes anyway.
const AWAIT_RETRIES: u64 = 2;

const TOKEN: &str = "{% $states.context.Task.Token %}";

/// Orders the tokens of one state: an older try may reach the Lambda last.
const RETRY: &str = "{% $states.context.State.RetryCount %}";

/// The try that the states of a statement speak of.
fn tries() -> Value {
    let tries = StepInput {
        again: Some(jsonata(again_of_input()).into()),
        ..try_of_input()
    };
    tries.value()
}

fn collect(plan: &Plan) -> State {
    State::Task(Task {
        end: Some(true),
        catch: again(plan),
        ..invoke_patiently(plan, &Request::Collect(of_statement(plan)))
    })
}

/// As [`of_step`], for one of the statements of a round.
fn of_statement(plan: &Plan) -> OfStep<Written> {
    OfStep {
        again: Some("{% $again %}".into()),
        ..of_step(plan)
    }
}

/// The request of the state that begins, with its task token if it waits for an event.
fn submit(plan: &Plan, waits: bool) -> Request<Written> {
    Request::Submit(Submit {
        step: OfStep {
            again: Some(jsonata(again_of_input()).into()),
            ..of_input(plan)
        },
        token: waits.then(|| TOKEN.into()),
        retry: waits.then(|| RETRY.into()),
    })
}
