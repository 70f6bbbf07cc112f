//! What procedures say with RAISE, for SVL_STORED_PROC_MESSAGES (AWS page of that name).
//!
//! They are written behind the statement, on a connection of their own: what a statement said stays
//! where it is rolled back.

use duckdb::params;
use redshift_sql::tree::RaiseLevel;

use super::failure::StatementFailure;
use super::{Shared, settings};

/// How long messages are kept, in the engine's words: AWS keeps the logs of system tables for two to
/// seven days.
pub(super) const KEPT: &str = "interval 7 days";

/// Most letters of a message, and of the statement that it belongs to.
const MESSAGE: usize = 1024;
const STATEMENT: usize = 500;

/// What one RAISE of a procedure said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) level: RaiseLevel,
    pub(super) text: String,
    /// The line of the body.
    pub(super) line: usize,
}

/// Writes the messages of a statement that are not below a level.
pub(super) fn write(
    shared: &Shared,
    process: u64,
    query: u64,
    statement: &str,
    messages: &[Message],
    least: &str,
) -> Result<(), StatementFailure> {
    let connection = settings::session(&shared.root.lock())?;
    let mut insert = connection.prepare(
        "insert into redshift.procedure_messages
         values ($1, $2, now()::timestamp, $3, $4, $5, $6, $7)",
    )?;
    let least = LEVELS.iter().find(|(_, name)| *name == least);
    let least = least.map_or(0, |(level, _)| *level);
    for message in messages {
        let (level, name) = level(message.level);
        if level < least {
            continue;
        }
        insert.execute(params![
            process,
            query,
            level,
            name,
            first(&message.text, MESSAGE),
            u32::try_from(message.line).unwrap_or(u32::MAX),
            first(statement.trim(), STATEMENT),
        ])?;
    }
    Ok(())
}

/// The levels of the setting `stored_proc_log_min_messages`, and their numbers.
const LEVELS: [(u32, &str); 5] = [
    (20, "LOG"),
    (30, "INFO"),
    (40, "NOTICE"),
    (50, "WARNING"),
    (60, "EXCEPTION"),
];

fn level(level: RaiseLevel) -> (u32, &'static str) {
    let [log, info, notice, warning, exception] = LEVELS;
    match level {
        RaiseLevel::Log => log,
        RaiseLevel::Info => info,
        RaiseLevel::Notice => notice,
        RaiseLevel::Warning => warning,
        RaiseLevel::Exception => exception,
    }
}

fn first(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
