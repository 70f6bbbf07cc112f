//! What RSQL steps need in AWS Batch, where nothing is there already. It is a compute environment
//! on Fargate and its queue, a job definition and its log group. Their roles are `batch_roles`'.

use std::collections::BTreeMap;

use serde::Serialize;

use super::batch_roles::{self, FROM_DEFINITION};
use super::intrinsic::{Text, attribute, reference};
use super::log_group::LogGroup;
use super::names::{
    RSQL_DEFINITION, RSQL_DEFINITION_OUTPUT, RSQL_LOGS, RSQL_QUEUE, RSQL_QUEUE_OUTPUT,
};
use super::parts::StackPart;
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::pipeline::{self, Architecture, FargateJob, FargateQueue, Pipeline};

/// Logical id of the compute environment.
const ENVIRONMENT: &str = StackPart::RsqlComputeEnvironment.form();

/// Attribute of a job definition: its ARN with the revision.
const WITH_REVISION: &str = "JobDefinitionArn";

/// Where in the spec the queue comes from.
const FROM_QUEUE: &str = "/rsql/queue";

/// Adds what the spec does not name as existing.
pub fn add(template: &mut StackTemplate, pipeline: &Pipeline) {
    let Some(rsql) = &pipeline.rsql else {
        return;
    };
    if let pipeline::JobQueue::Made(queue) = &rsql.queue {
        add_queue(template, rsql.queue_name(&pipeline.name), queue);
    }
    if let pipeline::JobDefinition::Made(job) = &rsql.definition {
        let name = rsql.definition_name(&pipeline.name);
        add_definition(template, pipeline, name, job);
    }
}

/// The compute environment has no name, so that CloudFormation can make another one before it takes the
/// old one away. The queue goes over to that one and stays.
fn add_queue(template: &mut StackTemplate, name: String, queue: &FargateQueue) {
    let environment = ComputeEnvironment {
        compute_resources: ComputeResources {
            max_vcpus: queue.max_vcpus,
            security_group_ids: queue.security_groups.clone(),
            subnets: queue.subnets.clone(),
            kind: "FARGATE",
        },
        replace_compute_environment: true,
        kind: "MANAGED",
    };
    template
        .add(StackPart::RsqlComputeEnvironment, environment)
        .comes_from(FROM_QUEUE);
    let queue = JobQueueProperties {
        compute_environment_order: [ComputeEnvironmentOrder {
            compute_environment: reference(ENVIRONMENT),
            order: 1,
        }],
        job_queue_name: name,
        priority: 1,
    };
    template
        .add(StackPart::RsqlQueue, queue)
        .comes_from(FROM_QUEUE);
    template.output(
        RSQL_QUEUE_OUTPUT,
        "Job queue of the RSQL scripts",
        reference(RSQL_QUEUE),
    );
}

fn add_definition(
    template: &mut StackTemplate,
    pipeline: &Pipeline,
    name: String,
    job: &FargateJob,
) {
    let logs = LogGroup {
        log_group_name: format!("/aws/batch/{name}"),
        kms_key_id: None,
        retention_in_days: pipeline.stack.log_retention_days,
    };
    template
        .add(StackPart::RsqlLogs, logs)
        .comes_from(FROM_DEFINITION);
    let roles = batch_roles::add(template, pipeline, &job.image);
    let requirement = |kind: &'static str, value: String| ResourceRequirement { kind, value };
    let definition = JobDefinitionProperties {
        container_properties: ContainerProperties {
            ephemeral_storage: job
                .storage_gib
                .map(|size_in_gib| EphemeralStorage { size_in_gib }),
            execution_role_arn: attribute(roles.execution, "Arn"),
            image: job.image.clone(),
            job_role_arn: attribute(roles.job, "Arn"),
            log_configuration: LogConfiguration {
                log_driver: "awslogs",
                options: BTreeMap::from([
                    ("awslogs-group", reference(RSQL_LOGS)),
                    ("awslogs-region", reference("AWS::Region")),
                    ("awslogs-stream-prefix", "rsql".into()),
                ]),
            },
            network_configuration: NetworkConfiguration {
                assign_public_ip: if job.assign_public_ip {
                    "ENABLED"
                } else {
                    "DISABLED"
                },
            },
            resource_requirements: [
                requirement("VCPU", job.vcpus.to_owned()),
                requirement("MEMORY", job.memory_mib.to_string()),
            ],
            runtime_platform: RuntimePlatform {
                cpu_architecture: match job.architecture {
                    Architecture::Arm64 => "ARM64",
                    Architecture::X86_64 => "X86_64",
                },
                operating_system_family: "LINUX",
            },
        },
        job_definition_name: name,
        platform_capabilities: ["FARGATE"],
        kind: "container",
    };
    template
        .add(StackPart::RsqlDefinition, definition)
        .comes_from(FROM_DEFINITION);
    template.output(
        RSQL_DEFINITION_OUTPUT,
        "Job definition of the RSQL scripts",
        attribute(RSQL_DEFINITION, WITH_REVISION),
    );
}

/// Properties of `AWS::Batch::ComputeEnvironment`. It has no service role of its own: AWS Batch uses,
/// and makes if need be, the one that is linked to it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ComputeEnvironment {
    compute_resources: ComputeResources,
    /// A change makes another one, and jobs that run in the old one are not cut off. An update in place
    /// would send what AWS Batch refuses to change on Fargate (AWS page: "Updating compute environments").
    replace_compute_environment: bool,
    #[serde(rename = "Type")]
    kind: &'static str,
}

impl ResourceProperties for ComputeEnvironment {
    const TYPE: &'static str = "AWS::Batch::ComputeEnvironment";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ComputeResources {
    #[serde(rename = "MaxvCpus")]
    max_vcpus: u32,
    security_group_ids: Vec<String>,
    subnets: Vec<String>,
    #[serde(rename = "Type")]
    kind: &'static str,
}

/// The properties that sfc sets of `AWS::Batch::JobQueue`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct JobQueueProperties {
    compute_environment_order: [ComputeEnvironmentOrder; 1],
    job_queue_name: String,
    priority: u32,
}

impl ResourceProperties for JobQueueProperties {
    const TYPE: &'static str = "AWS::Batch::JobQueue";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ComputeEnvironmentOrder {
    compute_environment: Text,
    order: u32,
}

/// Properties of `AWS::Batch::JobDefinition`. A job's time limit comes with each job.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct JobDefinitionProperties {
    container_properties: ContainerProperties,
    job_definition_name: String,
    platform_capabilities: [&'static str; 1],
    #[serde(rename = "Type")]
    kind: &'static str,
}

impl ResourceProperties for JobDefinitionProperties {
    const TYPE: &'static str = "AWS::Batch::JobDefinition";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    ephemeral_storage: Option<EphemeralStorage>,
    execution_role_arn: Text,
    image: String,
    job_role_arn: Text,
    log_configuration: LogConfiguration,
    network_configuration: NetworkConfiguration,
    resource_requirements: [ResourceRequirement; 2],
    runtime_platform: RuntimePlatform,
}

#[derive(Debug, Clone, Serialize)]
struct EphemeralStorage {
    #[serde(rename = "SizeInGiB")]
    size_in_gib: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LogConfiguration {
    log_driver: &'static str,
    options: BTreeMap<&'static str, Text>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkConfiguration {
    assign_public_ip: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceRequirement {
    #[serde(rename = "Type")]
    kind: &'static str,
    value: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RuntimePlatform {
    cpu_architecture: &'static str,
    operating_system_family: &'static str,
}
