//! Level 1, `<pipeline>-query-timeout`: a step ran past its limit, or its execution died.
//!
//! Where the pipeline has crawlers, this is what stops a crawl that the step has started, before the
//! step is settled: a crawl does not end with the execution that started it.

use asl::definition::{Choice, ChoiceRule, State, StateMachine, Succeed, Task, Wait};
use runtime_lambda::plan::Plan;
use serde_json::{Value, json};

use super::bounds::STOP_SECONDS;
use super::invoke::{catch_all, document, invoke_patiently, retrier, service};

/// Looks at a crawler that is stopping.
pub const LOOK_AGAIN: &str = "Look at crawler";

/// Decides about another look.
pub const HAS_IT_STOPPED: &str = "Has it stopped?";

/// Lets time pass between two looks.
pub const LET_IT_STOP: &str = "Let it stop";

/// Most looks at a crawler that is stopping.
pub const MOST_LOOKS: u64 = 30;

/// Seconds between two of them: all together well within the time that stopping a step may take.
const LOOK_SECONDS: u64 = 10;

/// Retries of one look.
const LOOK_RETRIES: u64 = 3;

const STOP: &str = "Stop statement";
const STOP_CRAWLER: &str = "Stop crawler";

/// Input: `run`, `step`, `round`, the `error` that ended the step's execution, and `call`, 1.
/// Ends with the step's status as it really is.
pub fn query_timeout(plan: &Plan) -> StateMachine {
    let crawlers = plan.has_crawlers();
    let mut payload = json!({
        "action": "stop",
        "pipeline": plan.pipeline,
        "run": "{% $states.input.run %}",
        "step": "{% $states.input.step %}",
        "round": "{% $states.input.round %}",
        "error": "{% $states.input.error %}",
        "call": "{% $states.input.call %}",
    });
    let mut answer =
        "'call': $states.input.call + 1, 'status': $states.result.Payload.status".to_owned();
    let mut choices = vec![rule("$states.input.status = 'RUNNING'".to_owned(), STOP)];
    if crawlers {
        if let Some(fields) = payload.as_object_mut() {
            let stopped = json!("{% $exists($states.input.looks) %}");
            fields.insert("crawl_stopped".to_owned(), stopped);
        }
        answer.push_str(", 'crawler': $states.result.Payload.crawler");
        choices.push(rule(
            "$states.input.status = 'CRAWLING'".to_owned(),
            STOP_CRAWLER,
        ));
    }
    let mut states = vec![
        (
            STOP,
            State::Task(Task {
                comment: Some(
                    "Cancels, then asks until the statement has ended; one that had finished in time counts."
                        .to_owned(),
                ),
                output: Some(json!(format!("{{% $merge([$states.input, {{{answer}}}]) %}}"))),
                next: Some("Does it still run?".to_owned()),
                ..invoke_patiently(plan, payload)
            }),
        ),
        (
            "Does it still run?",
            State::Choice(Choice {
                choices,
                default: Some("Acknowledged".to_owned()),
                ..Choice::default()
            }),
        ),
    ];
    if crawlers {
        states.extend(crawl());
    }
    states.push((
        "Acknowledged",
        State::Succeed(Succeed {
            output: Some(json!({ "status": "{% $states.input.status %}" })),
            ..Succeed::default()
        }),
    ));
    document(
        format!(
            "Level 1 of {}: stops a step and acknowledges what really happened.",
            plan.pipeline
        ),
        STOP_SECONDS,
        states,
    )
}

/// Stops a crawl, and looks until it has stopped. Whatever Glue says, the step is settled afterwards:
/// nothing more can be done about the crawl.
fn crawl() -> Vec<(&'static str, State)> {
    let busy = ["Glue.ThrottlingException", "Glue.OperationTimeoutException"];
    let name = json!({ "Name": "{% $states.input.crawler %}" });
    let looked = |looks: &str| with(&format!("'looks': {looks}"));
    let caught = |next: &str| catch_all(next, None, looked("0"));
    vec![
        (
            STOP_CRAWLER,
            State::Task(Task {
                comment: Some(
                    "The step has started the crawl, and did not find it running.".to_owned(),
                ),
                output: Some(looked("0")),
                // It may be stopping, or have ended.
                catch: caught(LOOK_AGAIN),
                next: Some(LOOK_AGAIN.to_owned()),
                ..service(
                    "arn:aws:states:::aws-sdk:glue:stopCrawler",
                    name.clone(),
                    &busy,
                )
            }),
        ),
        (
            LOOK_AGAIN,
            State::Task(Task {
                output: Some(with(
                    "'looks': $states.input.looks + 1, 'state': $states.result.Crawler.State",
                )),
                retry: Some(vec![retrier(&busy, LOOK_RETRIES)]),
                catch: caught(STOP),
                next: Some(HAS_IT_STOPPED.to_owned()),
                ..service("arn:aws:states:::aws-sdk:glue:getCrawler", name, &busy)
            }),
        ),
        (
            HAS_IT_STOPPED,
            State::Choice(Choice {
                choices: vec![rule(
                    format!(
                        "$states.input.state = 'STOPPING' and $states.input.looks < {MOST_LOOKS}"
                    ),
                    LET_IT_STOP,
                )],
                default: Some(STOP.to_owned()),
                ..Choice::default()
            }),
        ),
        (
            LET_IT_STOP,
            State::Wait(Wait {
                seconds: Some(LOOK_SECONDS.into()),
                next: Some(LOOK_AGAIN.to_owned()),
                ..Wait::default()
            }),
        ),
    ]
}

/// The input with these fields.
fn with(fields: &str) -> Value {
    json!(format!("{{% $merge([$states.input, {{{fields}}}]) %}}"))
}

fn rule(condition: String, next: &str) -> ChoiceRule {
    ChoiceRule {
        condition: Some(json!(format!("{{% {condition} %}}"))),
        next: next.to_owned(),
        ..ChoiceRule::default()
    }
}
