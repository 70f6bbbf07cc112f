//! What the Lambda answers: small, and references only.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::names::{JobKind, LaneMove, Progress};
use crate::ids::{RunId, StepName};
use crate::ports::ResponseStatus;
use crate::state::RunStatus;

/// The answer to `create_run`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
pub struct Created {
    /// Id of the run.
    pub run: RunId,
    /// When it must be over, in milliseconds since 1970.
    pub deadline: i64,
    /// The round to begin with.
    pub round: u32,
    /// How many lanes it has.
    pub lanes: usize,
    /// The run that goes on, if this one may not start.
    pub held_by: Option<RunId>,
    /// Whether CloudFormation waits for this run, if it may not start.
    pub for_stack: Option<bool>,
}

/// The answer to `next_step`. It has whatever the level 1 of any version asks for, as the stack may be
/// deployed anew in the middle of a run.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
pub struct NextAnswer {
    /// What the lane does.
    pub next: LaneMove,
    /// The step to run.
    pub step: Option<StepName>,
    /// Its limit in seconds.
    pub limit_seconds: Option<u64>,
    /// Seconds that each question after its statement waits for the event.
    pub heartbeats: Option<Vec<u64>>,
    /// SQL, or which service runs the step; there if `next` is `run`.
    pub kind: Option<JobKind>,
}

/// The answer of the actions that bring a statement or a job forward.
#[derive(Debug, Clone, Serialize)]
pub struct StepAnswer {
    /// How far it is.
    pub status: Progress,
    /// How many rows it has returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// The answer to `stop`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
pub struct StopAnswer {
    /// What became of the step.
    pub status: Progress,
    /// The crawler to stop first.
    pub crawler: Option<String>,
    /// When its crawl had begun at the latest: one that began later is somebody else's.
    pub begun_by: Option<Timestamp>,
}

/// The answer to `close_round`.
#[derive(Debug, Clone, Serialize)]
pub struct RoundClosed {
    /// The round to go on with.
    pub round: u32,
    /// RUNNING if there is another round.
    pub status: RunStatus,
}

/// The answer to `prepare`.
#[derive(Debug, Clone, Serialize)]
pub struct PreparedJob {
    /// What the service is given.
    #[serde(flatten)]
    pub arguments: JobArguments,
    /// Which service it is.
    pub kind: JobKind,
    /// A name for this try of the job.
    pub id: String,
}

/// The arguments of a job.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant is named as its kind")]
pub enum JobArguments {
    Rsql(RsqlArguments),
    GlueJob(GlueArguments),
    GlueCrawler(CrawlerArguments),
    Lambda(FunctionArguments),
    StateMachine(MachineArguments),
}

/// Of an RSQL script.
#[derive(Debug, Clone, Serialize)]
pub struct RsqlArguments {
    /// Where the script is.
    pub script: String,
    /// The database that it runs in.
    pub database: String,
    /// The run's parameters, as JSON text.
    pub parameters: String,
    /// The job's own limit.
    pub timeout_seconds: u64,
}

/// Of a Glue job.
#[derive(Debug, Clone, Serialize)]
pub struct GlueArguments {
    /// Name of the job.
    pub name: String,
    /// Arguments by name with `--`, as Glue wants them.
    pub arguments: Map<String, Value>,
    /// The job's own limit.
    pub timeout_minutes: u64,
}

/// What Glue is asked to crawl.
#[derive(Debug, Clone, Serialize)]
pub struct CrawlerArguments {
    /// Name of the crawler in the account and Region.
    pub name: String,
}

/// What the function of somebody else is invoked with.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionArguments {
    /// Its name or ARN.
    pub function: String,
    /// What it is given.
    pub payload: Value,
}

/// Of a state machine.
#[derive(Debug, Clone, Serialize)]
pub struct MachineArguments {
    /// ARN of the state machine to start.
    pub arn: String,
    /// What it is given.
    pub input: Value,
}

/// The answer to `report`.
#[derive(Debug, Clone, Serialize)]
pub struct Reported {
    /// Where the page is.
    pub report: String,
}

/// The answer to `look`: what people were told.
#[derive(Debug, Clone, Serialize)]
pub struct Looked {
    /// Whether no run had finished.
    pub late: bool,
    /// Steps that are not fresh any more.
    pub stale: Vec<String>,
    /// How many runs were skipped in a row; none if people know, or there are too few of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<usize>,
}

/// The answer to `notify`.
#[derive(Debug, Clone, Serialize)]
pub struct Notified {
    /// How the run ended.
    pub status: RunStatus,
}

/// The answer to `sweep`.
#[derive(Debug, Clone, Serialize)]
pub struct Swept {
    /// Id of the run.
    pub run: RunId,
    /// How it ended; none of a run that never came to have a state.
    pub status: Option<RunStatus>,
}

/// The answer to `resume`.
#[derive(Debug, Clone, Serialize)]
pub struct Resumed {
    /// Whether a step was waiting for this.
    pub resumed: bool,
}

/// The answer to `answer_stack`.
#[derive(Debug, Clone, Serialize)]
pub struct StackAnswered {
    /// What CloudFormation was told; none if it did not wait.
    pub status: Option<ResponseStatus>,
}

/// The answer of an action that has nothing to say.
#[derive(Debug, Clone, Serialize)]
pub struct Nothing {}
