//! How a run's time compares with that of the runs before it.

use serde::Serialize;

use super::facts::Facts;
use super::numbers::rounded;
use super::run::run_seconds;
use super::trend::median;
use crate::state::RunStatus;

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
    if facts.state.is_part() || facts.state.status == RunStatus::Running {
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
