//! `Retry` and `Catch`.

use std::sync::Arc;
use std::time::Duration;

use super::{RunningExecution, StateExit, StateVisit, Strand};
use crate::interpreter::failure::StateFailure;
use crate::interpreter::limits::LONGEST_STANDARD;
use crate::interpreter::program::{NextState, ReadyRetrier, StateAction, StateNode};

impl RunningExecution {
    /// Runs a state until it succeeds, is caught, or fails for good.
    pub async fn recovering(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
    ) -> Result<StateExit, StateFailure> {
        let node = visit.node;
        let mut used = vec![0_u64; node.retry.len()];
        loop {
            let failure = match self.attempt(visit, strand).await {
                Ok(step) => return Ok(step),
                Err(failure) if failure.fatal => return Err(failure),
                Err(failure) => failure,
            };
            let retrier = node
                .retry
                .iter()
                .zip(&mut used)
                .find(|(retry, _)| failure.matches(&retry.error_equals))
                .filter(|(retry, used)| **used < retry.attempts);
            let Some((retry, used)) = retrier else {
                return self.caught(visit, strand, node, failure);
            };
            let delay = self.delay(retry, *used);
            *used += 1;
            visit.retries += 1;
            visit.token = None;
            self.registry.clock.sleep(delay).await;
        }
    }

    /// Makes one attempt, and evaluates what it leaves behind.
    pub(super) async fn attempt(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
    ) -> Result<StateExit, StateFailure> {
        let result = match &visit.node.action {
            StateAction::Task(task) => self.task(visit, strand, task).await?,
            StateAction::Map(map) => self.map(visit, strand, map).await?,
            StateAction::Parallel {
                arguments,
                branches,
            } => {
                self.parallel(visit, strand, arguments.as_ref(), branches)
                    .await?
            }
            _ => Arc::clone(visit.input),
        };
        self.leave(visit, strand, Some(&result))
    }

    pub(super) fn caught(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        node: &StateNode,
        failure: StateFailure,
    ) -> Result<StateExit, StateFailure> {
        let found = node
            .catch
            .iter()
            .enumerate()
            .find(|(_, catch)| failure.matches(&catch.error_equals));
        let Some((index, catch)) = found else {
            return Err(failure);
        };
        let output = Arc::new(failure.to_output());
        let within = format!("Catch[{index}]");
        self.leave_by(
            visit,
            strand,
            (None, Some(&output)),
            (&catch.assign, catch.output.as_ref(), &within),
            NextState::State(catch.next),
        )
    }

    /// How long to wait before the retry that follows `used` others.
    fn delay(&self, retry: &ReadyRetrier, used: u64) -> Duration {
        let seconds = interval(retry, used);
        let seconds = if retry.jitter {
            seconds * self.registry.random.fraction()
        } else {
            seconds
        };
        duration(seconds)
    }
}

/// Seconds before the retry that follows `used` others, jitter not counted.
pub(super) fn interval(retry: &ReadyRetrier, used: u64) -> f64 {
    let power = i32::try_from(used).unwrap_or(i32::MAX);
    (retry.interval * retry.backoff.powi(power)).min(retry.longest)
}

/// Seconds as a duration, no longer than an execution can be.
pub fn duration(seconds: f64) -> Duration {
    let longest = LONGEST_STANDARD.as_secs_f64();
    Duration::try_from_secs_f64(seconds.clamp(0.0, longest)).unwrap_or_default()
}
