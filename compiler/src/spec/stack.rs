//! What the CloudFormation stack is like.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// What the CloudFormation stack is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// Tags of the stack, which AWS gives to everything in it.
    #[serde(default)]
    #[schemars(example = json!({ "team": "data" }))]
    pub tags: IndexMap<String, String>,
    /// Processor of the Lambda; without it `x86_64`.
    #[serde(default)]
    pub architecture: Option<Architecture>,
    /// Memory of the Lambda in MiB, 128 to 10240; without it 256.
    #[serde(default)]
    #[schemars(range(min = 128, max = 10_240))]
    pub memory: Option<i64>,
    /// How many days logs are kept: a number that CloudWatch Logs knows, such as 7, 30, 90, 365;
    /// without it 30.
    #[serde(default)]
    pub log_retention_days: Option<i64>,
    /// Whether runs are traced by X-Ray; without it `true`.
    #[serde(default)]
    pub tracing: Option<bool>,
    /// Whether there is a dashboard; without it `true`.
    #[serde(default)]
    pub dashboard: Option<bool>,
    /// Whether there are alarms, which publish to the pipeline's topic; without it `true`.
    #[serde(default)]
    pub alarms: Option<bool>,
    /// The bucket that runs write to.
    #[serde(default)]
    pub data: Data,
}

/// The bucket that runs write to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// How many days what a run wrote is kept; without it for ever.
    #[serde(default)]
    #[schemars(range(min = 1, max = 36_500))]
    pub expire_days: Option<i64>,
    /// Whether the bucket outlives the stack; without it `true`.
    #[serde(default)]
    pub retain: Option<bool>,
}

/// Processor of a Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// AWS Graviton.
    Arm64,
    /// Intel and AMD.
    #[serde(rename = "x86_64")]
    X86_64,
}
