//! IF and CASE.

use redshift_sql::tree::{BodyStep, CaseBranch, Expression, IfBranch, Name};
use redshift_sql::{SmolStr, Span};

use super::super::failure::StatementFailure;
use super::frame::{BodyFlow, CallFrame};
use super::variables::CallVariable;

/// The variable that holds what CASE compares. Nobody can write such a name.
const COMPARED: &str = "compared by case";

impl CallFrame<'_> {
    /// `if … elsif … else … end if`
    pub(super) fn conditional(
        &mut self,
        span: Span,
        branches: &[IfBranch],
        otherwise: Option<&[BodyStep]>,
    ) -> Result<BodyFlow, StatementFailure> {
        for (index, branch) in branches.iter().enumerate() {
            if self.holds(&branch.condition)? {
                self.takes(span, index);
                return self.steps(&branch.steps);
            }
        }
        self.takes(span, branches.len());
        self.steps(otherwise.unwrap_or_default())
    }

    /// `case … end case`. The operand "is evaluated one time", and where nothing matches and there is
    /// no ELSE, that is an error (AWS page: `Supported PL/pgSQL statements`).
    pub(super) fn case(
        &mut self,
        span: Span,
        operand: Option<&Expression>,
        branches: &[CaseBranch],
        otherwise: Option<&[BodyStep]>,
    ) -> Result<BodyFlow, StatementFailure> {
        let chosen = match operand {
            None => self.first_that_holds(branches)?,
            Some(operand) => {
                let kind = self.kind_of(operand)?;
                let value = self.value(operand, Some(&kind))?;
                self.variables.enter(None);
                self.variables
                    .add(COMPARED, CallVariable::scalar(kind, value));
                let chosen = self.first_that_equals(operand, branches);
                self.variables.leave();
                chosen?
            }
        };
        match (chosen, otherwise) {
            (Some((index, branch)), _) => {
                self.takes(span, index);
                self.steps(&branch.steps)
            }
            (None, Some(otherwise)) => {
                self.takes(span, branches.len());
                self.steps(otherwise)
            }
            (None, None) => Err(StatementFailure::Raised {
                message: "case not found: CASE statement is missing ELSE part".to_owned(),
                code: "20000".to_owned(),
            }),
        }
    }

    fn first_that_holds<'b>(
        &self,
        branches: &'b [CaseBranch],
    ) -> Result<Option<(usize, &'b CaseBranch)>, StatementFailure> {
        for (index, branch) in branches.iter().enumerate() {
            for condition in &branch.values {
                if self.holds(condition)? {
                    return Ok(Some((index, branch)));
                }
            }
        }
        Ok(None)
    }

    fn first_that_equals<'b>(
        &self,
        operand: &Expression,
        branches: &'b [CaseBranch],
    ) -> Result<Option<(usize, &'b CaseBranch)>, StatementFailure> {
        let name = Name {
            span: operand.span,
            text: SmolStr::new(COMPARED),
            quoted: true,
            inserted: false,
        };
        for (index, branch) in branches.iter().enumerate() {
            for value in &branch.values {
                let sql = self.write(|writer| writer.equals(&name, value))?;
                let equal = self.within(|scope| super::frame::first(scope, &sql))?;
                if equal.as_deref() == Some("true") {
                    return Ok(Some((index, branch)));
                }
            }
        }
        Ok(None)
    }
}
