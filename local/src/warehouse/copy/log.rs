//! What is kept of loads, for `stl_load_errors` and its like.
//!
//! What a load that succeeds tells is written in its transaction. What one that fails tells is written
//! on a connection of its own, so that it stays when the transaction is rolled back.

use std::time::SystemTime;

use duckdb::{Connection, params};
use runtime_lambda::ports::StatementStatus;

use super::super::columns;
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use super::super::settings;
use super::check::{LoadError, shortened};
use super::staged::ReplacedText;
use crate::warehouse::dialect::{Copy, ObjectFormat};

/// How long it is kept, in the engine's words, as AWS keeps the logs of system tables.
pub(in super::super) const KEPT: &str = "interval 7 days";

/// Most letters of a line and of a value (AWS page: `STL_LOAD_ERRORS`).
const RAW: usize = 1024;

/// An object that was read.
#[derive(Debug, Clone)]
pub(super) struct ReadObject {
    pub(super) uri: String,
    pub(super) bytes: u64,
    /// Where somebody counted them.
    pub(super) lines: Option<u64>,
}

/// A load that has ended.
#[derive(Debug)]
pub(super) struct Load<'a> {
    pub(super) copy: &'a Copy,
    pub(super) began: SystemTime,
    pub(super) rows: u64,
    pub(super) read: Vec<ReadObject>,
    pub(super) errors: &'a [LoadError],
    pub(super) replaced: &'a [ReplacedText],
}

impl Load<'_> {
    /// Writes what a load tells that succeeded.
    pub(super) fn succeeded(&self, scope: &StatementScope<'_>) -> Result<(), StatementFailure> {
        self.write(scope, scope.connection, "success")
    }

    /// Writes what a load tells that failed. Nobody's statement fails otherwise because it is lost.
    pub(super) fn failed(&self, scope: &StatementScope<'_>) {
        let connection =
            settings::session(&scope.shared.root.lock()).map_err(StatementFailure::from);
        let _ = connection.and_then(|connection| self.write(scope, &connection, "error"));
    }

    fn write(
        &self,
        scope: &StatementScope<'_>,
        connection: &Connection,
        status: &str,
    ) -> Result<(), StatementFailure> {
        let (process, query) = numbers(scope);
        let (schema, table) = columns::parts(&self.copy.table);
        let micros = |time: SystemTime| {
            let since = time.duration_since(SystemTime::UNIX_EPOCH);
            since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(0))
        };
        let began = micros(self.began);
        let mut insert = connection.prepare(
            "insert into redshift.load_errors values ($1, $2, make_timestamp($3), $4, $5, $6, $7, \
             $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )?;
        for error in self.errors {
            insert.execute(params![
                process,
                query,
                began,
                schema,
                table,
                error.file,
                error.line,
                error.flaw.column as u64,
                error.column,
                error.kind,
                error.length,
                error.flaw.position as u64,
                shortened(&error.raw_line, RAW),
                error
                    .raw_value
                    .as_deref()
                    .map(|value| shortened(value, RAW)),
                error.flaw.code,
                shortened(&error.flaw.reason, 100),
                error.fields,
            ])?;
        }
        let mut insert = connection.prepare(
            "insert into redshift.replacements values ($1, $2, make_timestamp($3), $4, $5, $6, $7, \
             $8, $9)",
        )?;
        for replaced in self.replaced {
            insert.execute(params![
                process,
                query,
                began,
                schema,
                table,
                replaced.file,
                replaced.line,
                replaced.column,
                shortened(&replaced.raw_line, RAW),
            ])?;
        }
        let read: Vec<serde_json::Value> = self
            .read
            .iter()
            .map(|read| serde_json::json!({"n": read.uri, "b": read.bytes, "l": read.lines}))
            .collect();
        connection
            .prepare(
                "insert into redshift.loads values ($1, $2, make_timestamp($3), make_timestamp($4), \
                 $5, $6, $7, $8, $9, $10, $11)",
            )?
            .execute(params![
                process,
                query,
                began,
                micros(SystemTime::now()),
                status,
                table,
                format!("s3://{}/{}", self.copy.from.bucket, self.copy.from.key),
                format_name(self.copy),
                self.rows,
                self.errors.len() as u64,
                serde_json::Value::from(read).to_string(),
            ])?;
        Ok(())
    }
}

/// The numbers of the process and of the query that run.
fn numbers(scope: &StatementScope<'_>) -> (u64, u64) {
    let Some(statement) = scope.statement else {
        return (0, 0);
    };
    let progress = statement.progress.borrow();
    let mut parts = progress.parts.iter();
    let running = parts.find(|part| part.status == StatementStatus::Started);
    (progress.process, running.map_or(0, |part| part.query))
}

/// As `sys_load_history` names formats.
fn format_name(copy: &Copy) -> &'static str {
    match &copy.format {
        _ if copy.avro => "AVRO",
        ObjectFormat::Csv { .. } => "CSV",
        ObjectFormat::Delimited { .. } => "Delimited",
        ObjectFormat::Parquet { .. } => "Parquet",
        ObjectFormat::Orc { .. } => "ORC",
        ObjectFormat::Json { .. } | ObjectFormat::JsonPaths(_) | ObjectFormat::JsonWhole => "JSON",
        ObjectFormat::FixedWidth(_) => "FixedWidth",
    }
}
