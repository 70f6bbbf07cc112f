//! Secrets Manager: each secret has a value of its own.

use std::sync::Arc;

use async_trait::async_trait;
use runtime_lambda::ports::{Secrets, SecretsError};

use crate::faults::FaultKind;
use crate::world::World;

/// The value of each secret follows from its name.
pub struct ModelSecrets(pub Arc<World>);

impl ModelSecrets {
    async fn read(&self, parameter: &str) -> Result<(), SecretsError> {
        let world = &self.0;
        world
            .travel("secret", parameter, FaultKind::StoreSlow)
            .await;
        match world.fault(FaultKind::SecretsUnavailable, parameter) {
            Some(_) => Err(SecretsError::Unavailable("no answer".to_owned())),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Secrets for ModelSecrets {
    async fn value(&self, parameter: &str, _: &str) -> Result<String, SecretsError> {
        self.read(parameter).await?;
        Ok(format!("secret of {parameter}"))
    }

    async fn earlier(&self, parameter: &str, _: &str) -> Result<Option<String>, SecretsError> {
        self.read(parameter).await?;
        Ok(None)
    }
}
