//! Schedules in a time zone: EventBridge's rules know UTC alone, its Scheduler knows all of them.

use serde::Serialize;

use super::delivery::{DeadLetterConfig, RetryPolicy};
use super::intrinsic::Text;
use super::resource::ResourceProperties;

/// The properties that sfc sets of `AWS::Scheduler::Schedule`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Schedule {
    description: String,
    flexible_time_window: FlexibleTimeWindow,
    schedule_expression: String,
    schedule_expression_timezone: String,
    target: ScheduledTarget,
}

impl ResourceProperties for Schedule {
    const TYPE: &'static str = "AWS::Scheduler::Schedule";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FlexibleTimeWindow {
    mode: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ScheduledTarget {
    arn: Text,
    role_arn: Text,
    input: String,
    retry_policy: RetryPolicy,
    dead_letter_config: DeadLetterConfig,
}

impl Schedule {
    /// Starts the target with this role and this input.
    pub fn new(
        description: String,
        expression: &str,
        timezone: &str,
        (arn, role_arn): (Text, Text),
        input: String,
    ) -> Self {
        Self {
            description,
            flexible_time_window: FlexibleTimeWindow { mode: "OFF" },
            schedule_expression: expression.to_owned(),
            schedule_expression_timezone: timezone.to_owned(),
            target: ScheduledTarget {
                arn,
                role_arn,
                input,
                retry_policy: RetryPolicy::default(),
                dead_letter_config: DeadLetterConfig::default(),
            },
        }
    }
}
