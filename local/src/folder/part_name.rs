//! Names of files that are to take another's place once they are whole.

use std::sync::atomic::{AtomicU64, Ordering};

/// How the name of a file begins that is to take another's place; the process's number follows.
const PART: &str = ".part-";

/// A name that no other part of this process has.
pub(crate) fn part_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{PART}{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Whether a name is that of a part whose process is gone.
pub(crate) fn is_left_behind(name: &str) -> bool {
    let process = name
        .strip_prefix(PART)
        .and_then(|rest| rest.split_once('-'))
        .and_then(|(process, _)| process.parse().ok());
    process.is_some_and(|process| !is_alive(process))
}

/// Whether there is a process of this number. Where that cannot be told, there is.
fn is_alive(process: i32) -> bool {
    #[cfg(unix)]
    {
        let Some(process) = rustix::process::Pid::from_raw(process) else {
            return false;
        };
        rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
    }
    #[cfg(not(unix))]
    {
        let _ = process;
        true
    }
}
