//! Locks of what is shared between threads.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks although a thread may have panicked while it held the lock: every change under these locks
/// is complete in itself.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
