//! Who wants to know that a statement has ended: what EventBridge's events are made of.

use std::collections::BTreeSet;
use std::time::SystemTime;

use parking_lot::Mutex;
use runtime_lambda::ports::StatementStatus;
use tokio::sync::mpsc;

use super::registry::Statement;

/// A statement that was executed with an event has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementEnded {
    /// Id that the warehouse gave it.
    pub id: String,
    /// The name it was given.
    pub name: String,
    /// FINISHED, FAILED or ABORTED: only ends are told.
    pub status: StatementStatus,
    /// Rows that it returned or changed, if it says.
    pub rows: Option<u64>,
    /// Number of the query; -1 for a batch.
    pub query: i64,
    /// When it ended, by the system's clock.
    pub at: SystemTime,
}

/// Listeners, and the statements that they are to hear of.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    senders: Vec<mpsc::UnboundedSender<StatementEnded>>,
    awaited: BTreeSet<String>,
    /// Whether listeners are let go once nothing is awaited.
    stopping: bool,
}

impl State {
    fn let_go(&mut self) {
        if self.stopping && self.awaited.is_empty() {
            self.senders.clear();
        }
    }
}

impl Listeners {
    pub(super) fn add(&self) -> mpsc::UnboundedReceiver<StatementEnded> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.state.lock().senders.push(sender);
        receiver
    }

    /// Lets every listener know that nothing more comes, once it is so. A statement is said to have
    /// ended a moment before it is told here.
    pub(super) fn stop(&self) {
        let mut state = self.state.lock();
        state.stopping = true;
        state.let_go();
    }

    /// Asks for an event when this statement ends.
    pub(super) fn expect(&self, id: &str) {
        self.state.lock().awaited.insert(id.to_owned());
    }

    /// Tells that a statement has ended, if that was asked for.
    pub(super) fn tell(&self, statement: &Statement) {
        let mut state = self.state.lock();
        if !state.awaited.remove(&statement.id) {
            return;
        }
        let progress = statement.progress.borrow();
        let query = match progress.parts.as_slice() {
            [part] => part.query.try_into().unwrap_or(-1),
            _ => -1,
        };
        let ended = StatementEnded {
            id: statement.id.clone(),
            name: statement.name.clone(),
            status: progress.status,
            rows: progress.rows,
            query,
            at: progress.updated,
        };
        state
            .senders
            .retain(|sender| sender.send(ended.clone()).is_ok());
        state.let_go();
    }
}
