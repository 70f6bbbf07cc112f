//! Cursors of a session (AWS pages: `DECLARE`, `FETCH`, `Stored procedure limitations`).
//!
//! The rows of a cursor lie in a temporary table of the session, in their order. So they are those of
//! the moment when the cursor was opened. All cursors end with the transaction.

mod statements;

use std::cell::{Cell, RefCell};

use super::failure::StatementFailure;

pub(super) use statements::{close, fetch, next, open};

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
    pub(super) fn begin_loop(&self) -> Result<(), StatementFailure> {
        self.only_one("a loop over a query")?;
        self.loops.set(self.loops.get() + 1);
        Ok(())
    }

    pub(super) fn end_loop(&self) {
        self.loops.set(self.loops.get().saturating_sub(1));
    }

    fn only_one(&self, what: &str) -> Result<(), StatementFailure> {
        let open = self.open.borrow();
        let other = match open.first() {
            Some(other) => format!("cursor \"{}\"", other.name),
            None if self.loops.get() > 0 => "a loop over a query".to_owned(),
            None => return Ok(()),
        };
        Err(StatementFailure::Refused(format!(
            "{what} opens a second cursor beside {other}: a session of Redshift has one at a time, \
             so put the rows of one of them into a temporary table"
        )))
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.borrow().iter().any(|open| open.name == name)
    }
}
