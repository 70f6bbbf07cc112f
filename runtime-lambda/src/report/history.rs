//! `history.json`: how the last runs of a pipeline went, in one small object.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::numbers::rounded;
use super::run::run_seconds;
use super::trend::median;
use super::tries::seconds;
use crate::plan::When;
use crate::state::{GlobalState, RunStatus, StepStatus};

/// The `format` of a history that this version reads and writes.
pub const FORMAT: u32 = 1;

/// Most runs that are kept.
pub const MOST_RUNS: usize = 30;

/// How the last runs went, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Version of this document's shape, see [`FORMAT`].
    pub format: u32,
    /// At most [`MOST_RUNS`], the oldest first.
    pub runs: Vec<PastRun>,
    /// Seconds of each step's FINISHED try in each of the runs; null where it has none.
    pub steps: IndexMap<String, Vec<Option<f64>>>,
}

/// How a run went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    /// Id of the run, which begins with its start.
    pub run: String,
    /// Status that it ended with.
    pub status: RunStatus,
    /// When its execution started, in UTC.
    pub started: Timestamp,
    /// Seconds that it took.
    pub seconds: f64,
    /// Rounds that it took.
    pub rounds: u32,
    /// Whether it kept steps of an earlier run or left steps out, so that its time is not to be compared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
}

impl Default for History {
    fn default() -> Self {
        Self {
            format: FORMAT,
            runs: Vec::new(),
            steps: IndexMap::new(),
        }
    }
}

impl History {
    /// The history that these bytes are. One of another format, or that cannot be read, is as good as
    /// none: it only says what was usual.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes)
            .ok()
            .filter(|history: &Self| history.format == FORMAT)
            .unwrap_or_default()
    }

    /// The history without a run, and without what came after it: as that run found it.
    #[must_use]
    pub fn before(&self, run: &str) -> Self {
        let mut before = self.clone();
        if let Some(index) = self.runs.iter().position(|past| past.run == run) {
            before.runs.truncate(index);
            for times in before.steps.values_mut() {
                times.truncate(index);
            }
        }
        before
    }

    /// The history with this run, which takes the place of what was written about it before. `None` if
    /// nothing is to be written: runs of a deploy's steps are not remembered.
    #[must_use]
    pub fn with(&self, facts: &Facts<'_>) -> Option<Self> {
        facts.state.ended?;
        let seconds = run_seconds(facts)?;
        let mut planned = facts.plan.steps.iter();
        if !planned.any(|step| step.when == When::Run && facts.state.step(&step.name).is_some()) {
            return None;
        }
        let state = facts.state;
        let this = PastRun {
            run: state.run.clone(),
            status: state.status,
            started: state.started,
            seconds: rounded(seconds, 2),
            rounds: state.round,
            resumed: is_part(state),
        };
        let mut after = self.clone();
        let place = after.runs.iter().position(|past| past.run == this.run);
        let place = match place {
            Some(place) => {
                if let Some(past) = after.runs.get_mut(place) {
                    *past = this;
                }
                place
            }
            None => {
                after.runs.push(this);
                after.runs.len() - 1
            }
        };
        for (name, _) in state.each_step() {
            after.steps.entry(name.to_owned()).or_default();
        }
        for (name, times) in &mut after.steps {
            times.resize(after.runs.len(), None);
            if let Some(time) = times.get_mut(place) {
                *time = step_seconds(facts, name);
            }
        }
        let surplus = after.runs.len().saturating_sub(MOST_RUNS);
        after.runs.drain(..surplus);
        for times in after.steps.values_mut() {
            times.drain(..surplus);
        }
        after
            .steps
            .retain(|_, times| times.iter().any(Option::is_some));
        (after != *self).then_some(after)
    }

    /// Seconds of a step's FINISHED tries, the oldest first.
    #[must_use]
    pub fn times(&self, step: &str) -> Vec<f64> {
        let times = self.steps.get(step);
        times.into_iter().flatten().flatten().copied().collect()
    }
}

/// Seconds of a step's FINISHED try in this run.
pub fn step_seconds(facts: &Facts<'_>, name: &str) -> Option<f64> {
    let step = facts.state.step(name)?;
    let is_finished = step.status == StepStatus::Finished && step.kept_from.is_none();
    let (started, ended) = step.started.zip(step.ended).filter(|_| is_finished)?;
    Some(rounded(seconds(started, ended), 2))
}

/// Whether a run did not run every step of its plan.
fn is_part(state: &GlobalState) -> bool {
    state.left_out > 0 || state.steps.values().any(|step| step.kept_from.is_some())
}

/// How a run's time compares with the FINISHED runs before it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// How many runs it is compared with.
    pub runs: usize,
    /// The median of their seconds.
    pub median_seconds: f64,
    /// By how many percent this run took longer, or less long if negative.
    pub difference_percent: i64,
}

/// The comparison; none of a run that is not over or was not run whole, or that is the first.
pub fn comparison(facts: &Facts<'_>) -> Option<Comparison> {
    let is_whole = |resumed: bool, status: RunStatus| !resumed && status == RunStatus::Finished;
    if is_part(facts.state) || facts.state.status == RunStatus::Running {
        return None;
    }
    let this = run_seconds(facts)?;
    let earlier: Vec<f64> = facts
        .history
        .runs
        .iter()
        .filter(|past| is_whole(past.resumed, past.status))
        .map(|past| past.seconds)
        .collect();
    let median = median(&earlier).filter(|median| *median > 0.0)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a percentage that people read"
    )]
    Some(Comparison {
        runs: earlier.len(),
        median_seconds: rounded(median, 2),
        difference_percent: ((this - median) / median * 100.0).round() as i64,
    })
}
