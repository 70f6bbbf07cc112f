//! Values of secrets, from AWS Secrets Manager.

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::{
    GetSecretValueError, GetSecretValueOutput,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::failure::{CallFailure, FailureKind};
use crate::ports::{Secrets, SecretsError};

/// The stage of the value before the present one (AWS page: "What's in a Secrets Manager secret?").
const PREVIOUS: &str = "AWSPREVIOUS";

/// The code that says that a secret has no value at a stage.
const NOT_FOUND: &str = "ResourceNotFoundException";

/// The port [`Secrets`] over AWS Secrets Manager: secrets are named by ARN, values are text.
pub struct SecretsManager {
    client: Client,
}

impl SecretsManager {
    /// A port over this client, with the permissions of the Lambda's role.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Secrets for SecretsManager {
    async fn value(&self, parameter: &str, arn: &str) -> Result<String, SecretsError> {
        let answer = self.client.get_secret_value().secret_id(arn).send().await;
        let answer = answer.map_err(|error| failed(parameter, &failure(&error)))?;
        text(parameter, answer)
    }

    async fn earlier(&self, parameter: &str, arn: &str) -> Result<Option<String>, SecretsError> {
        let asked = self.client.get_secret_value().secret_id(arn);
        match asked.version_stage(PREVIOUS).send().await {
            Ok(answer) => text(parameter, answer).map(Some),
            Err(error) => match failure(&error) {
                failure if failure.code == NOT_FOUND => Ok(None),
                failure => Err(failed(parameter, &failure)),
            },
        }
    }
}

fn text(parameter: &str, answer: GetSecretValueOutput) -> Result<String, SecretsError> {
    answer.secret_string.ok_or_else(|| SecretsError::Refused {
        parameter: parameter.to_owned(),
        reason: "it is binary, and not a text".to_owned(),
    })
}

fn failure(error: &SdkError<GetSecretValueError, HttpResponse>) -> CallFailure {
    CallFailure::of("GetSecretValue", error)
}

fn failed(parameter: &str, failure: &CallFailure) -> SecretsError {
    let parameter = parameter.to_owned();
    match failure.kind {
        FailureKind::Throttled => SecretsError::Throttled(parameter),
        FailureKind::Unavailable => SecretsError::Unavailable(parameter),
        FailureKind::Refused => SecretsError::Refused {
            parameter,
            reason: failure.sentence.clone(),
        },
    }
}
