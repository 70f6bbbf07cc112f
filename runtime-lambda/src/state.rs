//! The global state of a run, `state.json`: everything that changes while it runs.
//!
//! It is a value: what may follow what is decided here, without any I/O. It is changed in the
//! bucket by compare-and-swap only.

use std::collections::{BTreeMap, HashSet};

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::checks::CheckState;
use crate::place::Place;
use crate::plan::{Plan, Step};
use crate::protocol::{errors, named};
use crate::steps::Steps;

/// The `format` of a state that this version reads and writes.
pub const FORMAT: u32 = 1;

/// The global state of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GlobalState {
    /// Version of this document's shape, see [`FORMAT`].
    pub format: u32,
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the run.
    pub run: String,
    /// Hash of the plan that this run follows to its end.
    pub plan: String,
    /// ARN of the level-3 execution that is this run.
    pub execution: String,
    /// Who or what started it, for people; none where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by: Option<String>,
    /// How the run stands.
    pub status: RunStatus,
    /// How somebody ends it from outside, from when that is decided: nothing is claimed or submitted
    /// any more, what is RUNNING is ended, and then the run is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<RunStatus>,
    /// The present round, counted from 1; the last one once the run is over.
    pub round: u32,
    /// When the execution started.
    pub started: Timestamp,
    /// When the run's limit ends it.
    pub deadline: Timestamp,
    /// When the run was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// When somebody began to send the notification of its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    /// It goes on.
    Running,
    /// Every step is FINISHED.
    Finished,
    /// It gave up after its last round.
    Failed,
    /// Its limit passed.
    TimedOut,
    /// Somebody stopped it, or its execution died.
    Stopped,
}

/// How a lane stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneState {
    /// The round of its last turn.
    pub round: u32,
    /// Its last turn in that round.
    pub turn: u64,
    /// What that turn was answered.
    pub answer: NextStep,
    /// Task token of a lane that waits for something to become ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<String>,
}

/// What a lane does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum NextStep {
    /// Run this step; it is the lane's now.
    Run {
        /// Its name.
        step: String,
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

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    /// Its status.
    pub status: StepStatus,
    /// The round in which it was last started; 0 before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u32,
    /// The lane that ran it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<u32>,
    /// Statements of that round that failed with an error that passes, and were followed by another one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u32,
    /// Id of its statement in that round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_id: Option<String>,
    /// Who waits for the event of its statement's end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Whether it is being stopped: nothing may be submitted for it any more in that round.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopping: bool,
    /// Since when it is being stopped: a submission that is under way by then may still have its effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopping_since: Option<Timestamp>,
    /// Whether it is being stopped because it ran past its limit: whoever ends it in the end says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Whether it started a crawl in that round which may still be running: one that it only found
    /// running is not its to stop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub crawling: bool,
    /// When that crawl had begun at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crawl_begun_by: Option<Timestamp>,
    /// Whether the crawl of that round is known to be over: whoever is told late that it was started leaves
    /// the crawler alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub crawled: bool,
    /// When that round's try started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When that round's try ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// Rows that it returned or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Whether its rows lie under `results/`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_result: bool,
    /// In how many rows of its result each of its signals was seen, in the plan's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<u64>,
    /// Why a signal could not be looked for: the result has no column of that name, or no rows at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<String>,
    /// What became of each of its checks, in the plan's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckState>,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    /// The earlier run that it was FINISHED in, if this run goes on with one. Its result lies there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_from: Option<String>,
    /// Names of statements of earlier runs, the newest first, that were cut off with the process of
    /// the warehouse: what they have committed is not done again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub continues: Vec<String>,
}

/// A level-1 execution that waits for its task token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The token to return when the statement has ended.
    pub token: String,
    /// How often the execution has asked by itself before it got this token.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub asked: u32,
    /// How often that state was retried before it got this token.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retry: u32,
}

impl Waiting {
    /// Whether this token is older than `other`, so that nobody waits for it any more.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        (self.asked, self.retry) < (other.asked, other.retry)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What went wrong with a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepError {
    /// Name of the error, such as `Sfc.StatementFailed`.
    pub error: String,
    /// The warehouse's sentence, or ours.
    pub message: String,
    /// Where in the step's SQL it happened, if that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Box<Place>>,
}

/// Status of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum StepStatus {
    /// Not started in this round.
    Initial,
    /// A lane has it.
    Running,
    /// Done for the whole run.
    Finished,
    /// Not in this round any more.
    Failed,
    /// Never could start in a run that gave up.
    Skipped,
}

named!(RunStatus, StepStatus);

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

    /// A step.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&StepState> {
        self.steps.get(name).map(|step| &**step)
    }

    /// All steps with their names, in the plan's order.
    pub fn each_step(&self) -> impl Iterator<Item = (&str, &StepState)> {
        let steps = self.steps.iter();
        steps.map(|(name, step)| (name.as_str(), &**step))
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
    pub fn running(&self) -> impl Iterator<Item = (&str, &StepState)> {
        self.each_step()
            .filter(|(_, state)| state.status == StepStatus::Running)
    }

    /// Steps that could start now, in the plan's order.
    pub fn ready<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Step> {
        // Steps that were left out of the run, behind which nothing is unfinished.
        let mut passed: HashSet<&str> = HashSet::new();
        plan.steps.iter().filter(move |step| {
            let status = self.status_of(&step.name);
            let is_done = |name: &String| {
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

    /// Task tokens to return now that a step has ended: as many waiting lanes as there are steps ready for
    /// them, or all of them once nothing is running. One of the ready steps is for the lane of the step that
    /// has ended, which asks for its next one anyway.
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

impl StepState {
    /// Lets nothing be submitted for it any more in this round.
    pub fn fence(&mut self, now: Timestamp) {
        self.stopping = true;
        self.stopping_since.get_or_insert(now);
    }

    /// Forgets that it was being stopped: it has ended, or starts anew.
    pub fn unfence(&mut self) {
        self.stopping = false;
        self.stopping_since = None;
        self.late = false;
    }

    /// Notes that the crawl of its round is over, if it has started one.
    pub fn crawl_ends(&mut self) {
        self.crawled |= self.crawling;
        self.crawling = false;
        self.crawl_begun_by = None;
    }

    /// A step that was not started yet.
    #[must_use]
    pub fn initial() -> Self {
        Self {
            status: StepStatus::Initial,
            round: 0,
            lane: None,
            again: 0,
            statement_id: None,
            waiting: None,
            stopping: false,
            stopping_since: None,
            late: false,
            crawling: false,
            crawl_begun_by: None,
            crawled: false,
            started: None,
            ended: None,
            rows: None,
            has_result: false,
            signals: Vec::new(),
            unseen: None,
            checks: Vec::new(),
            error: None,
            kept_from: None,
            continues: Vec::new(),
        }
    }
}
