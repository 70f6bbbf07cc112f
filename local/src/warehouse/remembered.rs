//! What a session remembers beside what the engine keeps for it: cursors, settings, prepared
//! statements, and the numbers of what it ran.

use std::cell::Cell;

use duckdb::Connection;

use super::Shared;
use super::configuration::SessionSettings;
use super::cursors::Cursors;
use super::failure::StatementFailure;
use super::frozen;
use super::numbers::Numbers;
use super::prepared::PreparedStatements;

/// A session's memory. It ends with the session.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    pub(super) cursors: Cursors,
    pub(super) configuration: SessionSettings,
    pub(super) numbers: Numbers,
    pub(super) prepared: PreparedStatements,
    /// The number of the transaction that is open.
    pub(super) transaction: Cell<u64>,
    /// Whether the transaction that is open was begun READ ONLY.
    pub(super) read_only: Cell<bool>,
    /// Whether the engine knows at which moment the session's clock stands still, and its seed.
    frozen: Cell<bool>,
}

impl Remembered {
    /// Tells the engine what its functions ask for, where that has not been done.
    pub(super) fn prepare(
        &self,
        shared: &Shared,
        connection: &Connection,
    ) -> Result<(), StatementFailure> {
        self.numbers.begin(shared);
        self.configuration.tell(connection)?;
        self.numbers.tell(connection)?;
        if !self.frozen.replace(true) {
            frozen::tell(shared, connection)?;
        }
        Ok(())
    }

    /// Notes that a transaction begins: what is remembered from now on may be taken back.
    pub(super) fn began(&self, shared: &Shared) {
        let process = self.numbers.process();
        self.transaction.set(shared.transactions.begin(process));
        self.configuration.began();
    }

    /// The transaction has ended in the engine, with its effects or without.
    pub(super) fn ended(
        &self,
        shared: &Shared,
        connection: &Connection,
        committed: bool,
    ) -> Result<(), StatementFailure> {
        shared.transactions.end(self.transaction.get(), committed);
        self.cursors.end();
        self.configuration.ended(committed);
        self.configuration.tell(connection)
    }
}
