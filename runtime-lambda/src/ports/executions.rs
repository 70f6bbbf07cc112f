//! Step Functions, as far as an action talks back to it.

use async_trait::async_trait;
use serde_json::Value;

/// Returns task tokens (AWS pages: `SendTaskSuccess`, `SendTaskFailure`).
#[async_trait]
pub trait Executions: Send + Sync {
    /// Ends the task that waits for `token` with `output`.
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError>;
}

/// Why a task token could not be returned.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ExecutionsError {
    /// Nobody waits for the token any more: it timed out, was returned before, or its execution ended.
    #[error("nobody waits for the task token any more")]
    NobodyWaits,
    /// The call may work if it is made again.
    #[error("Step Functions did not answer: {0}")]
    Unavailable(String),
}
