//! Cursors of a session (AWS pages: `DECLARE`, `FETCH`, `Stored procedure limitations`).
//!
//! The rows of a cursor lie in a temporary table of the session, in their order, so that they are
//! those of the moment when it was opened. All cursors end with the transaction.

use std::cell::{Cell, RefCell};

use super::define;
use super::failure::Failure;
use super::results::Rows;
use super::scope::Scope;
use crate::dialect::{Sql, quote_name};

/// A cursor that is open; its rows lie in a temporary table.
#[derive(Debug)]
struct Open {
    name: String,
    /// The row that FETCH reads next, from 0.
    next: u64,
}

/// The cursors of a session.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    open: RefCell<Vec<Open>>,
    /// Loops over queries that go on.
    loops: Cell<u32>,
    /// How many transactions have ended.
    ended: Cell<u64>,
}

impl Cursors {
    /// Forgets all, as the transaction has ended. Their tables are dropped with the next one of their
    /// name, or with the session.
    pub(super) fn end(&self) {
        self.open.borrow_mut().clear();
        self.ended.set(self.ended.get().wrapping_add(1));
    }

    /// A number that changes when a transaction ends.
    pub(super) fn transaction(&self) -> u64 {
        self.ended.get()
    }

    /// A loop over a query begins: it is a cursor that has no name.
    pub(super) fn begin_loop(&self) -> Result<(), Failure> {
        self.only_one("a loop over a query")?;
        self.loops.set(self.loops.get() + 1);
        Ok(())
    }

    pub(super) fn end_loop(&self) {
        self.loops.set(self.loops.get().saturating_sub(1));
    }

    fn only_one(&self, what: &str) -> Result<(), Failure> {
        let open = self.open.borrow();
        let other = match open.first() {
            Some(other) => format!("cursor \"{}\"", other.name),
            None if self.loops.get() > 0 => "a loop over a query".to_owned(),
            None => return Ok(()),
        };
        Err(Failure::Refused(format!(
            "{what} opens a second cursor beside {other}: a session of Redshift has one at a time, \
             so put the rows of one of them into a temporary table"
        )))
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.borrow().iter().any(|open| open.name == name)
    }
}

/// The table that holds a cursor's rows.
fn table(name: &str) -> String {
    quote_name(&format!("cursor {name}"))
}

/// Opens a cursor: runs the query and keeps all rows.
pub(super) fn open(scope: &Scope<'_>, name: &str, query: &Sql) -> Result<(), Failure> {
    if scope.cursors.is_open(name) {
        return Err(Failure::Engine(format!("cursor \"{name}\" already exists")));
    }
    scope.cursors.only_one(&format!("cursor \"{name}\""))?;
    let table = table(name);
    scope.run(format!("drop table if exists temp.{table}"))?;
    define::create_as(scope, &format!("create temp table {table}"), query)?;
    scope.cursors.open.borrow_mut().push(Open {
        name: name.to_owned(),
        next: 0,
    });
    Ok(())
}

/// The query of the next rows of a cursor, at most so many.
pub(super) fn next(scope: &Scope<'_>, name: &str, most: Option<u64>) -> Result<Sql, Failure> {
    let mut open = scope.cursors.open.borrow_mut();
    let Some(cursor) = open.iter_mut().find(|open| open.name == name) else {
        return Err(missing(name));
    };
    let first = cursor.next;
    cursor.next = match most {
        Some(most) => first.saturating_add(most.min(u64::from(u32::MAX))),
        // No table has as many rows.
        None => u64::from(u32::MAX) << 20,
    };
    let limit = most.map_or_else(String::new, |most| format!(" limit {most}"));
    // The engine reads a table in the order in which its rows came.
    Ok(Sql::plain(format!(
        "select * from temp.{}{limit} offset {first}",
        table(name)
    )))
}

/// Reads rows of a cursor for whoever asks.
pub(super) fn fetch(scope: &Scope<'_>, name: &str, most: Option<u64>) -> Result<Rows, Failure> {
    let query = next(scope, name, most)?;
    super::query::query(scope, &query)
}

/// Closes a cursor and drops its rows.
pub(super) fn close(scope: &Scope<'_>, name: &str) -> Result<(), Failure> {
    if !scope.cursors.is_open(name) {
        return Err(missing(name));
    }
    scope
        .cursors
        .open
        .borrow_mut()
        .retain(|open| open.name != name);
    scope.run(format!("drop table if exists temp.{}", table(name)))?;
    Ok(())
}

fn missing(name: &str) -> Failure {
    Failure::Engine(format!("cursor \"{name}\" does not exist"))
}
