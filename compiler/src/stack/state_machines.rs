//! The state machines: definitions, logs, tracing.

use serde::Serialize;

use super::intrinsic::{Text, attribute, reference};
use super::log_group::LogGroup;
use super::machine_role;
use super::names::{self, ARTIFACTS_BUCKET, FUNCTION, STATE_MACHINE_LOGS};
use super::parts::StackPart;
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use super::{Definitions, StackError};
use crate::machines::{Definition, Machine, MachineDefinitions};
use crate::pipeline::Pipeline;

/// Adds the machines, each with its role, and the log group of all of them.
pub fn add(
    template: &mut StackTemplate,
    pipeline: &Pipeline,
    machines: &MachineDefinitions,
    definitions: &Definitions,
) -> Result<(), StackError> {
    // With this start of its name, the group needs no room in the account's resource policy of
    // CloudWatch Logs. That policy is small (AWS page: "Logging in CloudWatch Logs").
    let logs = LogGroup {
        log_group_name: format!("/aws/vendedlogs/states/{}", pipeline.name),
        kms_key_id: None,
        retention_in_days: pipeline.stack.log_retention_days,
    };
    template.add(StackPart::StateMachineLogs, logs);
    machine_role::add_observability(template, pipeline);
    for (machine, definition) in &machines.definitions {
        let role = machine_role::add(template, pipeline, *machine, definition)?;
        let (definition_string, definition_s3_location) = match definitions {
            Definitions::Inlined => (Some(compact(definition)?), None),
            Definitions::InBucket(keys) => (
                None,
                keys.get(machine).map(|key| DefinitionS3Location {
                    bucket: reference(ARTIFACTS_BUCKET),
                    key: key.clone(),
                }),
            ),
        };
        let state_machine = StateMachineProperties {
            definition_s3_location,
            definition_string,
            logging_configuration: LoggingConfiguration {
                destinations: [Destination {
                    cloud_watch_logs_log_group: LogGroupArn {
                        log_group_arn: attribute(STATE_MACHINE_LOGS, "Arn"),
                    },
                }],
                include_execution_data: false,
                level: "ERROR",
            },
            role_arn: attribute(&role, "Arn"),
            state_machine_name: definition.name.clone(),
            state_machine_type: "STANDARD",
            tracing_configuration: pipeline
                .stack
                .tracing
                .then_some(TracingConfiguration { enabled: true }),
        };
        template
            .add(names::part(*machine), state_machine)
            .after(needed(*machine).iter().map(|id| (*id).to_owned()));
    }
    Ok(())
}

/// What must be there before a machine can do anything: its definition names it, but does not refer to
/// it.
fn needed(machine: Machine) -> &'static [&'static str] {
    const OF_A_LANE: &[&str] = &[
        names::state_machine(Machine::Query),
        names::state_machine(Machine::QueryTimeout),
    ];
    const OF_A_RUN: &[&str] = &[
        names::state_machine(Machine::QueryLoop),
        names::state_machine(Machine::Report),
    ];
    const OF_A_BACKFILL: &[&str] = &[names::state_machine(Machine::Run)];
    match machine {
        Machine::Query | Machine::QueryTimeout | Machine::Report => &[FUNCTION],
        Machine::QueryLoop => OF_A_LANE,
        Machine::Run => OF_A_RUN,
        Machine::Backfill => OF_A_BACKFILL,
    }
}

/// A definition without the spaces that are for people.
pub fn compact(definition: &Definition) -> Result<String, StackError> {
    serde_json::to_string(&definition.machine).map_err(|source| StackError::Unwritable {
        what: definition.name.clone(),
        source,
    })
}

/// The properties that sfc sets of `AWS::StepFunctions::StateMachine`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachineProperties {
    #[serde(rename = "DefinitionS3Location")]
    definition_s3_location: Option<DefinitionS3Location>,
    definition_string: Option<String>,
    logging_configuration: LoggingConfiguration,
    role_arn: Text,
    state_machine_name: String,
    state_machine_type: &'static str,
    tracing_configuration: Option<TracingConfiguration>,
}

impl ResourceProperties for StateMachineProperties {
    const TYPE: &'static str = "AWS::StepFunctions::StateMachine";
}

/// Where a definition lies that is not in the template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DefinitionS3Location {
    bucket: Text,
    key: String,
}

/// Errors only, and without data. Step Functions itself keeps the whole history of a Standard
/// execution for 90 days. A run's input may hold what does not belong into a log.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingConfiguration {
    destinations: [Destination; 1],
    include_execution_data: bool,
    level: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    cloud_watch_logs_log_group: LogGroupArn,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LogGroupArn {
    log_group_arn: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TracingConfiguration {
    enabled: bool,
}
