//! The numbers of the first glance.

use serde::Serialize;

use super::facts::Facts;
use super::seen_signal::SeenSignal;
use super::tries::Try;
use crate::plan::Severity;
use crate::state::{StepState, StepStatus};

/// The numbers of the first glance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunCounts {
    /// Steps of the run.
    pub steps: usize,
    /// Steps of the plan that nobody chose for this run.
    pub left_out: usize,
    /// Steps that are FINISHED.
    pub finished: usize,
    /// Steps that are FAILED, without those that were stopped because the run was.
    pub failed: usize,
    /// Steps that were stopped because the run was.
    pub stopped: usize,
    /// Steps that did not start.
    pub not_started: usize,
    /// FINISHED steps that were kept from an earlier run.
    pub kept: usize,
    /// Rows that the steps returned or changed in this run, added up.
    pub rows: u64,
    /// Seconds of all tries, added up.
    pub step_seconds: f64,
    /// Lanes that ran something.
    pub lanes: usize,
    /// Signals of the severity `critical` that were seen.
    pub critical: usize,
    /// Signals of the severity `warning` that were seen.
    pub warning: usize,
    /// Signals of the severity `info` that were seen.
    pub info: usize,
}

/// Counts steps by status, signals by severity, rows and seconds.
pub fn counts(facts: &Facts<'_>, tries: &[Try<'_>], signals: &[SeenSignal]) -> RunCounts {
    let steps = &facts.state.steps;
    let of = |wanted: StepStatus| steps.values().filter(|step| step.status == wanted).count();
    let is_stopped = |step: &&StepState| facts.state.stopped_with_it(step);
    let stopped = steps
        .values()
        .map(|step| &**step)
        .filter(is_stopped)
        .count();
    let severity = |wanted: Severity| {
        let same = |signal: &&SeenSignal| signal.severity == wanted;
        signals.iter().filter(same).count()
    };
    let mut lanes: Vec<u32> = tries.iter().filter_map(|one| one.lane).collect();
    lanes.sort_unstable();
    lanes.dedup();
    RunCounts {
        steps: steps.len(),
        left_out: facts.state.left_out,
        finished: of(StepStatus::Finished),
        failed: of(StepStatus::Failed) - stopped,
        stopped,
        not_started: of(StepStatus::Initial) + of(StepStatus::Skipped),
        kept: steps
            .values()
            .filter(|step| step.kept_from.is_some())
            .count(),
        rows: steps
            .values()
            .filter(|step| step.kept_from.is_none())
            .filter_map(|step| step.rows)
            .sum(),
        step_seconds: tries.iter().filter_map(Try::seconds).sum(),
        lanes: lanes.len(),
        critical: severity(Severity::Critical),
        warning: severity(Severity::Warning),
        info: severity(Severity::Info),
    }
}
