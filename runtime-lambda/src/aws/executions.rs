//! Step Functions: task tokens are returned, and the machine that stops crawls is started.

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use serde_json::Value;

use super::failure::Failure;
use crate::ports::{Executions, ExecutionsError};

/// Codes that say that nobody waits (AWS page: `SendTaskSuccess`).
const NOBODY_WAITS: [&str; 3] = ["InvalidToken", "TaskDoesNotExist", "TaskTimedOut"];

/// Step Functions.
pub struct StepFunctions {
    client: Client,
    /// ARN of `query-timeout`, where it may be started.
    query_timeout: Option<String>,
}

impl StepFunctions {
    /// Over this client; `query_timeout` is the ARN of that machine.
    #[must_use]
    pub fn new(client: Client, query_timeout: Option<String>) -> Self {
        Self {
            client,
            query_timeout,
        }
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
                let failure = Failure::of("SendTaskSuccess", &error);
                if NOBODY_WAITS.contains(&failure.code.as_str()) {
                    ExecutionsError::NobodyWaits
                } else {
                    ExecutionsError::Unavailable(failure.sentence)
                }
            })
    }

    async fn start_query_timeout(&self, name: &str, input: &Value) -> Result<(), ExecutionsError> {
        let Some(machine) = &self.query_timeout else {
            return Err(ExecutionsError::Unavailable(
                "`SFC_QUERY_TIMEOUT_ARN` is not set".to_owned(),
            ));
        };
        let started = self
            .client
            .start_execution()
            .state_machine_arn(machine)
            .name(name)
            .input(input.to_string())
            .send()
            .await;
        match started {
            Ok(_) => Ok(()),
            Err(error) => {
                let failure = Failure::of("StartExecution", &error);
                if failure.code == "ExecutionAlreadyExists" {
                    Ok(())
                } else {
                    Err(ExecutionsError::Unavailable(failure.sentence))
                }
            }
        }
    }
}
