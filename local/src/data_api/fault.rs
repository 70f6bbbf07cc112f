//! Errors with AWS's names and shapes (AWS page: "Data API errors" of each operation).

use axum::http::StatusCode;
use serde_json::{Map, Value};

/// An error as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiFault {
    name: &'static str,
    message: String,
    /// A member of the error's shape beside its message.
    member: Option<(&'static str, String)>,
    status: StatusCode,
}

impl ApiFault {
    fn new(name: &'static str, status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            name,
            message: message.into(),
            member: None,
            status,
        }
    }

    /// Something in the request is wrong.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", StatusCode::BAD_REQUEST, message)
    }

    /// A statement or session is not there.
    pub(super) fn not_found(message: impl Into<String>, id: &str) -> Self {
        Self {
            member: Some(("ResourceId", id.to_owned())),
            ..Self::new(
                "ResourceNotFoundException",
                StatusCode::BAD_REQUEST,
                message,
            )
        }
    }

    /// Too many statements are under way.
    pub(super) fn active_statements(limit: usize) -> Self {
        Self::new(
            "ActiveStatementsExceededException",
            StatusCode::BAD_REQUEST,
            format!("Active statements exceeded the allowed quota ({limit})."),
        )
    }

    /// Too many sessions are open.
    pub(super) fn active_sessions(limit: usize) -> Self {
        Self::new(
            "ActiveSessionsExceededException",
            StatusCode::BAD_REQUEST,
            format!("Active sessions exceeded the allowed quota ({limit})."),
        )
    }

    /// Too many requests wait for the same statement.
    pub(super) fn waiting_requests(limit: usize) -> Self {
        Self::new(
            "ActiveWaitingRequestsExceededException",
            StatusCode::BAD_REQUEST,
            format!(
                "Active waiting requests for the statement exceeded the allowed quota ({limit})."
            ),
        )
    }

    /// The warehouse could not be reached.
    pub(super) fn connection(message: impl Into<String>) -> Self {
        Self::new(
            "DatabaseConnectionException",
            StatusCode::INTERNAL_SERVER_ERROR,
            message,
        )
    }

    /// The service itself failed.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(
            "InternalServerException",
            StatusCode::INTERNAL_SERVER_ERROR,
            message,
        )
    }

    /// The service is about to end.
    pub(super) fn unavailable() -> Self {
        Self::new(
            "ServiceUnavailableException",
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is shutting down.",
        )
    }

    /// No such operation, here or at all.
    pub(super) fn unknown_operation(message: impl Into<String>) -> Self {
        Self::new(
            "UnknownOperationException",
            StatusCode::BAD_REQUEST,
            message,
        )
    }

    /// The request is not of the operation's shape.
    pub(super) fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", StatusCode::BAD_REQUEST, message)
    }

    /// The request is larger than any that is meant.
    pub(super) fn too_large() -> Self {
        Self::new(
            "RequestEntityTooLargeException",
            StatusCode::PAYLOAD_TOO_LARGE,
            "The request is too large.",
        )
    }

    /// The request comes from where nobody may ask.
    pub(super) fn denied(message: impl Into<String>) -> Self {
        Self::new("AccessDeniedException", StatusCode::FORBIDDEN, message)
    }

    /// The request is not signed at all (AWS page: "Common error types", as the next three).
    pub(super) fn no_authentication() -> Self {
        Self::new(
            "MissingAuthenticationTokenException",
            StatusCode::FORBIDDEN,
            "Missing Authentication Token: give the client the access key that `sfc serve` printed.",
        )
    }

    /// The request is signed in a way that cannot be read.
    pub(super) fn incomplete_signature() -> Self {
        Self::new(
            "IncompleteSignatureException",
            StatusCode::FORBIDDEN,
            "The header Authorization is no signature of version 4.",
        )
    }

    /// The request is signed with an access key that is not known.
    pub(super) fn unrecognized_client() -> Self {
        Self::new(
            "UnrecognizedClientException",
            StatusCode::FORBIDDEN,
            "The security token included in the request is invalid: give the client the access key that `sfc serve` printed.",
        )
    }

    /// The request is not signed with the secret of its access key.
    pub(super) fn invalid_signature() -> Self {
        Self::new(
            "InvalidSignatureException",
            StatusCode::FORBIDDEN,
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
        )
    }

    /// The request's body did not come in time.
    pub(super) fn timed_out() -> Self {
        Self::new(
            "RequestTimeoutException",
            StatusCode::REQUEST_TIMEOUT,
            "The request did not come in time.",
        )
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("__type".to_owned(), self.name.into());
        body.insert("Message".to_owned(), self.message.clone().into());
        if let Some((name, value)) = &self.member {
            body.insert((*name).to_owned(), value.clone().into());
        }
        Value::Object(body)
    }
}
