//! The statements that were taken: who they are, how far they are, what they returned.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use duckdb::InterruptHandle;
use parking_lot::Mutex;
use runtime_lambda::ports::{StatementDescription, StatementStatus, SubStatement};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use uuid::Uuid;

use super::results::PagedRows;

/// How far one of an execution's statements is.
#[derive(Debug, Clone)]
pub(super) struct StatementPart {
    pub(super) status: StatementStatus,
    pub(super) error: Option<String>,
    pub(super) started: Option<SystemTime>,
    pub(super) updated: SystemTime,
    pub(super) took: Option<Duration>,
    pub(super) rows: Option<u64>,
    /// Number of the query in this warehouse; 0 before it has started.
    pub(super) query: u64,
}

/// How far a statement is.
#[derive(Debug, Clone)]
pub(super) struct StatementProgress {
    pub(super) status: StatementStatus,
    /// When this was last changed.
    pub(super) updated: SystemTime,
    /// Number of the connection that it runs on; 0 before there is one.
    pub(super) process: u64,
    /// One entry a statement.
    pub(super) parts: Vec<StatementPart>,
    pub(super) error: Option<String>,
    /// Time it took, once it has ended.
    pub(super) took: Option<Duration>,
    pub(super) rows: Option<u64>,
    /// Which of a batch's statements, counted from 1, the result is of.
    pub(super) result: Option<usize>,
}

/// One statement or batch that was taken.
pub(super) struct Statement {
    pub(super) id: String,
    pub(super) name: String,
    /// Number of statements in it.
    pub(super) size: usize,
    pub(super) created: SystemTime,
    pub(super) submitted: Instant,
    pub(super) progress: watch::Sender<StatementProgress>,
    /// Results by the number of the sub-statement.
    pub(super) results: Mutex<BTreeMap<usize, PagedRows>>,
    cancelled: AtomicBool,
    interrupt: Mutex<Option<Arc<InterruptHandle>>>,
}

impl Statement {
    fn new(id: String, name: &str, size: usize) -> Self {
        let created = SystemTime::now();
        let part = StatementPart {
            status: StatementStatus::Submitted,
            error: None,
            started: None,
            updated: created,
            took: None,
            rows: None,
            query: 0,
        };
        Self {
            id,
            name: name.to_owned(),
            size,
            created,
            submitted: Instant::now(),
            progress: watch::Sender::new(StatementProgress {
                status: StatementStatus::Submitted,
                updated: created,
                process: 0,
                parts: vec![part; size],
                error: None,
                took: None,
                rows: None,
                result: None,
            }),
            results: Mutex::default(),
            cancelled: AtomicBool::new(false),
            interrupt: Mutex::default(),
        }
    }

    pub(super) fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    pub(super) fn ended(&self) -> bool {
        self.progress.borrow().status.is_terminal()
    }

    /// Marks it and interrupts what it is doing. An interrupt that comes between two statements is
    /// lost, so whoever cancels repeats this until the statement has ended.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        if let Some(handle) = self.interrupt.lock().as_ref() {
            handle.interrupt();
        }
    }

    /// Changes what is known about it, and wakes whoever waits for that.
    pub(super) fn change(&self, change: impl FnOnce(&mut StatementProgress)) {
        self.progress.send_modify(|progress| {
            progress.updated = SystemTime::now();
            change(progress);
        });
    }

    /// Changes what is known about one of its statements, counted from 0.
    pub(super) fn change_part(&self, number: usize, change: impl FnOnce(&mut StatementPart)) {
        self.change(|progress| {
            let now = progress.updated;
            if let Some(part) = progress.parts.get_mut(number) {
                part.updated = now;
                change(part);
            }
        });
    }

    /// Says on which connection it runs; `None` once the connection is closed.
    pub(super) fn runs_on(&self, handle: Option<Arc<InterruptHandle>>) {
        *self.interrupt.lock() = handle;
    }

    pub(super) fn describe(&self) -> StatementDescription {
        let progress = self.progress.borrow();
        StatementDescription {
            id: self.id.clone(),
            status: progress.status,
            error: progress.error.clone(),
            duration: progress.took.unwrap_or_else(|| self.submitted.elapsed()),
            rows: progress.rows,
            result_id: progress.result.map(|number| {
                if self.size == 1 {
                    self.id.clone()
                } else {
                    format!("{}:{number}", self.id)
                }
            }),
            parts: self.parts(&progress),
        }
    }
}

impl Statement {
    /// What is known of the statements of a batch.
    fn parts(&self, progress: &StatementProgress) -> Vec<SubStatement> {
        if self.size == 1 {
            return Vec::new();
        }
        let results = self.results.lock();
        let parts = (1..).zip(&progress.parts);
        parts
            .map(|(number, part)| SubStatement {
                id: format!("{}:{number}", self.id),
                rows: part.rows,
                has_result: results.contains_key(&number),
            })
            .collect()
    }
}

/// All statements of a warehouse since it was opened.
#[derive(Default)]
pub(super) struct StatementRegistry {
    by_id: HashMap<String, Arc<Statement>>,
    by_token: HashMap<String, Arc<Statement>>,
    by_name: HashMap<String, Vec<String>>,
    taken: u64,
}

impl StatementRegistry {
    /// The statement that was started with this token, or a new one and `true`.
    pub(super) fn take(&mut self, name: &str, token: &str, size: usize) -> (Arc<Statement>, bool) {
        if let Some(known) = self.by_token.get(token) {
            return (Arc::clone(known), false);
        }
        self.taken += 1;
        let id = identifier(&format!("{} {token}", self.taken));
        let statement = Arc::new(Statement::new(id, name, size));
        self.add(token, &statement);
        (statement, true)
    }

    /// Takes a statement that an earlier process has finished, unless it is known.
    pub(super) fn remember(
        &mut self,
        id: &str,
        name: &str,
        token: &str,
        size: usize,
        rows: Option<u64>,
    ) {
        if self.by_id.contains_key(id) {
            return;
        }
        let statement = Arc::new(Statement::new(id.to_owned(), name, size));
        statement.change(|progress| {
            progress.status = StatementStatus::Finished;
            progress.took = Some(Duration::ZERO);
            progress.rows = rows;
            for part in &mut progress.parts {
                part.status = StatementStatus::Finished;
            }
        });
        self.add(token, &statement);
    }

    fn add(&mut self, token: &str, statement: &Arc<Statement>) {
        if !token.is_empty() {
            self.by_token
                .insert(token.to_owned(), Arc::clone(statement));
        }
        self.by_name
            .entry(statement.name.clone())
            .or_default()
            .push(statement.id.clone());
        self.by_id
            .insert(statement.id.clone(), Arc::clone(statement));
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Statement>> {
        self.by_id.get(id).cloned()
    }

    /// Ids under a name, newest first.
    pub(super) fn named(&self, name: &str) -> Vec<String> {
        let mut ids = self.by_name.get(name).cloned().unwrap_or_default();
        ids.reverse();
        ids
    }

    /// Forgets a statement and its results.
    pub(super) fn remove(&mut self, id: &str) {
        let Some(statement) = self.by_id.remove(id) else {
            return;
        };
        self.by_token
            .retain(|_, started| !Arc::ptr_eq(started, &statement));
        if let Some(ids) = self.by_name.get_mut(&statement.name) {
            ids.retain(|known| known != id);
            if ids.is_empty() {
                self.by_name.remove(&statement.name);
            }
        }
    }

    pub(super) fn running(&self) -> Vec<Arc<Statement>> {
        self.by_id
            .values()
            .filter(|statement| !statement.ended())
            .cloned()
            .collect()
    }
}

/// An id in the form of the Data API's, different in every process and for every seed.
pub(crate) fn identifier(seed: &str) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let digest = Sha256::digest(format!("{now} {} {seed}", std::process::id()));
    let mut bytes = uuid::Bytes::default();
    for (byte, digested) in bytes.iter_mut().zip(digest) {
        *byte = digested;
    }
    Uuid::from_bytes(bytes).to_string()
}
