//! How an action fails, as Step Functions sees it: a name that Retry and Catch tell apart, and a
//! sentence.

use crate::ports::{
    CustomResourcesError, ExecutionsError, NotifierError, SecretsError, StoreError, WarehouseError,
};
use crate::protocol::errors;

/// Why an action failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// The statement failed; nothing is to be gained by asking again in this round.
    #[error("{0}")]
    StatementFailed(String),
    /// The statement failed with an error that passes: it is to be submitted again after a pause.
    #[error("{0}")]
    TryAgain(String),
    /// The job failed, or could not be started.
    #[error("{0}")]
    JobFailed(String),
    /// Nobody knows whether the job was started: it may run.
    #[error("{0}")]
    JobUnknown(String),
    /// The statement was cancelled.
    #[error("{0}")]
    StatementAborted(String),
    /// The statement ended well, but its result is not what the step expects.
    #[error("{0}")]
    ExpectationFailed(String),
    /// The step ran past its limit.
    #[error("{0}")]
    TimeLimit(String),
    /// The step was stopped with its run, or its execution died.
    #[error("{0}")]
    Stopped(String),
    /// The process that was the warehouse and the run died: only where both are one process.
    #[error("{0}")]
    ProcessDied(String),
    /// The step is not this execution's any more: it was stopped, or its round is over.
    #[error("{0}")]
    Superseded(String),
    /// Another run was started by the same event.
    #[error("{0}")]
    Duplicate(String),
    /// Too many calls at present; may be asked again.
    #[error("{0}")]
    Throttled(String),
    /// A peer did not answer; may be asked again.
    #[error("{0}")]
    Unavailable(String),
    /// A peer refused: no permission, nothing there, no space.
    #[error("{0}")]
    Refused(String),
    /// A value that a run was given for a parameter is wrong or missing.
    #[error("{0}")]
    InvalidParameter(String),
    /// The event is not one of this Lambda's.
    #[error("{0}")]
    InvalidEvent(String),
    /// An object in the bucket is not what it should be.
    #[error("{0}")]
    Corrupt(String),
}

/// Namespace of the metrics that the Lambda writes into its log.
pub const METRICS: &str = "sfc";

/// The metric that counts errors which tell how a step or a run went; of the Lambda's own count they are a part.
pub const OUTCOMES: &str = "outcomes";

/// The metric that counts looks whether what was expected has happened. It is silence that says something here: a
/// look that did not happen counts nothing.
pub const LOOKS: &str = "looks";

/// Their only dimension: the name of the pipeline.
pub const PIPELINE: &str = "pipeline";

impl ActionError {
    /// Whether it tells how a step or a run went, so that nothing is wrong with the Lambda or with what it
    /// stands on.
    #[must_use]
    pub fn is_outcome(&self) -> bool {
        match self {
            Self::StatementFailed(_)
            | Self::TryAgain(_)
            | Self::JobFailed(_)
            | Self::JobUnknown(_)
            | Self::StatementAborted(_)
            | Self::ExpectationFailed(_)
            | Self::TimeLimit(_)
            | Self::Stopped(_)
            | Self::ProcessDied(_)
            | Self::Superseded(_)
            | Self::Duplicate(_)
            | Self::InvalidParameter(_) => true,
            Self::Throttled(_)
            | Self::Unavailable(_)
            | Self::Refused(_)
            | Self::InvalidEvent(_)
            | Self::Corrupt(_) => false,
        }
    }

    /// Whether asking again cannot help, so that the step it happened to has failed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::Refused(_) | Self::InvalidParameter(_) | Self::Corrupt(_)
        )
    }

    /// The name that the state machines match on (`errorType` of the Lambda's answer).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::StatementFailed(_) => errors::STATEMENT_FAILED,
            Self::TryAgain(_) => errors::TRY_AGAIN,
            Self::JobFailed(_) => errors::JOB_FAILED,
            Self::JobUnknown(_) => errors::JOB_UNKNOWN,
            Self::StatementAborted(_) => errors::STATEMENT_ABORTED,
            Self::ExpectationFailed(_) => errors::EXPECTATION_FAILED,
            Self::TimeLimit(_) => errors::TIME_LIMIT,
            Self::Stopped(_) => errors::STOPPED,
            Self::ProcessDied(_) => errors::PROCESS_DIED,
            Self::Superseded(_) => errors::SUPERSEDED,
            Self::Duplicate(_) => errors::DUPLICATE,
            Self::Throttled(_) => errors::THROTTLED,
            Self::Unavailable(_) => errors::UNAVAILABLE,
            Self::Refused(_) => errors::REFUSED,
            Self::InvalidParameter(_) => errors::INVALID_PARAMETER,
            Self::InvalidEvent(_) => errors::INVALID_EVENT,
            Self::Corrupt(_) => errors::CORRUPT,
        }
    }
}

impl From<WarehouseError> for ActionError {
    fn from(error: WarehouseError) -> Self {
        match &error {
            WarehouseError::Throttled(_) => Self::Throttled(error.to_string()),
            WarehouseError::Unavailable(_) => Self::Unavailable(error.to_string()),
            WarehouseError::NoSuchStatement(_) | WarehouseError::Refused(_) => {
                Self::Refused(error.to_string())
            }
        }
    }
}

impl From<StoreError> for ActionError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Conflict | StoreError::Unavailable(_) => {
                Self::Unavailable(error.to_string())
            }
            StoreError::Refused(_) => Self::Refused(error.to_string()),
            StoreError::Corrupt(why) => Self::Corrupt(why.clone()),
        }
    }
}

impl From<NotifierError> for ActionError {
    fn from(error: NotifierError) -> Self {
        match &error {
            NotifierError::Unavailable(_) => Self::Unavailable(error.to_string()),
            NotifierError::Refused(_) => Self::Refused(error.to_string()),
        }
    }
}

impl From<SecretsError> for ActionError {
    fn from(error: SecretsError) -> Self {
        match &error {
            SecretsError::Throttled(_) => Self::Throttled(error.to_string()),
            SecretsError::Unavailable(_) => Self::Unavailable(error.to_string()),
            SecretsError::Refused { .. } => Self::Refused(error.to_string()),
        }
    }
}

impl From<ExecutionsError> for ActionError {
    fn from(error: ExecutionsError) -> Self {
        match &error {
            ExecutionsError::Unavailable(_) => Self::Unavailable(error.to_string()),
            ExecutionsError::NobodyWaits
            | ExecutionsError::NoMachine
            | ExecutionsError::Refused(_) => Self::Refused(error.to_string()),
        }
    }
}

impl From<CustomResourcesError> for ActionError {
    fn from(error: CustomResourcesError) -> Self {
        match &error {
            CustomResourcesError::Unavailable(_) => Self::Unavailable(error.to_string()),
            CustomResourcesError::Refused(_) => Self::Refused(error.to_string()),
        }
    }
}
