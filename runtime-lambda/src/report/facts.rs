//! What a page is made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::history::History;
use super::preview::Preview;
use crate::checks::BrokenCheck;
use crate::ids::{RunId, StepName};
use crate::plan::{Plan, Script};
use crate::state::{GlobalState, RunStatus, StepError, StepStatus};

/// All that is known of a run, once it is over or while it goes on.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The plan that it followed.
    pub plan: &'a Plan,
    /// The global state; each number of the page follows from it or from the manifests.
    pub state: &'a GlobalState,
    /// What its rounds ended with, the first one first.
    pub manifests: &'a [Manifest],
    /// The beginnings of the steps' results, by step.
    pub results: &'a BTreeMap<StepName, Preview>,
    /// The checks that are broken, by step.
    pub checks: &'a BTreeMap<StepName, Vec<BrokenCheck>>,
    /// The scripts of steps, by step, as far as they were read.
    pub scripts: &'a BTreeMap<StepName, Arc<Script>>,
    /// The ends of the logs of failed steps, by step, as far as there are any beside the run.
    pub logs: &'a BTreeMap<StepName, String>,
    /// How the runs before this one went.
    pub history: &'a History,
    /// When the page of a run is made that goes on; none of a run that is over.
    pub now: Option<Timestamp>,
}

/// The document `manifests/round-<n>.json`: what a round ended with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the run.
    pub run: RunId,
    /// The round, from 1.
    pub round: u32,
    /// When it was over.
    pub time: Timestamp,
    /// The run's status from then on.
    pub run_status: RunStatus,
    /// How many steps were FINISHED by then, in this round or before.
    pub finished: usize,
    /// How many steps FAILED in it.
    pub failed: usize,
    /// How many steps did not start in it.
    pub not_started: usize,
    /// Its steps in the plan's order.
    pub steps: IndexMap<StepName, ManifestStep>,
}

/// How a step stood at the end of a round.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestStep {
    /// Status when the round was over.
    pub status: StepStatus,
    /// The round, if the step was tried in it.
    pub round: Option<u32>,
    /// The lane that tried it in this round.
    pub lane: Option<u32>,
    /// When that try started.
    pub started: Option<Timestamp>,
    /// When that try ended.
    pub ended: Option<Timestamp>,
    /// Rows that it returned or changed.
    pub rows: Option<u64>,
    /// What went wrong with it last.
    pub error: Option<StepError>,
}

impl Manifest {
    /// What a round of a run in this state ends with at `time`, if the run's status is `run_status`
    /// from then on.
    #[must_use]
    pub fn of(state: &GlobalState, run_status: RunStatus, time: Timestamp) -> Self {
        let count = |wanted: StepStatus| {
            let steps = state.steps.values();
            steps.filter(|step| step.status == wanted).count()
        };
        let steps = state.each_step().map(|(name, step)| {
            let tried = step.round == state.round;
            let entry = ManifestStep {
                status: step.status,
                round: tried.then_some(step.round),
                lane: step.lane.filter(|_| tried),
                started: step.started.filter(|_| tried),
                ended: step.ended.filter(|_| tried),
                rows: step.rows,
                error: step.error.clone(),
            };
            (name.clone(), entry)
        });
        Self {
            pipeline: state.pipeline.clone(),
            run: state.run.clone(),
            round: state.round,
            time,
            run_status,
            finished: count(StepStatus::Finished),
            failed: count(StepStatus::Failed),
            not_started: count(StepStatus::Initial),
            steps: steps.collect(),
        }
    }
}
