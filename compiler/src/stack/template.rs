//! A CloudFormation template (AWS page: "Template anatomy"). Everything stands in the order in which
//! it was added, so the same pipeline gives the same bytes.

use indexmap::IndexMap;
use serde::Serialize;

use super::intrinsic::Text;
use super::log_group::LogGroup;
use super::policy::{ManagedPolicy, Role};
use super::{
    alarms, batch, bucket, custom_resource, dashboard, events, function, schedules, state_machines,
    topic,
};

/// A CloudFormation template; it is written in the order of its fields.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    format: &'static str,
    description: String,
    /// Values that the deployment gives.
    pub parameters: IndexMap<&'static str, Parameter>,
    /// What the stack is made of, by logical id.
    pub resources: IndexMap<String, Resource>,
    /// What the stack tells.
    pub outputs: IndexMap<String, Output>,
}

/// Longest description of a template, in bytes (AWS page: "CloudFormation quotas").
const LONGEST_DESCRIPTION: usize = 1_024;

impl Template {
    /// A template without resources; a description that is too long is cut.
    pub fn new(mut description: String) -> Self {
        let mut end = LONGEST_DESCRIPTION.min(description.len());
        while !description.is_char_boundary(end) {
            end -= 1;
        }
        description.truncate(end);
        Self {
            format: "2010-09-09",
            description,
            parameters: IndexMap::new(),
            resources: IndexMap::new(),
            outputs: IndexMap::new(),
        }
    }

    /// Adds a resource, unless there is one of that logical id.
    pub fn add(&mut self, logical_id: impl Into<String>, properties: Properties) -> &mut Resource {
        self.resources
            .entry(logical_id.into())
            .or_insert_with(|| Resource {
                properties,
                depends_on: Vec::new(),
                deletion_policy: None,
                update_replace_policy: None,
                metadata: None,
            })
    }

    /// Adds a value that the deployment gives.
    pub fn parameter(&mut self, name: &'static str, description: &'static str) {
        let parameter = Parameter {
            kind: "String",
            description,
            min_length: 1,
        };
        self.parameters.insert(name, parameter);
    }

    /// Adds something that the stack tells.
    pub fn output(&mut self, name: &str, description: impl Into<String>, value: Text) {
        let output = Output {
            description: description.into(),
            value,
        };
        self.outputs.insert(name.to_owned(), output);
    }
}

/// A parameter of a template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    #[serde(rename = "Type")]
    kind: &'static str,
    description: &'static str,
    min_length: u32,
}

/// An output of a template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    description: String,
    value: Text,
}

/// A resource of the template, and what goes for it beside its properties.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    #[serde(flatten)]
    properties: Properties,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_policy: Option<Keep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_replace_policy: Option<Keep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Serialize)]
struct Metadata {
    sfc: &'static str,
}

impl Resource {
    /// Its properties, for what is decided about all of a kind.
    pub fn properties_mut(&mut self) -> &mut Properties {
        &mut self.properties
    }

    /// Where in the spec it comes from, as a JSON pointer, where its type does not say so.
    pub fn comes_from(&mut self, pointer: &'static str) {
        self.metadata = Some(Metadata { sfc: pointer });
    }

    /// Is made after these, and deleted before them.
    pub fn after(&mut self, logical_ids: impl IntoIterator<Item = String>) {
        self.depends_on.extend(logical_ids);
    }

    /// Whether it outlives the stack.
    pub fn retained(&mut self, retain: bool) {
        let keep = if retain { Keep::Retain } else { Keep::Delete };
        self.deletion_policy = Some(keep);
        self.update_replace_policy = Some(keep);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum Keep {
    Retain,
    Delete,
}

/// The types of resources that a stack may have, with their properties.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "Type", content = "Properties")]
pub enum Properties {
    /// An alarm of CloudWatch.
    #[serde(rename = "AWS::CloudWatch::Alarm")]
    Alarm(alarms::Alarm),
    /// The data bucket of the pipeline.
    #[serde(rename = "AWS::S3::Bucket")]
    Bucket(bucket::Bucket),
    /// Who may reach the data bucket, and how.
    #[serde(rename = "AWS::S3::BucketPolicy")]
    BucketPolicy(bucket::BucketPolicy),
    /// Where jobs of Batch run.
    #[serde(rename = "AWS::Batch::ComputeEnvironment")]
    ComputeEnvironment(batch::ComputeEnvironment),
    /// The dashboard of the pipeline.
    #[serde(rename = "AWS::CloudWatch::Dashboard")]
    Dashboard(dashboard::Dashboard),
    /// The Lambda with every action.
    #[serde(rename = "AWS::Lambda::Function")]
    Function(Box<function::Function>),
    /// What a job is made of.
    #[serde(rename = "AWS::Batch::JobDefinition")]
    JobDefinition(Box<batch::JobDefinition>),
    /// Where jobs of Batch wait.
    #[serde(rename = "AWS::Batch::JobQueue")]
    JobQueue(batch::JobQueue),
    /// A log group with its retention.
    #[serde(rename = "AWS::Logs::LogGroup")]
    LogGroup(LogGroup),
    /// Permissions that several roles have.
    #[serde(rename = "AWS::IAM::ManagedPolicy")]
    ManagedPolicy(ManagedPolicy),
    /// Who may invoke the Lambda.
    #[serde(rename = "AWS::Lambda::Permission")]
    Permission(function::Permission),
    /// Where events go that could not be delivered.
    #[serde(rename = "AWS::SQS::Queue")]
    Queue(events::Queue),
    /// Who may send to the queue of undelivered events.
    #[serde(rename = "AWS::SQS::QueuePolicy")]
    QueuePolicy(events::QueuePolicy),
    /// A role of the stack.
    #[serde(rename = "AWS::IAM::Role")]
    Role(Role),
    /// A rule of EventBridge.
    #[serde(rename = "AWS::Events::Rule")]
    Rule(Box<events::Rule>),
    /// A schedule in a time zone.
    #[serde(rename = "AWS::Scheduler::Schedule")]
    Schedule(Box<schedules::Schedule>),
    /// What has steps run when the stack is deployed or destroyed.
    #[serde(rename = "Custom::SfcStackRuns")]
    CustomResource(custom_resource::CustomResource),
    /// One of the six state machines.
    #[serde(rename = "AWS::StepFunctions::StateMachine")]
    StateMachine(Box<state_machines::StateMachine>),
    /// An address that hears of the topic.
    #[serde(rename = "AWS::SNS::Subscription")]
    Subscription(topic::Subscription),
    /// The topic of the ends of runs.
    #[serde(rename = "AWS::SNS::Topic")]
    Topic(topic::Topic),
    /// Who may publish to the topic.
    #[serde(rename = "AWS::SNS::TopicPolicy")]
    TopicPolicy(topic::TopicPolicy),
}
