//! Level 1, steps that are not SQL: a job is prepared, run by the service that has it, and settled.
//!
//! Only the kinds that the pipeline uses are there. Step Functions stops a job whose execution is
//! stopped or timed out, as each is awaited by an integration that does so; `query-timeout` then
//! records what became of the step.

use asl::definition::{Catcher, Choice, ChoiceRule, State, Task, Wait};
use runtime_lambda::plan::{Connection, Job, Plan};
use serde_json::{Value, json};

use super::invoke::{invoke, retrier, service, to, variables};
use super::pauses;
use super::query::{Name, of_step, try_of_input};

type Named = (Name, State);

/// Retries of one look.
const LOOK_RETRIES: u64 = 3;

/// Most characters of a job's output that travel between states; the rest is the service's to keep.
const LONGEST_OUTPUT: u64 = 60_000;

/// The states of SQL steps with those of jobs in front of and behind them.
pub fn beside(plan: &Plan, sql: Vec<Named>) -> Vec<Named> {
    let kinds = kinds(plan);
    let first_of_sql = sql.first().map(|(name, _)| *name);
    let is_kind = |kind: &str, next: Name| ChoiceRule {
        condition: Some(json!(format!("{{% $states.input.kind = '{kind}' %}}"))),
        next: to(next),
        ..ChoiceRule::default()
    };
    let has_sql = plan.steps.iter().any(|step| step.job.is_none());
    let mut states: Vec<Named> = Vec::new();
    if has_sql {
        states.push((
            Name::WhatIsIt,
            State::Choice(Choice {
                choices: first_of_sql
                    .map(|first| is_kind("sql", first))
                    .into_iter()
                    .collect(),
                default: Some(to(Name::PrepareJob)),
                ..Choice::default()
            }),
        ));
    }
    let mut prepare = of_step(plan, "prepare");
    if let (Some(fields), Value::Object(from_input)) = (prepare.as_object_mut(), try_of_input()) {
        fields.extend(from_input);
    }
    states.push((
        Name::PrepareJob,
        State::Task(Task {
            comment: Some("Fills in the values of the run's parameters.".to_owned()),
            assign: variables(try_of_input()),
            next: Some(to(Name::WhichJob)),
            ..invoke(plan, prepare)
        }),
    ));
    states.push((
        Name::WhichJob,
        State::Choice(Choice {
            choices: kinds
                .iter()
                .map(|kind| is_kind(kind, first_state(kind)))
                .collect(),
            default: Some(to(Name::UnknownJob)),
            ..Choice::default()
        }),
    ));
    for kind in &kinds {
        states.extend(of_kind(plan, kind));
    }
    states.push((
        Name::UnknownJob,
        State::Fail(asl::definition::Fail {
            error: Some("Sfc.InvalidEvent".to_owned()),
            cause: Some("This machine knows no job of this kind.".to_owned()),
            ..asl::definition::Fail::default()
        }),
    ));
    states.push((
        Name::RecordOutcome,
        settle(plan, &[("output", "{% $states.input.output %}")]),
    ));
    states.push((
        Name::RecordFailure,
        settle(
            plan,
            &[
                ("error", "{% $states.input.error %}"),
                ("cause", "{% $states.input.cause %}"),
            ],
        ),
    ));
    if has_sql {
        states.extend(sql);
    }
    states
}

/// The kinds of job that the pipeline uses, in a fixed order.
fn kinds(plan: &Plan) -> Vec<&'static str> {
    let mut kinds: Vec<&'static str> = plan
        .steps
        .iter()
        .filter_map(|step| step.job.as_ref().map(Job::kind))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn first_state(kind: &str) -> Name {
    match kind {
        "rsql" => Name::RunRsql,
        "glue_job" => Name::RunGlueJob,
        "glue_crawler" => Name::StartCrawler,
        "lambda" => Name::InvokeFunction,
        _ => Name::RunStateMachine,
    }
}

fn of_kind(plan: &Plan, kind: &str) -> Vec<Named> {
    let name = first_state(kind);
    let task = match kind {
        "rsql" => rsql(plan),
        "glue_job" => job(
            "arn:aws:states:::glue:startJobRun.sync",
            json!({
                "JobName": "{% $states.input.name %}",
                "Arguments": "{% $states.input.arguments %}",
                // The job's own limit, for the case that nobody stops it (AWS page: `StartJobRun`, in minutes).
                "Timeout": "{% $states.input.timeout_minutes %}",
            }),
            "{'JobRunId': $states.result.Id, 'JobRunState': $states.result.JobRunState, 'ExecutionTime': $states.result.ExecutionTime}",
            &[
                "Glue.ThrottlingException",
                "Glue.ConcurrentRunsExceededException",
            ],
        ),
        "glue_crawler" => return crawler(plan),
        "lambda" => job(
            "arn:aws:states:::lambda:invoke",
            json!({
                "FunctionName": "{% $states.input.function %}",
                "Payload": "{% $states.input.payload %}",
            }),
            "$states.result.Payload",
            &["Lambda.TooManyRequestsException"],
        ),
        _ => job(
            "arn:aws:states:::states:startExecution.sync:2",
            json!({
                "StateMachineArn": "{% $states.input.arn %}",
                "Name": "{% $states.input.id %}",
                "Input": "{% $merge([$states.input.input, {'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}]) %}",
            }),
            "$states.result.Output",
            &[
                "StepFunctions.ThrottlingException",
                "StepFunctions.ExecutionLimitExceeded",
            ],
        ),
    };
    vec![(name, State::Task(task))]
}

/// The contract with the container: where its script is, what it may bind, and how the warehouse is
/// reached (`docs/rsql-container`).
///
/// Step Functions terminates the job of an execution that is stopped or timed out (AWS page: "Discover
/// service integration patterns in Step Functions", on `.sync`), but promises no more than its best
/// effort: so each job has the step's limit as its own, too.
fn rsql(plan: &Plan) -> Task {
    let variable = |name: &str, value: &str| json!({ "Name": name, "Value": value });
    let place = plan.rsql.as_ref();
    let mut environment = vec![
        variable("SFC_SCRIPT", "{% $states.input.script %}"),
        variable("SFC_DATABASE", "{% $states.input.database %}"),
        variable("SFC_PARAMETERS", "{% $states.input.parameters %}"),
    ];
    environment.extend(
        connection(&plan.warehouse.connection)
            .into_iter()
            .filter_map(|(name, value)| Some(variable(name, value?))),
    );
    job(
        "arn:aws:states:::batch:submitJob.sync",
        json!({
            "JobName": "{% $states.input.id %}",
            "JobQueue": place.map(|place| place.queue.as_str()),
            "JobDefinition": place.map(|place| place.definition.as_str()),
            "ContainerOverrides": { "Environment": environment },
            "Timeout": { "AttemptDurationSeconds": "{% $states.input.timeout_seconds %}" },
        }),
        "{'JobId': $states.result.JobId, 'Status': $states.result.Status, 'ExitCode': $states.result.Container.ExitCode}",
        &["Batch.ServerException", "Batch.TooManyRequestsException"],
    )
}

/// How the warehouse is reached, as a container is told.
fn connection(connection: &Connection) -> Vec<(&'static str, Option<&str>)> {
    match connection {
        Connection::Workgroup(workgroup) => vec![("SFC_WORKGROUP", Some(workgroup))],
        Connection::Cluster {
            identifier,
            db_user,
        } => vec![
            ("SFC_CLUSTER", Some(identifier)),
            ("SFC_DB_USER", db_user.as_deref()),
        ],
        Connection::Secret {
            arn,
            cluster,
            workgroup,
        } => vec![
            ("SFC_SECRET", Some(arn)),
            ("SFC_CLUSTER", cluster.as_deref()),
            ("SFC_WORKGROUP", workgroup.as_deref()),
        ],
    }
}

/// A job that its integration awaits. Whatever goes wrong is recorded before the execution fails.
fn job(resource: &str, arguments: Value, output: &str, busy: &[&str]) -> Task {
    Task {
        output: Some(json!({
            "output": format!("{{% $substring($string({output}), 0, {LONGEST_OUTPUT}) %}}"),
        })),
        catch: failed(),
        next: Some(to(Name::RecordOutcome)),
        ..service(resource, arguments, busy)
    }
}

fn failed() -> Option<Vec<Catcher>> {
    Some(vec![Catcher {
        error_equals: vec!["States.ALL".to_owned()],
        output: Some(json!({
            "error": "{% $states.errorOutput.Error %}",
            "cause": format!("{{% $substring($string($states.errorOutput.Cause), 0, {LONGEST_OUTPUT}) %}}"),
        })),
        next: to(Name::RecordFailure),
        ..Catcher::default()
    }])
}

/// A crawler cannot be awaited by an integration. One that runs already does what is wanted, and is
/// awaited like one that was started here, but not stopped like one.
fn crawler(plan: &Plan) -> Vec<Named> {
    let busy = ["Glue.ThrottlingException", "Glue.OperationTimeoutException"];
    let name = json!({ "Name": "{% $crawler %}" });
    let counted = json!({ "crawler": "{% $states.input.name %}", "looks": 0 });
    // Many looks, few retries of each: all of them together must fit into one history.
    let look = Task {
        retry: Some(vec![retrier(&busy, LOOK_RETRIES)]),
        ..service("arn:aws:states:::aws-sdk:glue:getCrawler", name, &busy)
    };
    let already = Catcher {
        error_equals: vec!["Glue.CrawlerRunningException".to_owned()],
        assign: variables(counted.clone()),
        output: Some(json!({})),
        next: to(Name::LeaveCrawlerAlone),
        ..Catcher::default()
    };
    let mut start_catch = vec![already];
    start_catch.extend(failed().into_iter().flatten());
    let state = |state: &str| format!("$states.input.state = '{state}'");
    let rule = |condition: String, next: Name| ChoiceRule {
        condition: Some(json!(format!("{{% {condition} %}}"))),
        next: to(next),
        ..ChoiceRule::default()
    };
    vec![
        (
            Name::StartCrawler,
            State::Task(Task {
                comment: Some("One that runs already is awaited.".to_owned()),
                assign: variables(counted),
                output: Some(json!({})),
                catch: Some(start_catch),
                next: Some(to(Name::NoteCrawl)),
                ..service(
                    "arn:aws:states:::aws-sdk:glue:startCrawler",
                    json!({ "Name": "{% $states.input.name %}" }),
                    &busy,
                )
            }),
        ),
        (
            Name::NoteCrawl,
            State::Task(Task {
                output: Some(json!({})),
                next: Some(to(Name::LeaveCrawlerAlone)),
                ..invoke(plan, of_step(plan, "crawling"))
            }),
        ),
        (
            Name::LeaveCrawlerAlone,
            State::Wait(Wait {
                seconds: Some(pauses::expression("looks").into()),
                next: Some(to(Name::LookAtCrawler)),
                ..Wait::default()
            }),
        ),
        (
            Name::LookAtCrawler,
            State::Task(Task {
                assign: variables(json!({ "looks": "{% $looks + 1 %}" })),
                output: Some(json!({
                    "state": "{% $states.result.Crawler.State %}",
                    "output": "{% $string({'Crawler': $crawler, 'Status': $states.result.Crawler.LastCrawl.Status}) %}",
                    "error": "{% 'Glue.Crawl' & $states.result.Crawler.LastCrawl.Status %}",
                    "cause": "{% $exists($states.result.Crawler.LastCrawl.ErrorMessage) ? $states.result.Crawler.LastCrawl.ErrorMessage : '' %}",
                    "crawled": "{% $states.result.Crawler.LastCrawl.Status = 'SUCCEEDED' %}",
                })),
                catch: failed(),
                next: Some(to(Name::HasItCrawled)),
                ..look
            }),
        ),
        (
            Name::HasItCrawled,
            State::Choice(Choice {
                choices: vec![
                    rule(
                        format!("{} and $states.input.crawled", state("READY")),
                        Name::RecordOutcome,
                    ),
                    rule(state("READY"), Name::RecordFailure),
                ],
                default: Some(to(Name::LeaveCrawlerAlone)),
                ..Choice::default()
            }),
        ),
    ]
}

fn settle(plan: &Plan, fields: &[(&str, &str)]) -> State {
    let mut payload = of_step(plan, "settle");
    if let Some(payload) = payload.as_object_mut() {
        for (name, value) in fields {
            payload.insert((*name).to_owned(), json!(value));
        }
    }
    State::Task(Task {
        end: Some(true),
        ..invoke(plan, payload)
    })
}
