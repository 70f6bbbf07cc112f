//! Where RSQL scripts run: a job queue and a job definition of AWS Batch, each there already or made by
//! the stack.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, json};

use super::Architecture;

/// Where RSQL scripts run: AWS Batch, by a queue and a job definition that are there already, or that
/// the stack makes.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rsql {
    /// Name or ARN of an existing job queue, or what the stack makes one of.
    #[serde(default)]
    pub queue: Option<JobQueue>,
    /// Name or ARN of an existing job definition, or what the stack makes one of.
    #[serde(default)]
    pub definition: Option<JobDefinition>,
}

/// A job queue.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum JobQueue {
    /// Name or ARN of one that is there already.
    Existing(String),
    /// One that the stack makes.
    Made(FargateQueue),
}

/// A job queue that the stack makes, with a compute environment on Fargate.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FargateQueue {
    /// Ids of the subnets that jobs run in, 1 to 16. From there they must reach the image's registry,
    /// S3, CloudWatch Logs and the warehouse.
    #[schemars(length(min = 1, max = 16), example = json!(["subnet-0123456789abcdef0"]))]
    pub subnets: Vec<String>,
    /// Ids of the security groups that jobs have, 1 to 5; the warehouse must let them in.
    #[schemars(length(min = 1, max = 5), example = json!(["sg-0123456789abcdef0"]))]
    pub security_groups: Vec<String>,
    /// Most vCPUs of all jobs that run at the same time; without it 16.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10_000))]
    pub max_vcpus: Option<i64>,
}

/// A job definition.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum JobDefinition {
    /// Name or ARN of one that is there already.
    Existing(String),
    /// One that the stack makes.
    Made(FargateJob),
}

/// A job definition that the stack makes, with its roles and its log group.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FargateJob {
    /// The image with RSQL: its repository and its tag or digest.
    #[schemars(example = &"111122223333.dkr.ecr.eu-central-1.amazonaws.com/rsql:1")]
    pub image: String,
    /// vCPUs of a job: 0.25, 0.5, 1, 2, 4, 8 or 16; without it 0.5.
    #[serde(default)]
    pub vcpus: Option<Number>,
    /// Memory of a job in MiB, as Fargate has it for these vCPUs; without it 2048 for each vCPU, and at
    /// least 1024.
    #[serde(default)]
    #[schemars(range(min = 512, max = 122_880))]
    pub memory: Option<i64>,
    /// Disk of a job in GiB, 21 to 200; without it the 20 that Fargate gives.
    #[serde(default)]
    #[schemars(range(min = 21, max = 200))]
    pub storage: Option<i64>,
    /// Whether jobs have a public address, which they need in subnets without a NAT gateway or
    /// endpoints; without it `false`.
    #[serde(default)]
    pub assign_public_ip: Option<bool>,
    /// Processor that the image is for; without it `x86_64`, which Amazon Redshift RSQL is built for.
    #[serde(default)]
    pub architecture: Option<Architecture>,
}
