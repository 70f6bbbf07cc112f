//! Statements of the warehouse: what they are, how they will end, and what has happened to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use runtime_lambda::ids::{RunId, StepName};
use runtime_lambda::ports::StatementStatus;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Every statement that was started, by id.
#[derive(Debug, Default)]
pub struct Statements {
    all: BTreeMap<String, SubmittedStatement>,
    by_token: BTreeMap<String, String>,
}

/// How a statement ends if it is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It ends without an error.
    Finishes,
    /// It ends with an error that says this.
    Fails(String),
}

/// A statement, how it will end, and what has happened to it.
#[derive(Debug, Clone)]
pub struct SubmittedStatement {
    pub name: String,
    /// Id of its run.
    pub run: RunId,
    pub step: StepName,
    pub round: u32,
    pub started: Instant,
    /// When it would end by itself.
    pub own_end: Instant,
    pub fate: Fate,
    pub rows: Option<u64>,
    /// Whether its result is not what its step expects.
    pub wrong: bool,
    /// How many statements its batch has in front of those of its step's checks.
    pub own: usize,
    /// When a cancellation takes effect.
    pub cancelled: Option<Instant>,
    /// Whether it was cancelled in vain, as it will always be.
    pub stubborn: bool,
    /// Whether its run was over already when it began.
    pub began_late: bool,
    /// Told of a cancellation, which moves the end.
    pub changed: Arc<Notify>,
}

impl SubmittedStatement {
    /// When it ends, as far as is known now.
    pub fn end(&self) -> Instant {
        self.cancelled
            .map_or(self.own_end, |cancelled| cancelled.min(self.own_end))
    }

    /// Its status at this moment.
    pub fn status(&self, now: Instant) -> StatementStatus {
        match self.cancelled {
            Some(at) if at < self.own_end && now >= at => StatementStatus::Aborted,
            _ if now < self.own_end => StatementStatus::Started,
            _ if self.fate == Fate::Finishes => StatementStatus::Finished,
            _ => StatementStatus::Failed,
        }
    }
}

impl Statements {
    /// The statement with this id.
    pub fn get(&self, id: &str) -> Option<&SubmittedStatement> {
        self.all.get(id)
    }

    /// The statement with this id, to change it.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut SubmittedStatement> {
        self.all.get_mut(id)
    }

    /// Id of the statement that this client token has begun.
    pub fn of_token(&self, token: &str) -> Option<&String> {
        self.by_token.get(token)
    }

    /// Adds a statement that this client token begins. Returns its id.
    pub fn add(&mut self, token: &str, statement: SubmittedStatement) -> String {
        let id = format!("{:04}", self.all.len() + 1);
        self.by_token.insert(token.to_owned(), id.clone());
        self.all.insert(id.clone(), statement);
        id
    }

    /// Those with this name, newest first.
    pub fn named<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a SubmittedStatement)> {
        self.iter()
            .rev()
            .filter(move |(_, statement)| statement.name == name)
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &SubmittedStatement)> {
        self.all
            .iter()
            .map(|(id, statement)| (id.as_str(), statement))
    }

    /// Those of a try.
    pub fn of_try<'a>(
        &'a self,
        run: &'a str,
        step: &'a str,
        round: u32,
    ) -> impl Iterator<Item = (&'a str, &'a SubmittedStatement)> {
        self.iter().filter(move |(_, statement)| {
            statement.run == run && statement.step == step && statement.round == round
        })
    }
}
