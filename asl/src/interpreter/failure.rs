//! How a state, and with it perhaps its execution, fails.

use std::sync::Arc;

use serde_json::{Map, Value};

/// Error names that Step Functions itself gives ("Handling errors in Step
/// Functions workflows").
pub mod names {
    /// Matches every error that can be caught at all.
    pub const ALL: &str = "States.ALL";
    /// A task ran too long.
    pub const TIMEOUT: &str = "States.Timeout";
    /// A task was silent for too long.
    pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
    /// A task failed; matches every error but `States.Timeout`.
    pub const TASK_FAILED: &str = "States.TaskFailed";
    /// No rule of a choice held and there was no default.
    pub const NO_CHOICE_MATCHED: &str = "States.NoChoiceMatched";
    /// An expression could not be evaluated.
    pub const QUERY_EVALUATION: &str = "States.QueryEvaluationError";
    /// A payload was too large.
    pub const DATA_LIMIT: &str = "States.DataLimitExceeded";
    /// Too many iterations failed.
    pub const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";
    /// The execution cannot go on.
    pub const RUNTIME: &str = "States.Runtime";
}

/// An error on its way out of a state.
#[derive(Debug, Clone)]
pub struct StateFailure {
    pub error: Option<Arc<str>>,
    pub cause: Option<Arc<str>>,
    /// Nothing can retry or catch it.
    pub fatal: bool,
}

impl StateFailure {
    pub fn new(error: &str, cause: impl Into<Arc<str>>) -> Self {
        Self {
            error: Some(error.into()),
            cause: Some(cause.into()),
            fatal: false,
        }
    }

    pub fn bare(error: &str) -> Self {
        Self {
            error: Some(error.into()),
            cause: None,
            fatal: false,
        }
    }

    pub fn fatal(cause: impl Into<Arc<str>>) -> Self {
        Self {
            fatal: true,
            ..Self::new(names::RUNTIME, cause)
        }
    }

    /// Value of `$states.errorOutput` in a catcher: `Error` and `Cause`.
    pub fn to_output(&self) -> Value {
        let text = |part: &Option<Arc<str>>| Value::from(part.as_deref().unwrap_or_default());
        let mut output = Map::with_capacity(2);
        output.insert("Error".to_owned(), text(&self.error));
        output.insert("Cause".to_owned(), text(&self.cause));
        Value::Object(output)
    }

    /// Whether an `ErrorEquals` list covers this error.
    pub fn matches(&self, error_equals: &[String]) -> bool {
        if self.fatal {
            return false;
        }
        let error = self.error.as_deref().unwrap_or_default();
        error_equals.iter().any(|pattern| match pattern.as_str() {
            names::ALL => error != names::RUNTIME && error != names::DATA_LIMIT,
            names::TASK_FAILED => {
                error != names::TIMEOUT && error != names::RUNTIME && error != names::DATA_LIMIT
            }
            // A missed heartbeat is a kind of timeout.
            names::TIMEOUT => error == names::TIMEOUT || error == names::HEARTBEAT_TIMEOUT,
            exact => error == exact,
        })
    }
}
