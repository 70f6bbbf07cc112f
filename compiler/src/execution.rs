//! An execution of a state machine, as whoever looks at runs knows it. Local runs have none that outlives
//! their process.

use jiff::Timestamp;
use runtime_lambda::field;
use runtime_lambda::protocol::{RunOutput, SKIPPED};
use serde_json::Value;

/// An execution of a state machine in AWS.
#[derive(Debug, Clone)]
pub struct AwsExecution {
    /// ARN of the execution, which ends with its name.
    pub arn: String,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub status: String,
    /// When Step Functions started it.
    pub started: Timestamp,
    /// When it ended; none of one that goes on.
    pub ended: Option<Timestamp>,
    /// Name of the error that it ended with.
    pub error: Option<String>,
    /// What the error says.
    pub cause: Option<String>,
    /// What it returned, as JSON.
    pub output: Option<String>,
}

impl AwsExecution {
    /// Whether it goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "RUNNING" | "PENDING_REDRIVE")
    }

    /// The run that went on when this one was started, if this one was skipped for it.
    #[must_use]
    pub fn skipped_for(&self) -> Option<String> {
        let output: Value = serde_json::from_str(self.output.as_deref()?).ok()?;
        let skipped = output.get(field!(RunOutput, status))?.as_str()? == SKIPPED;
        let other = output.get(field!(RunOutput, held_by))?.as_str()?;
        skipped.then(|| other.to_owned())
    }
}
