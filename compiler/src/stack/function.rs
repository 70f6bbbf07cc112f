//! The generic Lambda and its log group.

use std::collections::BTreeMap;

use serde::Serialize;

use super::intrinsic::{Text, attribute, reference};
use super::log_group::LogGroup;
use super::names::{
    ARTIFACTS_BUCKET, FUNCTION, FUNCTION_LOGS, FUNCTION_ROLE, LAMBDA_PACKAGE, TOPIC, UNDELIVERED,
};
use super::parts::StackPart;
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use super::{bucket, database_user};
use crate::pipeline::Pipeline;

/// How long one action may take, in seconds. It is the longest that AWS allows, because collecting
/// a large result takes as long as its pages take (AWS page: "Lambda quotas").
const TIMEOUT_SECONDS: u32 = 900;

/// Adds the Lambda and its log group. What its role may do is `function_role`'s.
pub fn add(template: &mut StackTemplate, pipeline: &Pipeline) {
    let name = crate::machines::names::function(&pipeline.name);
    let logs = LogGroup {
        log_group_name: format!("/aws/lambda/{name}"),
        kms_key_id: None,
        retention_in_days: pipeline.stack.log_retention_days,
    };
    template.add(StackPart::FunctionLogs, logs);
    let mut variables = BTreeMap::from([
        ("SFC_ACCOUNT", reference("AWS::AccountId")),
        ("SFC_ARTIFACTS_BUCKET", reference(ARTIFACTS_BUCKET)),
        ("SFC_DATA_BUCKET", bucket::name(&pipeline.stack.data)),
        ("SFC_TOPIC_ARN", reference(TOPIC)),
    ]);
    if let Some(user) = database_user::name(&pipeline.warehouse) {
        variables.insert("SFC_DATABASE_USER", user);
    }
    let function = FunctionProperties {
        architectures: [pipeline.stack.architecture.name()],
        code: Code {
            s3_bucket: reference(ARTIFACTS_BUCKET),
            s3_key: reference(LAMBDA_PACKAGE),
        },
        dead_letter_config: DeadLetterConfig {
            target_arn: attribute(UNDELIVERED, "Arn"),
        },
        description: format!("Actions of the pipeline {}", pipeline.name),
        environment: Environment { variables },
        function_name: name,
        handler: "bootstrap",
        kms_key_arn: pipeline.stack.kms_key.clone(),
        logging_config: LoggingConfig {
            log_format: "JSON",
            log_group: reference(FUNCTION_LOGS),
        },
        memory_size: pipeline.stack.memory_mib,
        role: attribute(FUNCTION_ROLE, "Arn"),
        runtime: "provided.al2023",
        timeout: TIMEOUT_SECONDS,
        tracing_config: pipeline
            .stack
            .tracing
            .then_some(TracingConfig { mode: "Active" }),
        vpc_config: pipeline.stack.vpc.as_ref().map(|vpc| VpcConfig {
            security_group_ids: vpc.security_groups.clone(),
            subnet_ids: vpc.subnets.clone(),
        }),
    };
    template.add(StackPart::Function, function);
}

/// The properties that sfc sets of `AWS::Lambda::Function`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionProperties {
    architectures: [&'static str; 1],
    code: Code,
    dead_letter_config: DeadLetterConfig,
    description: String,
    environment: Environment,
    function_name: String,
    handler: &'static str,
    kms_key_arn: Option<String>,
    logging_config: LoggingConfig,
    memory_size: u32,
    role: Text,
    runtime: &'static str,
    timeout: u32,
    tracing_config: Option<TracingConfig>,
    vpc_config: Option<VpcConfig>,
}

impl ResourceProperties for FunctionProperties {
    const TYPE: &'static str = "AWS::Lambda::Function";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct VpcConfig {
    security_group_ids: Vec<String>,
    subnet_ids: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Code {
    #[serde(rename = "S3Bucket")]
    s3_bucket: Text,
    #[serde(rename = "S3Key")]
    s3_key: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeadLetterConfig {
    target_arn: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Environment {
    variables: BTreeMap<&'static str, Text>,
}

/// The program writes lines of JSON; with this format Lambda's own lines are JSON, too.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingConfig {
    log_format: &'static str,
    log_group: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TracingConfig {
    mode: &'static str,
}

/// The properties that sfc sets of `AWS::Lambda::Permission`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    action: &'static str,
    function_name: Text,
    principal: &'static str,
    source_account: Text,
    source_arn: Text,
}

impl ResourceProperties for Permission {
    const TYPE: &'static str = "AWS::Lambda::Permission";
}

impl Permission {
    /// Lets this rule of EventBridge invoke the Lambda.
    pub fn of_rule(logical_id: &str) -> Self {
        Self {
            action: "lambda:InvokeFunction",
            function_name: attribute(FUNCTION, "Arn"),
            principal: "events.amazonaws.com",
            source_account: reference("AWS::AccountId"),
            source_arn: attribute(logical_id, "Arn"),
        }
    }
}
