//! Definitions of a stack: which are the same, and where their machines are.

use serde_json::Value;

use crate::machines::Machine;

/// Whether two definitions say the same, however they are spaced.
#[must_use]
pub fn are_same(one: &str, other: &str) -> bool {
    match (
        serde_json::from_str::<Value>(one),
        serde_json::from_str::<Value>(other),
    ) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Name of the output with a machine's ARN.
#[must_use]
pub fn output(machine: Machine) -> &'static str {
    match machine {
        Machine::Query => "QueryStateMachineArn",
        Machine::QueryTimeout => "QueryTimeoutStateMachineArn",
        Machine::QueryLoop => "QueryLoopStateMachineArn",
        Machine::Run => "RunStateMachineArn",
        Machine::Report => "ReportStateMachineArn",
        Machine::Backfill => "BackfillStateMachineArn",
    }
}
