//! A log group of CloudWatch Logs: that of the Lambda, of the state machines, of jobs.

use serde::Serialize;

use super::resource::ResourceProperties;

/// The properties that sfc sets of `AWS::Logs::LogGroup`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    pub(super) log_group_name: String,
    /// ARN of the key that encrypts it; `guardrails` sets it for all log groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kms_key_id: Option<String>,
    pub(super) retention_in_days: u32,
}

impl ResourceProperties for LogGroup {
    const TYPE: &'static str = "AWS::Logs::LogGroup";
}
