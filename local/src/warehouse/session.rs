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
    ended: Mutex<u64>,
    bell: Condvar,
}

impl Turnstile {
    fn ended(&self) -> u64 {
        *lock(&self.ended)
    }

    fn end(&self) {
        let mut ended = lock(&self.ended);
        *ended = ended.wrapping_add(1);
        self.bell.notify_all();
    }

    /// Waits until a transaction has ended since `seen` was read, or a moment.
    fn wait(&self, seen: u64) {
        let guard = lock(&self.ended);
        let _unused = self
            .bell
            .wait_timeout_while(guard, Duration::from_millis(50), |ended| *ended == seen)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// Whose transaction is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    /// Opened around a statement or a batch.
    Implicit,
    /// Opened by BEGIN.
    Explicit,
}

/// An execution on its connection.
pub(super) struct Session<'a> {
    shared: &'a Shared,
    connection: &'a Connection,
    execution: &'a Execution,
    parameters: Vec<(String, Option<String>)>,
    statement: &'a Statement,
    transaction: Transaction,
    /// The statement that the open transaction began with.
    began_at: usize,
}

impl<'a> Session<'a> {
    /// Runs an execution to its end and records how it ended.
    pub(super) fn run(shared: &'a Shared, statement: &'a Statement, execution: &'a Execution) {
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
            match self.step(number, text) {
                Ok(outcome) => {
                    count = outcome.count;
                    if let Some(rows) = outcome.rows {
                        lock(&self.statement.results).insert(number + 1, rows);
                    }
                    number += 1;
                }
                Err(Failure::Conflict(_)) if !self.statement.cancelled() => {
                    // Redshift would have waited for the other transaction.
                    self.roll_back();
                    self.shared.turnstile.wait(seen);
                    number = self.began_at;
                }
                Err(failure) => {
                    self.roll_back();
                    return Err(self.numbered(failure, number));
                }
            }
            if number == texts.len() {
                let seen = self.shared.turnstile.ended();
                match self.finish() {
                    Ok(()) => {}
                    Err(Failure::Conflict(_)) if !self.statement.cancelled() => {
                        self.roll_back();
                        self.shared.turnstile.wait(seen);
                        number = self.began_at;
                    }
                    Err(failure) => {
                        self.roll_back();
                        return Err(failure);
                    }
                }
            }
        }
        Ok(count)
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
