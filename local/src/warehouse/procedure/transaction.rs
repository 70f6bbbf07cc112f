//! COMMIT, ROLLBACK and START TRANSACTION in a body, and the commits of a NONATOMIC procedure (AWS
//! page: `Managing transactions`).

use super::super::failure::StatementFailure;
use super::frame::CallFrame;

impl CallFrame<'_> {
    pub(super) fn commit(&mut self) -> Result<(), StatementFailure> {
        self.may_end_transaction("COMMIT")?;
        self.held_open = 0;
        self.scope.commit()
    }

    pub(super) fn roll_back(&mut self) -> Result<(), StatementFailure> {
        self.may_end_transaction("ROLLBACK")?;
        self.held_open = 0;
        self.scope.roll_back()
    }

    /// From here to COMMIT or ROLLBACK, statements are one transaction.
    pub(super) fn start_transaction(&mut self) -> Result<(), StatementFailure> {
        if !self.nonatomic {
            return Err(StatementFailure::Engine(
                "START TRANSACTION stands in a procedure that is NONATOMIC: any other is one \
                 transaction already"
                    .to_owned(),
            ));
        }
        self.held_open += 1;
        Ok(())
    }

    /// Behind a statement of a NONATOMIC procedure that is in no transaction of its own.
    pub(super) fn commit_if_nonatomic(&mut self) -> Result<(), StatementFailure> {
        if !self.nonatomic || self.held_open > 0 || self.refuses_to_end_transaction() {
            return Ok(());
        }
        self.scope.commit()
    }

    /// Whether the transaction is the caller's to end.
    pub(super) fn refuses_to_end_transaction(&self) -> bool {
        self.scope.commits.refused || self.scope.atomic
    }

    pub(super) fn may_end_transaction(&self, what: &str) -> Result<(), StatementFailure> {
        if !self.refuses_to_end_transaction() {
            return Ok(());
        }
        Err(StatementFailure::Engine(format!(
            "{what} cannot be invoked from a procedure that is executing in an atomic context."
        )))
    }
}
