//! Step Functions, as far as an action talks back to it.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

/// Returns task tokens, starts and stops executions (AWS pages: `SendTaskSuccess`, `StartExecution`,
/// `StopExecution`).
#[async_trait]
pub trait Executions: Send + Sync {
    /// Ends the task that waits for `token` with `output`.
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError>;
    /// Starts an execution of the state machine with this ARN. One that has had this name already is
    /// not started again, and is no error.
    async fn start(&self, machine: &str, name: &str, input: &Value) -> Result<(), ExecutionsError>;
    /// Ends the execution with this ARN, and has its service stop the job that it awaits. One that is over, or that
    /// never was, is no error.
    async fn stop(&self, execution: &str) -> Result<(), ExecutionsError>;
    /// How long a job may go on after its execution was stopped.
    fn longest_stop(&self) -> Duration;
}

/// Why Step Functions did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ExecutionsError {
    /// Nobody waits for the token any more: it timed out, was returned before, or its execution ended.
    #[error("nobody waits for the task token any more")]
    NobodyWaits,
    /// There is no such state machine, or not for long any more.
    #[error("there is no such state machine")]
    NoMachine,
    /// The call may work if it is made again.
    #[error("Step Functions did not answer: {0}")]
    Unavailable(String),
    /// The call will not work.
    #[error("Step Functions refused: {0}")]
    Refused(String),
}
