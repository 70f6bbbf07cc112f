//! What became of a statement.

use std::time::Duration;

use crate::commands::rows::ResultRows;

/// How a statement ended.
#[derive(Debug)]
pub enum StatementAnswer {
    /// The statement returned rows, perhaps none.
    Rows {
        /// The first of them, or all.
        rows: ResultRows,
        /// How long it took.
        took: Duration,
    },
    /// The statement has no result.
    Done {
        /// Rows that it changed, if the warehouse says.
        rows: Option<u64>,
        /// How long it took.
        took: Duration,
    },
    /// It failed; the warehouse's words, without `ERROR: `.
    Failed(String),
    /// Somebody cancelled the statement.
    Cancelled,
}

impl StatementAnswer {
    /// A failure in the warehouse's words.
    #[must_use]
    pub fn failed(message: &str) -> Self {
        Self::Failed(message.trim_start_matches("ERROR: ").trim().to_owned())
    }
}
