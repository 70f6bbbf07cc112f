//! The global state of a run, `state.json`: everything that changes while it runs.
//!
//! It is a value: what may follow what is decided here, without any I/O. It is changed in the
//! bucket by compare-and-swap only.

mod check;
mod step;

use std::collections::{BTreeMap, HashSet};

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

pub use self::check::CheckState;
pub use self::step::{StepError, StepState, StepStatus, Waiting};
use crate::ids::{Arn, Hash, RunId, StepName};
use crate::plan::{Plan, Step};
use crate::protocol::{errors, named};
use crate::steps::Steps;

/// The `format` of a state that this version reads and writes.
pub const FORMAT: u32 = 1;

/// The global state of one run.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GlobalState {
    /// Version of this document's shape, see [`FORMAT`].
    pub format: u32,
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the run.
    pub run: RunId,
    /// Hash of the plan that this run follows to its end.
    pub plan: Hash,
    /// ARN of the level-3 execution that is this run.
    pub execution: Arn,
    /// Who or what started it, for people; none where nobody said.
    pub started_by: Option<String>,
    /// How the run stands.
    pub status: RunStatus,
    /// How somebody ends it from outside, from when that is decided. Nothing is claimed or
    /// submitted any more, what is RUNNING is ended, and then the run is.
    pub ending: Option<RunStatus>,
    /// The present round, counted from 1; the last one once the run is over.
    pub round: u32,
    /// When the execution started.
    pub started: Timestamp,
    /// When the run's limit ends it.
    pub deadline: Timestamp,
    /// When the run was over.
    pub ended: Option<Timestamp>,
    /// When somebody began to send the notification of its end.
    pub notifying: Option<Timestamp>,
    /// Who has had the notification of its end, while others still wait for theirs: names of recipients.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
    /// Whether the notification of its end went out to everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notified: bool,
    /// Values of its parameters.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, String>,
    /// Its lanes, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lanes: BTreeMap<u32, LaneState>,
    /// How many steps of the plan nobody chose for this run: they are not among its steps. Those that come
    /// after them wait for what these come after.
    #[serde(default, skip_serializing_if = "none_left_out")]
    pub left_out: usize,
    /// Its steps in the plan's order; the last field, see [`crate::ports::state_body`].
    pub steps: Steps,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn none_left_out(steps: &usize) -> bool {
    *steps == 0
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    /// The run goes on: it may begin steps and rounds.
    Running,
    /// Every step is FINISHED.
    Finished,
    /// It gave up after its last round.
    Failed,
    /// It went on past its limit, and was ended.
    TimedOut,
    /// Somebody stopped it, or its execution died.
    Stopped,
}

named!(RunStatus);

/// How a lane stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneState {
    /// The round of its last turn.
    pub round: u32,
    /// Its last turn in that round.
    pub turn: u64,
    /// What that turn was answered.
    pub answer: TurnAnswer,
    /// Task token of a lane that waits for something to become ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<String>,
}

/// What a lane does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum TurnAnswer {
    /// Run this step; it is the lane's now.
    Run {
        /// The step's name in the plan.
        step: StepName,
        /// Its limit in seconds.
        limit_seconds: u64,
    },
    /// Nothing is ready, but other lanes are still running something.
    Wait,
    /// There is more to do, but not in this execution: its history has grown enough.
    HandOver,
    /// Nothing is left for this lane in this round.
    End,
}

impl GlobalState {
    /// Whether steps may still be claimed and submitted.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == RunStatus::Running && self.ending.is_none()
    }

    /// All of it but its steps.
    #[must_use]
    pub fn without_steps(&self) -> Self {
        Self {
            format: self.format,
            pipeline: self.pipeline.clone(),
            run: self.run.clone(),
            plan: self.plan.clone(),
            execution: self.execution.clone(),
            started_by: self.started_by.clone(),
            status: self.status,
            ending: self.ending,
            round: self.round,
            started: self.started,
            deadline: self.deadline,
            ended: self.ended,
            notifying: self.notifying,
            told: self.told.clone(),
            notified: self.notified,
            parameters: self.parameters.clone(),
            lanes: self.lanes.clone(),
            left_out: self.left_out,
            steps: Steps::default(),
        }
    }

    /// The step of this name, if the run has one.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&StepState> {
        self.steps.get(name).map(|step| &**step)
    }

    /// All steps with their names, in the plan's order.
    pub fn each_step(&self) -> impl Iterator<Item = (&StepName, &StepState)> {
        let steps = self.steps.iter();
        steps.map(|(name, step)| (name, &**step))
    }

    /// A step that is to be changed.
    pub fn step_mut(&mut self, name: &str) -> Option<&mut StepState> {
        self.steps.get_mut(name).map(|step| &mut **step)
    }

    /// Whether the step is in this round's hands of a lane.
    #[must_use]
    pub fn is_running(&self, step: &str, round: u32) -> bool {
        self.steps
            .get(step)
            .is_some_and(|state| state.status == StepStatus::Running && state.round == round)
    }

    /// Steps that a lane has.
    pub fn running(&self) -> impl Iterator<Item = (&StepName, &StepState)> {
        self.each_step()
            .filter(|(_, state)| state.status == StepStatus::Running)
    }

    /// Steps that could start now, in the plan's order.
    pub fn ready<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Step> {
        // Steps that were left out of the run, behind which nothing is unfinished.
        let mut passed: HashSet<&str> = HashSet::new();
        plan.steps.iter().filter(move |step| {
            let status = self.status_of(&step.name);
            let is_done = |name: &StepName| {
                self.status_of(name) == Some(StepStatus::Finished) || passed.contains(name.as_str())
            };
            match status {
                Some(StepStatus::Initial) => step.after.iter().all(is_done),
                None if self.left_out > 0 && step.after.iter().all(is_done) => {
                    passed.insert(&step.name);
                    false
                }
                _ => false,
            }
        })
    }

    /// Whether it does not run every step of its plan.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.left_out > 0 || self.steps.values().any(|step| step.kept_from.is_some())
    }

    /// Whether it is a run of `sfc run`: those have executions in the Region `local`.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.execution.split(':').nth(3) == Some("local")
    }

    /// Tags of the steps that FAILED, each once.
    #[must_use]
    pub fn failed_tags(&self, plan: &Plan) -> Vec<String> {
        let failed = plan
            .steps
            .iter()
            .filter(|step| self.status_of(&step.name) == Some(StepStatus::Failed));
        let mut tags: Vec<String> = failed.flat_map(|step| step.tags.iter().cloned()).collect();
        tags.sort();
        tags.dedup();
        tags
    }

    /// Whether a step ended because its run did, which is no failure of its own.
    #[must_use]
    pub fn stopped_with_it(&self, step: &StepState) -> bool {
        let over = self.ending.is_some()
            || matches!(self.status, RunStatus::Stopped | RunStatus::TimedOut);
        let error = step.error.as_ref().map(|error| error.error.as_str());
        over && step.status == StepStatus::Failed && error == Some(errors::STOPPED)
    }

    /// Status of a step, `None` if there is no such step.
    #[must_use]
    pub fn status_of(&self, step: &str) -> Option<StepStatus> {
        self.steps.get(step).map(|state| state.status)
    }

    /// Whether every step is FINISHED.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.steps
            .values()
            .all(|state| state.status == StepStatus::Finished)
    }

    /// Task tokens to return now that a step has ended. They are of as many waiting lanes as there
    /// are steps ready for them, or all of them once nothing is running. One of the ready steps is
    /// for the lane of the step that has ended, which asks for its next one anyway.
    #[must_use]
    pub fn lanes_to_wake(&self, plan: &Plan) -> (usize, Vec<String>) {
        let parked: Vec<String> = self
            .lanes
            .values()
            .filter_map(|lane| lane.parked.clone())
            .collect();
        let over = !self.is_open() || self.running().next().is_none();
        let wanted = if over {
            parked.len()
        } else {
            let ready = self.ready(plan).take(parked.len() + 1).count();
            ready.saturating_sub(1)
        };
        (wanted, parked)
    }
}
