//! The setting `statement_timeout` (AWS page: `statement_timeout`): a statement that takes longer is
//! interrupted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use duckdb::Connection;

/// One interrupt may come between two statements of the engine and be lost.
const AGAIN: Duration = Duration::from_millis(5);

/// Interrupts what a connection does once the time is over. It ends with this value.
pub(super) struct Deadline {
    over: Arc<AtomicBool>,
    /// Dropped when the statement has ended.
    running: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Deadline {
    /// Interrupts what runs on the connection once `after` has passed from now on.
    pub(super) fn of(connection: &Connection, after: Duration) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (running, ended) = mpsc::channel::<()>();
        let interrupt = connection.interrupt_handle();
        let told = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let mut wait = after;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                told.store(true, Ordering::SeqCst);
                interrupt.interrupt();
                wait = AGAIN;
            }
        });
        Self {
            over,
            running: Some(running),
            thread: Some(thread),
        }
    }

    /// Ends it; whether the time was over.
    pub(super) fn end(mut self) -> bool {
        self.stop();
        self.over.load(Ordering::SeqCst)
    }

    fn stop(&mut self) {
        self.running = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.stop();
    }
}
