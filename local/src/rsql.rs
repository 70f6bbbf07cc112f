//! An interpreter of Amazon Redshift RSQL's scripts: SQL with meta commands such as `\if` and
//! `\exit`. AWS pages: "Amazon Redshift RSQL meta commands", "Amazon Redshift RSQL variables".
//!
//! A script runs in one session, statement by statement, each committed by itself unless the script
//! says BEGIN. It ends with a return code: the one of `\exit`, or else the highest severity of what went
//! wrong, 0 if nothing did. An error has severity 8 unless `\rset errorlevel` says otherwise; the script
//! goes on behind it unless `\rset maxerror` or `ON_ERROR_STOP` say otherwise.
//!
//! What a laptop should not do for a script (commands of the system, files outside of the pipeline) is
//! refused: the script ends there. Settings of the output's looks are taken and passed over.

mod arguments;
mod condition;
mod interpreter;
mod session;
mod table;
mod variables;

use async_trait::async_trait;

pub use interpreter::run;
pub use session::WarehouseSession;

/// A script and what it may know.
pub struct RunnableScript<'a> {
    /// Text of the script, with its meta commands.
    pub text: &'a str,
    /// Variables that are set when it starts, as by `rsql -v name=value`.
    pub variables: &'a [(String, String)],
    /// Text of a file that it runs with `\i` or `\run`; an error is one sentence.
    pub files: &'a (dyn Fn(&str) -> Result<String, String> + Sync),
}

/// How a script ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedScript {
    /// Return code of the process that it would be: 0, or what went wrong.
    pub code: i32,
    /// What it wrote, errors among it, in order.
    pub output: String,
    /// The last error, as it was written; none where nothing failed.
    pub error: Option<String>,
    /// Rows that its last successful statement returned or changed, if it says.
    pub rows: Option<u64>,
}

/// Where a script's statements run: one after the other, in one session.
#[async_trait]
pub trait ScriptSession: Send {
    /// Runs one statement to its end.
    async fn execute(&mut self, sql: &str) -> RsqlAnswer;
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RsqlAnswer {
    /// It returned rows; NULL is `None`.
    Rows {
        /// Names of the columns.
        columns: Vec<String>,
        /// The first rows, as many as are shown.
        records: Vec<Vec<Option<String>>>,
        /// Number of all rows.
        total: u64,
    },
    /// It returned none; the rows that it changed, if it says.
    Done(Option<u64>),
    /// It failed with an error of the warehouse.
    Failed {
        /// The error's SQLSTATE, five characters such as `42P01`.
        code: String,
        /// The warehouse's message, without `ERROR: ` in front.
        message: String,
    },
}
