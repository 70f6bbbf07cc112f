//! What a company demands of every role, policy and log group, whichever part of the stack adds them: so
//! nothing is forgotten.

use super::log_group::LogGroup;
use super::policy::{ManagedPolicy, RoleProperties};
use super::template::StackTemplate;
use crate::pipeline::Stack;

/// Bounds, names and encrypts all that is in the template by now.
pub fn apply(template: &mut StackTemplate, settings: &Stack, pipeline: &str) {
    for (logical_id, entry) in &mut template.resources {
        let name = settings
            .role_prefix
            .as_ref()
            .map(|prefix| format!("{prefix}{pipeline}-{}", suffix(logical_id)));
        if let Some(role) = entry.of_type::<RoleProperties>() {
            role.guard(
                name,
                settings.role_path.clone(),
                settings.permissions_boundary.clone(),
            );
        } else if let Some(policy) = entry.of_type::<ManagedPolicy>() {
            policy.guard(name, settings.role_path.clone());
        } else if let Some(logs) = entry.of_type::<LogGroup>() {
            logs.kms_key_id.clone_from(&settings.kms_key);
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
