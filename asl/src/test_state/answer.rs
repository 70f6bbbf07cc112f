//! What `TestState` answers, under the names of its API reference.

use serde::Serialize;
use serde_json::{Map, Value};
use strum::{EnumString, IntoStaticStr};

use super::InspectionLevel;
use crate::interpreter::failure::StateFailure;
use crate::interpreter::single::{SeenState, Single, StateEnd};

/// How the state ended; read from the name in Step Functions, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TestStatus {
    /// `SUCCEEDED`: it has an output and a next state.
    Succeeded,
    /// `FAILED`: nothing covers the error.
    Failed,
    /// `RETRIABLE`: a retrier covers the error, and has a retry left.
    Retriable,
    /// `CAUGHT_ERROR`: a catcher covers the error.
    CaughtError,
}

impl TestStatus {
    /// The name in Step Functions.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The answer to a request that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct TestAnswer {
    /// How the state ended.
    pub status: TestStatus,
    /// The output of a state that succeeded or caught an error.
    pub output: Option<Value>,
    /// The name of the error, unless the state succeeded.
    pub error: Option<String>,
    /// The text of that error.
    pub cause: Option<String>,
    /// The state that would be next.
    pub next_state: Option<String>,
    /// The inside of the state, at the levels that show it.
    pub inspection: Option<Inspection>,
}

/// The inside of a state. Serializes with AWS's names, absent fields left out.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// What the state got.
    pub input: Value,
    /// `Arguments` of a task, evaluated.
    pub after_arguments: Option<Value>,
    /// What a task gave.
    pub result: Option<Value>,
    /// `MaxConcurrency` of a `Map`, evaluated; 0 without it.
    pub max_concurrency: Option<u64>,
    /// `ToleratedFailureCount` of a `Map`, evaluated.
    pub tolerated_failure_count: Option<u64>,
    /// `ToleratedFailurePercentage` of a `Map`, evaluated.
    pub tolerated_failure_percentage: Option<f64>,
    /// The variables of the request and those that the state assigned.
    pub variables: Option<Map<String, Value>>,
    /// What covered the error.
    pub error_details: Option<ErrorDetails>,
}

/// Which retrier and which catcher cover an error, counted from 0.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetails {
    /// The retrier, whether or not it has a retry left.
    pub retry_index: Option<usize>,
    /// Seconds before the next retry, jitter not counted.
    pub retry_backoff_interval_seconds: Option<u64>,
    /// The catcher that caught the error.
    pub catch_index: Option<usize>,
}

/// Why a request was not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestRefusal {
    /// AWS refuses the request.
    #[error("{}: {message}", code.name())]
    Api {
        /// Code of the error that AWS answers.
        code: ApiError,
        /// AWS's message where it is known, else one of ours.
        message: String,
    },
    /// It is not known what AWS would answer.
    #[error("unsupported: {reason}")]
    Unsupported {
        /// What is not known.
        reason: String,
    },
}

/// The codes of refused requests; read from the name in Step Functions or its SDKs, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[allow(missing_docs, reason = "each variant is named as its code")]
pub enum ApiError {
    ValidationException,
    InvalidDefinition,
    InvalidExecutionInput,
    /// `ParamValidationError`: an SDK refuses to send the request.
    #[strum(serialize = "ParamValidationError")]
    ParamValidation,
}

impl ApiError {
    /// The name in Step Functions or its SDKs.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl TestRefusal {
    pub(super) fn api(code: ApiError, message: String) -> Self {
        Self::Api { code, message }
    }

    pub(super) fn validation(message: String) -> Self {
        Self::api(ApiError::ValidationException, message)
    }

    pub(super) fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported {
            reason: reason.into(),
        }
    }
}

/// The answer that what was seen amounts to.
pub(super) fn of(
    seen: SeenState,
    single: &Single<'_>,
    mut variables: Map<String, Value>,
    level: InspectionLevel,
) -> TestAnswer {
    let text = |part: Option<&std::sync::Arc<str>>| {
        part.map(|text| text.to_string())
            .filter(|text| !text.is_empty())
    };
    let error =
        |failure: &StateFailure| (text(failure.error.as_ref()), text(failure.cause.as_ref()));
    let (status, left, (name, cause), details) = match seen.end {
        StateEnd::Succeeded(left) => (TestStatus::Succeeded, Some(left), (None, None), None),
        StateEnd::Failed { failure, retrier } => {
            let details = retrier.map(|index| ErrorDetails {
                retry_index: Some(index),
                ..ErrorDetails::default()
            });
            (TestStatus::Failed, None, error(&failure), details)
        }
        StateEnd::Retriable {
            failure,
            retrier,
            seconds,
        } => {
            let details = ErrorDetails {
                retry_index: Some(retrier),
                retry_backoff_interval_seconds: Some(seconds),
                catch_index: None,
            };
            (TestStatus::Retriable, None, error(&failure), Some(details))
        }
        StateEnd::Caught {
            failure,
            retrier,
            catcher,
            left,
        } => {
            let details = ErrorDetails {
                retry_index: retrier,
                catch_index: Some(catcher),
                ..ErrorDetails::default()
            };
            let status = TestStatus::CaughtError;
            (status, Some(left), error(&failure), Some(details))
        }
    };
    for (variable, value) in left.iter().flat_map(|left| &left.assigned) {
        variables.insert(variable.to_string(), value.as_ref().clone());
    }
    let inspection = (level != InspectionLevel::Info).then(|| Inspection {
        input: single.input.as_ref().clone(),
        after_arguments: seen.arguments.map(|value| value.as_ref().clone()),
        result: seen.result.map(|value| value.as_ref().clone()),
        max_concurrency: seen.map.max_concurrency,
        tolerated_failure_count: seen.map.tolerated_count,
        tolerated_failure_percentage: seen.map.tolerated_percentage,
        variables: Some(variables).filter(|variables| !variables.is_empty()),
        error_details: details,
    });
    let (output, next_state) = match left {
        Some(left) => (Some(left.output.as_ref().clone()), left.next),
        None => (None, None),
    };
    TestAnswer {
        status,
        output,
        error: name,
        cause,
        next_state,
        inspection,
    }
}
