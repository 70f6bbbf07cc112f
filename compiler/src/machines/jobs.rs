//! Level 1, steps that are not SQL: a job is prepared, run by the service that has it, and settled.
//!
//! Only the kinds that the pipeline uses are there. Step Functions stops a job whose execution is
//! stopped or timed out, as each is awaited by an integration that does so; `query-timeout` then
//! records what became of the step.

use asl::definition::{Catcher, Choice, ChoiceRule, State, Task, Wait};
use runtime_lambda::plan::{Connection, Job, Plan};
use serde_json::{Value, json};

use super::invoke::{invoke, retrier, service, variables};
use super::pauses;
use super::query::{of_step, try_of_input};

type Named = (&'static str, State);

/// Lets time pass between two looks at a crawler.
pub const PAUSE: &str = "Leave crawler alone";

/// Looks at a crawler.
pub const LOOK: &str = "Look at crawler";

/// Decides about another look.
pub const HAS_IT_CRAWLED: &str = "Has it crawled?";

/// Retries of one look.
const LOOK_RETRIES: u64 = 3;

const RECORD: &str = "Record outcome";
const RECORD_FAILURE: &str = "Record failure";

/// Most characters of a job's output that travel between states; the rest is the service's to keep.
const LONGEST_OUTPUT: u64 = 60_000;

/// The states of SQL steps with those of jobs in front of and behind them.
pub fn beside(plan: &Plan, sql: Vec<Named>) -> Vec<Named> {
    let kinds = kinds(plan);
    let first_of_sql = sql.first().map_or("", |(name, _)| *name).to_owned();
    let is_kind = |kind: &str, next: &str| ChoiceRule {
        condition: Some(json!(format!("{{% $states.input.kind = '{kind}' %}}"))),
        next: next.to_owned(),
        ..ChoiceRule::default()
    };
    let has_sql = plan.steps.iter().any(|step| step.job.is_none());
    let mut states: Vec<Named> = Vec::new();
    if has_sql {
        states.push((
            "What is it?",
            State::Choice(Choice {
                choices: vec![is_kind("sql", &first_of_sql)],
                default: Some("Prepare job".to_owned()),
                ..Choice::default()
            }),
        ));
    }
    let mut prepare = of_step(plan, "prepare");
    if let (Some(fields), Value::Object(from_input)) = (prepare.as_object_mut(), try_of_input()) {
        fields.extend(from_input);
    }
    states.push((
        "Prepare job",
        State::Task(Task {
            comment: Some("Fills in the values of the run's parameters.".to_owned()),
            assign: variables(try_of_input()),
            next: Some("Which job?".to_owned()),
            ..invoke(plan, prepare)
        }),
    ));
    states.push((
        "Which job?",
        State::Choice(Choice {
            choices: kinds
                .iter()
                .map(|kind| is_kind(kind, first_state(kind)))
                .collect(),
            default: Some("Unknown job".to_owned()),
            ..Choice::default()
        }),
    ));
    for kind in &kinds {
        states.extend(of_kind(plan, kind));
    }
    states.push((
        "Unknown job",
        State::Fail(asl::definition::Fail {
            error: Some("Sfc.InvalidEvent".to_owned()),
            cause: Some("This machine knows no job of this kind.".to_owned()),
            ..asl::definition::Fail::default()
        }),
    ));
    states.push((
        RECORD,
        settle(plan, &[("output", "{% $states.input.output %}")]),
    ));
    states.push((
        RECORD_FAILURE,
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

fn first_state(kind: &str) -> &'static str {
    match kind {
        "rsql" => "Run RSQL",
        "glue_job" => "Run Glue job",
        "glue_crawler" => "Start crawler",
        "lambda" => "Invoke function",
        _ => "Run state machine",
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
        next: Some(RECORD.to_owned()),
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
        next: RECORD_FAILURE.to_owned(),
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
        next: PAUSE.to_owned(),
        ..Catcher::default()
    };
    let mut start_catch = vec![already];
    start_catch.extend(failed().into_iter().flatten());
    let state = |state: &str| format!("$states.input.state = '{state}'");
    let rule = |condition: String, next: &str| ChoiceRule {
        condition: Some(json!(format!("{{% {condition} %}}"))),
        next: next.to_owned(),
        ..ChoiceRule::default()
    };
    vec![
        (
            "Start crawler",
            State::Task(Task {
                comment: Some("One that runs already is awaited.".to_owned()),
                assign: variables(counted),
                output: Some(json!({})),
                catch: Some(start_catch),
                next: Some("Note crawl".to_owned()),
                ..service(
                    "arn:aws:states:::aws-sdk:glue:startCrawler",
                    json!({ "Name": "{% $states.input.name %}" }),
                    &busy,
                )
            }),
        ),
        (
            "Note crawl",
            State::Task(Task {
                output: Some(json!({})),
                next: Some(PAUSE.to_owned()),
                ..invoke(plan, of_step(plan, "crawling"))
            }),
        ),
        (
            PAUSE,
            State::Wait(Wait {
                seconds: Some(pauses::expression("looks").into()),
                next: Some(LOOK.to_owned()),
                ..Wait::default()
            }),
        ),
        (
            LOOK,
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
                next: Some(HAS_IT_CRAWLED.to_owned()),
                ..look
            }),
        ),
        (
            HAS_IT_CRAWLED,
            State::Choice(Choice {
                choices: vec![
                    rule(
                        format!("{} and $states.input.crawled", state("READY")),
                        RECORD,
                    ),
                    rule(state("READY"), RECORD_FAILURE),
                ],
                default: Some(PAUSE.to_owned()),
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
