//! One execution: a connection, its transactions, and the statements one behind the other.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use duckdb::Connection;
use runtime_lambda::plan::Batch;
use runtime_lambda::ports::{Execution, StatementStatus};

use super::failure::Failure;
use super::registry::{Statement, lock};
use super::results::Rows;
use super::scope::Scope;
use super::{Shared, settings, statement};
use crate::dialect;

/// What a statement did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Rows returned or changed, if the statement says.
    pub(super) count: Option<u64>,
    pub(super) rows: Option<Rows>,
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
    fn ended(&self) -> u64 {
        lock(&self.count).ended
    }

    fn begin(&self) {
        lock(&self.count).open += 1;
    }

    fn end(&self) {
        let mut count = lock(&self.count);
        count.open = count.open.saturating_sub(1);
        count.ended = count.ended.wrapping_add(1);
        self.bell.notify_all();
    }

    /// Waits until a transaction has ended since `seen` was read, or a moment. Whether there was
    /// another one to be in conflict with.
    fn wait(&self, seen: u64) -> bool {
        let count = lock(&self.count);
        // The caller's own transaction has ended since then.
        let others = count.open > 0 || count.ended.wrapping_sub(seen) > 1;
        let own = seen.wrapping_add(1);
        let _unused = self
            .bell
            .wait_timeout_while(count, Duration::from_millis(50), |count| {
                count.open > 0 && count.ended <= own
            })
            .unwrap_or_else(PoisonError::into_inner);
        others
    }
}

/// A conflict that comes back this often with nobody else there is none that waiting ends.
const ALONE: u32 = 3;

/// Whose transaction is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    /// Opened around a statement or a batch.
    Implicit,
    /// Opened by BEGIN.
    Explicit,
}

/// Ends a statement whose thread ends without having said how: nobody may wait for it for ever.
struct Ending<'a>(&'a Statement);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if !self.0.ended() {
            let took = self.0.submitted.elapsed();
            self.0.progress.send_modify(|progress| {
                progress.took = Some(took);
                progress.status = StatementStatus::Failed;
                progress.error = Some("ERROR: the engine stopped unexpectedly".to_owned());
            });
        }
    }
}

/// An execution on its connection.
pub(super) struct Session<'a> {
    shared: &'a Shared,
    connection: &'a Connection,
    execution: &'a Execution,
    parameters: Vec<(String, Option<String>)>,
    statement: &'a Statement,
    transaction: Transaction,
    /// Conflicts one behind the other without another transaction to be in conflict with.
    alone: u32,
    /// The statement that the open transaction began with.
    began_at: usize,
}

impl<'a> Session<'a> {
    /// Runs an execution to its end and records how it ended.
    pub(super) fn run(shared: &'a Shared, statement: &'a Statement, execution: &'a Execution) {
        let _ending = Ending(statement);
        statement
            .progress
            .send_modify(|progress| progress.status = StatementStatus::Started);
        // A statement of its own, so that the lock is not held while the execution runs.
        let connection = settings::session(&lock(&shared.root));
        let outcome = connection.map_err(Failure::from).and_then(|connection| {
            statement.runs_on(Some(connection.interrupt_handle()));
            let mut session = Session {
                shared,
                connection: &connection,
                execution,
                parameters: execution
                    .parameters
                    .iter()
                    .map(|(name, value)| (name.clone(), Some(value.clone())))
                    .collect(),
                statement,
                transaction: Transaction::None,
                alone: 0,
                began_at: 0,
            };
            let outcome = session.statements();
            statement.runs_on(None);
            outcome
        });
        let took = statement.submitted.elapsed();
        statement.progress.send_modify(|progress| {
            progress.took = Some(took);
            match outcome {
                Ok(rows) => {
                    progress.status = StatementStatus::Finished;
                    progress.rows = rows;
                    progress.result = lock(&statement.results).keys().next_back().copied();
                }
                Err(failure) => {
                    progress.status = if statement.cancelled() {
                        StatementStatus::Aborted
                    } else {
                        StatementStatus::Failed
                    };
                    progress.error = Some(failure.to_string());
                }
            }
        });
    }

    /// Runs the statements; the count of the last.
    fn statements(&mut self) -> Result<Option<u64>, Failure> {
        let texts = &self.execution.statements;
        let mut number = 0;
        let mut count = None;
        while let Some(text) = texts.get(number) {
            let seen = self.shared.turnstile.ended();
            let done = self.step(number, text).and_then(|outcome| {
                if number + 1 == texts.len() {
                    self.finish()?;
                }
                Ok(outcome)
            });
            match done {
                Ok(outcome) => {
                    count = outcome.count;
                    if let Some(rows) = outcome.rows {
                        lock(&self.statement.results).insert(number + 1, rows);
                    }
                    self.alone = 0;
                    number += 1;
                }
                Err(Failure::Conflict(message)) if self.may_try_again() => {
                    // Redshift would have waited for the other transaction.
                    let began_at = self.began_at;
                    self.roll_back();
                    if self.shared.turnstile.wait(seen) {
                        self.alone = 0;
                    } else {
                        self.alone += 1;
                    }
                    if self.alone > ALONE {
                        return Err(self.numbered(Failure::Conflict(message), number));
                    }
                    number = began_at;
                }
                Err(failure) => {
                    self.roll_back();
                    return Err(self.numbered(failure, number));
                }
            }
        }
        Ok(count)
    }

    fn may_try_again(&self) -> bool {
        !self.statement.cancelled()
    }

    /// Runs one statement in the transaction that it belongs to.
    fn step(&mut self, number: usize, text: &str) -> Result<Outcome, Failure> {
        if self.statement.cancelled() {
            return Err(Failure::Cancelled);
        }
        match dialect::translate(text, &self.shared.context(&self.execution.parameters))? {
            dialect::Statement::Nothing => Ok(Outcome::default()),
            dialect::Statement::Begin => {
                match self.transaction {
                    Transaction::None => self.begin(number, Transaction::Explicit)?,
                    Transaction::Implicit => self.transaction = Transaction::Explicit,
                    Transaction::Explicit => {}
                }
                Ok(Outcome::default())
            }
            dialect::Statement::Commit => {
                self.commit()?;
                Ok(Outcome::default())
            }
            dialect::Statement::Rollback => {
                self.roll_back();
                Ok(Outcome::default())
            }
            translated => {
                if self.transaction == Transaction::None {
                    self.begin(number, Transaction::Implicit)?;
                }
                let scope = Scope {
                    shared: self.shared,
                    connection: self.connection,
                    parameters: &self.parameters,
                    calls: 0,
                };
                let outcome = statement::run(&scope, &translated)?;
                if self.statement.cancelled() {
                    return Err(Failure::Cancelled);
                }
                if self.transaction == Transaction::Implicit
                    && self.execution.batch == Batch::AutoCommit
                {
                    self.commit()?;
                }
                Ok(outcome)
            }
        }
    }

    /// Ends what is left open: a batch that is one transaction is committed; a BEGIN of a session
    /// that ends without COMMIT is not.
    fn finish(&mut self) -> Result<(), Failure> {
        match (self.transaction, self.execution.batch) {
            (Transaction::None, _) => Ok(()),
            (Transaction::Explicit, Batch::AutoCommit) => {
                self.roll_back();
                Ok(())
            }
            _ => self.commit(),
        }
    }

    fn begin(&mut self, number: usize, transaction: Transaction) -> Result<(), Failure> {
        self.connection.execute_batch("begin transaction")?;
        self.shared.turnstile.begin();
        self.transaction = transaction;
        self.began_at = number;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if self.transaction == Transaction::None {
            return Ok(());
        }
        let committed = self.connection.execute_batch("commit");
        // The engine closes the transaction either way.
        self.transaction = Transaction::None;
        self.shared.turnstile.end();
        Ok(committed?)
    }

    fn roll_back(&mut self) {
        if self.transaction != Transaction::None {
            // Nothing to do if it fails: a transaction that is not committed is gone with its
            // connection.
            let _ = self.connection.execute_batch("rollback");
            self.transaction = Transaction::None;
            self.shared.turnstile.end();
        }
    }

    fn numbered(&self, failure: Failure, number: usize) -> Failure {
        if self.execution.statements.len() == 1 || matches!(failure, Failure::Cancelled) {
            failure
        } else {
            Failure::Numbered(number + 1, Box::new(failure))
        }
    }
}
