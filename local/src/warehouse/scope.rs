//! What a statement sees while it runs: its connection and the values of its parameters.

use std::cell::{Cell, RefCell};

use duckdb::{Connection, params_from_iter};

use super::Shared;
use super::cursors::Cursors;
use super::failure::StatementFailure;
use super::messages::Message;
use super::registry;
use super::remembered::Remembered;
use super::results::ResultLimits;
use crate::warehouse::dialect::{EngineSql, quote_text};

/// Procedures call procedures at most this deep (AWS page: `Stored procedure limitations`).
const DEEPEST_CALL: usize = 16;

/// Whether a procedure may commit, and whether one has.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// The transaction is a BEGIN's: no procedure may end it (AWS page: "Managing transactions").
    pub(super) refused: bool,
    /// A part of the statement is committed: it must not run again.
    pub(super) happened: Cell<bool>,
}

/// The surroundings of a statement.
#[derive(Clone, Copy)]
pub(super) struct StatementScope<'a> {
    pub(super) shared: &'a Shared,
    pub(super) connection: &'a Connection,
    /// Values by name; `None` is NULL.
    pub(super) parameters: &'a [(String, Option<String>)],
    /// How many procedures called it.
    pub(super) calls: usize,
    /// What a procedure may do to the transaction that it runs in.
    pub(super) commits: &'a Commits,
    /// Whether a procedure around it was created with settings, so that none may end the transaction.
    pub(super) atomic: bool,
    /// The cursors of the session.
    pub(super) cursors: &'a Cursors,
    /// What the session remembers.
    pub(super) session: &'a Remembered,
    /// What procedures have said with RAISE so far.
    pub(super) messages: &'a RefCell<Vec<Message>>,
    /// The execution that somebody may cancel.
    pub(super) statement: Option<&'a registry::Statement>,
    /// What its result may be.
    pub(super) limits: Option<ResultLimits>,
}

impl<'a> StatementScope<'a> {
    /// The scope of a procedure's statements, which has no parameters yet.
    pub(super) fn called(
        &self,
        with_settings: bool,
    ) -> Result<StatementScope<'a>, StatementFailure> {
        if self.calls >= DEEPEST_CALL {
            return Err(StatementFailure::Engine(format!(
                "stored procedures call each other more than {DEEPEST_CALL} levels deep"
            )));
        }
        Ok(StatementScope {
            parameters: &[],
            calls: self.calls + 1,
            atomic: self.atomic || with_settings,
            ..*self
        })
    }

    /// Ends the transaction in the middle of a procedure, and begins the next one.
    pub(super) fn commit(&self) -> Result<(), StatementFailure> {
        self.cursors.end();
        self.connection.execute_batch("commit")?;
        self.commits.happened.set(true);
        self.session.ended(self.shared, self.connection, true)?;
        self.connection.execute_batch("begin transaction")?;
        self.session.began(self.shared);
        Ok(())
    }

    /// Undoes the transaction in the middle of a procedure, and begins the next one.
    pub(super) fn roll_back(&self) -> Result<(), StatementFailure> {
        self.cursors.end();
        self.commits.happened.set(true);
        // An error may have ended it.
        let _ = self.connection.execute_batch("rollback");
        self.session.ended(self.shared, self.connection, false)?;
        self.connection.execute_batch("begin transaction")?;
        self.session.began(self.shared);
        Ok(())
    }

    /// The values of a statement's parameters, in its order.
    pub(super) fn values(&self, sql: &EngineSql) -> Result<Vec<Option<&'a str>>, StatementFailure> {
        sql.parameters
            .iter()
            .map(|name| {
                self.parameters
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.as_deref())
                    .ok_or_else(|| {
                        StatementFailure::Refused(format!("Parameter \"{name}\" has no value"))
                    })
            })
            .collect()
    }

    /// Runs what changes rows or the catalog; the number of rows it says it changed.
    pub(super) fn change(&self, sql: &EngineSql) -> Result<u64, StatementFailure> {
        let mut prepared = self.connection.prepare(&sql.text)?;
        let changed = prepared.execute(params_from_iter(self.values(sql)?))?;
        Ok(changed as u64)
    }

    /// Runs one of the warehouse's own statements.
    pub(super) fn run(&self, text: impl Into<String>) -> Result<u64, StatementFailure> {
        self.change(&EngineSql::plain(text))
    }

    /// Changes one of the warehouse's own tables.
    pub(super) fn keep(&self, text: &str, values: &[&str]) -> Result<(), StatementFailure> {
        let mut prepared = self.connection.prepare(text)?;
        prepared.execute(params_from_iter(values))?;
        Ok(())
    }

    /// The columns of a query and their types in the engine's words.
    pub(super) fn describe(
        &self,
        query: &EngineSql,
    ) -> Result<Vec<(String, String)>, StatementFailure> {
        let mut prepared = self
            .connection
            .prepare(&format!("describe {}", query.text))?;
        let rows = prepared.query_map(params_from_iter(self.values(query)?), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Texts that a query of the warehouse's own returns, by row and column; `$1` stands for the first of the
    /// values.
    pub(super) fn texts<const N: usize>(
        &self,
        query: &str,
        values: &[&str],
    ) -> Result<Vec<[Option<String>; N]>, StatementFailure> {
        let mut prepared = self.connection.prepare(&written(query, values))?;
        let mut rows = prepared.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let mut texts = [const { None }; N];
            for (position, text) in texts.iter_mut().enumerate() {
                *text = row.get(position)?;
            }
            all.push(texts);
        }
        Ok(all)
    }
}

/// A query with its values as literals: the engine plans a query with parameters twice, before and after it
/// knows them.
///
/// `select 'a$1' where b = $1` with `x` gives `select 'a$1' where b = 'x'`.
fn written(query: &str, values: &[&str]) -> String {
    let mut text = String::with_capacity(query.len());
    let mut quote = None;
    let mut characters = query.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\'' | '"', None) => quote = Some(character),
            (_, Some(open)) if open == character => quote = None,
            ('$', None) => {
                let mut number = 0;
                while let Some(digit) = characters.peek().and_then(|next| next.to_digit(10)) {
                    number = number * 10 + digit as usize;
                    characters.next();
                }
                match number.checked_sub(1).and_then(|index| values.get(index)) {
                    Some(value) => text.push_str(&quote_text(value)),
                    // The engine says that it has no value.
                    None => text.push_str(&format!("${number}")),
                }
                continue;
            }
            _ => {}
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn values_stand_where_parameters_do() {
        for (query, expected) in [
            ("select $1 || $2", "select 'a''b' || '$1'"),
            ("select '$1', \"$1\", $2", "select '$1', \"$1\", '$1'"),
            ("select 'it''s $1' = $1", "select 'it''s $1' = 'a''b'"),
        ] {
            assert_eq!(written(query, &["a'b", "$1"]), expected);
        }
    }
}
