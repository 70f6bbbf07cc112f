//! `history.json`: how the last runs of a pipeline went, in one small object.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{RunId, StepName};
use crate::state::RunStatus;

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
    pub steps: IndexMap<StepName, Vec<Option<f64>>>,
}

/// How a run went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    /// Id of the run, which begins with its start.
    pub run: RunId,
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
    pub fn before(&self, run: &RunId) -> Self {
        let mut before = self.clone();
        if let Some(index) = self.runs.iter().position(|past| past.run == *run) {
            before.runs.truncate(index);
            for times in before.steps.values_mut() {
                times.truncate(index);
            }
        }
        before
    }

    /// Seconds of a step's FINISHED tries, the oldest first.
    #[must_use]
    pub fn times(&self, step: &str) -> Vec<f64> {
        let times = self.steps.get(step);
        times.into_iter().flatten().flatten().copied().collect()
    }
}
