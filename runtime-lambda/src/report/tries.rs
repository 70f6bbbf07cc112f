//! The tries of a run's steps: the last one of each is in the global state, earlier ones are in the
//! manifests of their rounds.

use jiff::Timestamp;

use super::facts::Facts;
use crate::state::{StepError, StepState, StepStatus};

/// One try of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Try<'a> {
    /// Name of the step that was tried.
    pub step: &'a str,
    /// The round, from 1.
    pub round: u32,
    /// How it ended: FINISHED or FAILED; or RUNNING.
    pub status: StepStatus,
    /// What went wrong, if it FAILED.
    pub error: Option<&'a StepError>,
    /// The lane that ran it, where that is known.
    pub lane: Option<u32>,
    /// When it began and ended, where that is known; one that goes on ends when the page is made.
    pub times: Option<(Timestamp, Timestamp)>,
}

impl Try<'_> {
    /// Seconds that it took.
    pub fn seconds(&self) -> Option<f64> {
        let (started, ended) = self.times?;
        Some(seconds(started, ended))
    }
}

/// Seconds from one moment to a later one; 0 where the later one is earlier.
pub fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64().max(0.0)
}

/// When a step's last try began and ended, or, of one that goes on, when the page is made.
pub fn times(facts: &Facts<'_>, step: &StepState) -> Option<(Timestamp, Timestamp)> {
    let ended = match step.status {
        StepStatus::Running => facts.now,
        _ => step.ended,
    };
    step.started.zip(ended)
}

/// All tries, by round, in the plan's order within a round. Steps that were kept from another run were
/// not tried in this one.
pub fn tries<'a>(facts: &Facts<'a>) -> Vec<Try<'a>> {
    let mut all = Vec::new();
    for manifest in facts.manifests {
        for (name, step) in &manifest.steps {
            let is_last = facts
                .state
                .step(name)
                .is_none_or(|state| state.round == manifest.round);
            if step.round == Some(manifest.round) && !is_last {
                all.push(Try {
                    step: name,
                    round: manifest.round,
                    status: step.status,
                    error: step.error.as_ref(),
                    lane: step.lane,
                    times: step.started.zip(step.ended),
                });
            }
        }
    }
    for (name, step) in &facts.state.steps {
        if step.round == 0 {
            continue;
        }
        let status = match step.status {
            StepStatus::Finished | StepStatus::Running => step.status,
            // SKIPPED is what became of the step later, not of this try.
            _ => StepStatus::Failed,
        };
        all.push(Try {
            step: name,
            round: step.round,
            status,
            error: step.error.as_ref().filter(|_| status == StepStatus::Failed),
            lane: step.lane,
            times: times(facts, step),
        });
    }
    all.sort_by_key(|one| one.round);
    all
}
