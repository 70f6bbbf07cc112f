//! What the Lambda is asked for, by the event's `action`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::form::{Arrived, Form, Instant, json_of};
use crate::ids::{Arn, Hash, RunId, StepName};

/// A request. State machines write it; so do rules of EventBridge, and local runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", bound = "")]
pub enum Request<F: Form = Arrived> {
    /// Creates the global state.
    CreateRun(CreateRun<F>),
    /// Gives a lane its next step.
    NextStep(NextStep<F>),
    /// Remembers the task token of a lane that waits.
    Park(Park<F>),
    /// Submits a step's statements.
    Submit(Submit<F>),
    /// Asks after a statement whose event has not come.
    Ask(Ask<F>),
    /// Takes the event that a statement has ended.
    Resume(Resume<F>),
    /// Awaits a step's statement.
    Await(OfStep<F>),
    /// Collects a step's result.
    Collect(OfStep<F>),
    /// Gives a step's job its arguments.
    Prepare(OfStep<F>),
    /// Notes that a step has started a crawl.
    Crawling(Crawling<F>),
    /// Records how a step's job ended.
    Settle(Settle<F>),
    /// Stops a step's statement and records what became of it.
    Stop(Stop<F>),
    /// Writes the round's manifest and decides whether there is another round.
    CloseRound(CloseRound<F>),
    /// Writes the page of a run.
    Report(OfRun<F>),
    /// Sends the notification of the run's end.
    Notify(OfRun<F>),
    /// Looks whether what was expected has happened.
    Look(Look<F>),
    /// Cleans up behind an execution that ended without doing so itself.
    Sweep(Sweep<F>),
    /// Tells CloudFormation how a run that it waits for has ended.
    #[serde(rename = "answer_stack")]
    AnswerCustomResource(Sweep<F>),
}

impl<F: Form> Request<F> {
    /// The request as JSON.
    #[must_use]
    pub fn event(&self) -> Value {
        json_of(self)
    }
}

/// The run to create.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct CreateRun<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Hash of the plan.
    pub plan: F::Slot<Hash>,
    /// ARN of the level-3 execution.
    pub execution: F::Slot<Arn>,
    /// When that execution started.
    pub started: F::Slot<Timestamp>,
    /// What it was started with: [`super::RunInput`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<F::Slot<Value>>,
}

/// The turn of a lane.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct NextStep<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// Number of the lane.
    pub lane: F::Slot<u32>,
    /// Counts what this lane asked in this round, from 1.
    pub turn: F::Slot<u64>,
    /// Turns that the lane's execution may still take after this one.
    pub turns_left: F::Slot<u64>,
}

/// The turn of a lane that was told to wait, and its task token.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Park<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// Number of the lane.
    pub lane: F::Slot<u32>,
    /// Counts what this lane asked in this round, from 1.
    pub turn: F::Slot<u64>,
    /// Returned when something changes.
    pub token: F::Slot<String>,
}

/// The try of a step that an action is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct OfStep<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Name of the step.
    pub step: F::Slot<StepName>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// Statements of the round before this one. A machine that does not say it is older, and knows of no other
    /// statement in a round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<F::Slot<u32>>,
}

/// The try of a step, and, where its end is learnt by an event, the task token to return then.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Submit<F: Form = Arrived> {
    /// The step and round that are meant.
    #[serde(flatten)]
    pub step: OfStep<F>,
    /// Returned when the statement has ended.
    pub token: Option<F::Slot<String>>,
    /// How often the state was retried before; none is 0.
    pub retry: Option<F::Slot<u32>>,
}

/// The try of a step, and the task token that is returned when its statement has ended.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Ask<F: Form = Arrived> {
    /// The step and round that are meant.
    #[serde(flatten)]
    pub step: OfStep<F>,
    /// How often the execution has asked by itself before; none is 0.
    pub asked: Option<F::Slot<u32>>,
    /// Returned when the statement has ended.
    pub token: F::Slot<String>,
    /// How often the state was retried before; none is 0.
    pub retry: Option<F::Slot<u32>>,
}

/// What the event of a statement's end says (AWS page: "Monitoring events for the Amazon Redshift Data API
/// in Amazon EventBridge").
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Resume<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Name of the statement; one without a name is not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_name: Option<F::Slot<String>>,
    /// Id that the Data API gave to the statement.
    pub statement_id: F::Slot<String>,
    /// A [`StatementStatus`](crate::ports::StatementStatus); one that is no end is passed over.
    pub state: F::Slot<String>,
}

/// The try of a step, and how its job ended.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Settle<F: Form = Arrived> {
    /// The step and round that are meant.
    #[serde(flatten)]
    pub step: OfStep<F>,
    /// What it returned, as JSON text; cut by the state machine if it is long.
    pub output: Option<F::Slot<String>>,
    /// Name of the error that it ended with.
    pub error: Option<F::Slot<String>>,
    /// What that error says, as JSON or as a sentence.
    pub cause: Option<F::Slot<String>>,
}

/// The try that has started a crawl.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Crawling<F: Form = Arrived> {
    /// The step and round that are meant.
    #[serde(flatten)]
    pub step: OfStep<F>,
    /// When the crawl had begun at the latest. Lanes of an earlier release do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_by: Option<F::Slot<Timestamp>>,
}

/// The try to stop, and why.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Stop<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Name of the step.
    pub step: F::Slot<StepName>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// Name of the error that ended the step's execution.
    pub error: F::Slot<String>,
    /// What that error says, as JSON or as a sentence.
    pub cause: Option<F::Slot<String>>,
    /// Counts the calls for this try, from 1.
    pub call: F::Slot<u64>,
    /// Whether the crawl that this try started was stopped, as an earlier call asked for.
    pub crawl_stopped: Option<F::Slot<bool>>,
}

/// The round to end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct CloseRound<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Number of the round.
    pub round: F::Slot<u32>,
}

/// The run that an action is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct OfRun<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Id of the run.
    pub run: F::Slot<RunId>,
}

/// The moment to look at.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Look<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// Hash of the plan.
    pub plan: F::Slot<Hash>,
    /// The moment that the schedule stands for.
    pub at: F::Slot<Instant>,
    /// If this is a moment that a run is expected by: how many hours it may have started before that.
    /// Otherwise 0.
    pub hours: F::Slot<u32>,
}

/// The execution that ended.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Sweep<F: Form = Arrived> {
    /// Name of the pipeline.
    pub pipeline: F::Slot<String>,
    /// ARN of the level-3 execution.
    pub execution: F::Slot<Arn>,
    /// When the execution started, as a time or as milliseconds since 1970.
    pub started: F::Slot<Instant>,
    /// How it ended: the name of an [`ExecutionStatus`](super::ExecutionStatus).
    pub status: F::Slot<String>,
    /// Whether this is the last of many tries, which leaves alone what does not end; absent where nobody
    /// tries again.
    pub gives_up: Option<F::Slot<bool>>,
    /// Hash of the plan by which people are told of a run that has no state to name its own.
    pub plan: Option<F::Slot<Hash>>,
}
