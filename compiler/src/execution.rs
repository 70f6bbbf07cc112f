//! An execution of a state machine, as whoever looks at runs knows it. Local runs have none that outlives
//! their process.

use jiff::Timestamp;
use runtime_lambda::field;
use runtime_lambda::protocol::{RunOutput, SKIPPED};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

/// How an execution in AWS stands (AWS page: `DescribeExecution`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum AwsExecutionStatus {
    /// The execution has not ended yet.
    Running,
    /// It ended without an error.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// It ran past its limit.
    TimedOut,
    /// A person or a program stopped it.
    Aborted,
    /// Somebody has asked for the rest of it once more.
    PendingRedrive,
    /// A status that this version of sfc does not know.
    Unknown,
}

impl AwsExecutionStatus {
    /// The status that Step Functions calls so.
    #[must_use]
    pub fn named(name: &str) -> Self {
        name.parse().unwrap_or(Self::Unknown)
    }

    /// Its name in Step Functions.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// An execution of a state machine in AWS.
#[derive(Debug, Clone)]
pub struct AwsExecution {
    /// ARN of the execution, which ends with its name.
    pub arn: String,
    /// How it stands, as Step Functions said when it was asked.
    pub status: AwsExecutionStatus,
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
        matches!(
            self.status,
            AwsExecutionStatus::Running | AwsExecutionStatus::PendingRedrive
        )
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
