//! AWS as the verbs need it: one small method a call, our own types back, one kind of failure.
//!
//! Credentials, profile, Region and endpoint come from the SDK's own chain, or from one profile alone. Nothing here
//! knows what a pipeline is or prints anything.

mod bucket;
mod connect;
mod executions;
mod failure;
mod function;
mod logs;
mod profile;
mod queue;
mod stack;
mod state_machines;
mod statement;
mod test_state;
mod warehouse;

pub use crate::execution::AwsExecution;
pub use bucket::{BucketObject, BucketProblem, Protected};
pub use connect::AwsOptions;
pub use failure::AwsFailure;
pub use function::FunctionCode;
pub use logs::LogEvent;
pub use stack::{ChangeSetKind, ChangeSetRequest, GivenTemplate};
pub use state_machines::{DefinitionFinding, Validation};
pub use statement::{NoRows, StatementEnd, TextRows};
pub use warehouse::Presence;

use crate::machines::AwsPartition;

/// The clients of one account and Region.
#[derive(Debug, Clone)]
pub struct Aws {
    cloudformation: aws_sdk_cloudformation::Client,
    lambda: aws_sdk_lambda::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    redshift_data: aws_sdk_redshiftdata::Client,
    s3: aws_sdk_s3::Client,
    sfn: aws_sdk_sfn::Client,
    sqs: aws_sdk_sqs::Client,
    /// Number of the account, twelve digits.
    pub account: String,
    /// Who we are there, as an ARN.
    pub identity: String,
    /// Region of every call, such as `eu-central-1`.
    pub region: String,
}

impl Aws {
    /// The partition that the account is in; none of one that sfc does not know.
    #[must_use]
    pub fn partition(&self) -> Option<AwsPartition> {
        AwsPartition::of_arn(&self.identity)
    }
}

/// A time of the SDK as one of ours; the epoch for one that no calendar has.
fn timestamp(time: &aws_sdk_cloudformation::primitives::DateTime) -> jiff::Timestamp {
    jiff::Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).unwrap_or(0))
        .unwrap_or_default()
}
