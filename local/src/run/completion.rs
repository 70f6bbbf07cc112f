//! Statements that tell when they have ended. In AWS the Redshift Data API and EventBridge do so
//! together for a statement that was executed with an event.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use runtime_lambda::ports::{
    ResultPage, StatementDescription, StatementStatus, Submission, Warehouse, WarehouseError,
};
use tokio::sync::mpsc;

/// How long one question about a statement waits for its end.
const WAIT: Duration = Duration::from_secs(30);

/// How long to leave a warehouse alone that did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// A statement has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementEnded {
    /// The name that it was started under.
    pub name: String,
    /// Id that the warehouse gave it.
    pub id: String,
    /// FINISHED, FAILED or ABORTED: only ends are told.
    pub status: StatementStatus,
}

/// When the bus brings an event that it was given: once for each entry, that long after the end of
/// the statement.
pub trait Bus: Send + Sync {
    /// The deliveries of this event; none if it is lost.
    fn deliveries(&self, ended: &StatementEnded) -> Vec<Duration>;
}

/// Brings every event once and at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prompt;

impl Bus for Prompt {
    fn deliveries(&self, _: &StatementEnded) -> Vec<Duration> {
        vec![Duration::ZERO]
    }
}

/// A warehouse whose statements tell when they have ended, if they were executed with an event.
pub struct Announced {
    warehouse: Arc<dyn Warehouse>,
    ends: mpsc::UnboundedSender<StatementEnded>,
    /// Ids of the statements that will tell: an execution that is asked for again is the same one.
    watched: Mutex<HashSet<String>>,
}

impl Announced {
    /// The warehouse, and where its events come from.
    #[must_use]
    pub fn new(warehouse: Arc<dyn Warehouse>) -> (Self, mpsc::UnboundedReceiver<StatementEnded>) {
        let (ends, ended) = mpsc::unbounded_channel();
        let watched = Mutex::default();
        let this = Self {
            warehouse,
            ends,
            watched,
        };
        (this, ended)
    }

    fn watch(&self, name: &str, id: &str) {
        let new = self.watched.lock().insert(id.to_owned());
        if new {
            let (warehouse, ends) = (Arc::clone(&self.warehouse), self.ends.clone());
            let (name, id) = (name.to_owned(), id.to_owned());
            tokio::spawn(async move {
                if let Some(status) = end(warehouse.as_ref(), &id).await {
                    // Nobody listens any more once the run is over.
                    let _ = ends.send(StatementEnded { name, id, status });
                }
            });
        }
    }
}

/// How a statement ended; none if the warehouse does not know it.
async fn end(warehouse: &dyn Warehouse, id: &str) -> Option<StatementStatus> {
    loop {
        match warehouse.describe(id, WAIT).await {
            Ok(description) if description.status.is_terminal() => return Some(description.status),
            Ok(_) => {}
            Err(WarehouseError::NoSuchStatement(_) | WarehouseError::Refused(_)) => return None,
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

#[async_trait]
impl Warehouse for Announced {
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let description = self.warehouse.execute(execution, wait).await?;
        if execution.with_event {
            self.watch(&execution.statement_name, &description.id);
        }
        Ok(description)
    }

    fn longest_submission(&self) -> Duration {
        self.warehouse.longest_submission()
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        self.warehouse.describe(statement_id, wait).await
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
