//! Phase `stack`: from a compiled pipeline to its CloudFormation template.
//!
//! Typed from end to end: a resource is a struct with the properties that are used. Definitions are
//! inlined while there is room for them, and lie in the artifacts' bucket where there is not. What differs between two
//! deployments of one bundle are the two parameters, nothing else.
//! Pure: it knows no account, no Region and no bucket.

mod alarms;
mod batch;
mod batch_roles;
mod bucket;
mod custom_resource;
mod dashboard;
mod database_user;
mod delivery;
mod events;
mod function;
mod function_role;
mod guardrails;
mod intrinsic;
mod job_permissions;
mod layout;
mod log_group;
mod looks;
mod machine_role;
mod names;
mod parts;
mod policy;
mod promises;
mod resource;
mod schedules;
mod state_machines;
mod template;
mod topic;
mod triggers;

use std::collections::BTreeMap;

use runtime_lambda::keys::{self, sha256};
use runtime_lambda::plan::Completion;
use runtime_lambda::protocol::RUN_INPUT_VERSION;
use serde_json::Value;

use crate::machines::{Machine, MachineDefinitions};
use crate::pipeline::{self, Pipeline};
use intrinsic::reference;
use names::{ARTIFACTS_BUCKET, FUNCTION, LAMBDA_PACKAGE, TOPIC};
use policy::PolicyStatement;
use template::StackTemplate;

pub use database_user::{OF_ROLE as USER_OF_ROLE, OUTPUT as DATABASE_USER_OUTPUT};
pub use job_permissions::wildcards;
pub use names::{DATA_BUCKET, RSQL_DEFINITION_OUTPUT, RSQL_QUEUE_OUTPUT, UNDELIVERED};
pub use parts::{LogicalId, StackPart};
pub use promises::{MOST_BYTES, MOST_BYTES_INLINE, MOST_RESOURCES};

/// Output: which version of a run's input the Lambda reads.
pub const RUN_INPUT_VERSION_OUTPUT: &str = "RunInputVersion";

/// Output: SHA-256 of the plan of its runs, under which it lies in the artifacts.
pub const PLAN_OUTPUT: &str = "Plan";

/// A template, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// JSON: same pipeline, same bytes. Laid out to be read, unless it would then be too large to be
    /// sent with the call.
    pub json: String,
    /// How many resources it has.
    pub resources: usize,
    /// Definitions that it takes from the artifacts' bucket, by their key there.
    pub definitions: BTreeMap<String, Vec<u8>>,
}

/// Name of the stack of a pipeline. Stacks know no `_`.
#[must_use]
pub fn name(pipeline: &str) -> String {
    pipeline.replace('_', "-")
}

/// Where the template has the definitions.
enum Definitions {
    /// In the template itself, as text.
    Inlined,
    /// In the artifacts' bucket, under these keys.
    InBucket(BTreeMap<Machine, String>),
}

/// Why a pipeline has no template.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// It has more resources than CloudFormation takes.
    #[error("the template has {resources} resources, and {limit} are allowed")]
    TooManyResources {
        /// How many it has.
        resources: usize,
        /// Resources that CloudFormation takes.
        limit: usize,
    },
    /// It is larger than CloudFormation takes.
    #[error("the template has {bytes} bytes, and {limit} are allowed")]
    TooLarge {
        /// Bytes that it has.
        bytes: usize,
        /// Bytes that CloudFormation takes.
        limit: usize,
    },
    /// A promise of this phase would not hold: a state calls something that no permission is known for.
    #[error("`{state}` of `{machine}` calls `{resource}`, for which no permission is known")]
    UnknownCall {
        /// Name of the machine.
        machine: String,
        /// Name of the state.
        state: String,
        /// Resource of the task, such as `arn:aws:states:::glue:startJobRun.sync`.
        resource: String,
    },
    /// A promise of this phase would not hold: a reference names nothing.
    #[error("`{resource}` refers to `{reference}`, which the template does not have")]
    UnknownReference {
        /// Logical id of what refers.
        resource: String,
        /// What it refers to.
        reference: String,
    },
    /// A promise of this phase would not hold: resources need each other.
    #[error("these resources refer to each other in a circle: `{resources}`")]
    Circular {
        /// Logical ids, in the order of the circle.
        resources: String,
    },
    /// A promise of this phase would not hold: a value has no JSON form.
    #[error("`{what}` cannot be written: {source}")]
    Unwritable {
        /// The part of the template.
        what: String,
        /// What the writer says.
        source: serde_json::Error,
    },
}

/// The phase: the template of a pipeline, its plan's hash and its machines.
///
/// # Errors
/// The template would be more than CloudFormation takes, which only very many triggers can cause.
/// Or a promise to the next phase does not hold. The promise: every reference names something, none
/// goes round in a circle, and a role allows everything that its machine calls.
pub fn stack(
    pipeline: &Pipeline,
    plan_hash: &str,
    machines: &MachineDefinitions,
) -> Result<TemplateText, StackError> {
    let (inlined, json) = written(pipeline, plan_hash, machines, &Definitions::Inlined)?;
    if json.len() <= MOST_BYTES_INLINE {
        return checked(&inlined, json, BTreeMap::new());
    }
    let mut keys = BTreeMap::new();
    let mut definitions = BTreeMap::new();
    for (machine, definition) in &machines.definitions {
        let bytes = state_machines::compact(definition)?.into_bytes();
        let key = keys::definition(&sha256(&bytes).into());
        keys.insert(*machine, key.clone());
        definitions.insert(key, bytes);
    }
    let in_bucket = Definitions::InBucket(keys);
    let (short, json) = written(pipeline, plan_hash, machines, &in_bucket)?;
    checked(&short, json, definitions)
}

fn checked(
    template: &Value,
    json: String,
    definitions: BTreeMap<String, Vec<u8>>,
) -> Result<TemplateText, StackError> {
    promises::check(template, json.len())?;
    let resources = template.get("Resources").and_then(Value::as_object);
    Ok(TemplateText {
        resources: resources.map_or(0, serde_json::Map::len),
        json,
        definitions,
    })
}

/// The template, and how it is written.
fn written(
    pipeline: &Pipeline,
    plan_hash: &str,
    machines: &MachineDefinitions,
    definitions: &Definitions,
) -> Result<(Value, String), StackError> {
    let template = template(pipeline, plan_hash, machines, definitions)?;
    let value = serde_json::to_value(&template).map_err(|source| StackError::Unwritable {
        what: "the template".to_owned(),
        source,
    })?;
    let mut json = layout::json(&value);
    if json.len() > MOST_BYTES_INLINE {
        json = format!("{value}\n");
    }
    Ok((value, json))
}

fn template(
    pipeline: &Pipeline,
    plan_hash: &str,
    machines: &MachineDefinitions,
    definitions: &Definitions,
) -> Result<StackTemplate, StackError> {
    let settings = &pipeline.stack;
    let description = match &pipeline.description {
        Some(description) => format!("sfc pipeline {}: {description}", pipeline.name),
        None => format!("sfc pipeline {}", pipeline.name),
    };
    let mut template = StackTemplate::new(description);
    template.parameter(
        ARTIFACTS_BUCKET,
        "Bucket that holds plans, scripts, report templates and Lambda packages",
    );
    template.parameter(LAMBDA_PACKAGE, "Key of the Lambda package in that bucket");
    bucket::add(&mut template, &pipeline.name, settings);
    topic::add(&mut template, settings, &pipeline.notify);
    events::add_undelivered(&mut template, settings.kms_key.as_deref());
    function_role::add(&mut template, pipeline);
    function::add(&mut template, pipeline);
    batch::add(&mut template, pipeline);
    state_machines::add(&mut template, pipeline, machines, definitions)?;
    events::add_sweep(&mut template, pipeline);
    if pipeline.completion == Completion::Event {
        events::add_completion(&mut template, pipeline);
    }
    let has_runs = custom_resource::wanted(pipeline);
    if has_runs {
        custom_resource::add(&mut template, pipeline, plan_hash);
    }
    for (number, trigger) in (1..).zip(&pipeline.triggers) {
        triggers::add(&mut template, number, trigger, settings, has_runs);
    }
    looks::add(&mut template, pipeline);
    if settings.alarms {
        alarms::add(&mut template, &pipeline.name, pipeline.is_watched());
    }
    if settings.dashboard {
        dashboard::add(&mut template);
    }
    guardrails::apply(&mut template, settings, &pipeline.name);
    outputs(&mut template, pipeline, plan_hash);
    Ok(template)
}

fn outputs(template: &mut StackTemplate, pipeline: &Pipeline, plan_hash: &str) {
    let settings = &pipeline.stack;
    if let Some(user) = database_user::name(&pipeline.warehouse) {
        template.output(
            database_user::OUTPUT,
            "The database user that needs what `sfc grants` prints",
            user,
        );
    }
    template.output(
        "DataBucket",
        "State, results, manifests and reports of runs",
        bucket::name(&settings.data),
    );
    template.output("TopicArn", "Topic of the notifications", reference(TOPIC));
    template.output("FunctionName", "The Lambda", reference(FUNCTION));
    template.output(
        RUN_INPUT_VERSION_OUTPUT,
        "What the Lambda reads of a run's input",
        RUN_INPUT_VERSION.to_string().as_str().into(),
    );
    template.output(PLAN_OUTPUT, "The plan of its runs", plan_hash.into());
    for machine in Machine::ALL {
        let (name, description) = match machine {
            Machine::Query => ("Query", "One step"),
            Machine::QueryTimeout => ("QueryTimeout", "Stops a step"),
            Machine::QueryLoop => ("QueryLoop", "One lane"),
            Machine::Run => ("Run", "A run: this is what to start"),
            Machine::Report => ("Report", "Report and notification of a run"),
            Machine::Backfill => ("Backfill", "A run for each of several values"),
        };
        template.output(
            &format!("{name}StateMachineArn"),
            description,
            reference(names::state_machine(machine)),
        );
    }
}

/// Using the key of the spec: for objects, messages and the environment. AWS pages: "Protecting
/// data with server-side encryption", "Encrypting messages published to Amazon SNS", "Amazon SQS
/// key management".
fn key(settings: &pipeline::Stack) -> Option<PolicyStatement> {
    let key = settings.kms_key.as_deref()?;
    Some(PolicyStatement::allow(
        Some("Key"),
        &["kms:Decrypt", "kms:GenerateDataKey"],
        vec![key.into()],
    ))
}

/// Sending traces (AWS page: "AWS X-Ray and Step Functions").
fn xray() -> PolicyStatement {
    PolicyStatement::allow_without_resource(
        "Tracing",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ],
    )
}
