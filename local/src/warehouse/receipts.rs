//! Receipts: which statements of an execution were committed, written in the same transaction as their
//! work. They tell a process what an earlier one had done before it died.
//!
//! A receipt covers statements of one execution, from one number to another. A transaction that only
//! reads leaves none: it can be run again. Executions are known by their client token; an execution
//! without one leaves no receipts.

use duckdb::{Connection, params};

use super::failure::StatementFailure;
use super::registry::Statement;
use super::{Shared, settings};
use crate::warehouse::dialect::{self, EngineSql};

/// How long receipts are kept, in the engine's words: as long as Step Functions remembers an execution
/// (AWS page: "Quotas related to state machine executions").
pub(super) const KEPT: &str = "interval 90 days";

/// Statements of an execution that one commit has made permanent, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) first: u32,
    pub(super) last: u32,
    /// The last statement so far that returned rows. Rows are not kept.
    pub(super) returned: Option<u32>,
    /// Rows that the last of them changed.
    pub(super) rows: Option<u64>,
}

/// What earlier processes have committed of an execution.
#[derive(Debug, Clone, Default)]
pub(super) struct EarlierCommits {
    receipts: Vec<Receipt>,
}

/// What is still to do for a statement of an execution.
pub(super) enum Todo {
    /// All of it: no earlier process has committed it.
    Run,
    /// Nothing: an earlier process has committed it, and it changed that many rows.
    Nothing(Option<u64>),
    /// It changed no data; it runs again because a later statement, or whoever asked, needs it.
    Again,
}

impl EarlierCommits {
    /// What the receipts say of the first of these tokens that has any.
    pub(super) fn read<'a>(
        connection: &Connection,
        tokens: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, StatementFailure> {
        for token in tokens {
            let receipts = receipts(connection, token)?;
            if !receipts.is_empty() {
                return Ok(Self { receipts });
            }
        }
        Ok(Self::default())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.receipts.is_empty()
    }

    fn receipt(&self, number: usize) -> Option<&Receipt> {
        let number = u32::try_from(number).ok()?;
        let mut receipts = self.receipts.iter();
        receipts.find(|receipt| (receipt.first..=receipt.last).contains(&number))
    }

    fn last(&self) -> Option<&Receipt> {
        self.receipts.iter().max_by_key(|receipt| receipt.last)
    }

    /// What is to do for the statement with this number.
    ///
    /// # Errors
    /// The statement made something that ended with the earlier session and cannot be made again as
    /// it was. Or it had failed there, before later ones were committed.
    pub(super) fn todo(
        &self,
        number: usize,
        translated: &dialect::Statement,
    ) -> Result<Todo, StatementFailure> {
        let Some(receipt) = self.receipt(number) else {
            let passed = self.last().is_some_and(|last| last.last as usize > number);
            return if passed {
                Err(StatementFailure::Refused(
                    "it failed in the run whose process died, and later statements were committed"
                        .to_owned(),
                ))
            } else {
                Ok(Todo::Run)
            };
        };
        if makes_temporary(translated) {
            return Err(StatementFailure::Refused(
                "the run whose process died had committed changes of this step, and its temporary \
                 table is gone: run the pipeline from its start"
                    .to_owned(),
            ));
        }
        let returned = self.last().and_then(|last| last.returned);
        Ok(match translated {
            // The last result, and those of checks, which stand in front of it or behind it.
            dialect::Statement::Query(_) if returned.is_some() => Todo::Again,
            dialect::Statement::Set { .. }
            | dialect::Statement::Reset(_)
            | dialect::Statement::SetConfig(_)
            | dialect::Statement::Prepare(_)
            | dialect::Statement::Deallocate(_) => Todo::Again,
            dialect::Statement::Define(texts) if texts.iter().all(is_setting) => Todo::Again,
            _ => Todo::Nothing(receipt.rows.filter(|_| receipt.last as usize == number)),
        })
    }
}

/// Whether a statement can change data, so that running it twice could matter.
pub(super) fn has_effects(translated: &dialect::Statement) -> bool {
    match translated.bare() {
        dialect::Statement::Nothing => matches!(translated, dialect::Statement::Declare { .. }),
        dialect::Statement::Query(_)
        | dialect::Statement::ShowDefinition { .. }
        | dialect::Statement::DeclareCursor { .. }
        | dialect::Statement::Fetch { .. }
        | dialect::Statement::CloseCursor { .. }
        | dialect::Statement::Set { .. }
        | dialect::Statement::Reset(_)
        | dialect::Statement::ShowSettings(_)
        | dialect::Statement::SetConfig(_)
        | dialect::Statement::Prepare(_)
        | dialect::Statement::Deallocate(_)
        | dialect::Statement::Lock(_) => false,
        dialect::Statement::Define(texts) => !texts.iter().all(is_setting),
        _ => true,
    }
}

fn is_setting(sql: &EngineSql) -> bool {
    sql.text.starts_with("set ") || sql.text.starts_with(dialect::SEED)
}

fn makes_temporary(translated: &dialect::Statement) -> bool {
    let is_temporary = |text: &str| text.starts_with("create temp");
    match translated.bare() {
        dialect::Statement::CreateAs { create, .. }
        | dialect::Statement::CreateLike { create, .. } => is_temporary(create),
        dialect::Statement::Define(texts) => texts.iter().any(|sql| is_temporary(&sql.text)),
        _ => false,
    }
}

/// Writes a receipt in the open transaction of `connection`.
pub(super) fn write(
    connection: &Connection,
    statement: &Statement,
    token: &str,
    receipt: Receipt,
) -> Result<(), StatementFailure> {
    connection
        .prepare_cached(
            "insert into redshift.receipts values ($1, $2, $3, $4, $5, $6, $7, $8, now()::timestamp)",
        )?
        .execute(params![
            token,
            statement.name,
            statement.id,
            u32::try_from(statement.size).unwrap_or(u32::MAX),
            receipt.first,
            receipt.last,
            receipt.returned,
            receipt.rows,
        ])?;
    Ok(())
}

fn receipts(connection: &Connection, token: &str) -> Result<Vec<Receipt>, StatementFailure> {
    let mut prepared = connection.prepare(
        "select first_part, last_part, returned, row_count from redshift.receipts where token = $1",
    )?;
    let rows = prepared.query_map(params![token], |row| {
        Ok(Receipt {
            first: row.get(0)?,
            last: row.get(1)?,
            returned: row.get(2)?,
            rows: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What somebody knows of a statement that an earlier process has run.
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'a> {
    Id(&'a str),
    Name(&'a str),
}

/// Takes statements that an earlier process has committed to their end into the registry, as FINISHED.
/// One whose rows are lost is not among them.
pub(super) fn remember(shared: &Shared, by: By<'_>) -> Result<(), StatementFailure> {
    let connection = settings::session(&shared.root.lock())?;
    let (column, value) = match by {
        By::Id(id) => ("statement_id", id),
        By::Name(name) => ("statement_name", name),
    };
    let mut prepared = connection.prepare(&format!(
        "select distinct token, statement_name, statement_id, parts from redshift.receipts
         where {column} = $1"
    ))?;
    let found = prepared.query_map(params![value], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, u32>(3)?,
        ))
    })?;
    for found in found {
        let (token, name, id, parts) = found?;
        let done = EarlierCommits {
            receipts: receipts(&connection, &token)?,
        };
        let complete = (0..parts as usize).all(|number| done.receipt(number).is_some());
        let Some(last) = done
            .last()
            .filter(|last| complete && last.returned.is_none())
        else {
            continue;
        };
        shared
            .registry
            .lock()
            .remember(&id, &name, &token, parts as usize, last.rows);
    }
    Ok(())
}
