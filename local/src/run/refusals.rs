//! The first refusal of a disk. A run whose state, results or data cannot be written any more is over,
//! and its person is told at once.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::ports::{
    ObjectWriter, ResultPage, StatementDescription, StatementStatus, Store, StoreError,
    StoredObject, Submission, Turn, Versioned, Warehouse, WarehouseError, WriteCondition,
};
use runtime_lambda::state::GlobalState;
use tokio::sync::watch;

/// What the system says of a disk that takes nothing more, in the words of C's library: the engine
/// passes them on.
const FULL: [&str; 4] = [
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Read-only file system",
];

/// How the engine starts every error of a database that it cannot write any more.
const INVALIDATED: &str = "database has been invalidated";

/// Hears of the first refusal.
#[derive(Clone)]
pub(crate) struct Refusals {
    first: Arc<watch::Sender<Option<String>>>,
}

impl Refusals {
    pub(crate) fn new() -> Self {
        Self {
            first: Arc::new(watch::Sender::new(None)),
        }
    }

    fn refused(&self, sentence: String) {
        self.first.send_if_modified(|first| {
            let is_first = first.is_none();
            if is_first {
                *first = Some(sentence);
            }
            is_first
        });
    }

    /// Ready at the first refusal, with what was refused and why.
    pub(crate) async fn first(&self) -> String {
        let mut first = self.first.subscribe();
        let found = first.wait_for(Option::is_some).await;
        match found.ok().and_then(|first| first.clone()) {
            Some(sentence) => sentence,
            None => std::future::pending().await,
        }
    }

    fn heard<T>(&self, written: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Refused(sentence)) = &written {
            self.refused(sentence.clone());
        }
        written
    }
}

/// A bucket whose refusals to be written are heard.
pub(crate) struct HeardBucket {
    pub(crate) bucket: Arc<dyn Store>,
    pub(crate) refusals: Refusals,
}

#[async_trait]
impl Store for HeardBucket {
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
        self.refusals
            .heard(self.bucket.put(key, body, condition).await)
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
        self.refusals
            .heard(self.bucket.put_state(key, state, condition).await)
    }

    async fn turn(&self, key: &str) -> Option<Turn> {
        self.bucket.turn(key).await
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        let writer = self.refusals.heard(self.bucket.writer(key).await)?;
        Ok(Box::new(HeardWriter {
            writer,
            refusals: self.refusals.clone(),
        }))
    }

    fn uri(&self, key: &str) -> String {
        self.bucket.uri(key)
    }

    fn location(&self, key: &str) -> String {
        self.bucket.location(key)
    }
}

struct HeardWriter {
    writer: Box<dyn ObjectWriter>,
    refusals: Refusals,
}

#[async_trait]
impl ObjectWriter for HeardWriter {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.writer.write(bytes).await;
        self.refusals.heard(written)
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        let Self { writer, refusals } = *self;
        refusals.heard(writer.finish().await)
    }
}

/// A warehouse whose statements that fail for want of space are heard of.
pub(crate) struct HeardWarehouse {
    pub(crate) warehouse: Arc<dyn Warehouse>,
    pub(crate) refusals: Refusals,
}

impl HeardWarehouse {
    fn heard(&self, description: StatementDescription) -> StatementDescription {
        if description.status == StatementStatus::Failed
            && let Some(error) = &description.error
            && FULL
                .iter()
                .chain([&INVALIDATED])
                .any(|words| error.contains(words))
        {
            self.refusals.refused(format!("the warehouse: {error}"));
        }
        description
    }
}

#[async_trait]
impl Warehouse for HeardWarehouse {
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let described = self.warehouse.execute(execution, wait).await?;
        Ok(self.heard(described))
    }

    fn longest_submission(&self) -> Duration {
        self.warehouse.longest_submission()
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let described = self.warehouse.describe(statement_id, wait).await?;
        Ok(self.heard(described))
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        self.warehouse.cancel(statement_id).await
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        self.warehouse.find(statement_name).await
    }

    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError> {
        self.warehouse.result(statement_id, next_token).await
    }
}
