//! Ports that the simulated pipelines have little use for: no stack waits for a run, and a secret has
//! a value of its own.

use async_trait::async_trait;
use runtime_lambda::ports::{
    CustomResources, CustomResourcesError, Response, Secrets as SecretsPort, SecretsError,
};

/// Nobody waits for an answer.
pub struct NoStack;

#[async_trait]
impl CustomResources for NoStack {
    async fn respond(&self, _: &str, _: &Response) -> Result<(), CustomResourcesError> {
        Err(CustomResourcesError::Refused(
            "there is no stack".to_owned(),
        ))
    }
}

/// The value of each secret follows from its name.
pub struct Secrets;

#[async_trait]
impl SecretsPort for Secrets {
    async fn value(&self, parameter: &str, _: &str) -> Result<String, SecretsError> {
        Ok(format!("secret of {parameter}"))
    }

    async fn earlier(&self, _: &str, _: &str) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }
}
