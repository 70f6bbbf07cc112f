//! `Retry` and `Catch`.

use std::sync::Arc;
use std::time::Duration;

use super::{Lane, Run, Step, Visit};
use crate::interpreter::failure::Failure;
use crate::interpreter::limits::LONGEST_STANDARD;
use crate::interpreter::program::{Action, Next, Node, Retry};

impl Run {
    /// Runs a state until it succeeds, is caught, or fails for good.
    pub async fn recovering(
        &self,
        visit: &mut Visit<'_>,
        lane: &mut Lane,
    ) -> Result<Step, Failure> {
        let node = visit.node;
        let mut used = vec![0_u64; node.retry.len()];
        loop {
            let failure = match self.attempt(visit, lane).await {
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
                return self.caught(visit, lane, node, failure);
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
        visit: &mut Visit<'_>,
        lane: &mut Lane,
    ) -> Result<Step, Failure> {
        let result = match &visit.node.action {
            Action::Task(task) => self.task(visit, lane, task).await?,
            Action::Map(map) => self.map(visit, lane, map).await?,
            Action::Parallel {
                arguments,
                branches,
            } => {
                self.parallel(visit, lane, arguments.as_ref(), branches)
                    .await?
            }
            _ => Arc::clone(visit.input),
        };
        self.leave(visit, lane, Some(&result))
    }

    pub(super) fn caught(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        node: &Node,
        failure: Failure,
    ) -> Result<Step, Failure> {
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
            lane,
            (None, Some(&output)),
            (&catch.assign, catch.output.as_ref(), &within),
            Next::State(catch.next),
        )
    }

    /// How long to wait before the retry that follows `used` others.
    fn delay(&self, retry: &Retry, used: u64) -> Duration {
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
pub(super) fn interval(retry: &Retry, used: u64) -> f64 {
    let power = i32::try_from(used).unwrap_or(i32::MAX);
    (retry.interval * retry.backoff.powi(power)).min(retry.longest)
}

/// Seconds as a duration, no longer than an execution can be.
pub fn duration(seconds: f64) -> Duration {
    let longest = LONGEST_STANDARD.as_secs_f64();
    Duration::try_from_secs_f64(seconds.clamp(0.0, longest)).unwrap_or_default()
}
