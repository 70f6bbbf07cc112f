//! Logical ids, and the few names that must be known before their resource is made.

use super::intrinsic::{Text, arn};
use super::parts::{LogicalId, StackPart};
use crate::machines::Machine;

/// Parameter: the artifacts' bucket.
pub const ARTIFACTS_BUCKET: &str = "ArtifactsBucket";
/// Parameter: key of the Lambda's zip in the artifacts' bucket.
pub const LAMBDA_PACKAGE: &str = "LambdaPackage";
/// Bucket of states, results, manifests and pages.
pub const DATA_BUCKET: &str = StackPart::DataBucket.form();
/// Topic that hears of the ends of runs.
pub const TOPIC: &str = StackPart::Topic.form();
/// The Lambda with every action.
pub const FUNCTION: &str = StackPart::Function.form();
/// The role that the Lambda runs as.
pub const FUNCTION_ROLE: &str = StackPart::FunctionRole.form();
/// The Lambda's log group.
pub const FUNCTION_LOGS: &str = StackPart::FunctionLogs.form();
/// The state machines' log group.
pub const STATE_MACHINE_LOGS: &str = StackPart::StateMachineLogs.form();
/// The job queue that RSQL scripts run in, where the stack makes it.
pub const RSQL_QUEUE: &str = StackPart::RsqlQueue.form();
/// The job definition that RSQL scripts run with, where the stack makes it.
pub const RSQL_DEFINITION: &str = StackPart::RsqlDefinition.form();
/// The log group of RSQL scripts, where the stack makes their definition.
pub const RSQL_LOGS: &str = StackPart::RsqlLogs.form();
/// Output: ARN of that queue.
pub const RSQL_QUEUE_OUTPUT: &str = "RsqlQueueArn";
/// Output: ARN of that definition's revision.
pub const RSQL_DEFINITION_OUTPUT: &str = "RsqlDefinitionArn";
/// What has steps run when the stack is deployed or destroyed.
pub const STACK_RUNS: &str = StackPart::StackRuns.form();
/// Events that could not be delivered.
pub const UNDELIVERED: &str = StackPart::Undelivered.form();

/// The part of the stack that a machine is.
pub const fn part(machine: Machine) -> StackPart {
    match machine {
        Machine::Query => StackPart::QueryStateMachine,
        Machine::QueryTimeout => StackPart::QueryTimeoutStateMachine,
        Machine::QueryLoop => StackPart::QueryLoopStateMachine,
        Machine::Run => StackPart::RetryStateMachine,
        Machine::Report => StackPart::ReportStateMachine,
        Machine::Backfill => StackPart::BackfillStateMachine,
    }
}

/// Logical id of a machine.
pub const fn state_machine(machine: Machine) -> &'static str {
    part(machine).form()
}

/// Logical id of the role of a machine: `QueryStateMachineRole`.
pub fn role(machine: Machine) -> LogicalId {
    let machine = state_machine(machine).trim_end_matches("StateMachine");
    StackPart::StateMachineRole.of(machine)
}

/// ARN of a machine, composed from its name. A role that names the machine which has that role, or a
/// machine that starts itself, would otherwise be a circular reference.
pub fn state_machine_arn(machine: Machine, pipeline: &str) -> Text {
    arn(
        "states",
        &format!("stateMachine:{}", machine.name(pipeline)),
    )
}

/// ARN of every execution of a machine.
pub fn executions_arn(machine: Machine, pipeline: &str) -> Text {
    arn("states", &format!("execution:{}:*", machine.name(pipeline)))
}
