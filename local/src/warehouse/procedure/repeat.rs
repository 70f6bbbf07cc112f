//! Loops (AWS page: `Supported PL/pgSQL statements`, "Loops").

use redshift_sql::tree::{self, Expression, Loop, LoopKind, Name};

use super::super::failure::StatementFailure;
use super::frame::{BodyFlow, CallFrame};
use super::variables::{CallVariable, Slot};
use crate::warehouse::branches::rounds_of;
use crate::warehouse::dialect::{EngineSql, VariableType};

/// What a loop does behind a round.
enum Round {
    Again,
    /// The loop ends, and so the statement does.
    End(BodyFlow),
}

impl CallFrame<'_> {
    pub(super) fn repeat(&mut self, inner: &Loop) -> Result<BodyFlow, StatementFailure> {
        self.variables.enter(inner.label.as_ref());
        let flow = self.rounds(inner);
        self.variables.leave();
        flow
    }

    fn rounds(&mut self, inner: &Loop) -> Result<BodyFlow, StatementFailure> {
        match &inner.kind {
            LoopKind::Endless => loop {
                if let Round::End(flow) = self.round(inner)? {
                    return Ok(flow);
                }
            },
            LoopKind::While(condition) => {
                while self.holds(condition)? {
                    if let Round::End(flow) = self.round(inner)? {
                        return Ok(flow);
                    }
                }
                Ok(BodyFlow::Next)
            }
            LoopKind::Range {
                variable,
                reverse,
                from,
                to,
                by,
            } => {
                let from = self.bound(from, "lower")?;
                let to = self.bound(to, "upper")?;
                let by = match by {
                    None => 1,
                    Some(by) => self.bound(by, "BY")?,
                };
                if by <= 0 {
                    return Err(StatementFailure::Engine(
                        "BY value of FOR loop must be greater than zero".to_owned(),
                    ));
                }
                let by = if *reverse { -by } else { by };
                self.range(inner, variable, from, to, by)
            }
            LoopKind::Query { targets, query } => {
                self.touch(query.span)?;
                let sql = self.write(|writer| writer.query(query))?;
                self.over_query(inner, targets, &sql)
            }
            LoopKind::Execute { targets, statement } => {
                let sql = self.dynamic_query(statement)?;
                self.over_query(inner, targets, &sql)
            }
        }
    }

    fn bound(&self, value: &Expression, what: &str) -> Result<i64, StatementFailure> {
        let value = self.value(value, Some(&VariableType::integer()))?;
        value.and_then(|value| value.parse().ok()).ok_or_else(|| {
            StatementFailure::Engine(format!("{what} bound of FOR loop cannot be NULL"))
        })
    }

    /// "Any existing definition of the variable name is ignored within the loop."
    fn range(
        &mut self,
        inner: &Loop,
        variable: &Name,
        from: i64,
        to: i64,
        by: i64,
    ) -> Result<BodyFlow, StatementFailure> {
        let slot = Slot {
            variable: self.variables.add(
                &variable.text,
                CallVariable::scalar(VariableType::integer(), None),
            ),
            field: None,
        };
        let mut next = Some(from);
        let mut found = false;
        let mut end = BodyFlow::Next;
        while let Some(number) = next.filter(|next| if by > 0 { *next <= to } else { *next >= to })
        {
            found = true;
            self.set(slot, Some(number.to_string()))?;
            if let Round::End(flow) = self.round(inner)? {
                end = flow;
                break;
            }
            next = number.checked_add(by);
        }
        self.set_found(found);
        Ok(end)
    }

    fn over_query(
        &mut self,
        inner: &Loop,
        targets: &[tree::Variable],
        query: &EngineSql,
    ) -> Result<BodyFlow, StatementFailure> {
        self.scope.cursors.begin_loop()?;
        let outcome = self.over_rows(inner, targets, query);
        self.scope.cursors.end_loop();
        let flow = outcome?;
        self.commit_if_nonatomic()?;
        Ok(flow)
    }

    /// The end of a transaction closes the loop's cursor, also where a NONATOMIC procedure commits by
    /// itself: "you must open an explicit transaction before beginning a cursor loop" (AWS pages:
    /// `Managing transactions`; `CREATE PROCEDURE`, NONATOMIC).
    fn over_rows(
        &mut self,
        inner: &Loop,
        targets: &[tree::Variable],
        query: &EngineSql,
    ) -> Result<BodyFlow, StatementFailure> {
        let targets = self.targets(targets)?;
        let fetched = self.rows_for(&targets, query, None)?;
        let transaction = self.scope.cursors.transaction();
        let mut found = false;
        let mut end = BodyFlow::Next;
        for row in &fetched.rows {
            if self.scope.cursors.transaction() != transaction {
                let help = if self.nonatomic {
                    "a NONATOMIC procedure commits behind each statement, so write START TRANSACTION \
                     in front of the loop and COMMIT behind it"
                } else {
                    "COMMIT, ROLLBACK and TRUNCATE close the cursors that are open, so put the rows \
                     into a temporary table and loop over numbers"
                };
                return Err(StatementFailure::Engine(format!(
                    "cursor of this loop does not exist: {help}"
                )));
            }
            found = true;
            self.give(&targets, &fetched, Some(row))?;
            if let Round::End(flow) = self.round(inner)? {
                end = flow;
                break;
            }
        }
        self.set_found(found);
        Ok(end)
    }

    /// Runs the statements of a loop once.
    fn round(&mut self, inner: &Loop) -> Result<Round, StatementFailure> {
        self.go_on()?;
        self.takes(rounds_of(inner), 0);
        let flow = self.steps(&inner.steps)?;
        let mine = |label: &str| inner.label.as_ref().is_some_and(|own| own.is(label));
        Ok(match flow {
            BodyFlow::Next | BodyFlow::Continue(None) => Round::Again,
            BodyFlow::Continue(Some(label)) if mine(&label) => Round::Again,
            BodyFlow::Exit(None) => Round::End(BodyFlow::Next),
            BodyFlow::Exit(Some(label)) if mine(&label) => Round::End(BodyFlow::Next),
            other => Round::End(other),
        })
    }
}
