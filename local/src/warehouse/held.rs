//! A session that outlives an execution: its temporary tables, its settings, its transaction.

use std::sync::{Arc, Mutex, MutexGuard};

use duckdb::Connection;

use super::Shared;
use super::registry::lock;
use super::session::Transaction;

/// A session of its own. It ends with this value; what runs in it holds on to it until it has ended.
pub struct HeldSession {
    held: Mutex<Held>,
    shared: Arc<Shared>,
}

/// What a session keeps.
pub(super) struct Held {
    connection: Connection,
    transaction: Transaction,
}

impl Held {
    pub(super) fn parts(&mut self) -> (&Connection, &mut Transaction) {
        (&self.connection, &mut self.transaction)
    }
}

impl HeldSession {
    pub(super) fn new(shared: Arc<Shared>, connection: Connection) -> Self {
        let held = Held {
            connection,
            transaction: Transaction::None,
        };
        Self {
            held: Mutex::new(held),
            shared,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Held> {
        lock(&self.held)
    }
}

impl Drop for HeldSession {
    /// What was not committed is gone, and nobody waits for it any more.
    fn drop(&mut self) {
        let held = lock(&self.held);
        if matches!(
            held.transaction,
            Transaction::Implicit | Transaction::Explicit
        ) {
            let _ = held.connection.execute_batch("rollback");
            self.shared.turnstile.end();
        }
    }
}

impl std::fmt::Debug for HeldSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeldSession").finish_non_exhaustive()
    }
}
