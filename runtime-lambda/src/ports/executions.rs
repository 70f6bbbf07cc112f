//! Step Functions, as far as an action talks back to it.

use async_trait::async_trait;
use serde_json::Value;

/// Returns task tokens (AWS pages: `SendTaskSuccess`, `SendTaskFailure`), and starts what stops a crawl.
#[async_trait]
pub trait Executions: Send + Sync {
    /// Ends the task that waits for `token` with `output`.
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError>;

    /// Starts an execution of `query-timeout` with this input. One that was started under this name
    /// before is enough (AWS page: `StartExecution`).
    async fn start_query_timeout(&self, name: &str, input: &Value) -> Result<(), ExecutionsError> {
        let _ = (name, input);
        Err(ExecutionsError::Unavailable(
            "no pipeline without crawlers starts executions".to_owned(),
        ))
    }
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
