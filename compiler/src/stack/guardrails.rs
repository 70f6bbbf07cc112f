//! What a company demands of every role, policy and log group, whichever part of the stack adds them: so
//! nothing is forgotten.

use super::template::{Properties, Template};
use crate::pipeline::Stack;

/// Bounds, names and encrypts all that is in the template by now.
pub fn apply(template: &mut Template, settings: &Stack, pipeline: &str) {
    for (logical_id, resource) in &mut template.resources {
        let name = settings
            .role_prefix
            .as_ref()
            .map(|prefix| format!("{prefix}{pipeline}-{}", suffix(logical_id)));
        match resource.properties_mut() {
            Properties::Role(role) => {
                role.guard(
                    name,
                    settings.role_path.clone(),
                    settings.permissions_boundary.clone(),
                );
            }
            Properties::ManagedPolicy(policy) => policy.guard(name, settings.role_path.clone()),
            Properties::LogGroup(logs) => logs.kms_key_id.clone_from(&settings.kms_key),
            _ => {}
        }
    }
}

/// What the name of a role ends with: `query-timeout` for `QueryTimeoutStateMachineRole`.
fn suffix(logical_id: &str) -> String {
    let mut suffix = String::new();
    for character in logical_id
        .replace("StateMachine", "")
        .trim_end_matches("Role")
        .chars()
    {
        if character.is_ascii_uppercase() && !suffix.is_empty() {
            suffix.push('-');
        }
        suffix.push(character.to_ascii_lowercase());
    }
    suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_with_words_of_the_logical_id() {
        for (logical_id, expected) in [
            ("FunctionRole", "function"),
            ("QueryTimeoutStateMachineRole", "query-timeout"),
            ("TriggerSchedulesRole", "trigger-schedules"),
            ("RsqlExecutionRole", "rsql-execution"),
            ("StateMachineObservability", "observability"),
        ] {
            assert_eq!(suffix(logical_id), expected);
        }
    }
}
