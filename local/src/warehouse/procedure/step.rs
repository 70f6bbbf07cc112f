//! The statements of a body, one behind the other (AWS page: `Supported PL/pgSQL statements`).

use redshift_sql::tree::{BodyStep, StepKind};

use super::super::failure::StatementFailure;
use super::frame::{BodyFlow, CallFrame};
use super::place;
use super::variables::Slot;

impl CallFrame<'_> {
    /// Runs statements until one of them leaves the list.
    pub(super) fn steps(&mut self, steps: &[BodyStep]) -> Result<BodyFlow, StatementFailure> {
        for step in steps {
            let flow = self.step(step).map_err(|failure| {
                place::within(failure, step, self.procedure, self.kept, self.scope.calls)
            })?;
            if flow != BodyFlow::Next {
                return Ok(flow);
            }
        }
        Ok(BodyFlow::Next)
    }

    /// Fails where somebody has cancelled the execution.
    pub(super) fn go_on(&self) -> Result<(), StatementFailure> {
        match self.scope.statement {
            Some(statement) if statement.cancelled() => Err(StatementFailure::Cancelled),
            _ => Ok(()),
        }
    }

    fn step(&mut self, step: &BodyStep) -> Result<BodyFlow, StatementFailure> {
        self.go_on()?;
        match &step.kind {
            StepKind::Sql(statement) => self.sql(statement)?,
            StepKind::Block(block) => return self.block(block),
            StepKind::Assign { target, value } => self.assign(target, value)?,
            StepKind::Perform(query) => self.perform(query)?,
            StepKind::If {
                branches,
                otherwise,
            } => return self.conditional(step.span, branches, otherwise.as_deref()),
            StepKind::Case {
                operand,
                branches,
                otherwise,
            } => return self.case(step.span, operand.as_ref(), branches, otherwise.as_deref()),
            StepKind::Loop(inner) => return self.repeat(inner),
            StepKind::Exit { label, condition } => {
                if self.holds_if_any(condition.as_ref())? {
                    let label = label.as_ref().map(|label| label.text.to_string());
                    return Ok(BodyFlow::Exit(label));
                }
            }
            StepKind::Continue { label, condition } => {
                if self.holds_if_any(condition.as_ref())? {
                    let label = label.as_ref().map(|label| label.text.to_string());
                    return Ok(BodyFlow::Continue(label));
                }
            }
            StepKind::Return => return Ok(BodyFlow::Return),
            StepKind::Raise(raise) => self.raise(raise, step.span.start)?,
            StepKind::Execute { statement, into } => self.execute(statement, into)?,
            StepKind::GetDiagnostics(targets) => {
                for target in targets {
                    let slot: Slot = self.slot(target)?;
                    self.set(slot, Some(self.row_count.to_string()))?;
                }
            }
            StepKind::Open { cursor, source } => self.open(cursor, source)?,
            StepKind::Fetch { cursor, into } => self.fetch_into(cursor, into)?,
            StepKind::Close(cursor) => self.close(cursor)?,
            StepKind::Nothing => {}
            StepKind::Commit => self.commit()?,
            StepKind::Rollback => self.roll_back()?,
            StepKind::StartTransaction => self.start_transaction()?,
            StepKind::Broken => {
                return Err(StatementFailure::Refused(
                    "a statement of the body could not be read".to_owned(),
                ));
            }
        }
        Ok(BodyFlow::Next)
    }
}
