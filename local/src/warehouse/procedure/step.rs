//! The statements of a body, one behind the other (AWS page: `Supported PL/pgSQL statements`).

use redshift_sql::tree::{BodyStep, StepKind};

use super::super::failure::Failure;
use super::frame::{Flow, Frame};
use super::place;
use super::variables::Slot;

impl Frame<'_> {
    /// Runs statements until one of them leaves the list.
    pub(super) fn steps(&mut self, steps: &[BodyStep]) -> Result<Flow, Failure> {
        for step in steps {
            let flow = self.step(step).map_err(|failure| {
                place::within(failure, step, self.procedure, self.kept, self.scope.calls)
            })?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    /// Fails where somebody has cancelled the execution.
    pub(super) fn go_on(&self) -> Result<(), Failure> {
        match self.scope.statement {
            Some(statement) if statement.cancelled() => Err(Failure::Cancelled),
            _ => Ok(()),
        }
    }

    fn step(&mut self, step: &BodyStep) -> Result<Flow, Failure> {
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
                    return Ok(Flow::Exit(label));
                }
            }
            StepKind::Continue { label, condition } => {
                if self.holds_if_any(condition.as_ref())? {
                    let label = label.as_ref().map(|label| label.text.to_string());
                    return Ok(Flow::Continue(label));
                }
            }
            StepKind::Return => return Ok(Flow::Return),
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
                return Err(Failure::Refused(
                    "a statement of the body could not be read".to_owned(),
                ));
            }
        }
        Ok(Flow::Next)
    }
}
