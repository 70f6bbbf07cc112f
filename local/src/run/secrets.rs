//! Secrets on a laptop: environment variables.

use std::collections::HashMap;

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

/// Secrets from variables of this process's environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvironmentSecrets;

/// Values that somebody gives; the others are this process's environment's.
#[derive(Clone, Default)]
pub struct GivenSecrets {
    values: HashMap<String, String>,
}

impl GivenSecrets {
    /// Values by the names of their parameters.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            values: values.into_iter().collect(),
        }
    }
}

#[async_trait]
impl Secrets for GivenSecrets {
    async fn value(&self, parameter: &str, arn: &str) -> Result<String, SecretsError> {
        match self.values.get(parameter) {
            Some(value) => Ok(value.clone()),
            None => EnvironmentSecrets.value(parameter, arn).await,
        }
    }

    async fn earlier(&self, _: &str, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }
}

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
