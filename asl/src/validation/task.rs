//! What a task calls, and as whom.

use serde_json::Value;

use super::problem::{ProblemKind, Problems};
use super::resources::{IntegrationPattern, TaskResource, recognize};
use crate::definition::{QueryLanguage, Task};
use crate::interpreter::MachineType;

/// Checks `Resource` and `Credentials`.
pub fn check(
    name: &str,
    task: &Task,
    language: QueryLanguage,
    machine_type: MachineType,
    problems: &mut Problems,
) {
    resource(name, &task.resource, machine_type, problems);
    if let Some(credentials) = &task.credentials
        && !is_role(credentials, language)
    {
        problems.state(
            name,
            ProblemKind::Credentials,
            "has `Credentials` that are no object with a `RoleArn` and nothing else".to_owned(),
        );
    }
}

fn resource(name: &str, resource: &str, machine_type: MachineType, problems: &mut Problems) {
    let (kind, sentence) = match recognize(resource) {
        TaskResource::Unrecognized => (
            ProblemKind::Resource,
            format!("has a resource that Step Functions does not recognize: `{resource}`"),
        ),
        TaskResource::Unheard => (
            ProblemKind::NotKnownHere,
            format!("calls `{resource}`, a service that is not known"),
        ),
        TaskResource::Activity
        | TaskResource::Integration(IntegrationPattern::RunJob | IntegrationPattern::Callback)
            if machine_type == MachineType::Express =>
        {
            (
                ProblemKind::NotInExpress,
                format!(
                    "calls `{resource}`, but an Express machine waits for no job, token or activity"
                ),
            )
        }
        TaskResource::Function | TaskResource::Activity | TaskResource::Integration(_) => return,
    };
    problems.state(name, kind, sentence);
}

/// An object with `RoleArn`, a text, and nothing else ("Accessing resources in
/// other AWS accounts in Step Functions"). In JSONPath, `RoleArn.$` too.
fn is_role(credentials: &Value, language: QueryLanguage) -> bool {
    let Value::Object(fields) = credentials else {
        return false;
    };
    let path = language == QueryLanguage::JSONPath;
    fields.len() == 1
        && fields.iter().all(|(name, role)| {
            (name == "RoleArn" || path && name == "RoleArn.$") && role.is_string()
        })
}
