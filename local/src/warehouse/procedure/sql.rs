//! Statements of SQL in a body: with INTO, as PERFORM, or as they stand.

use redshift_sql::Span;
use redshift_sql::tree::{self, CallProcedure, ExpressionKind, Query, StatementKind};

use super::super::failure::StatementFailure;
use super::super::isolation;
use super::super::scope::StatementScope;
use super::super::statement;
use super::call;
use super::frame::{CallFrame, first};
use super::variables::Slot;
use crate::warehouse::dialect::{self, EngineSql, Statement, take_into};

impl CallFrame<'_> {
    pub(super) fn sql(&mut self, inner: &tree::Statement) -> Result<(), StatementFailure> {
        self.touch(inner.span)?;
        match &inner.kind {
            StatementKind::Query(query) => {
                let mut bare = (**query).clone();
                if let Some(targets) = take_into(&mut bare) {
                    return self.select_into(&bare, targets);
                }
            }
            StatementKind::Call(call) => return self.nested_call(call),
            _ => {}
        }
        let text = self.kept.text.as_str();
        let translated = self.write(|writer| writer.statement(inner, text))?;
        self.run(&translated)
    }

    /// A statement or query of the body is about to run.
    pub(super) fn touch(&self, span: Span) -> Result<(), StatementFailure> {
        isolation::touch(&self.scope, span.of(&self.kept.text))
    }

    /// Runs a translated statement, and knows what it did.
    pub(super) fn run(&mut self, translated: &Statement) -> Result<(), StatementFailure> {
        match translated.bare() {
            Statement::Begin { .. } | Statement::Commit | Statement::Rollback => {
                return Err(StatementFailure::Engine(
                    "COMMIT and ROLLBACK are no statements of SQL within a procedure".to_owned(),
                ));
            }
            Statement::Append { .. } => {
                return Err(StatementFailure::Engine(
                    "ALTER TABLE APPEND cannot be executed from a procedure".to_owned(),
                ));
            }
            Statement::Truncate { .. } => self.may_end_transaction("TRUNCATE")?,
            _ => {}
        }
        let outcome = self.within(|scope| statement::run(scope, translated));
        let outcome = outcome.map_err(without_variables)?;
        self.row_count = outcome.count.unwrap_or(0);
        if matches!(
            translated,
            Statement::Change(_)
                | Statement::Insert { .. }
                | Statement::Merge { .. }
                | Statement::MergeRemoveDuplicates { .. }
        ) {
            self.set_found(self.row_count > 0);
        }
        match translated {
            Statement::Truncate { .. } => self.scope.commit(),
            Statement::Query(_) | Statement::Nothing => Ok(()),
            _ => self.commit_if_nonatomic(),
        }
    }

    /// "If the query returns zero rows, NULL values are assigned"; of several rows, the first counts.
    fn select_into(
        &mut self,
        query: &Query,
        into: Vec<tree::ObjectName>,
    ) -> Result<(), StatementFailure> {
        let targets: Vec<tree::Variable> = into.into_iter().map(tree::Variable::Name).collect();
        let sql = self.write(|writer| writer.query(query))?;
        let found = self.take_row(&targets, &sql)?;
        self.row_count = u64::from(found);
        self.set_found(found);
        Ok(())
    }

    /// `perform …`: the query runs, and nobody reads its rows.
    pub(super) fn perform(&mut self, query: &Query) -> Result<(), StatementFailure> {
        self.touch(query.span)?;
        let sql = self.write(|writer| writer.query(query))?;
        let outcome = self.within(|scope| statement::run(scope, &Statement::Query(sql)))?;
        self.row_count = outcome.count.unwrap_or(0);
        self.set_found(self.row_count > 0);
        Ok(())
    }

    /// What comes out of a call, as the variable takes it.
    fn converted(
        &self,
        slot: Slot,
        output: &call::OutArgument,
    ) -> Result<Option<String>, StatementFailure> {
        let text = self.kind_at(slot)?.of_column_text("value")?;
        let parameters = [("value".to_owned(), output.value.clone())];
        let sql = EngineSql {
            text: format!(
                "select {text} from (select $1::{} as \"value\")",
                output.kind.engine
            ),
            parameters: vec!["value".to_owned()],
        };
        let scope = StatementScope {
            parameters: &parameters,
            ..self.scope
        };
        first(&scope, &sql)
    }

    /// A call within a body: an INOUT argument is a variable, which gets what comes out (AWS page:
    /// `CALL`, "Nested calls").
    fn nested_call(&mut self, inner: &CallProcedure) -> Result<(), StatementFailure> {
        let (name, values) = self.write(|writer| {
            let mut values = Vec::with_capacity(inner.arguments.len());
            for argument in &inner.arguments {
                values.push(writer.argument(argument)?);
            }
            Ok::<_, dialect::Refusal>((writer.relation(&inner.name)?, values))
        })?;
        let nonatomic = self.nonatomic;
        let caller = Some(self.procedure.nonatomic);
        let outputs =
            self.within(|scope| call::invoke(scope, &name, &values, nonatomic, caller))?;
        for output in outputs {
            let Some(position) = output.going_in else {
                return Err(StatementFailure::Engine(format!(
                    "OUT argument \"{}\" of {name} is not allowed in a call within a procedure: \
                     define it as INOUT",
                    output.name
                )));
            };
            let target = match inner.arguments.get(position).map(|one| &one.bare().kind) {
                Some(ExpressionKind::Column(name)) => tree::Variable::Name(name.clone()),
                Some(ExpressionKind::Position(number)) => {
                    tree::Variable::Position(*number, inner.name.span)
                }
                _ => {
                    return Err(StatementFailure::Engine(format!(
                        "INOUT argument \"{}\" of {name} takes a variable in a call within a \
                         procedure",
                        output.name
                    )));
                }
            };
            let slot = self.slot(&target)?;
            let value = self.converted(slot, &output)?;
            self.set(slot, value)?;
        }
        self.commit_if_nonatomic()
    }
}

/// Says what to do where a definition names a variable, as of a view or a default: it is kept, and the
/// variable is not.
fn without_variables(failure: StatementFailure) -> StatementFailure {
    match failure {
        StatementFailure::Engine(message) if message.contains("Unexpected prepared parameter") => {
            StatementFailure::Engine(
                "no variable may stand in this statement: make a text of it and run that with EXECUTE"
                    .to_owned(),
            )
        }
        other => other,
    }
}
