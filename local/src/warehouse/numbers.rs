//! The numbers by which a session speaks of itself and of what it ran (AWS pages: `PG_BACKEND_PID`,
//! `PG_LAST_QUERY_ID`, `PG_LAST_COPY_ID`, `PG_LAST_COPY_COUNT`, `PG_LAST_UNLOAD_ID`,
//! `PG_LAST_UNLOAD_COUNT`).
//!
//! A session keeps the number of its process. Each statement that reads or changes tables has a number,
//! which grows; before the first, the answer is -1. Queries of the leader node alone have none.

use std::cell::Cell;
use std::sync::atomic::Ordering;

use duckdb::Connection;

use super::Shared;
use super::failure::StatementFailure;
use crate::warehouse::dialect::Statement;

/// What a session has run.
#[derive(Debug)]
pub(super) struct Numbers {
    process: Cell<u64>,
    /// The number that the statement of the client has, until it is used.
    given: Cell<Option<u64>>,
    query: Cell<i64>,
    copy: Cell<i64>,
    copied: Cell<i64>,
    unload: Cell<i64>,
    unloaded: Cell<i64>,
    told: Cell<bool>,
}

impl Default for Numbers {
    fn default() -> Self {
        let none = || Cell::new(-1);
        Self {
            process: Cell::default(),
            given: Cell::default(),
            query: none(),
            copy: none(),
            copied: Cell::default(),
            unload: none(),
            unloaded: Cell::default(),
            told: Cell::default(),
        }
    }
}

impl Numbers {
    /// Gives the session its number, unless it has one.
    pub(super) fn begin(&self, shared: &Shared) {
        if self.process.get() == 0 {
            let process = shared.fresh.fetch_add(1, Ordering::Relaxed) & 0x3fff_ffff;
            self.process.set(process.max(1));
        }
    }

    /// The number of the session's process.
    pub(super) fn process(&self) -> u64 {
        self.process.get()
    }

    /// A statement of the client begins, which has this number.
    pub(super) fn statement(&self, query: u64) {
        self.given.set(Some(query));
    }

    /// A statement has been run.
    pub(super) fn ran(&self, shared: &Shared, statement: &Statement, count: Option<u64>) {
        if !has_number(statement) {
            return;
        }
        let given = self.given.take();
        let fresh = || shared.fresh.fetch_add(1, Ordering::Relaxed) & 0x7fff_ffff;
        let number = given.unwrap_or_else(fresh).cast_signed();
        let count = count.unwrap_or(0).cast_signed();
        self.query.set(number);
        match statement.bare() {
            Statement::Copy(_) => {
                self.copy.set(number);
                self.copied.set(count);
            }
            Statement::Unload(_) => {
                self.unload.set(number);
                self.unloaded.set(count);
            }
            _ => {}
        }
        self.told.set(false);
    }

    /// Tells the engine, whose macro `redshift.session_number` reads them.
    pub(super) fn tell(&self, connection: &Connection) -> Result<(), StatementFailure> {
        if self.told.get() {
            return Ok(());
        }
        connection.execute_batch(&format!(
            "set variable redshift_numbers = map {{'pid': {}::bigint, 'query': {}, 'copy': {}, \
             'copied': {}, 'unload': {}, 'unloaded': {}}}",
            self.process.get(),
            self.query.get(),
            self.copy.get(),
            self.copied.get(),
            self.unload.get(),
            self.unloaded.get()
        ))?;
        self.told.set(true);
        Ok(())
    }
}

/// Whether a statement is one that the compute nodes run.
fn has_number(statement: &Statement) -> bool {
    match statement.bare() {
        Statement::Query(sql) => reads_tables(&sql.text),
        Statement::Change(_)
        | Statement::Insert { .. }
        | Statement::CreateAs { .. }
        | Statement::CreateExternalAs(_)
        | Statement::Merge { .. }
        | Statement::MergeRemoveDuplicates { .. }
        | Statement::CreateMaterialized { .. }
        | Statement::RefreshMaterialized { .. }
        | Statement::Fetch { .. }
        | Statement::Copy(_)
        | Statement::Unload(_) => true,
        _ => false,
    }
}

/// Whether a query reads a table. The writer puts the names of tables into quotes; what stands for a
/// table of the system is a query in brackets.
fn reads_tables(sql: &str) -> bool {
    sql.contains("from \"") || sql.contains("join \"")
}
