//! EXECUTE: a text that a body makes is run as SQL. It names no variables (AWS page: `Supported
//! PL/pgSQL statements`, "Dynamic SQL").

use redshift_sql::tree::{self, Expression};

use super::super::failure::StatementFailure;
use super::super::isolation;
use super::super::known::KnownTables;
use super::frame::CallFrame;
use super::place::shortened;
use crate::warehouse::dialect::{self, EngineSql, Statement, VariableType};

impl CallFrame<'_> {
    /// `execute text [into targets]`
    pub(super) fn execute(
        &mut self,
        text: &Expression,
        into: &[tree::Variable],
    ) -> Result<(), StatementFailure> {
        let text = self.dynamic_text(text)?;
        self.run_dynamic(&text, into)
            .map_err(|failure| self.in_dynamic(failure, &text))
    }

    fn run_dynamic(&mut self, text: &str, into: &[tree::Variable]) -> Result<(), StatementFailure> {
        isolation::touch(&self.scope, text)?;
        let tables = KnownTables::of(self.scope.connection);
        let statements = dialect::dynamic(text, self.procedure.nonatomic, &self.context(&tables))?;
        let last = statements.len().saturating_sub(1);
        for (number, translated) in statements.iter().enumerate() {
            match translated {
                Statement::Begin { .. } | Statement::Commit | Statement::Rollback => {
                    return Err(StatementFailure::Engine(
                        "COMMIT and ROLLBACK cannot run from a dynamic SQL statement".to_owned(),
                    ));
                }
                Statement::Query(sql) if number == last && !into.is_empty() => {
                    let found = self.take_row(into, sql)?;
                    self.row_count = u64::from(found);
                }
                _ if number == last && !into.is_empty() => {
                    return Err(StatementFailure::Engine(
                        "INTO used with a command that cannot return data".to_owned(),
                    ));
                }
                // FOUND is as it was.
                _ => {
                    let found = self.found();
                    self.run(translated)?;
                    self.set_found(found);
                }
            }
        }
        Ok(())
    }

    /// The query of `for … in execute` and `open … for execute`.
    pub(super) fn dynamic_query(&self, text: &Expression) -> Result<EngineSql, StatementFailure> {
        let text = self.dynamic_text(text)?;
        isolation::touch(&self.scope, &text)?;
        let tables = KnownTables::of(self.scope.connection);
        let statements = dialect::dynamic(&text, self.procedure.nonatomic, &self.context(&tables));
        match statements {
            Ok(statements) => match statements.as_slice() {
                [Statement::Query(sql)] => Ok(sql.clone()),
                _ => {
                    let failure = StatementFailure::Engine("this takes one query".to_owned());
                    Err(self.in_dynamic(failure, &text))
                }
            },
            Err(refusal) => Err(self.in_dynamic(refusal.into(), &text)),
        }
    }

    fn dynamic_text(&self, text: &Expression) -> Result<String, StatementFailure> {
        self.value(text, Some(&VariableType::text()))?
            .ok_or_else(|| StatementFailure::Engine("cannot EXECUTE a null querystring".to_owned()))
    }

    /// Shows the text that was run.
    fn in_dynamic(&self, failure: StatementFailure, text: &str) -> StatementFailure {
        match failure {
            StatementFailure::Conflict(_)
            | StatementFailure::Cancelled
            | StatementFailure::InProcedure { .. } => failure,
            other => StatementFailure::InProcedure {
                failure: Box::new(other),
                context: vec![format!("SQL statement \"{}\"", shortened(text))],
                // The statement around it adds its own place.
                calls: self.scope.calls + 1,
            },
        }
    }
}
