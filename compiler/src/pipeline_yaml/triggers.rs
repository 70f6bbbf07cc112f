//! What starts a run.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, schema};

/// What starts a run: exactly one of `schedule`, `s3`, `event` and `deploy`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::one_trigger)]
pub struct Trigger {
    /// A schedule of EventBridge: `cron(…)` or `rate(…)`.
    #[serde(default)]
    #[schemars(example = &"cron(0 5 * * ? *)")]
    pub schedule: Option<String>,
    /// The time zone of the schedule, such as `Europe/Berlin`; without it UTC.
    #[serde(default)]
    pub timezone: Option<String>,
    /// An object that is put into a bucket.
    #[serde(default)]
    pub s3: Option<S3Trigger>,
    /// A pattern of EventBridge that events must match.
    #[serde(default)]
    pub event: Option<IndexMap<String, serde_json::Value>>,
    /// `true`: each deploy of the pipeline.
    #[serde(default)]
    pub deploy: Option<bool>,
    /// Values of parameters for its runs, by name: a value, or `$.` and a path into the event.
    #[serde(default)]
    pub parameters: IndexMap<String, Scalar>,
}

/// Objects that start a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3Trigger {
    /// The bucket; EventBridge notifications must be on in it.
    pub bucket: String,
    /// What the object's key starts with.
    #[serde(default)]
    pub prefix: Option<String>,
    /// What the object's key ends with.
    #[serde(default)]
    pub suffix: Option<String>,
}
