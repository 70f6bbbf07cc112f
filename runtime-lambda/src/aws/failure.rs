//! What a failed call means to an action: again later, again, or never.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::sdk::THROTTLES;

/// A call that failed.
#[derive(Debug)]
pub struct CallFailure {
    /// What may be done about it.
    pub kind: FailureKind,
    /// The service's code, such as `ThrottlingException`; empty if it did not answer.
    pub code: String,
    /// The answer's HTTP status; 0 if there was none.
    pub status: u16,
    /// One sentence, in the service's words where it has some.
    pub sentence: String,
}

/// What may be done about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Too much at present.
    Throttled,
    /// The same call may work.
    Unavailable,
    /// The same call will fail again.
    Refused,
}

/// Codes beside [`THROTTLES`] by which services that the Lambda calls say that it is too much at present.
const TOO_MUCH: [&str; 7] = [
    "RequestThrottledException",
    "LimitExceededException",
    "Throttled",
    "ActiveStatementsExceededException",
    "ActiveSessionsExceededException",
    "ActiveWaitingRequestsExceededException",
    "ProvisionedThroughputExceededException",
];

/// Codes of a moment's trouble that come with a status below 500.
const TROUBLES: [&str; 8] = [
    "InternalServerException",
    "InternalError",
    "InternalFailure",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "DatabaseConnectionException",
    "QueryTimeoutException",
];

impl CallFailure {
    /// Judges a failed call of `operation`, and logs its code; the sentence may quote what was sent,
    /// and is not logged.
    pub fn of<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        let failure = Self::judge(error);
        tracing::warn!(
            operation,
            code = failure.code,
            status = failure.status,
            kind = ?failure.kind,
            "a call failed"
        );
        failure
    }

    fn judge<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Self {
        let silent = |sentence: &str| Self {
            kind: FailureKind::Unavailable,
            code: String::new(),
            status: 0,
            sentence: sentence.to_owned(),
        };
        match error {
            SdkError::TimeoutError(_) => silent("no answer in time"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                silent("no connection or no answer in time")
            }
            SdkError::DispatchFailure(_) => silent("the connection failed"),
            SdkError::ResponseError(_) => silent("the answer was cut off or cannot be read"),
            SdkError::ServiceError(context) => {
                let code = context.err().code().unwrap_or_default();
                let message = context.err().message().unwrap_or("no message");
                let status = context.raw().status().as_u16();
                let kind = kind(code, status, message);
                let sentence = if code.is_empty() {
                    format!("status {status}")
                } else {
                    format!("{code}: {message}")
                };
                Self {
                    kind,
                    code: code.to_owned(),
                    status,
                    sentence,
                }
            }
            // The request could not even be made.
            _ => Self {
                kind: FailureKind::Refused,
                code: String::new(),
                status: 0,
                sentence: "the request cannot be sent".to_owned(),
            },
        }
    }
}

fn kind(code: &str, status: u16, message: &str) -> FailureKind {
    // `ExecuteStatementException` says both that a statement is wrong and that there are too many.
    let rate = code.ends_with("ExecuteStatementException")
        && (message.contains("Rate exceeded") || message.to_lowercase().contains("throttl"));
    if rate || THROTTLES.contains(&code) || TOO_MUCH.contains(&code) || status == 429 {
        FailureKind::Throttled
    } else if !(300..500).contains(&status) || TROUBLES.contains(&code) {
        FailureKind::Unavailable
    } else {
        FailureKind::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_statement_is_told_from_too_many_statements() {
        let exception = "ExecuteStatementException";
        assert_eq!(
            kind(exception, 400, "Rate exceeded"),
            FailureKind::Throttled
        );
        assert_eq!(kind(exception, 400, "syntax error"), FailureKind::Refused);
        assert_eq!(
            kind(exception, 500, "out of order"),
            FailureKind::Unavailable
        );
    }

    #[test]
    fn codes_say_more_than_statuses() {
        for (code, status, wanted) in [
            (
                "ActiveStatementsExceededException",
                400,
                FailureKind::Throttled,
            ),
            ("SlowDown", 503, FailureKind::Throttled),
            ("", 429, FailureKind::Throttled),
            ("", 503, FailureKind::Unavailable),
            ("RequestTimeout", 400, FailureKind::Unavailable),
            ("ValidationException", 400, FailureKind::Refused),
            ("ExpiredTokenException", 403, FailureKind::Refused),
            ("AccessDenied", 403, FailureKind::Refused),
        ] {
            assert_eq!(kind(code, status, ""), wanted, "{code} {status}");
        }
    }
}
