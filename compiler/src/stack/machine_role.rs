//! What a state machine may do: read off its definition, so that a role has what its machine calls and
//! no more.

use asl::definition::{State, States};

use super::intrinsic::{Text, arn, attribute, reference};
use super::names::{self, FUNCTION};
use super::parts::StackPart;
use super::policy::{ManagedPolicy, PolicyDocument, PolicyStatement, RoleProperties};
use super::template::StackTemplate;
use super::xray;
use super::{StackError, job_permissions};
use crate::machines::{self, Definition, Machine};
use crate::pipeline::Pipeline;

/// Logical id of what every machine may do.
const OBSERVABILITY: &str = StackPart::StateMachineObservability.form();

const INVOKE: &str = "lambda:invoke";
const INVOKE_AND_WAIT: &str = "lambda:invoke.waitForTaskToken";
const START_EXECUTION: &str = "states:startExecution.sync:2";

/// What a definition calls; integrations without their partition.
#[derive(Debug, Default)]
struct Calls {
    function: bool,
    /// Machines whose executions are started and awaited.
    children: Vec<Machine>,
    /// Resources of tasks that are a step's own, by the state that has them.
    jobs: Vec<(String, String)>,
}

/// Adds the role of a machine; its logical id.
pub fn add(
    template: &mut StackTemplate,
    pipeline: &Pipeline,
    machine: Machine,
    definition: &Definition,
) -> Result<String, StackError> {
    let mut calls = Calls::default();
    collect(
        &definition.machine.states,
        (machine, &pipeline.name),
        &mut calls,
    );
    let mut permissions = Vec::new();
    if calls.function {
        permissions.push(PolicyStatement::allow(
            Some("Actions"),
            &["lambda:InvokeFunction"],
            vec![attribute(FUNCTION, "Arn")],
        ));
    }
    if !calls.children.is_empty() {
        permissions.extend(children(&calls.children, &pipeline.name));
    }
    for (resource, state) in &calls.jobs {
        let known = job_permissions::of(resource, pipeline);
        permissions.extend(known.ok_or_else(|| StackError::UnknownCall {
            machine: definition.name.clone(),
            state: state.clone(),
            resource: resource.clone(),
        })?);
    }
    let awaits_others = calls
        .jobs
        .iter()
        .any(|(resource, _)| resource == START_EXECUTION);
    if awaits_others || !calls.children.is_empty() {
        permissions.push(managed_rule());
    }
    let trust = PolicyDocument::trust(
        "states.amazonaws.com",
        Some(names::state_machine_arn(machine, &pipeline.name)),
    );
    let logical_id = names::role(machine);
    let description = format!("The state machine {}", definition.name);
    let role = RoleProperties::new(description, trust, permissions).with(reference(OBSERVABILITY));
    template.add(logical_id.clone(), role);
    Ok(logical_id.into_text())
}

/// Adds what every machine may do: write its log and send its traces.
pub fn add_observability(template: &mut StackTemplate, pipeline: &Pipeline) {
    // AWS page: "Logging in CloudWatch Logs".
    let mut permissions = vec![PolicyStatement::allow_without_resource(
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
    )];
    if pipeline.stack.tracing {
        permissions.push(xray());
    }
    let description = format!("Logs and traces of the state machines of {}", pipeline.name);
    template.add(
        StackPart::StateMachineObservability,
        ManagedPolicy::new(description, permissions),
    );
}

/// Starting executions and awaiting their end (AWS page: "IAM policies for nested Step Functions
/// calls").
fn children(children: &[Machine], pipeline: &str) -> [PolicyStatement; 2] {
    let all = |of: fn(Machine, &str) -> Text| -> Vec<Text> {
        children
            .iter()
            .map(|machine| of(*machine, pipeline))
            .collect()
    };
    [
        PolicyStatement::allow(
            Some("Start"),
            &["states:StartExecution"],
            all(names::state_machine_arn),
        ),
        PolicyStatement::allow(
            Some("Await"),
            &["states:DescribeExecution", "states:StopExecution"],
            all(names::executions_arn),
        ),
    ]
}

/// The rule by which Step Functions itself learns of the end of executions.
fn managed_rule() -> PolicyStatement {
    PolicyStatement::allow(
        Some("ManagedRule"),
        &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        vec![arn(
            "events",
            "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
        )],
    )
}

fn collect(states: &States, of: (Machine, &str), calls: &mut Calls) {
    let own = machines::names::function(of.1);
    for (name, state) in states {
        match state {
            State::Task(task) => {
                let argument = |key: &str| {
                    let arguments = task.arguments.as_ref()?;
                    arguments.get(key).and_then(serde_json::Value::as_str)
                };
                let function = argument("FunctionName");
                let started = argument("StateMachineArn").and_then(|arn| started(arn, of));
                let resource = machines::integration(&task.resource).unwrap_or(&task.resource);
                match (resource, started) {
                    (INVOKE | INVOKE_AND_WAIT, _) if function == Some(own.as_str()) => {
                        calls.function = true;
                    }
                    (START_EXECUTION, Some(started)) => {
                        if !calls.children.contains(&started) {
                            calls.children.push(started);
                        }
                    }
                    (resource, _) => {
                        if calls.jobs.iter().all(|(known, _)| known != resource) {
                            calls.jobs.push((resource.to_owned(), name.clone()));
                        }
                    }
                }
            }
            State::Map(map) => collect(&map.item_processor.states, of, calls),
            State::Parallel(parallel) => {
                for branch in &parallel.branches {
                    collect(&branch.states, of, calls);
                }
            }
            _ => {}
        }
    }
}

/// The machine that `text` names as the one to be started.
fn started(text: &str, (of, pipeline): (Machine, &str)) -> Option<Machine> {
    if text == "{% $states.context.StateMachine.Id %}" {
        return Some(of);
    }
    Machine::ALL
        .into_iter()
        .find(|machine| machines::names::arn_of(*machine, pipeline) == text)
}
