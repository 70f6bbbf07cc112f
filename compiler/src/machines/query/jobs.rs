//! Level 1, steps that are not SQL: a job is prepared, run by the service that has it, and settled.
//!
//! Only the kinds that the pipeline uses are there. Step Functions stops a job whose execution is
//! stopped or timed out, as each is awaited by an integration that does so. `query-timeout` then
//! records what became of the step.

use asl::definition::{Catcher, Choice, ChoiceRule, State, Task, Wait};
use runtime_lambda::plan::{Connection, Job, Plan};
use runtime_lambda::protocol::{
    CrawlerArguments, Crawling, FunctionArguments, GlueArguments, JobKind, MachineArguments,
    PreparedJob, Request, RsqlArguments, Settle, StepInput, Written, errors,
};
use runtime_lambda::{field, input};
use serde_json::{Value, json};

use super::super::crawlers::{BUSY_CRAWLERS, LOOK_RETRIES};
use super::super::invoke::{
    PASSING_STARTS, invoke_patiently, jsonata, retrier, service, to, variables,
};
use super::super::pauses;
use super::name::StateName;
use super::tried::{of_input, of_step, try_of_input};

type Named = (StateName, State);

/// Most characters of a job's output that travel between states; the rest is the service's to keep.
const LONGEST_OUTPUT: u64 = 60_000;

/// The states of SQL steps with those of jobs in front of and behind them.
pub fn beside(plan: &Plan, sql: Vec<Named>) -> Vec<Named> {
    let kinds = kinds(plan);
    let first_of_sql = sql.first().map(|(name, _)| *name);
    let is_kind = |kind: JobKind, next: StateName| ChoiceRule {
        condition: Some(json!(jsonata(format_args!(
            "{} = '{}'",
            input!(StepInput, kind),
            kind.name()
        )))),
        next: to(next),
        ..ChoiceRule::default()
    };
    let has_sql = plan.steps.iter().any(|step| step.job.is_none());
    let mut states: Vec<Named> = Vec::new();
    if has_sql {
        states.push((
            StateName::WhatIsIt,
            State::Choice(Choice {
                choices: first_of_sql
                    .map(|first| is_kind(JobKind::Sql, first))
                    .into_iter()
                    .collect(),
                default: Some(to(StateName::PrepareJob)),
                ..Choice::default()
            }),
        ));
    }
    states.push((
        StateName::PrepareJob,
        State::Task(Task {
            comment: Some("Fills in the values of the run's parameters.".to_owned()),
            assign: variables(try_of_input().value()),
            next: Some(to(StateName::WhichJob)),
            ..invoke_patiently(plan, &Request::Prepare(of_input(plan)))
        }),
    ));
    states.push((
        StateName::WhichJob,
        State::Choice(Choice {
            choices: kinds
                .iter()
                .map(|kind| is_kind(*kind, first_state(*kind)))
                .collect(),
            default: Some(to(StateName::UnknownJob)),
            ..Choice::default()
        }),
    ));
    for kind in &kinds {
        states.extend(of_kind(plan, *kind));
    }
    states.push((
        StateName::UnknownJob,
        State::Fail(asl::definition::Fail {
            error: Some(errors::INVALID_EVENT.to_owned()),
            cause: Some("This machine knows no job of this kind.".to_owned()),
            ..asl::definition::Fail::default()
        }),
    ));
    states.push((
        StateName::RecordOutcome,
        settle(
            plan,
            Settle {
                output: Some(jsonata(input!(Settle, output)).into()),
                ..unsettled(plan)
            },
        ),
    ));
    states.push((
        StateName::RecordFailure,
        settle(
            plan,
            Settle {
                error: Some(jsonata(input!(Settle, error)).into()),
                cause: Some(jsonata(input!(Settle, cause)).into()),
                ..unsettled(plan)
            },
        ),
    ));
    if has_sql {
        states.extend(sql);
    }
    states
}

/// The kinds of job that the pipeline uses, in a fixed order.
fn kinds(plan: &Plan) -> Vec<JobKind> {
    let mut kinds: Vec<JobKind> = plan
        .steps
        .iter()
        .filter_map(|step| step.job.as_ref().map(Job::kind))
        .collect();
    kinds.sort_unstable_by_key(|kind| kind.name());
    kinds.dedup();
    kinds
}

fn first_state(kind: JobKind) -> StateName {
    match kind {
        JobKind::Sql => StateName::Submit,
        JobKind::Rsql => StateName::RunRsql,
        JobKind::GlueJob => StateName::RunGlueJob,
        JobKind::GlueCrawler => StateName::StartCrawler,
        JobKind::Lambda => StateName::InvokeFunction,
        JobKind::StateMachine => StateName::RunStateMachine,
    }
}

fn of_kind(plan: &Plan, kind: JobKind) -> Vec<Named> {
    let name = first_state(kind);
    let task = match kind {
        // Has states of its own.
        JobKind::Sql => return Vec::new(),
        JobKind::Rsql => rsql(plan),
        JobKind::GlueJob => job(
            "arn:aws:states:::glue:startJobRun.sync",
            json!({
                "JobName": jsonata(input!(GlueArguments, name)),
                "Arguments": jsonata(input!(GlueArguments, arguments)),
                // The job's own limit, for the case that nobody stops it (AWS page: `StartJobRun`, in minutes).
                "Timeout": jsonata(input!(GlueArguments, timeout_minutes)),
            }),
            "{'JobRunId': $states.result.Id, 'JobRunState': $states.result.JobRunState, 'ExecutionTime': $states.result.ExecutionTime}",
            &[
                "Glue.ThrottlingException",
                "Glue.ConcurrentRunsExceededException",
            ],
        ),
        JobKind::GlueCrawler => return crawler(plan),
        JobKind::Lambda => job(
            "arn:aws:states:::lambda:invoke",
            json!({
                "FunctionName": jsonata(input!(FunctionArguments, function)),
                "Payload": jsonata(input!(FunctionArguments, payload)),
            }),
            "$states.result.Payload",
            &["Lambda.TooManyRequestsException"],
        ),
        JobKind::StateMachine => job(
            "arn:aws:states:::states:startExecution.sync:2",
            json!({
                "StateMachineArn": jsonata(input!(MachineArguments, arn)),
                "Name": jsonata(input!(PreparedJob, id)),
                "Input": jsonata(format_args!(
                    "$merge([{}, {{'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}}])",
                    input!(MachineArguments, input)
                )),
            }),
            "$states.result.Output",
            &PASSING_STARTS,
        ),
    };
    vec![(name, State::Task(task))]
}

/// The contract with the container: where its script is, what it may bind, and how the warehouse is
/// reached (`docs/rsql-container`).
///
/// Step Functions terminates the job of an execution that is stopped or timed out (AWS page:
/// "Discover service integration patterns in Step Functions", on `.sync`). It promises no more than
/// its best effort, so each job has the step's limit as its own, too.
fn rsql(plan: &Plan) -> Task {
    let variable = |name: &str, value: &str| json!({ "Name": name, "Value": value });
    let place = plan.rsql.as_ref();
    let mut environment = vec![
        variable("SFC_SCRIPT", &jsonata(input!(RsqlArguments, script))),
        variable("SFC_DATABASE", &jsonata(input!(RsqlArguments, database))),
        variable(
            "SFC_PARAMETERS",
            &jsonata(input!(RsqlArguments, parameters)),
        ),
    ];
    environment.extend(
        connection(&plan.warehouse.connection)
            .into_iter()
            .filter_map(|(name, value)| Some(variable(name, value?))),
    );
    job(
        "arn:aws:states:::batch:submitJob.sync",
        json!({
            "JobName": jsonata(input!(PreparedJob, id)),
            "JobQueue": place.map(|place| place.queue.as_str()),
            "JobDefinition": place.map(|place| place.definition.as_str()),
            "ContainerOverrides": { "Environment": environment },
            "Timeout": { "AttemptDurationSeconds": jsonata(input!(RsqlArguments, timeout_seconds)) },
        }),
        "{'JobId': $states.result.JobId, 'Status': $states.result.Status, 'ExitCode': $states.result.Container.ExitCode}",
        &["Batch.TooManyRequestsException"],
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
///
/// `busy` are errors that say that nothing was started. After any other one the job may run, and no second request
/// would be known for the same. The Lambda decides what it says of the step (`runtime_lambda`, `jobs.rs`).
fn job(resource: &str, arguments: Value, output: &str, busy: &[&str]) -> Task {
    Task {
        output: Some(json!({
            (field!(Settle, output)):
                format!("{{% $substring($string({output}), 0, {LONGEST_OUTPUT}) %}}"),
        })),
        catch: failed(),
        next: Some(to(StateName::RecordOutcome)),
        ..service(resource, arguments, busy)
    }
}

fn failed() -> Option<Vec<Catcher>> {
    Some(vec![failed_with(&["States.ALL"])])
}

fn failed_with(errors: &[&str]) -> Catcher {
    Catcher {
        error_equals: errors.iter().map(|error| (*error).to_owned()).collect(),
        output: Some(json!({
            (field!(Settle, error)): "{% $states.errorOutput.Error %}",
            (field!(Settle, cause)): format!("{{% $substring($string($states.errorOutput.Cause), 0, {LONGEST_OUTPUT}) %}}"),
        })),
        next: to(StateName::RecordFailure),
        ..Catcher::default()
    }
}

/// A crawler cannot be awaited by an integration. One that runs already does what is wanted, and is
/// awaited like one that was started here, but not stopped like one.
fn crawler(plan: &Plan) -> Vec<Named> {
    let busy = BUSY_CRAWLERS;
    let name = json!({ "Name": "{% $crawler %}" });
    let counted = json!({ "crawler": jsonata(input!(CrawlerArguments, name)), "looks": 0 });
    // Many looks, few retries of each: all of them together must fit into one history.
    let look = Task {
        retry: Some(vec![retrier(&busy, LOOK_RETRIES)]),
        ..service("arn:aws:states:::aws-sdk:glue:getCrawler", name, &busy)
    };
    // A crawler that is gone, or that nobody may look at, ends the step; any other question is asked again.
    let gone = failed_with(&["Glue.EntityNotFoundException", "Glue.AccessDeniedException"]);
    let unanswered = Catcher {
        error_equals: vec!["States.ALL".to_owned()],
        assign: variables(json!({ "looks": "{% $looks + 1 %}" })),
        output: Some(json!({})),
        next: to(StateName::LeaveCrawlerAlone),
        ..Catcher::default()
    };
    let already = Catcher {
        error_equals: vec!["Glue.CrawlerRunningException".to_owned()],
        assign: variables(counted.clone()),
        output: Some(json!({})),
        next: to(StateName::LeaveCrawlerAlone),
        ..Catcher::default()
    };
    let mut start_catch = vec![already];
    start_catch.extend(failed().into_iter().flatten());
    // This state is entered as soon as Glue has said that the crawl begins.
    let noted = Crawling {
        step: of_step(plan),
        begun_by: Some("{% $states.context.State.EnteredTime %}".into()),
    };
    let state = |state: &str| format!("$states.input.state = '{state}'");
    let rule = |condition: String, next: StateName| ChoiceRule {
        condition: Some(json!(format!("{{% {condition} %}}"))),
        next: to(next),
        ..ChoiceRule::default()
    };
    vec![
        (
            StateName::StartCrawler,
            State::Task(Task {
                comment: Some("One that runs already is awaited.".to_owned()),
                assign: variables(counted),
                output: Some(json!({})),
                catch: Some(start_catch),
                next: Some(to(StateName::NoteCrawl)),
                ..service(
                    "arn:aws:states:::aws-sdk:glue:startCrawler",
                    json!({ "Name": jsonata(input!(CrawlerArguments, name)) }),
                    &busy,
                )
            }),
        ),
        (
            StateName::NoteCrawl,
            State::Task(Task {
                output: Some(json!({})),
                next: Some(to(StateName::LeaveCrawlerAlone)),
                ..invoke_patiently(plan, &Request::Crawling(noted))
            }),
        ),
        (
            StateName::LeaveCrawlerAlone,
            State::Wait(Wait {
                seconds: Some(pauses::expression("looks").into()),
                next: Some(to(StateName::LookAtCrawler)),
                ..Wait::default()
            }),
        ),
        (
            StateName::LookAtCrawler,
            State::Task(Task {
                assign: variables(json!({ "looks": "{% $looks + 1 %}" })),
                output: Some(json!({
                    "state": "{% $states.result.Crawler.State %}",
                    (field!(Settle, output)): "{% $string({'Crawler': $crawler, 'Status': $states.result.Crawler.LastCrawl.Status}) %}",
                    (field!(Settle, error)): "{% 'Glue.Crawl' & $states.result.Crawler.LastCrawl.Status %}",
                    (field!(Settle, cause)): "{% $exists($states.result.Crawler.LastCrawl.ErrorMessage) ? $states.result.Crawler.LastCrawl.ErrorMessage : '' %}",
                    "crawled": "{% $states.result.Crawler.LastCrawl.Status = 'SUCCEEDED' %}",
                })),
                catch: Some(vec![gone, unanswered]),
                next: Some(to(StateName::HasItCrawled)),
                ..look
            }),
        ),
        (
            StateName::HasItCrawled,
            State::Choice(Choice {
                choices: vec![
                    rule(
                        format!("{} and $states.input.crawled", state("READY")),
                        StateName::RecordOutcome,
                    ),
                    rule(state("READY"), StateName::RecordFailure),
                ],
                default: Some(to(StateName::LeaveCrawlerAlone)),
                ..Choice::default()
            }),
        ),
    ]
}

fn settle(plan: &Plan, request: Settle<Written>) -> State {
    State::Task(Task {
        end: Some(true),
        ..invoke_patiently(plan, &Request::Settle(request))
    })
}

/// Says nothing yet about how the job ended.
fn unsettled(plan: &Plan) -> Settle<Written> {
    Settle {
        step: of_step(plan),
        output: None,
        error: None,
        cause: None,
    }
}
