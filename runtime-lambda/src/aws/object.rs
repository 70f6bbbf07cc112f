//! What is the same of an object of S3 whether it is written in one piece or in parts.

use super::failure::{CallFailure, FailureKind};
use crate::ports::StoreError;

/// What a browser takes an object for.
pub fn content_type(key: &str) -> &'static str {
    match key.rsplit('.').next() {
        Some("json") => "application/json",
        Some("csv") => "text/csv; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// What a failed call means to the caller of the port.
pub fn store_error(failure: &CallFailure) -> StoreError {
    match failure.kind {
        FailureKind::Throttled | FailureKind::Unavailable => {
            StoreError::Unavailable(failure.sentence.clone())
        }
        FailureKind::Refused => StoreError::Refused(failure.sentence.clone()),
    }
}
