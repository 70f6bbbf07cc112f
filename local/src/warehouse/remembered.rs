//! What a session remembers beside what the engine keeps for it: cursors, settings, and the numbers of
//! its statements.

use duckdb::Connection;

use super::Shared;
use super::configuration::Configuration;
use super::cursors::Cursors;
use super::failure::Failure;
use super::numbers::Numbers;

/// A session's memory. It ends with the session.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    pub(super) cursors: Cursors,
    pub(super) configuration: Configuration,
    pub(super) numbers: Numbers,
}

impl Remembered {
    /// Tells the engine what its functions ask for, where that has not been done.
    pub(super) fn prepare(&self, shared: &Shared, connection: &Connection) -> Result<(), Failure> {
        self.numbers.begin(shared);
        self.configuration.tell(connection)?;
        self.numbers.tell(connection)
    }

    /// A transaction begins.
    pub(super) fn began(&self) {
        self.configuration.began();
    }

    /// The transaction has ended in the engine, with its effects or without.
    pub(super) fn ended(&self, connection: &Connection, committed: bool) -> Result<(), Failure> {
        self.cursors.end();
        self.configuration.ended(committed);
        self.configuration.tell(connection)
    }
}
