//! The state machines: definitions inlined, logs, tracing.

use serde::Serialize;

use super::intrinsic::{Text, attribute, substitution};
use super::names::{self, FUNCTION, STATE_MACHINE_LOGS};
use super::template::{Properties, Template};
use super::{StackError, function::LogGroup};
use super::{batch, machine_role};
use crate::machines::{Machine, Machines, Placeholder};
use crate::pipeline::{JobDefinition, JobQueue, Pipeline};

/// Adds the machines, each with its role, and the log group of all of them.
pub fn add(
    template: &mut Template,
    pipeline: &Pipeline,
    machines: &Machines,
) -> Result<(), StackError> {
    // With this start of its name, the group needs no room in the account's resource policy of
    // CloudWatch Logs, which is small (AWS page: "Logging in CloudWatch Logs").
    let logs = LogGroup {
        log_group_name: format!("/aws/vendedlogs/states/{}", pipeline.name),
        retention_in_days: pipeline.stack.log_retention_days,
    };
    template.add(STATE_MACHINE_LOGS, Properties::LogGroup(logs));
    machine_role::add_observability(template, pipeline);
    for (machine, definition) in &machines.definitions {
        let role = machine_role::add(template, pipeline, *machine, definition)?;
        let json = serde_json::to_string(&definition.machine).map_err(|source| {
            StackError::Unwritable {
                what: definition.name.clone(),
                source,
            }
        })?;
        let state_machine = StateMachine {
            definition_string: inlined(&existing(&json, pipeline), *machine, &pipeline.name),
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
        template.add(
            names::state_machine(*machine),
            Properties::StateMachine(Box::new(state_machine)),
        );
    }
    Ok(())
}

/// A definition with the names of the queue and of the job definition that are there already.
fn existing(json: &str, pipeline: &Pipeline) -> String {
    let mut json = json.to_owned();
    let Some(rsql) = &pipeline.rsql else {
        return json;
    };
    let mut fill_in = |placeholder: Placeholder, name: &str| {
        let quoted = serde_json::Value::from(name).to_string();
        json = json.replace(&placeholder.text(), quoted.trim_matches('"'));
    };
    if let JobQueue::Existing(name) = &rsql.queue {
        fill_in(Placeholder::RsqlQueue, name);
    }
    if let JobDefinition::Existing(name) = &rsql.definition {
        fill_in(Placeholder::RsqlDefinition, name);
    }
    json
}

/// A definition in which CloudFormation fills in the placeholders, and nothing else. A
/// `DefinitionSubstitutions` would read as drift for ever.
fn inlined(json: &str, of: Machine, pipeline: &str) -> Text {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let known = Placeholder::ALL
            .into_iter()
            .find(|placeholder| from.starts_with(&placeholder.text()));
        let length = if let Some(placeholder) = known {
            text.push_str(&filled_in(placeholder, of, pipeline));
            placeholder.text().len()
        } else {
            text.push_str("${!");
            "${".len()
        };
        rest = from.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    substitution(text)
}

fn filled_in(placeholder: Placeholder, of: Machine, pipeline: &str) -> String {
    match placeholder {
        Placeholder::Function => format!("${{{FUNCTION}.Arn}}"),
        // A parameter of the template.
        Placeholder::ArtifactsBucket => placeholder.text(),
        // What the template makes where nothing is there already.
        Placeholder::RsqlQueue => format!("${{{}}}", names::RSQL_QUEUE),
        Placeholder::RsqlDefinition => batch::definition_with_revision(),
        // A reference to itself would be circular.
        Placeholder::StateMachine(machine) if machine == of => format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{}",
            machine.name(pipeline)
        ),
        Placeholder::StateMachine(machine) => format!("${{{}}}", names::state_machine(machine)),
    }
}

/// Properties of `AWS::StepFunctions::StateMachine`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachine {
    definition_string: Text,
    logging_configuration: LoggingConfiguration,
    role_arn: Text,
    state_machine_name: String,
    state_machine_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracing_configuration: Option<TracingConfiguration>,
}

/// Errors only, and without data: Step Functions itself keeps the whole history of a Standard
/// execution for 90 days, and a run's input may hold what does not belong into a log.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_and_everything_else_is_left_as_it_is() {
        let json = r#"{"a":"${FunctionArn}","b":"${QueryArn}","c":"${x}","d":"${QueryLoopArn}","e":"$${"}"#;
        assert_eq!(
            inlined(json, Machine::QueryLoop, "p"),
            substitution(
                r#"{"a":"${Function.Arn}","b":"${QueryStateMachine}","c":"${!x}","d":"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:p-query-loop","e":"$${!"}"#
            )
        );
    }
}
