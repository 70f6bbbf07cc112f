//! How long EventBridge and its Scheduler try to deliver, and where goes what could not be delivered.

use serde::Serialize;

use super::intrinsic::{Text, attribute};
use super::names::UNDELIVERED;

/// How long EventBridge tries to deliver, in seconds; what a rule reports is of no use much later.
const LONGEST_DELIVERY_SECONDS: u32 = 6 * 3_600;

/// How long and how often delivery is tried (AWS page: "Event retry policy and using dead-letter
/// queues").
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RetryPolicy {
    maximum_event_age_in_seconds: u32,
    maximum_retry_attempts: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            maximum_event_age_in_seconds: LONGEST_DELIVERY_SECONDS,
            maximum_retry_attempts: 185,
        }
    }
}

/// Where goes what could not be delivered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    arn: Text,
}

impl Default for DeadLetterConfig {
    fn default() -> Self {
        Self {
            arn: attribute(UNDELIVERED, "Arn"),
        }
    }
}
