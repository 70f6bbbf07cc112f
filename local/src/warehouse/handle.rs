//! A statement from outside: everything that is known about it, and its results page by page. The
//! port knows less; this is what the Data API's own descriptions are made of.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use runtime_lambda::ports::StatementStatus;

use super::detail::ColumnDetail;
use super::registry::Statement;
use super::{cancel, ended_within};

/// A statement or batch that was taken.
#[derive(Clone)]
pub struct StatementHandle {
    statement: Arc<Statement>,
}

/// What is known about a statement at a moment.
#[derive(Debug, Clone)]
pub struct StatementView {
    /// Of a batch: of the whole.
    pub status: StatementStatus,
    /// Message of the warehouse.
    pub error: Option<String>,
    /// When it was taken.
    pub created: SystemTime,
    /// When any of this was last changed.
    pub updated: SystemTime,
    /// Time since it was taken, or until it ended.
    pub duration: Duration,
    /// Number of the connection; 0 before there is one.
    pub process: u64,
    /// Its statements; one unless it is a batch.
    pub parts: Vec<PartView>,
}

impl StatementView {
    /// Whether any of its statements has a result set.
    #[must_use]
    pub fn has_result_set(&self) -> bool {
        self.parts.iter().any(|part| part.result_bytes.is_some())
    }
}

/// One statement of an execution.
#[derive(Debug, Clone)]
pub struct PartView {
    /// How far it is.
    pub status: StatementStatus,
    /// Message of the warehouse.
    pub error: Option<String>,
    /// When it was started; before that, when its execution was taken.
    pub created: SystemTime,
    /// When any of this was last changed.
    pub updated: SystemTime,
    /// Time it took, once it has ended.
    pub duration: Option<Duration>,
    /// Rows returned or changed, if the statement says.
    pub rows: Option<u64>,
    /// Bytes of the result; `None` without a result set.
    pub result_bytes: Option<u64>,
    /// Number of the query; 0 before it has started.
    pub query: u64,
}

/// A page of a result as it was stored.
#[derive(Debug, Clone)]
pub struct StoredPage {
    /// The columns; the same on each page.
    pub columns: Vec<ColumnDetail>,
    /// `Records` of `GetStatementResult`, as JSON.
    pub records: Vec<u8>,
    /// Rows of the whole result.
    pub total_rows: u64,
    /// Whether another page follows.
    pub more: bool,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum NoPage {
    /// The statement has no result set.
    #[error("the statement has no result set")]
    NoResult,
    /// The result has no such page.
    #[error("the result has no such page")]
    OutOfRange,
    /// The page cannot be read back.
    #[error("the page cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

impl StatementHandle {
    pub(super) fn new(statement: Arc<Statement>) -> Self {
        Self { statement }
    }

    /// Id that the warehouse gave it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.statement.id
    }

    /// Whether it has ended.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.statement.ended()
    }

    /// How far it is.
    #[must_use]
    pub fn status(&self) -> StatementStatus {
        self.statement.progress.borrow().status
    }

    /// When anything about it was last changed.
    #[must_use]
    pub fn updated(&self) -> SystemTime {
        self.statement.progress.borrow().updated
    }

    /// Returns when it has ended or the time is over.
    pub async fn ended_within(&self, wait: Duration) {
        ended_within(&self.statement, wait).await;
    }

    /// Asks for it to be cancelled.
    pub fn cancel(&self) {
        cancel(&self.statement);
    }

    /// What is known about it now.
    #[must_use]
    pub fn view(&self) -> StatementView {
        // In this order everywhere: a result is stored before its statement is said to have ended.
        let results = self.statement.results.lock();
        let progress = self.statement.progress.borrow();
        let parts = progress.parts.iter().enumerate().map(|(number, part)| {
            let result = results
                .get(&(number + 1))
                .filter(|_| part.status == StatementStatus::Finished);
            PartView {
                status: part.status,
                error: part.error.clone(),
                created: part.started.unwrap_or(self.statement.created),
                updated: part.updated,
                duration: part.took,
                rows: part.rows,
                result_bytes: result.map(|rows| rows.bytes),
                query: part.query,
            }
        });
        StatementView {
            status: progress.status,
            error: progress.error.clone(),
            created: self.statement.created,
            updated: progress.updated,
            duration: progress
                .took
                .unwrap_or_else(|| self.statement.submitted.elapsed()),
            process: progress.process,
            parts: parts.collect(),
        }
    }

    /// A page, counted from 0, of the result of a statement of the execution, counted from 1.
    ///
    /// # Errors
    ///
    /// There is no such result or page, or the disk does not give it back.
    pub fn page(&self, statement: usize, page: usize) -> Result<StoredPage, NoPage> {
        let results = self.statement.results.lock();
        let rows = results.get(&statement).ok_or(NoPage::NoResult)?;
        if page >= rows.pages() {
            return Err(NoPage::OutOfRange);
        }
        let (records, more) = rows.stored(page)?;
        Ok(StoredPage {
            columns: rows.details.clone(),
            records,
            total_rows: rows.total,
            more,
        })
    }
}

impl std::fmt::Debug for StatementHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("StatementHandle").field(&self.id()).finish()
    }
}
