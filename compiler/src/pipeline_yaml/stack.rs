//! What the CloudFormation stack is like.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// What the CloudFormation stack is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// Number of the AWS account that the pipeline belongs into, in quotes; sfc acts in no other one.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[0-9]{12}$"), example = &"111122223333")]
    pub account: Option<String>,
    /// ARN of the policy that bounds the permissions of every role of the stack.
    #[serde(default)]
    #[schemars(example = &"arn:aws:iam::111122223333:policy/boundary")]
    pub permissions_boundary: Option<String>,
    /// Path of the roles and policies of the stack, such as `/data/`; without it `/`.
    #[serde(default)]
    #[schemars(example = &"/data/")]
    pub role_path: Option<String>,
    /// What the names of the stack's roles and policies start with; without it CloudFormation names
    /// them. IAM knows no Regions: give each Region a prefix of its own.
    #[serde(default)]
    #[schemars(example = &"data-")]
    pub role_prefix: Option<String>,
    /// The network that the Lambda runs in; without it, none of the account's.
    #[serde(default)]
    pub vpc: Option<Vpc>,
    /// ARN of a key of AWS KMS that encrypts the data bucket, the queue, the topic, the logs and the
    /// Lambda's environment. Its policy must let the services use it.
    #[serde(default)]
    #[schemars(example = &"arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef")]
    pub kms_key: Option<String>,
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

/// The network that the Lambda runs in. From there it must reach S3, the Redshift Data API, Step
/// Functions and SNS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Ids of subnets, 1 to 16.
    #[schemars(length(min = 1, max = 16), example = json!(["subnet-0123456789abcdef0"]))]
    pub subnets: Vec<String>,
    /// Ids of security groups, 1 to 5.
    #[schemars(length(min = 1, max = 5), example = json!(["sg-0123456789abcdef0"]))]
    pub security_groups: Vec<String>,
}

/// The bucket that runs write to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Name of a bucket of the account that is there already, and stays as it is; without it the stack
    /// makes one.
    #[serde(default)]
    #[schemars(example = &"team-data")]
    pub bucket: Option<String>,
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
