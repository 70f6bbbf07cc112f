//! What the host of the interpreter provides: the answers of tasks, the time,
//! and an ear for events.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;

use super::history::HistoryEvent;
use super::record::ExecutionInfo;

/// One attempt of a task.
#[derive(Debug, Clone)]
pub struct TaskCall {
    /// The state's `Resource`, suffixes such as `.sync:2` included.
    pub resource: Arc<str>,
    /// The evaluated `Arguments`, or the state's input without them.
    pub arguments: Arc<Value>,
    /// The evaluated `Credentials`, if the state has any.
    pub credentials: Option<Arc<Value>>,
    /// The name of the state.
    pub state: Arc<str>,
    /// The execution that asks.
    pub execution: Arc<ExecutionInfo>,
    /// 0 for the first attempt, then the number of the retry.
    pub attempt: u64,
    /// The token to answer with, for a resource that ends in
    /// `.waitForTaskToken`.
    pub task_token: Option<Arc<str>>,
}

/// A task that gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskFailure {
    /// The resource failed; `Retry` and `Catch` see this.
    #[error("{error}: {}", cause.as_deref().unwrap_or(""))]
    Failed {
        /// The error's name, such as `Lambda.TooManyRequestsException`.
        error: String,
        /// The error's text; absent where a service gives none.
        cause: Option<String>,
    },
    /// The host cannot stand in for this resource. The execution fails with
    /// `States.Runtime` and nothing can catch that.
    #[error("unsupported: {reason}")]
    Unsupported {
        /// What is not supported.
        reason: String,
    },
}

impl TaskFailure {
    /// A failure of the resource.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Failed {
            error: error.into(),
            cause: Some(cause.into()),
        }
    }

    /// A resource that the host cannot stand in for.
    pub fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported {
            reason: reason.into(),
        }
    }
}

/// What tasks call, except `states:startExecution`, which the interpreter
/// answers itself.
#[async_trait]
pub trait Resources: Send + Sync {
    /// Whether the host can stand in for a resource. A machine that calls one
    /// that it cannot is refused at registration.
    fn supports(&self, resource: &str) -> bool {
        let _ = resource;
        true
    }

    /// Answers one attempt. The future is dropped when the task times out or
    /// its execution ends: whatever must happen then belongs in a guard inside
    /// it. With `.waitForTaskToken` the answer only says that the request was
    /// taken; the token brings the result.
    ///
    /// # Errors
    /// The resource failed, or the host has none like it.
    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure>;
}

/// The time that an execution lives in.
pub trait Clock: Send + Sync {
    /// The present moment on this clock.
    fn now(&self) -> Timestamp;
    /// Ends once `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Tokio's time, counted from a base.
///
/// In a runtime whose time is paused (`start_paused`, `tokio::time::pause`)
/// this is a virtual clock. As soon as every task waits, the time jumps to the
/// next moment at which something happens.
#[derive(Debug, Clone, Copy)]
pub struct TokioClock {
    base: Timestamp,
    start: Instant,
}

impl TokioClock {
    /// A clock that shows `base` now.
    #[must_use]
    pub fn starting_at(base: Timestamp) -> Self {
        Self {
            base,
            start: Instant::now(),
        }
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        Self::starting_at(Timestamp::now())
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        self.base
            .checked_add(self.start.elapsed())
            .unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Hears every event of every execution, in the order of their ids.
pub trait Observer: Send + Sync {
    /// Called once an event has been recorded.
    fn event(&self, execution: &ExecutionInfo, event: &HistoryEvent);
}
