//! Level 1, `<pipeline>-query-timeout`: a step ran past its limit, or its execution died.
//!
//! Where the pipeline has crawlers, this stops a crawl that the step has started, before the step
//! is settled. A crawl does not end with the execution that started it.

use asl::definition::{Choice, ChoiceRule, State, StateMachine, Succeed, Task, Wait};
use runtime_lambda::actions::MOST_STOP_CALLS;
use runtime_lambda::plan::Plan;
use runtime_lambda::protocol::{Progress, Request, Stop, StopAnswer, StopInput};
use runtime_lambda::{answer, field, input};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

use super::counts::MostCounts;
use super::crawlers::{BUSY_CRAWLERS, LOOK_RETRIES};
use super::declared::DeclaredStates;
use super::invoke::{catch_all, document, invoke_patiently, jsonata, retrier, service, to};
use super::limits::STOP_SECONDS;

/// The states of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum StateName {
    #[strum(serialize = "Stop statement")]
    StopStatement,
    #[strum(serialize = "Does it still run?")]
    DoesItStillRun,
    #[strum(serialize = "Whose crawl is it?")]
    WhoseCrawlIsIt,
    #[strum(serialize = "Is it ours?")]
    IsItOurs,
    #[strum(serialize = "Stop crawler")]
    StopCrawler,
    #[strum(serialize = "Look at crawler")]
    LookAtCrawler,
    #[strum(serialize = "Has it stopped?")]
    HasItStopped,
    #[strum(serialize = "Let it stop")]
    LetItStop,
    Acknowledged,
}

impl DeclaredStates for StateName {
    fn most_visits(self, _counts: &MostCounts) -> Option<u64> {
        match self {
            Self::StopStatement => Some(MOST_STOP_CALLS),
            // The Lambda is told that the crawl was stopped, and does not ask for it again.
            Self::WhoseCrawlIsIt | Self::StopCrawler => Some(1),
            Self::LookAtCrawler => Some(MOST_LOOKS),
            _ => None,
        }
    }
}

/// Most looks at a crawler that is stopping.
const MOST_LOOKS: u64 = 30;

/// Seconds between two of them: all together well within the time that stopping a step may take.
const LOOK_SECONDS: u64 = 10;

/// Milliseconds by which a crawl may seem younger than it is: Glue counts its time, and this machine the
/// rest. A crawl takes longer, so that another one has not begun by then.
const CRAWL_TOLERANCE: u64 = 5_000;

/// Input: `run`, `step`, `round`, the `error` that ended the step's execution and its `cause`, and `call`, 1.
/// Ends with the step's status as it really is.
pub fn query_timeout(plan: &Plan) -> StateMachine {
    let crawlers = plan.has_crawlers();
    // Lanes of an earlier release do not say it.
    let cause = input!(StopInput, cause);
    let request = Request::Stop(Stop {
        pipeline: plan.pipeline.as_str().into(),
        run: jsonata(input!(StopInput, run)).into(),
        step: jsonata(input!(StopInput, step)).into(),
        round: jsonata(input!(StopInput, round)).into(),
        error: jsonata(input!(StopInput, error)).into(),
        cause: Some(jsonata(format_args!("$exists({cause}) ? {cause} : ''")).into()),
        call: jsonata(input!(StopInput, call)).into(),
        crawl_stopped: crawlers.then(|| "{% $exists($states.input.looks) %}".into()),
    });
    let mut answered = format!(
        "'{}': {} + 1, '{}': {}",
        field!(StopInput, call),
        input!(StopInput, call),
        field!(StopAnswer, status),
        answer!(StopAnswer, status)
    );
    let is = |status: Progress| format!("{} = '{}'", input!(StopAnswer, status), status.name());
    let mut choices = vec![rule(is(Progress::Running), StateName::StopStatement)];
    if crawlers {
        let crawler = field!(StopAnswer, crawler);
        let begun_by = field!(StopAnswer, begun_by);
        answered.push_str(&format!(
            ", '{crawler}': {}, '{begun_by}': {}",
            answer!(StopAnswer, crawler),
            answer!(StopAnswer, begun_by)
        ));
        choices.push(rule(is(Progress::Crawling), StateName::WhoseCrawlIsIt));
    }
    let mut states = vec![
        (
            StateName::StopStatement,
            State::Task(Task {
                comment: Some(
                    "Cancels, then asks until the statement has ended; one that had finished in time counts."
                        .to_owned(),
                ),
                output: Some(with(&answered)),
                next: Some(to(StateName::DoesItStillRun)),
                ..invoke_patiently(plan, &request)
            }),
        ),
        (
            StateName::DoesItStillRun,
            State::Choice(Choice {
                choices,
                default: Some(to(StateName::Acknowledged)),
                ..Choice::default()
            }),
        ),
    ];
    if crawlers {
        states.extend(crawl());
    }
    states.push((
        StateName::Acknowledged,
        State::Succeed(Succeed {
            output: Some(
                json!({ (field!(StopAnswer, status)): jsonata(input!(StopAnswer, status)) }),
            ),
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

/// Stops a crawl, and looks until it has stopped. Whatever Glue says, the step is settled
/// afterwards: nothing more can be done about the crawl. One that began after the step's own is
/// another run's. The note that the step has started a crawl may come when that one is long over.
///
/// Glue tells the time since a crawl began as `CrawlElapsedTime`, in milliseconds
/// (<https://docs.aws.amazon.com/glue/latest/webapi/API_Crawler.html>).
fn crawl() -> Vec<(StateName, State)> {
    let busy = BUSY_CRAWLERS;
    let name = json!({ "Name": jsonata(input!(StopAnswer, crawler)) });
    let looked = |looks: &str| with(&format!("'looks': {looks}"));
    let caught = |next: StateName| catch_all(next, None, looked("0"));
    let elapsed = "$states.result.Crawler.CrawlElapsedTime";
    let begun_by = input!(StopAnswer, begun_by);
    let began = format!("$toMillis($states.context.State.EnteredTime) - {elapsed}");
    let latest = format!("$toMillis({begun_by}) + {CRAWL_TOLERANCE}");
    let is_foreign =
        format!("$exists({begun_by}) and $exists({elapsed}) ? {began} > {latest} : false");
    vec![
        (
            StateName::WhoseCrawlIsIt,
            State::Task(Task {
                output: Some(with(&format!("'foreign': {is_foreign}"))),
                retry: Some(vec![retrier(&busy, LOOK_RETRIES)]),
                catch: catch_all(StateName::StopCrawler, None, with("'foreign': false")),
                next: Some(to(StateName::IsItOurs)),
                ..service(
                    "arn:aws:states:::aws-sdk:glue:getCrawler",
                    name.clone(),
                    &busy,
                )
            }),
        ),
        (
            StateName::IsItOurs,
            State::Choice(Choice {
                choices: vec![ChoiceRule {
                    output: Some(looked("0")),
                    ..rule("$states.input.foreign".to_owned(), StateName::StopStatement)
                }],
                default: Some(to(StateName::StopCrawler)),
                ..Choice::default()
            }),
        ),
        (
            StateName::StopCrawler,
            State::Task(Task {
                comment: Some(
                    "The step has started the crawl, and did not find it running.".to_owned(),
                ),
                output: Some(looked("0")),
                // It may be stopping, or have ended.
                catch: caught(StateName::LookAtCrawler),
                next: Some(to(StateName::LookAtCrawler)),
                ..service(
                    "arn:aws:states:::aws-sdk:glue:stopCrawler",
                    name.clone(),
                    &busy,
                )
            }),
        ),
        (
            StateName::LookAtCrawler,
            State::Task(Task {
                output: Some(with(
                    "'looks': $states.input.looks + 1, 'state': $states.result.Crawler.State",
                )),
                retry: Some(vec![retrier(&busy, LOOK_RETRIES)]),
                catch: caught(StateName::StopStatement),
                next: Some(to(StateName::HasItStopped)),
                ..service("arn:aws:states:::aws-sdk:glue:getCrawler", name, &busy)
            }),
        ),
        (
            StateName::HasItStopped,
            State::Choice(Choice {
                choices: vec![rule(
                    format!(
                        "$states.input.state = 'STOPPING' and $states.input.looks < {MOST_LOOKS}"
                    ),
                    StateName::LetItStop,
                )],
                default: Some(to(StateName::StopStatement)),
                ..Choice::default()
            }),
        ),
        (
            StateName::LetItStop,
            State::Wait(Wait {
                seconds: Some(LOOK_SECONDS.into()),
                next: Some(to(StateName::LookAtCrawler)),
                ..Wait::default()
            }),
        ),
    ]
}

/// The input with these fields.
fn with(fields: &str) -> Value {
    json!(format!("{{% $merge([$states.input, {{{fields}}}]) %}}"))
}

fn rule(condition: String, next: StateName) -> ChoiceRule {
    ChoiceRule {
        condition: Some(json!(format!("{{% {condition} %}}"))),
        next: to(next),
        ..ChoiceRule::default()
    }
}
