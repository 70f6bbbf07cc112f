//! The Redshift Data API as the actions need it: statements are started, asked about, cancelled,
//! and read page by page.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::plan::{self, Batch};
use crate::protocol::named;

/// Runs statements. Each call may be lost after its effect, so callers ask again under the same client token.
#[async_trait]
pub trait Warehouse: Send + Sync {
    /// Starts statements (one: `ExecuteStatement`; several: `BatchExecuteStatement`). The same
    /// `client_token` again answers with the statement that it started the first time.
    ///
    /// Returns when the statement has ended or after `wait`, whichever is sooner.
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError>;
    /// Describes a statement; returns when it has ended or after `wait`, whichever is sooner.
    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError>;
    /// Asks for a statement to be cancelled. Whether it was is for [`Warehouse::describe`] to say.
    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError>;
    /// Ids of the statements that were started under `statement_name`, newest first.
    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError>;
    /// How long after its step was fenced a submission may have its effect. One that had seen no fence
    /// goes on for a minute at the most, and its request arrives or is lost within as much again. Where
    /// the warehouse lives in this process, no request can be under way that nobody awaits.
    fn longest_submission(&self) -> Duration;
    /// Name of the database user that statements run as; none where only the warehouse knows it.
    fn database_user(&self) -> Option<&str> {
        None
    }
    /// One page of the rows that a statement returned (`GetStatementResult`). For a batch, the id
    /// is the one of a sub-statement (`<id>:<n>`, counted from 1).
    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError>;
}

/// What is to be executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Where it runs. A warehouse that is one database has no choice, and passes it over.
    pub warehouse: plan::Warehouse,
    /// Name under which it can be found again (`StatementName`, at most 500 characters).
    pub statement_name: String,
    /// Idempotency token (`ClientToken`, at most 64 characters).
    pub client_token: String,
    /// One to 40 statements in Redshift's dialect.
    pub statements: Vec<String>,
    /// How several statements are run.
    pub batch: Batch,
    /// Values of the named parameters that the statements mention, each mentioned at least once.
    pub parameters: Vec<(String, String)>,
    /// Whether its end is to be reported as an EventBridge event (`WithEvent`).
    pub with_event: bool,
    /// Client tokens of tries that this one goes on with, the newest first. A warehouse that died
    /// with its process passes over what they have committed. Redshift goes on by itself.
    pub continues: Vec<String>,
}

/// Status of a statement (AWS page: `DescribeStatement`).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum StatementStatus {
    /// Taken, not yet looked at.
    Submitted,
    /// Chosen from the queue, but not yet running.
    Picked,
    /// Running on the warehouse.
    Started,
    /// Ended well; its rows can be read.
    Finished,
    /// Ended with an error.
    Failed,
    /// Cancelled by a request, before it ended by itself.
    Aborted,
}

named!(StatementStatus);

impl StatementStatus {
    /// Those of statements that have ended.
    pub const ENDS: [Self; 3] = [Self::Finished, Self::Failed, Self::Aborted];

    /// Whether it will not change any more.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        Self::ENDS.contains(&self)
    }
}

/// What is known about a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementDescription {
    /// Id that the warehouse gave it; of a sub-statement `<id>:<n>`, counted from 1.
    pub id: String,
    /// Its status; of a batch, the status of the whole.
    pub status: StatementStatus,
    /// The warehouse's message if it failed.
    pub error: Option<String>,
    /// Time on the warehouse so far.
    pub duration: Duration,
    /// Rows that it returned, or changed where it returns none; of a batch, those of its last
    /// statement; `None` where the warehouse does not say.
    pub rows: Option<u64>,
    /// Id to ask [`Warehouse::result`] for: of a batch, its last sub-statement with a result set.
    pub result_id: Option<String>,
    /// The sub-statements of a batch in order (`SubStatements`); empty of anything else.
    pub parts: Vec<SubStatement>,
}

/// What is known about a statement of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubStatement {
    /// Id to ask [`Warehouse::result`] for.
    pub id: String,
    /// Rows that it returned or changed; `None` where the warehouse does not say.
    pub rows: Option<u64>,
    /// Whether it has a result set.
    pub has_result: bool,
}

/// A column of a result (`ColumnMetadata`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultColumn {
    /// Name in the result, which another column may have, too.
    pub name: String,
    /// Redshift's name of its type, such as `int4`, `varchar`, `timestamp`.
    pub type_name: String,
}

/// One value of a result, as the Data API writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// SQL's NULL; always `true`.
    IsNull(bool),
    /// SQL's `true` or `false`.
    BooleanValue(bool),
    /// An integer of any width.
    LongValue(i64),
    /// A floating point number.
    DoubleValue(f64),
    /// Anything else as text, decimals and times among it.
    StringValue(String),
}

/// One page of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultPage {
    /// The columns; the same on each page.
    pub columns: Vec<ResultColumn>,
    /// Rows of this page.
    pub records: Vec<Vec<Field>>,
    /// Rows of the whole result.
    pub total_rows: u64,
    /// Token of the next page, `None` on the last.
    pub next_token: Option<String>,
}

/// Why the warehouse did not do what was asked. A statement that fails is no error here: see
/// [`StatementDescription::error`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum WarehouseError {
    /// Too many calls, statements or waiters at present: again later.
    #[error("the warehouse is busy: {0}")]
    Throttled(String),
    /// The call may work if it is made again.
    #[error("the warehouse did not answer: {0}")]
    Unavailable(String),
    /// The warehouse does not know the statement (any more), so it is not running.
    #[error("the warehouse does not know the statement: {0}")]
    NoSuchStatement(String),
    /// The call will not work: no permission, no such cluster, an invalid request. It says nothing
    /// about a statement.
    #[error("the warehouse refused: {0}")]
    Refused(String),
}
