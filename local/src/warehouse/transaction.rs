//! Whose transaction is open in a session, and how one that lost a conflict waits for the others.

use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// Whose transaction is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Transaction {
    #[default]
    None,
    /// Opened around a statement or a batch.
    Implicit,
    /// Opened by BEGIN in the script.
    Explicit,
    /// Opened by BEGIN in a session that goes on, and failed: nothing runs until it is ended.
    Aborted,
}

/// Lets a transaction that lost a conflict wait until another one has ended.
#[derive(Debug, Default)]
pub(super) struct Turnstile {
    count: Mutex<Count>,
    bell: Condvar,
}

/// Transactions of all sessions.
#[derive(Debug, Default)]
struct Count {
    open: u64,
    ended: u64,
}

impl Turnstile {
    pub(super) fn ended(&self) -> u64 {
        self.count.lock().ended
    }

    pub(super) fn begin(&self) {
        self.count.lock().open += 1;
    }

    pub(super) fn end(&self) {
        let mut count = self.count.lock();
        count.open = count.open.saturating_sub(1);
        count.ended = count.ended.wrapping_add(1);
        self.bell.notify_all();
    }

    /// Waits until a transaction has ended since `seen` was read, or a moment. Whether there was
    /// another one to be in conflict with.
    pub(super) fn wait(&self, seen: u64) -> bool {
        let mut count = self.count.lock();
        // The caller's own transaction has ended since then.
        let others = count.open > 0 || count.ended.wrapping_sub(seen) > 1;
        let own = seen.wrapping_add(1);
        self.bell.wait_while_for(
            &mut count,
            |count| count.open > 0 && count.ended <= own,
            Duration::from_millis(50),
        );
        others
    }
}
