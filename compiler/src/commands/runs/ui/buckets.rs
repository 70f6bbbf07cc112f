//! The buckets of runs as the page's maker reads them. Nothing is written.

use std::sync::Arc;

use async_trait::async_trait;
use runtime_lambda::keys::sha256;
use runtime_lambda::ports::{ObjectWriter, Store, StoreError, StoredObject, WriteCondition};

use crate::commands::runs::Runs;
use crate::commands::session::EarlyEnd;

/// Where the runs' states and results lie.
pub struct DataOf(pub Arc<Runs>);

/// Where their plans and scripts lie.
pub struct ArtifactsOf(pub Arc<Runs>);

fn unavailable(early: &EarlyEnd) -> StoreError {
    let messages: Vec<&str> = early
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    StoreError::Unavailable(messages.join("; "))
}

fn read_only() -> StoreError {
    StoreError::Refused("whoever shows a run writes nothing".to_owned())
}

fn object(body: Vec<u8>) -> StoredObject {
    StoredObject {
        etag: sha256(&body),
        body,
    }
}

#[async_trait]
impl Store for DataOf {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        let body = self.0.object(key).await;
        Ok(body.map_err(|early| unavailable(&early))?.map(object))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let start = self.0.beginning(key, bytes).await;
        start.map_err(|early| unavailable(&early))
    }

    async fn put(&self, _: &str, _: Vec<u8>, _: WriteCondition<'_>) -> Result<String, StoreError> {
        Err(read_only())
    }

    async fn writer(&self, _: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        Err(read_only())
    }

    fn location(&self, key: &str) -> String {
        self.0.location(key)
    }

    fn uri(&self, key: &str) -> String {
        self.0.location(key)
    }
}

#[async_trait]
impl Store for ArtifactsOf {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        let body = self.0.artifact(key).await;
        Ok(body.map_err(|early| unavailable(&early))?.map(object))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let body = self.0.artifact(key).await;
        let body = body.map_err(|early| unavailable(&early))?;
        let most = usize::try_from(bytes).unwrap_or(usize::MAX);
        Ok(body.map(|body| body.into_iter().take(most).collect()))
    }

    async fn put(&self, _: &str, _: Vec<u8>, _: WriteCondition<'_>) -> Result<String, StoreError> {
        Err(read_only())
    }

    async fn writer(&self, _: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        Err(read_only())
    }

    fn location(&self, key: &str) -> String {
        key.to_owned()
    }

    fn uri(&self, key: &str) -> String {
        key.to_owned()
    }
}
