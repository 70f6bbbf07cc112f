//! Logical ids, and the few names that must be known before their resource is made.

use super::intrinsic::{Text, arn};
use crate::machines::Machine;

/// Parameter: the artifacts' bucket.
pub const ARTIFACTS_BUCKET: &str = "ArtifactsBucket";
/// Parameter: key of the Lambda's zip in the artifacts' bucket.
pub const LAMBDA_PACKAGE: &str = "LambdaPackage";
/// Bucket of states, results, manifests and pages.
pub const DATA_BUCKET: &str = "DataBucket";
/// Topic that hears of the ends of runs.
pub const TOPIC: &str = "Topic";
/// The Lambda with every action.
pub const FUNCTION: &str = "Function";
/// The role that the Lambda runs as.
pub const FUNCTION_ROLE: &str = "FunctionRole";
/// The Lambda's log group.
pub const FUNCTION_LOGS: &str = "FunctionLogs";
/// The state machines' log group.
pub const STATE_MACHINE_LOGS: &str = "StateMachineLogs";
/// The job queue that RSQL scripts run in, where the stack makes it.
pub const RSQL_QUEUE: &str = "RsqlQueue";
/// The job definition that RSQL scripts run with, where the stack makes it.
pub const RSQL_DEFINITION: &str = "RsqlDefinition";
/// The log group of RSQL scripts, where the stack makes their definition.
pub const RSQL_LOGS: &str = "RsqlLogs";
/// Output: ARN of that queue.
pub const RSQL_QUEUE_OUTPUT: &str = "RsqlQueueArn";
/// Output: ARN of that definition's revision.
pub const RSQL_DEFINITION_OUTPUT: &str = "RsqlDefinitionArn";
/// What has steps run when the stack is deployed or destroyed.
pub const STACK_RUNS: &str = "StackRuns";
/// Events that could not be delivered.
pub const UNDELIVERED: &str = "Undelivered";

/// Logical id of a machine.
pub fn state_machine(machine: Machine) -> &'static str {
    match machine {
        Machine::Query => "QueryStateMachine",
        Machine::QueryTimeout => "QueryTimeoutStateMachine",
        Machine::QueryLoop => "QueryLoopStateMachine",
        Machine::Run => "RetryStateMachine",
        Machine::Report => "ReportStateMachine",
        Machine::Backfill => "BackfillStateMachine",
    }
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
