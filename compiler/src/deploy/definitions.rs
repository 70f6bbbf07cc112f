//! The definitions with the ARNs of a deployment where they leave references open.

use std::collections::BTreeMap;

use serde_json::Value;

use super::deployment::Deployment;
use crate::machines::{Machine, Machines, Placeholder};

/// Definitions by machine, with nothing left open.
///
/// `arn` says what stands for a placeholder.
#[must_use]
pub fn filled(
    machines: &Machines,
    arn: impl Fn(Placeholder) -> String,
) -> BTreeMap<Machine, String> {
    machines
        .definitions
        .iter()
        .map(|(machine, definition)| {
            let json = Placeholder::ALL
                .into_iter()
                .fold(definition.json.clone(), |json, placeholder| {
                    json.replace(&placeholder.text(), &arn(placeholder))
                });
            (*machine, json)
        })
        .collect()
}

/// ARNs as they will look like before anything is there, so that a definition can be validated.
#[must_use]
pub fn expected_arn(
    placeholder: Placeholder,
    pipeline: &str,
    region: &str,
    account: &str,
) -> String {
    match placeholder {
        Placeholder::ArtifactsBucket => Deployment::artifacts_bucket(account, region),
        // Step Functions looks at the form of a definition, not at whether a queue is there.
        Placeholder::RsqlQueue => format!("{pipeline}-queue"),
        Placeholder::RsqlDefinition => format!("{pipeline}-rsql"),
        Placeholder::Function => {
            format!("arn:aws:lambda:{region}:{account}:function:{pipeline}-actions")
        }
        Placeholder::StateMachine(machine) => format!(
            "arn:aws:states:{region}:{account}:stateMachine:{}",
            machine.name(pipeline)
        ),
    }
}

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
        Machine::Retry => "RunStateMachineArn",
        Machine::Report => "ReportStateMachineArn",
    }
}
