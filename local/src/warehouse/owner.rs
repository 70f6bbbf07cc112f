//! One owner of a database's file within this process; between processes the engine's lock sees to
//! it, which a process does not hold against itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
static CLOSED: Condvar = Condvar::new();

/// How long a statement that was just interrupted may take to let go of the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// The right to have a file open; it ends with this value.
#[derive(Debug)]
pub(super) struct Owner(PathBuf);

impl Owner {
    /// Waits a moment for an owner that is about to end; `None` if it does not.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let path = match (path.parent().map(Path::canonicalize), path.file_name()) {
            (Some(Ok(folder)), Some(name)) => folder.join(name),
            _ => path,
        };
        let mut open = OPEN.lock();
        CLOSED.wait_while_for(&mut open, |open| open.contains(&path), PATIENCE);
        // Not `then_some`: an owner that is made in vain would end the other one's right.
        open.insert(path.clone()).then(|| Self(path))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        OPEN.lock().remove(&self.0);
        CLOSED.notify_all();
    }
}
