//! Task tokens, returned to Step Functions, and executions, started there.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use serde_json::Value;

use super::failure::{CallFailure, FailureKind};
use crate::ports::{Executions, ExecutionsError};

/// Codes that say that nobody waits (AWS page: `SendTaskSuccess`).
const NOBODY_WAITS: [&str; 3] = ["InvalidToken", "TaskDoesNotExist", "TaskTimedOut"];

/// Codes that say that there is nothing to start (AWS page: `StartExecution`).
const NO_MACHINE: [&str; 2] = ["StateMachineDoesNotExist", "StateMachineDeleting"];

/// What a service may take to stop a job. AWS gives no bound: Step Functions asks for it at best effort (AWS page:
/// "Discover service integration patterns in Step Functions", on `.sync`). A container has thirty seconds between its
/// signal and its end (AWS page: `TerminateJob`).
const LONGEST_STOP: Duration = Duration::from_secs(120);

/// The port [`Executions`] over Step Functions.
pub struct StepFunctions {
    client: Client,
}

impl StepFunctions {
    /// A port over this client, in its account and Region.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Executions for StepFunctions {
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError> {
        self.client
            .send_task_success()
            .task_token(token)
            .output(output.to_string())
            .send()
            .await
            .map(|_| ())
            .map_err(|error| {
                let failure = CallFailure::of("SendTaskSuccess", &error);
                if NOBODY_WAITS.contains(&failure.code.as_str()) {
                    ExecutionsError::NobodyWaits
                } else {
                    ExecutionsError::Unavailable(failure.sentence)
                }
            })
    }

    async fn start(&self, machine: &str, name: &str, input: &Value) -> Result<(), ExecutionsError> {
        let started = self
            .client
            .start_execution()
            .state_machine_arn(machine)
            .name(name)
            .input(input.to_string())
            .send()
            .await;
        let Err(error) = started else { return Ok(()) };
        let failure = CallFailure::of("StartExecution", &error);
        match (failure.code.as_str(), failure.kind) {
            ("ExecutionAlreadyExists", _) => Ok(()),
            (code, _) if NO_MACHINE.contains(&code) => Err(ExecutionsError::NoMachine),
            (_, FailureKind::Refused) => Err(ExecutionsError::Refused(failure.sentence)),
            _ => Err(ExecutionsError::Unavailable(failure.sentence)),
        }
    }

    async fn stop(&self, execution: &str) -> Result<(), ExecutionsError> {
        let stopped = self.client.stop_execution().execution_arn(execution);
        let Err(error) = stopped.send().await else {
            return Ok(());
        };
        let failure = CallFailure::of("StopExecution", &error);
        match (failure.code.as_str(), failure.kind) {
            ("ExecutionDoesNotExist", _) => Ok(()),
            (_, FailureKind::Refused) => Err(ExecutionsError::Refused(failure.sentence)),
            _ => Err(ExecutionsError::Unavailable(failure.sentence)),
        }
    }

    fn longest_stop(&self) -> Duration {
        LONGEST_STOP
    }
}
