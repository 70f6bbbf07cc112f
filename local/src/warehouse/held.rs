//! A session that outlives an execution: its temporary tables, its settings, its transaction.

use std::sync::Arc;

use duckdb::Connection;
use parking_lot::{Mutex, MutexGuard};

use super::Shared;
use super::remembered::Remembered;
use super::results::ResultLimits;
use super::transaction::Transaction;

/// A session of its own. It ends with this value; what runs in it holds on to it until it has ended.
pub struct HeldSession {
    held: Mutex<SessionState>,
    shared: Arc<Shared>,
    limits: Option<ResultLimits>,
}

/// What a session keeps.
pub(super) struct SessionState {
    connection: Connection,
    remembered: Remembered,
    transaction: Transaction,
}

impl SessionState {
    pub(super) fn parts(&mut self) -> (&Connection, &Remembered, &mut Transaction) {
        (&self.connection, &self.remembered, &mut self.transaction)
    }
}

impl HeldSession {
    pub(super) fn new(shared: Arc<Shared>, connection: Connection) -> Self {
        let held = SessionState {
            connection,
            remembered: Remembered::default(),
            transaction: Transaction::None,
        };
        Self {
            held: Mutex::new(held),
            shared,
            limits: Some(ResultLimits::DATA_API),
        }
    }

    /// This session as a client has it that reads results itself, without the Data API and its limits.
    #[must_use]
    pub fn without_data_api(mut self) -> Self {
        self.limits = None;
        self
    }

    pub(super) fn limits(&self) -> Option<ResultLimits> {
        self.limits
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, SessionState> {
        self.held.lock()
    }
}

impl Drop for HeldSession {
    /// What was not committed is gone, and nobody waits for it any more.
    fn drop(&mut self) {
        let held = self.held.lock();
        if matches!(
            held.transaction,
            Transaction::Implicit | Transaction::Explicit
        ) {
            let _ = held.connection.execute_batch("rollback");
            self.shared.turnstile.end();
            let number = held.remembered.transaction.get();
            self.shared.transactions.end(number, false);
        }
    }
}

impl std::fmt::Debug for HeldSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeldSession").finish_non_exhaustive()
    }
}
