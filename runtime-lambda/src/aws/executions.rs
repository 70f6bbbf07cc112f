//! Task tokens, returned to Step Functions.

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
}

impl StepFunctions {
    /// Over this client.
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
                let failure = Failure::of("SendTaskSuccess", &error);
                if NOBODY_WAITS.contains(&failure.code.as_str()) {
                    ExecutionsError::NobodyWaits
                } else {
                    ExecutionsError::Unavailable(failure.sentence)
                }
            })
    }
}
