//! CloudFormation, as far as it waits to hear what became of a custom resource.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Answers the requests that CloudFormation makes of a custom resource.
#[async_trait]
pub trait CustomResources: Send + Sync {
    /// Puts `response` where the request said. `url` is signed: whoever knows it can answer, so it is
    /// shown to nobody.
    async fn respond(&self, url: &str, response: &Response) -> Result<(), CustomResourcesError>;
}

/// What became of a request (AWS page: "Custom resource response objects").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Response {
    /// Whether CloudFormation goes on, or rolls back.
    pub status: ResponseStatus,
    /// Why it failed, for the stack's events; none where it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What identifies the resource from now on.
    pub physical_resource_id: String,
    /// As in the request.
    pub stack_id: String,
    /// As in the request.
    pub request_id: String,
    /// As in the request.
    pub logical_resource_id: String,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ResponseStatus {
    /// CloudFormation goes on with the stack.
    Success,
    /// CloudFormation rolls the stack back.
    Failed,
}

impl ResponseStatus {
    /// The status of what ended so.
    #[must_use]
    pub fn of<E>(ended: &Result<(), E>) -> Self {
        match ended {
            Ok(()) => Self::Success,
            Err(_) => Self::Failed,
        }
    }
}

/// Why a response did not arrive.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CustomResourcesError {
    /// The call may work if it is made again.
    #[error("CloudFormation took no response: {0}")]
    Unavailable(String),
    /// The call will not work: nobody waits any more.
    #[error("CloudFormation refused the response: {0}")]
    Refused(String),
}
