//! What a state machine may do: read off its definition, so that a role has what its machine calls and
//! no more.

use asl::definition::{State, States};

use super::StackError;
use super::intrinsic::{Text, arn, attribute};
use super::names::{self, FUNCTION};
use super::policy::{PolicyDocument, Role, Statement};
use super::template::{Properties, Template};
use super::xray;
use crate::machines::{Definition, Machine, Placeholder};
use crate::pipeline::Pipeline;

/// What a definition calls.
#[derive(Debug, Default)]
struct Calls {
    function: bool,
    /// Machines whose executions are started and awaited.
    children: Vec<Machine>,
}

/// Adds the role of a machine; its logical id.
pub fn add(
    template: &mut Template,
    pipeline: &Pipeline,
    machine: Machine,
    definition: &Definition,
) -> Result<String, StackError> {
    let mut calls = Calls::default();
    collect(&definition.machine.states, machine, definition, &mut calls)?;
    let mut permissions = Vec::new();
    if calls.function {
        permissions.push(Statement::allow(
            Some("Actions"),
            &["lambda:InvokeFunction"],
            vec![attribute(FUNCTION, "Arn")],
        ));
    }
    if !calls.children.is_empty() {
        permissions.extend(children(&calls.children, &pipeline.name));
    }
    // AWS page: "Logging in CloudWatch Logs".
    permissions.push(Statement::allow_without_resource(
        "LogDelivery",
        &[
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ],
    ));
    if pipeline.stack.tracing {
        permissions.push(xray());
    }
    let trust = PolicyDocument::trust(
        "states.amazonaws.com",
        Some(names::state_machine_arn(machine, &pipeline.name)),
    );
    let logical_id = format!("{}Role", names::state_machine(machine));
    let description = format!("The state machine {}", definition.name);
    template.add(
        &logical_id,
        Properties::Role(Role::new(description, trust, permissions)),
    );
    Ok(logical_id)
}

/// Starting executions and awaiting their end (AWS page: "IAM policies for nested Step Functions
/// calls").
fn children(children: &[Machine], pipeline: &str) -> [Statement; 3] {
    let all = |of: fn(Machine, &str) -> Text| -> Vec<Text> {
        children
            .iter()
            .map(|machine| of(*machine, pipeline))
            .collect()
    };
    [
        Statement::allow(
            Some("Start"),
            &["states:StartExecution"],
            all(names::state_machine_arn),
        ),
        Statement::allow(
            Some("Await"),
            &["states:DescribeExecution", "states:StopExecution"],
            all(names::executions_arn),
        ),
        Statement::allow(
            Some("ManagedRule"),
            &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            vec![arn(
                "events",
                "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
            )],
        ),
    ]
}

fn collect(
    states: &States,
    machine: Machine,
    definition: &Definition,
    calls: &mut Calls,
) -> Result<(), StackError> {
    for (name, state) in states {
        match state {
            State::Task(task) => {
                let unknown = || StackError::UnknownCall {
                    machine: definition.name.clone(),
                    state: name.clone(),
                    resource: task.resource.clone(),
                };
                match task.resource.as_str() {
                    "arn:aws:states:::lambda:invoke"
                    | "arn:aws:states:::lambda:invoke.waitForTaskToken" => calls.function = true,
                    "arn:aws:states:::states:startExecution.sync:2" => {
                        let started = task
                            .arguments
                            .as_ref()
                            .and_then(|arguments| arguments.get("StateMachineArn"))
                            .and_then(serde_json::Value::as_str)
                            .and_then(|text| started(text, machine))
                            .ok_or_else(unknown)?;
                        if !calls.children.contains(&started) {
                            calls.children.push(started);
                        }
                    }
                    _ => return Err(unknown()),
                }
            }
            State::Map(map) => collect(&map.item_processor.states, machine, definition, calls)?,
            State::Parallel(parallel) => {
                for branch in &parallel.branches {
                    collect(&branch.states, machine, definition, calls)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The machine that `text` names as the one to be started.
fn started(text: &str, of: Machine) -> Option<Machine> {
    if text == "{% $states.context.StateMachine.Id %}" {
        return Some(of);
    }
    Placeholder::ALL
        .into_iter()
        .find_map(|placeholder| match placeholder {
            Placeholder::StateMachine(machine) if placeholder.text() == text => Some(machine),
            _ => None,
        })
}
