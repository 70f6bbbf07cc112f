//! A bucket that tells somebody of every change of a run's global state.

use std::sync::Arc;

use async_trait::async_trait;
use runtime_lambda::ports::{
    ObjectWriter, Store, StoreError, StoredObject, Turn, Versioned, WriteCondition,
};
use runtime_lambda::state::GlobalState;

/// Hears of the global state each time that it has changed.
pub trait StateObserver: Send + Sync {
    /// Called with the state as it is now in the bucket.
    fn changed(&self, state: &GlobalState);
}

/// A bucket and who hears of its states.
pub struct WatchedBucket {
    bucket: Arc<dyn Store>,
    observer: Arc<dyn StateObserver>,
}

impl WatchedBucket {
    /// Tells `observer` of the states that are written to `bucket`.
    #[must_use]
    pub fn new(bucket: Arc<dyn Store>, observer: Arc<dyn StateObserver>) -> Self {
        Self { bucket, observer }
    }
}

#[async_trait]
impl Store for WatchedBucket {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        self.bucket.get(key).await
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.bucket.get_start(key, bytes).await
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        self.bucket.put(key, body, condition).await
    }

    async fn state(
        &self,
        key: &str,
        known: Option<Versioned>,
    ) -> Result<Option<Versioned>, StoreError> {
        self.bucket.state(key, known).await
    }

    async fn put_state(
        &self,
        key: &str,
        state: &Arc<GlobalState>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        let etag = self.bucket.put_state(key, state, condition).await?;
        self.observer.changed(state);
        Ok(etag)
    }

    async fn turn(&self, key: &str) -> Option<Turn> {
        self.bucket.turn(key).await
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        self.bucket.writer(key).await
    }

    fn uri(&self, key: &str) -> String {
        self.bucket.uri(key)
    }

    fn location(&self, key: &str) -> String {
        self.bucket.location(key)
    }
}
