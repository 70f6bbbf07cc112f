//! Blocks and their handlers (AWS page: `Trapping errors`).
//!
//! "When entering the exception-handling block, the current transaction is rolled back and a new
//! transaction is created to run the statements in the block. If the statements in the block run
//! without error, the transaction is committed and the exception is re-thrown." In a NONATOMIC
//! procedure it is not.

use redshift_sql::tree::{Block, ExceptionHandler};

use super::super::failure::{StatementFailure, sqlstate};
use super::frame::{BodyFlow, CallFrame};
use super::variables::CallVariable;
use crate::warehouse::dialect::VariableType;

impl CallFrame<'_> {
    pub(super) fn block(&mut self, block: &Block) -> Result<BodyFlow, StatementFailure> {
        self.variables.enter(block.label.as_ref());
        let flow = self.within_block(block);
        self.variables.leave();
        let mine = |label: &str| block.label.as_ref().is_some_and(|own| own.is(label));
        match flow? {
            BodyFlow::Exit(Some(label)) if mine(&label) => Ok(BodyFlow::Next),
            other => Ok(other),
        }
    }

    fn within_block(&mut self, block: &Block) -> Result<BodyFlow, StatementFailure> {
        for declaration in &block.declarations {
            self.declare(declaration)?;
        }
        let held_open = self.held_open;
        match (self.steps(&block.steps), block.handlers.first()) {
            (Err(failure), Some(handler)) if self.may_handle(&failure) => {
                if held_open == 0 {
                    self.held_open = 0;
                }
                self.handle(handler, failure)
            }
            (outcome, _) => outcome,
        }
    }

    /// OTHERS is every error "except query cancellation". A conflict that the session can try again
    /// is none yet. In a transaction of the caller's nothing can be rolled back alone.
    fn may_handle(&self, failure: &StatementFailure) -> bool {
        match failure {
            StatementFailure::Cancelled => false,
            StatementFailure::Conflict(_) => self.scope.commits.happened.get(),
            _ => !self.refuses_to_end_transaction(),
        }
    }

    fn handle(
        &mut self,
        handler: &ExceptionHandler,
        failure: StatementFailure,
    ) -> Result<BodyFlow, StatementFailure> {
        self.scope.roll_back()?;
        let (message, code) = said(&failure);
        self.variables.enter(None);
        for (name, value) in [("sqlerrm", message), ("sqlstate", code)] {
            let variable = CallVariable::scalar(VariableType::text(), Some(value));
            self.variables.add(name, variable);
        }
        self.caught.push(failure);
        self.takes(handler.span, 0);
        let outcome = self.steps(&handler.steps);
        self.variables.leave();
        let failure = self.caught.pop();
        let flow = outcome?;
        match failure {
            Some(failure) if !self.nonatomic => {
                self.scope.commit()?;
                Err(failure)
            }
            _ => {
                self.commit_if_nonatomic()?;
                Ok(flow)
            }
        }
    }

    /// `raise` alone, in a handler.
    pub(super) fn raised_again(&mut self) -> StatementFailure {
        match self.caught.last() {
            Some(failure) => {
                let (message, code) = said(failure);
                StatementFailure::Raised { message, code }
            }
            None => StatementFailure::Engine(
                "RAISE without a level stands in a handler, where there is an error to raise again"
                    .to_owned(),
            ),
        }
    }
}

/// SQLERRM and SQLSTATE of an error.
fn said(failure: &StatementFailure) -> (String, String) {
    let mut inner = failure;
    while let StatementFailure::InProcedure { failure, .. } = inner {
        inner = failure;
    }
    if let StatementFailure::Raised { message, code } = inner {
        return (message.clone(), code.clone());
    }
    let message = inner.to_string();
    let message = message.strip_prefix("ERROR: ").unwrap_or(&message);
    (message.to_owned(), sqlstate(message).to_owned())
}
