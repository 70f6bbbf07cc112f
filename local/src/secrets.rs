//! Secrets on a laptop: environment variables.

use async_trait::async_trait;
use runtime_lambda::ports::{Secrets, SecretsError};

/// How the variables' names begin.
const PREFIX: &str = "SFC_SECRET_";

/// The variable that holds the value of the secret parameter with this name.
#[must_use]
pub fn variable(parameter: &str) -> String {
    format!("{PREFIX}{}", parameter.to_ascii_uppercase())
}

/// The value of the secret parameter with this name; none if it is not set, empty, or no Unicode.
#[must_use]
pub fn value(parameter: &str) -> Option<String> {
    let value = std::env::var(variable(parameter)).ok();
    value.filter(|value| !value.is_empty())
}

/// This process's environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvironmentSecrets;

#[async_trait]
impl Secrets for EnvironmentSecrets {
    async fn value(&self, parameter: &str, _: &str) -> Result<String, SecretsError> {
        value(parameter).ok_or_else(|| SecretsError::Refused {
            parameter: parameter.to_owned(),
            reason: format!(
                "the environment variable {} is not set",
                variable(parameter)
            ),
        })
    }

    async fn earlier(&self, _: &str, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }
}
