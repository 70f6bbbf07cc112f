//! Jobs of other services: which starts leave in the dark whether the job runs, and how a job ends whose step is
//! stopped.
//!
//! `StartJobRun`, `SubmitJob` and `Invoke` have no token by which a second request is known for the first one. So a
//! start is tried again only after an answer that says that nothing was started.

use std::time::Duration;

use crate::error::ActionError;
use crate::ids::Arn;
use crate::keys;
use crate::plan::Job;
use crate::ports::ExecutionsError;
use crate::run::Run;
use crate::state::GlobalState;
use crate::tried::Try;

/// Errors of a start after which the job may run all the same. The service gave no answer, or
/// failed at a moment that nobody knows. Step Functions puts the service's name before them (AWS
/// pages: `StartJobRun`, `SubmitJob`, `Invoke`, `StartExecution`; its own client's errors are
/// `SdkClientException`).
const IN_THE_DARK: [&str; 10] = [
    "Glue.SdkClientException",
    "Glue.InternalServiceException",
    "Glue.OperationTimeoutException",
    "Batch.SdkClientException",
    "Batch.ServerException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.ClientExecutionTimeoutException",
    "StepFunctions.SdkClientException",
    // Started by an earlier request under the same name, and over: nobody has heard how.
    "StepFunctions.ExecutionAlreadyExistsException",
];

/// Whether the job may run, or may have run, although its start ended with this error. One crawler never runs
/// twice at the same time.
pub fn may_run(job: &Job, error: &str) -> bool {
    !matches!(job, Job::GlueCrawler { .. }) && IN_THE_DARK.contains(&error)
}

impl Run {
    /// The job of this step, if it is one.
    pub fn job(&self, step: &str) -> Option<&Job> {
        let mut planned = self.plan.steps.iter();
        planned.find(|planned| planned.name == step)?.job.as_ref()
    }

    /// Stops the execution that runs the job of a try, which may have lost whoever awaited it. Then it waits until
    /// the job's service has had the time to stop the job. Gives whether the service has had it within `window`, of a
    /// try that is fenced.
    pub async fn job_stops(
        &self,
        state: &GlobalState,
        tried: Try<'_>,
        window: Duration,
    ) -> Result<bool, ActionError> {
        let takes_time = match self.job(tried.step) {
            // A crawl is stopped by its name, see `crawl_stops`.
            None | Some(Job::GlueCrawler { .. }) => return Ok(true),
            // Nobody can stop a function.
            Some(Job::Lambda { .. }) => false,
            Some(_) => true,
        };
        let (step, round) = (tried.step, tried.round);
        let own = keys::step_execution(&state.execution, &self.pipeline, &self.id, step, round);
        for execution in std::iter::once(own).chain(self.execution_of_job(tried)) {
            // Whoever may not stop it leaves it to its own limit.
            let stopped = self.ports.executions.stop(&execution).await;
            if let Err(error @ ExecutionsError::Unavailable(_)) = stopped {
                return Err(error.into());
            }
        }
        let longest = self.ports.executions.longest_stop();
        let fenced = state.step(step).and_then(|step| step.stopping_since);
        let settled = fenced.and_then(|fenced| fenced.checked_add(longest).ok());
        let Some(settled) = settled.filter(|_| takes_time) else {
            return Ok(true);
        };
        let clock = &self.ports.clock;
        let left = settled.duration_since(clock.now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        clock.sleep(left.min(window)).await;
        Ok(left <= window)
    }

    /// ARN of the execution that is the job of a try.
    fn execution_of_job(&self, tried: Try<'_>) -> Option<Arn> {
        let Some(Job::StateMachine { arn, .. }) = self.job(tried.step) else {
            return None;
        };
        let name = keys::step_execution_name(&self.id, tried.step, tried.round);
        let machine = arn.replace(":stateMachine:", ":execution:");
        Some(format!("{machine}:{name}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_in_the_dark_where_nobody_said_that_nothing_was_started() {
        let job = Job::GlueJob {
            name: "load".to_owned(),
            arguments: indexmap::IndexMap::new(),
        };
        assert!(may_run(&job, "Glue.SdkClientException"));
        for refused in [
            "Glue.ThrottlingException",
            "Glue.ConcurrentRunsExceededException",
            "Glue.EntityNotFoundException",
            "States.TaskFailed",
        ] {
            assert!(!may_run(&job, refused), "{refused}");
        }
        let crawler = Job::GlueCrawler {
            name: "raw".to_owned(),
        };
        assert!(!may_run(&crawler, "Glue.SdkClientException"));
    }
}
