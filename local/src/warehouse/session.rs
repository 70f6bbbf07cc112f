//! One execution: a connection, its transactions, and the statements one behind the other.

use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::time::Instant;

use duckdb::Connection;
use redshift_sql::tree::{AlterTableKind, ObjectKind, StatementKind, TransactionRule};
use runtime_lambda::plan::Batch;
use runtime_lambda::ports::{StatementStatus, Submission};

use super::deadline::Deadline;
use super::failure::StatementFailure;
use super::held::HeldSession;
use super::isolation::{self, Isolation};
use super::known::KnownTables;
use super::messages::{self, Message};
use super::outcome::StatementOutcome;
use super::receipts::{self, EarlierCommits, Receipt, Todo};
use super::registry::Statement;
use super::remembered::Remembered;
use super::results::ResultLimits;
use super::scope::{Commits, StatementScope};
use super::transaction::Transaction;
use super::{Shared, settings, statement};
use crate::warehouse::dialect;

/// A conflict that comes back this often with nobody else there is none that waiting ends.
const ALONE: u32 = 3;

/// Ends a statement whose thread ends without having said how: nobody may wait for it for ever.
struct Ending<'a> {
    shared: &'a Shared,
    statement: &'a Statement,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if !self.statement.ended() {
            let failed = Err(StatementFailure::Refused(
                "the engine stopped unexpectedly".to_owned(),
            ));
            end(self.shared, self.statement, failed);
        }
    }
}

/// Refuses between BEGIN and COMMIT what stands in no transaction with others.
fn stands_alone(text: &str, translated: &dialect::Statement) -> Result<(), StatementFailure> {
    // Most statements may stand there, and long ones need not be read twice.
    if matches!(
        translated,
        dialect::Statement::Query(_)
            | dialect::Statement::Insert { .. }
            | dialect::Statement::Change(_)
            | dialect::Statement::Copy(_)
    ) {
        return Ok(());
    }
    for statement in &redshift_sql::parse(text).statements {
        if statement.kind.transaction_rule() == TransactionRule::Refused {
            return Err(StatementFailure::Engine(format!(
                "{} cannot run inside a transaction block",
                first_words(&statement.kind)
            )));
        }
    }
    Ok(())
}

/// What a statement is called that no transaction may have.
fn first_words(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::Vacuum(_) => "VACUUM",
        StatementKind::AlterTableAppend(_) => "ALTER TABLE APPEND",
        StatementKind::AlterTable(alter) => {
            let mut actions = alter.actions.iter();
            if actions.any(|action| matches!(action.kind, AlterTableKind::ColumnType { .. })) {
                "ALTER TABLE ALTER COLUMN"
            } else {
                "ALTER TABLE of an external table"
            }
        }
        StatementKind::CreateExternalTable(_) => "CREATE EXTERNAL TABLE",
        StatementKind::Definition(definition) if definition.alter => "ALTER DATABASE",
        StatementKind::Definition(_) => "CREATE DATABASE",
        StatementKind::Drop(drop) if drop.kind == ObjectKind::Database => "DROP DATABASE",
        StatementKind::Drop(_) => "DROP of something external",
        StatementKind::Grant(_) => "GRANT on something external",
        StatementKind::Revoke(_) => "REVOKE on something external",
        _ => "this statement",
    }
}

/// Records how a statement ended, and tells who wanted to know.
fn end(shared: &Shared, statement: &Statement, outcome: Result<Option<u64>, StatementFailure>) {
    let took = statement.submitted.elapsed();
    let result = statement.results.lock().keys().next_back().copied();
    statement.change(|progress| {
        progress.took = Some(took);
        progress.status = match &outcome {
            Ok(_) => StatementStatus::Finished,
            Err(_) if statement.cancelled() => StatementStatus::Aborted,
            Err(_) => StatementStatus::Failed,
        };
        // What was not reached never will be.
        for part in &mut progress.parts {
            if !part.status.is_terminal() {
                part.status = StatementStatus::Aborted;
                part.updated = progress.updated;
            }
        }
        match outcome {
            Ok(rows) => {
                progress.rows = rows;
                progress.result = result;
            }
            Err(failure) => progress.error = Some(failure.to_string()),
        }
    });
    shared.listeners.tell(statement);
}

/// An execution on its connection.
pub(super) struct ExecutionSession<'a> {
    shared: &'a Shared,
    connection: &'a Connection,
    remembered: &'a Remembered,
    execution: &'a Submission,
    parameters: Vec<(String, Option<String>)>,
    statement: &'a Statement,
    transaction: Transaction,
    /// Whether the transaction was begun READ ONLY.
    read_only: bool,
    /// Whether the connection outlives the execution.
    held: bool,
    /// What a result may be.
    limits: Option<ResultLimits>,
    /// Whether the transaction was opened by an earlier execution: it cannot be tried again here.
    resumed: bool,
    /// Conflicts one behind the other without another transaction to be in conflict with.
    alone: u32,
    /// The statement that the open transaction began with.
    began_at: usize,
    /// What earlier processes have committed of this execution.
    done: EarlierCommits,
    /// The statement that runs.
    number: usize,
    /// The first statement that no receipt covers and that has not failed.
    unsettled: usize,
    /// Whether the open transaction may have changed data.
    effects: bool,
    /// The last statement that returned rows.
    returned: Option<usize>,
    /// Rows that the statement that runs has changed.
    rows: Option<u64>,
    /// What kind of transaction the next statement opens, where it takes the place of one that BEGIN
    /// opened.
    again: Option<Transaction>,
}

impl<'a> ExecutionSession<'a> {
    /// Runs an execution to its end and records how it ended. In a held session it finds the
    /// temporary tables, the settings and the transaction that earlier executions left.
    pub(super) fn run(
        shared: &'a Shared,
        statement: &'a Statement,
        execution: &'a Submission,
        held: Option<&HeldSession>,
    ) {
        let _ending = Ending { shared, statement };
        statement.change(|progress| progress.status = StatementStatus::Picked);
        let outcome = match held {
            Some(held) => {
                let limits = held.limits();
                let mut held = held.lock();
                let (connection, remembered, transaction) = held.parts();
                let transaction = Some(transaction);
                let place = (connection, remembered);
                ExecutionSession::on(shared, statement, execution, place, transaction, limits)
            }
            None => {
                // A statement of its own, so that the lock is not held while the execution runs.
                let connection = settings::session(&shared.root.lock());
                connection
                    .map_err(StatementFailure::from)
                    .and_then(|connection| {
                        let limits = Some(ResultLimits::DATA_API);
                        let remembered = Remembered::default();
                        let place = (&connection, &remembered);
                        ExecutionSession::on(shared, statement, execution, place, None, limits)
                    })
            }
        };
        end(shared, statement, outcome);
    }

    fn on(
        shared: &Shared,
        statement: &Statement,
        execution: &Submission,
        (connection, remembered): (&Connection, &Remembered),
        held: Option<&mut Transaction>,
        limits: Option<ResultLimits>,
    ) -> Result<Option<u64>, StatementFailure> {
        remembered.prepare(shared, connection)?;
        statement.change(|progress| {
            progress.process = remembered.numbers.process();
            progress.status = StatementStatus::Started;
        });
        statement.runs_on(Some(connection.interrupt_handle()));
        let transaction = held.as_deref().copied().unwrap_or_default();
        let mut session = ExecutionSession {
            shared,
            connection,
            remembered,
            execution,
            parameters: execution
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), Some(value.clone())))
                .collect(),
            statement,
            transaction,
            read_only: held.is_some() && remembered.read_only.get(),
            held: held.is_some(),
            limits,
            resumed: transaction != Transaction::None,
            alone: 0,
            began_at: 0,
            done: EarlierCommits::default(),
            number: 0,
            unsettled: 0,
            effects: false,
            returned: None,
            rows: None,
            again: None,
        };
        let outcome = session.look_back().and_then(|()| session.statements());
        statement.runs_on(None);
        if let Some(held) = held {
            remembered.read_only.set(session.read_only);
            *held = session.transaction;
        }
        outcome
    }

    /// Reads what earlier processes have committed.
    fn look_back(&mut self) -> Result<(), StatementFailure> {
        let execution = self.execution;
        if execution.client_token.is_empty() {
            return Ok(());
        }
        let tokens = std::iter::once(&execution.client_token).chain(&execution.continues);
        self.done = EarlierCommits::read(self.connection, tokens.map(String::as_str))?;
        Ok(())
    }

    /// Runs the statements; the count of the last.
    fn statements(&mut self) -> Result<Option<u64>, StatementFailure> {
        let texts = &self.execution.statements;
        let mut number = 0;
        let mut count = None;
        let mut failed = None;
        while let Some(text) = texts.get(number) {
            let seen = self.shared.turnstile.ended();
            let since = self.started(number);
            self.number = number;
            let done = self.step(number, text).and_then(|outcome| {
                if number + 1 == texts.len() {
                    self.finish()?;
                }
                Ok(outcome)
            });
            match done {
                Ok(outcome) => {
                    count = outcome.count;
                    self.ended(number, since, Ok(count));
                    if let Some(rows) = outcome.rows {
                        self.statement.results.lock().insert(number + 1, rows);
                    }
                    self.alone = 0;
                    number += 1;
                }
                Err(StatementFailure::Conflict(_)) if self.may_try_again() => {
                    // Redshift would have waited for the other transaction.
                    let began_at = self.began_at;
                    let kind = self.transaction;
                    self.roll_back();
                    self.again = Some(kind).filter(|kind| *kind != Transaction::None);
                    if self.shared.turnstile.wait(seen) {
                        self.alone = 0;
                    } else {
                        self.alone += 1;
                    }
                    if self.alone > ALONE {
                        let failure = isolation::conflict(self.remembered);
                        self.ended(number, since, Err(&failure));
                        return Err(self.numbered(failure, number));
                    }
                    number = began_at;
                }
                Err(failure) => {
                    let failure = match failure {
                        StatementFailure::Conflict(_) => isolation::conflict(self.remembered),
                        other => other,
                    };
                    self.give_up();
                    self.ended(number, since, Err(&failure));
                    let alone = texts.len() > 1 && self.execution.batch == Batch::AutoCommit;
                    let failure = self.numbered(failure, number);
                    if !alone || self.statement.cancelled() {
                        return Err(failure);
                    }
                    // "A failure of one statement does not affect the others" (AWS page:
                    // `BatchExecuteStatement`, ExecutionMode AUTO_COMMIT).
                    failed.get_or_insert(failure);
                    number += 1;
                    self.unsettled = number;
                }
            }
        }
        match failed {
            None => Ok(count),
            Some(failure) => Err(failure),
        }
    }

    fn started(&self, number: usize) -> Instant {
        let query = self.shared.fresh.fetch_add(1, Ordering::Relaxed) & 0x7fff_ffff;
        self.statement.change_part(number, |part| {
            part.status = StatementStatus::Started;
            part.started = Some(part.updated);
            part.query = query;
        });
        self.remembered.numbers.statement(query);
        Instant::now()
    }

    fn ended(
        &self,
        number: usize,
        since: Instant,
        outcome: Result<Option<u64>, &StatementFailure>,
    ) {
        let cancelled = self.statement.cancelled();
        self.statement.change_part(number, |part| {
            part.took = Some(since.elapsed());
            match outcome {
                Ok(rows) => {
                    part.status = StatementStatus::Finished;
                    part.rows = rows;
                }
                Err(failure) => {
                    part.status = if cancelled {
                        StatementStatus::Aborted
                    } else {
                        StatementStatus::Failed
                    };
                    part.error = Some(failure.to_string());
                }
            }
        });
    }

    fn may_try_again(&self) -> bool {
        !self.statement.cancelled() && !self.resumed
    }

    /// Rolls back after a failure. A transaction that a held session's BEGIN opened stays, in name:
    /// it is for the session to end it.
    fn give_up(&mut self) {
        let explicit = matches!(
            self.transaction,
            Transaction::Explicit | Transaction::Aborted
        );
        self.roll_back();
        if self.held && explicit {
            self.transaction = Transaction::Aborted;
        }
    }

    /// Runs one statement in the transaction that it belongs to.
    fn step(&mut self, number: usize, text: &str) -> Result<StatementOutcome, StatementFailure> {
        if self.statement.cancelled() {
            return Err(StatementFailure::Cancelled);
        }
        let tables = KnownTables::of(self.connection);
        let dates = self.remembered.configuration.date_style();
        let parameters = &self.execution.parameters;
        let context = dialect::TranslationContext {
            attributes_as_written: self.remembered.configuration.attributes_as_written(),
            ..self.shared.context(&tables, parameters, dates)
        };
        let translated = dialect::translate(text, &context)?;
        if self.transaction == Transaction::Aborted
            && !matches!(
                translated,
                dialect::Statement::Commit | dialect::Statement::Rollback
            )
        {
            return Err(StatementFailure::Engine(
                "current transaction is aborted, commands ignored until end of transaction block"
                    .to_owned(),
            ));
        }
        self.rows = None;
        if !self.done.is_empty() {
            match self.done.todo(number, &translated)? {
                Todo::Nothing(count) => {
                    self.rows = count;
                    return Ok(StatementOutcome { count, rows: None });
                }
                Todo::Run | Todo::Again => {}
            }
        }
        if self.transaction == Transaction::Explicit {
            stands_alone(text, &translated)?;
        }
        match translated {
            dialect::Statement::Nothing => Ok(StatementOutcome::default()),
            dialect::Statement::Begin { read_only } => {
                self.read_only = read_only;
                match self.transaction {
                    Transaction::None => self.begin(number, Transaction::Explicit)?,
                    Transaction::Implicit => self.transaction = Transaction::Explicit,
                    Transaction::Explicit | Transaction::Aborted => {}
                }
                Ok(StatementOutcome::default())
            }
            dialect::Statement::Commit => {
                self.commit()?;
                Ok(StatementOutcome::default())
            }
            dialect::Statement::Rollback => {
                self.roll_back();
                Ok(StatementOutcome::default())
            }
            translated => {
                self.allowed(&translated)?;
                if self.transaction == Transaction::None {
                    let kind = self.again.take().unwrap_or(Transaction::Implicit);
                    self.begin(number, kind)?;
                }
                let messages = RefCell::default();
                let commits = Commits {
                    refused: self.transaction == Transaction::Explicit,
                    ..Commits::default()
                };
                let scope = StatementScope {
                    shared: self.shared,
                    connection: self.connection,
                    parameters: &self.parameters,
                    calls: 0,
                    commits: &commits,
                    atomic: false,
                    cursors: &self.remembered.cursors,
                    session: self.remembered,
                    messages: &messages,
                    statement: Some(self.statement),
                    limits: self.limits,
                };
                let timeout = self.remembered.configuration.statement_timeout();
                let deadline = timeout.map(|after| Deadline::of(self.connection, after));
                let outcome = isolation::touch(&scope, text)
                    .and_then(|()| statement::run(&scope, &translated));
                let over = deadline.is_some_and(Deadline::end);
                self.tell(number, messages.take());
                // What is committed in part cannot be tried again.
                self.resumed |= commits.happened.get();
                if self.statement.cancelled() {
                    return Err(outcome.err().unwrap_or(StatementFailure::Cancelled));
                }
                let outcome = match outcome {
                    Err(failure) if over && failure.is_cancelled() => {
                        return Err(self.timed_out(number));
                    }
                    Err(failure) => return Err(self.in_conflict(failure)),
                    Ok(outcome) => outcome,
                };
                self.effects |= receipts::has_effects(&translated);
                self.rows = outcome.count;
                if outcome.rows.is_some() {
                    self.returned = Some(number);
                }
                if matches!(translated, dialect::Statement::Truncate { .. }) {
                    self.truncated(number)?;
                } else if self.transaction == Transaction::Implicit
                    && self.execution.batch == Batch::AutoCommit
                {
                    self.commit()?;
                }
                Ok(outcome)
            }
        }
    }

    /// Whether the transaction is one in which a statement may stand.
    fn allowed(&self, translated: &dialect::Statement) -> Result<(), StatementFailure> {
        let explicit = self.transaction == Transaction::Explicit;
        if explicit && self.read_only && receipts::has_effects(translated) {
            return Err(StatementFailure::Engine(
                "transaction is read-only".to_owned(),
            ));
        }
        let ends = !explicit && self.execution.batch == Batch::AutoCommit;
        if ends && matches!(translated, dialect::Statement::DeclareCursor { .. }) {
            return Err(StatementFailure::Engine(
                "DECLARE CURSOR may only be used in transaction blocks".to_owned(),
            ));
        }
        Ok(())
    }

    /// Keeps what procedures said. Nobody's statement fails because it is lost.
    fn tell(&self, number: usize, said: Vec<Message>) {
        if said.is_empty() {
            return;
        }
        let texts = &self.execution.statements;
        let text = texts.get(number).map(String::as_str).unwrap_or_default();
        let (process, query) = {
            let progress = self.statement.progress.borrow();
            let part = progress.parts.get(number);
            (progress.process, part.map_or(0, |part| part.query))
        };
        let least = self.remembered.configuration.least_message();
        let _ = messages::write(self.shared, process, query, text, &said, &least);
    }

    /// TRUNCATE "commits the transaction in which it is run" (AWS page: `TRUNCATE`): what follows is
    /// in the next one.
    fn truncated(&mut self, number: usize) -> Result<(), StatementFailure> {
        let kind = self.transaction;
        self.commit()?;
        if kind == Transaction::Explicit {
            self.begin(number + 1, kind)?;
        }
        Ok(())
    }

    /// Ends what is left open: a batch that is one transaction is committed. A BEGIN of a session
    /// that ends without COMMIT is not, and one of a session that goes on stays open.
    fn finish(&mut self) -> Result<(), StatementFailure> {
        let one_transaction =
            self.execution.statements.len() > 1 && self.execution.batch == Batch::Transaction;
        match (self.transaction, self.execution.batch) {
            (Transaction::None | Transaction::Aborted, _) => Ok(()),
            (Transaction::Explicit, _) if self.held && !one_transaction => Ok(()),
            (Transaction::Explicit, Batch::AutoCommit) => {
                self.roll_back();
                Ok(())
            }
            _ => self.commit(),
        }
    }

    fn begin(&mut self, number: usize, transaction: Transaction) -> Result<(), StatementFailure> {
        self.connection.execute_batch("begin transaction")?;
        self.shared.turnstile.begin();
        self.remembered.began(self.shared);
        self.again = None;
        self.transaction = transaction;
        self.began_at = number;
        self.effects = false;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StatementFailure> {
        match self.transaction {
            Transaction::None => return Ok(()),
            Transaction::Aborted => {
                self.transaction = Transaction::None;
                return Ok(());
            }
            Transaction::Implicit | Transaction::Explicit => {}
        }
        self.resumed = false;
        self.remembered.cursors.end();
        let is_written = self.receipt()?;
        let committed = self.connection.execute_batch("commit");
        // The engine closes the transaction either way.
        self.transaction = Transaction::None;
        self.shared.turnstile.end();
        self.remembered
            .ended(self.shared, self.connection, committed.is_ok())?;
        committed?;
        if is_written {
            self.unsettled = self.number + 1;
        }
        Ok(())
    }

    /// Writes down, in the transaction that is about to be committed, what it has done. Whether there
    /// was something to write.
    fn receipt(&self) -> Result<bool, StatementFailure> {
        let token = &self.execution.client_token;
        if !self.effects || token.is_empty() {
            return Ok(false);
        }
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let receipt = Receipt {
            first: number(self.unsettled),
            last: number(self.number),
            returned: self.returned.map(number),
            rows: self.rows,
        };
        receipts::write(self.connection, self.statement, token, receipt)?;
        Ok(true)
    }

    fn roll_back(&mut self) {
        self.resumed = false;
        self.remembered.cursors.end();
        if self.transaction == Transaction::Aborted {
            self.transaction = Transaction::None;
        } else if self.transaction != Transaction::None {
            // Nothing to do if it fails: a transaction that is not committed is gone with its
            // connection.
            let _ = self.connection.execute_batch("rollback");
            self.transaction = Transaction::None;
            self.shared.turnstile.end();
            // The next statement tells the engine again if this fails.
            let _ = self.remembered.ended(self.shared, self.connection, false);
        }
    }

    /// A statement that is a transaction by itself waits for the other one, as for its lock. Otherwise
    /// its transaction has seen what the other changes.
    fn in_conflict(&self, failure: StatementFailure) -> StatementFailure {
        let alone = self.transaction == Transaction::Implicit
            && (self.execution.batch == Batch::AutoCommit || self.execution.statements.len() == 1);
        let redshift = self.shared.options.isolation == Isolation::Redshift;
        match failure {
            StatementFailure::Serialization(words) if alone && self.may_try_again() => {
                StatementFailure::Conflict(words)
            }
            StatementFailure::Conflict(_) if redshift && !alone => {
                isolation::conflict(self.remembered)
            }
            other => other,
        }
    }

    /// What a statement fails with that took longer than the session allows.
    fn timed_out(&self, number: usize) -> StatementFailure {
        let progress = self.statement.progress.borrow();
        let query = progress.parts.get(number).map_or(0, |part| part.query);
        StatementFailure::Engine(format!("Query ({query}) cancelled on user's request"))
    }

    fn numbered(&self, failure: StatementFailure, number: usize) -> StatementFailure {
        if self.execution.statements.len() == 1 || matches!(failure, StatementFailure::Cancelled) {
            failure
        } else {
            StatementFailure::Numbered(number + 1, Box::new(failure))
        }
    }
}
