//! What executions are started with, and what a run ends with. One state machine, a rule or a
//! person writes it, and another state machine reads it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::form::{Arrived, Form, Instant, json_of};
use crate::ids::{Arn, RunId, StepName};

/// What this Lambda reads of a run's input, counted up with each field that none may pass over. A stack says it in
/// its outputs.
pub const RUN_INPUT_VERSION: u32 = 2;

/// The first version that reads `steps`.
pub const STEPS_SINCE: u32 = 2;

/// What a run is started with. Every field may be left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RunInput {
    /// What tells the event that started it from all others.
    pub trigger: Option<String>,
    /// Who or what starts it, for people: `schedule rate(1 day)`, or the ARN of somebody's role.
    pub by: Option<String>,
    /// Values of parameters, by their names.
    pub parameters: Option<Value>,
    /// Id of an earlier run whose FINISHED steps are not run again.
    pub resume: Option<RunId>,
    /// In which kind of run: [`crate::plan::When`].
    pub when: Option<crate::plan::When>,
    /// Names of the steps to run, all of them of that kind; absent: all steps of that kind.
    pub steps: Option<Vec<String>>,
}

/// What a backfill is started with: its values are run for by `<pipeline>-backfill`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackfillInput {
    /// How many runs go on at the same time.
    pub parallel: u32,
    /// What the run of every value is started with.
    pub run: RunInput,
    /// The values, in the order in which their runs start.
    pub values: Vec<BackfillValue>,
}

/// A value of a backfill.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackfillValue {
    /// What stands behind the backfill's name in the name of its run's execution.
    pub key: String,
    /// Values of parameters that this run alone has, by their names.
    pub parameters: Value,
}

/// What a run ends with.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct RunOutput<F: Form = Arrived> {
    /// Id of the run, if it came to have one.
    pub run: Option<F::Slot<RunId>>,
    /// A [`RunStatus`](crate::state::RunStatus), or [`SKIPPED`](super::SKIPPED).
    pub status: F::Slot<String>,
    /// The run that goes on in its place.
    pub held_by: Option<F::Slot<RunId>>,
}

/// What a lane is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LaneInput<F: Form = Arrived> {
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// Number of the lane.
    pub lane: F::Slot<u32>,
    /// The turn that it begins with.
    pub turn: F::Slot<u64>,
}

/// What the try of a step is started with.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct StepInput<F: Form = Arrived> {
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Name of the step.
    pub step: F::Slot<StepName>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// What the step is; machines without jobs do not look.
    pub kind: Option<F::Slot<super::JobKind>>,
    /// Statements of the round before this one.
    pub again: Option<F::Slot<u32>>,
    /// Seconds that each question after its statement waits for the event; machines that poll do not look.
    pub heartbeats: Option<F::Slot<Vec<u64>>>,
}

/// What the stop of a step is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct StopInput<F: Form = Arrived> {
    /// Id of the run.
    pub run: F::Slot<RunId>,
    /// Name of the step.
    pub step: F::Slot<StepName>,
    /// Number of the round.
    pub round: F::Slot<u32>,
    /// Name of the error that ended the step's execution.
    pub error: F::Slot<String>,
    /// What that error says; empty if it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<F::Slot<String>>,
    /// The call that it begins with.
    pub call: F::Slot<u64>,
}

/// What the report is started with by a run that has ended by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ReportInput<F: Form = Arrived> {
    /// Id of the run.
    pub run: F::Slot<RunId>,
}

/// What the report is started with by the rule on executions that did not end well.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct OverInput<F: Form = Arrived> {
    /// ARN of the level-3 execution.
    pub execution: F::Slot<Arn>,
    /// When the execution started, as a time or as milliseconds since 1970.
    pub started: F::Slot<Instant>,
    /// How it ended: the name of an [`ExecutionStatus`](super::ExecutionStatus).
    pub status: F::Slot<String>,
}

/// What the report is started with by a schedule that looks for what did not happen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LookInput<F: Form = Arrived> {
    /// The moment that it stands for.
    pub look: F::Slot<Instant>,
    /// If a run is expected by then: how many hours it may have started before that. Otherwise 0.
    pub hours: F::Slot<u32>,
}

macro_rules! values {
    ($($type:ident),+) => {
        $(impl<F: Form> $type<F> {
            /// The value as the JSON of an execution's input.
            #[must_use]
            pub fn value(&self) -> Value {
                json_of(self)
            }
        })+
    };
}

values!(
    LookInput,
    RunOutput,
    LaneInput,
    StepInput,
    StopInput,
    ReportInput,
    OverInput
);
