//! The pipeline's local folder `.sfc`, and the one process at a time that runs something in it.
//!
//! A run holds a lock for as long as it goes on. The system takes the lock back when the process ends,
//! in whatever way. So a run that is said to go on while nobody holds the lock has died.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// The file whose lock a run holds.
const LOCK: &str = "run.lock";

/// A file in the folder that asks the run in it to stop.
pub const STOP_REQUEST: &str = "stop-request";

/// The right to run something in the folder; it ends with this value, or with the process.
#[derive(Debug)]
pub struct HeldFolder {
    _lock: File,
}

/// Takes the right, if nobody has it.
///
/// # Errors
/// The folder cannot be written.
pub fn hold(home: &Path) -> io::Result<Option<HeldFolder>> {
    private(home)?;
    let lock = File::options()
        .create(true)
        .append(true)
        .open(home.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(HeldFolder { _lock: lock })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes the folder, if it is not there, so that its owner alone looks into it. Whatever the engine
/// writes beside its database is as private as the database.
pub fn private(home: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_holds_the_folder() {
        let folder = std::env::temp_dir().join(format!("sfc-home-{}", std::process::id()));
        let held = hold(&folder).unwrap();
        assert!(held.is_some());
        assert!(hold(&folder).unwrap().is_none());
        drop(held);
        assert!(hold(&folder).unwrap().is_some());
        fs::remove_dir_all(&folder).unwrap();
    }
}
