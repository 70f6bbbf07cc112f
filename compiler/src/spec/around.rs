//! What is around a run: what starts it, what happens if runs meet, and who hears of its end.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Scalar, schema};

/// What becomes of a run that starts while another one of the same pipeline goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// It runs beside the other one.
    Allow,
    /// It ends at once, without a step.
    Skip,
    /// It waits until the other one is over.
    Queue,
}

/// Somebody who hears of the end of runs: exactly one of `email` and `topic`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::one_recipient)]
pub struct Notify {
    /// An e-mail address. AWS asks it for confirmation once.
    #[serde(default)]
    pub email: Option<String>,
    /// Address that mails to `email` come from: an identity that is verified in Amazon SES, or an address at
    /// a domain that is. They then go by SES, with an HTML part, and nobody is asked for confirmation.
    #[serde(default)]
    #[schemars(example = &"sfc@example.com")]
    pub from: Option<String>,
    /// ARN of an SNS topic.
    #[serde(default)]
    pub topic: Option<String>,
    /// Which ends; without it `both`.
    #[serde(default)]
    pub on: Option<NotifyOn>,
    /// Of failed runs only those in which a step with one of these tags failed.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Which ends of runs somebody hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotifyOn {
    /// Every step is FINISHED.
    Success,
    /// Anything else.
    Failure,
    /// Any end.
    Both,
}

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
