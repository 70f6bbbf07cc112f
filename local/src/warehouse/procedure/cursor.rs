//! OPEN, FETCH and CLOSE in a body. A cursor's variable holds the name of the cursor, so that a
//! procedure can hand it out (AWS pages: `Supported PL/pgSQL statements`, "Cursors"; `Returning a
//! result set from a stored procedure`).

use std::rc::Rc;

use redshift_sql::tree::{self, CursorSource, Expression, Name};

use super::super::cursors;
use super::super::failure::StatementFailure;
use super::frame::CallFrame;
use super::variables::{BoundQuery, CallVariable, Slot};
use crate::warehouse::dialect::{EngineSql, VariableType};

impl CallFrame<'_> {
    /// Runs `open cursor`, also with FOR and a query.
    pub(super) fn open(
        &mut self,
        cursor: &Name,
        source: &CursorSource,
    ) -> Result<(), StatementFailure> {
        let slot = self.cursor(cursor)?;
        let bound = self.variables.get(slot).and_then(|one| one.cursor.clone());
        let sql = match (source, bound) {
            (CursorSource::Declared(values), Some(bound)) => self.bound_query(&bound, values)?,
            (CursorSource::Declared(_), None) => {
                return Err(StatementFailure::Engine(format!(
                    "cursor \"{}\" was declared without a query: write OPEN … FOR",
                    cursor.text
                )));
            }
            (_, Some(_)) => {
                return Err(StatementFailure::Engine(format!(
                    "cursor \"{}\" was declared with a query: write OPEN without FOR",
                    cursor.text
                )));
            }
            (CursorSource::Query(query), None) => {
                self.touch(query.span)?;
                self.write(|writer| writer.query(query))?
            }
            (CursorSource::Execute(text), None) => self.dynamic_query(text)?,
        };
        let name = match self.variables.value(slot) {
            Some(name) => name.to_owned(),
            None => {
                let name = "<unnamed portal 1>".to_owned();
                let place = Slot {
                    variable: slot,
                    field: None,
                };
                self.set(place, Some(name.clone()))?;
                name
            }
        };
        self.within(|scope| cursors::open(scope, &name, &sql))
    }

    /// The query of a declared cursor, with its arguments as variables.
    fn bound_query(
        &mut self,
        bound: &Rc<BoundQuery>,
        given: &[Expression],
    ) -> Result<EngineSql, StatementFailure> {
        if bound.arguments.len() != given.len() {
            return Err(StatementFailure::Engine(format!(
                "the cursor takes {} arguments, not {}",
                bound.arguments.len(),
                given.len()
            )));
        }
        let mut arguments = Vec::with_capacity(given.len());
        for (argument, given) in bound.arguments.iter().zip(given) {
            let kind = VariableType::of(&argument.data_type.kind)?;
            let value = self.value(given, Some(&kind))?;
            arguments.push((argument, CallVariable::scalar(kind, value)));
        }
        // They stay to the end of the block: the query is run with them.
        for (argument, variable) in arguments {
            if let Some(name) = &argument.name {
                self.variables.add(&name.text, variable);
            }
        }
        self.touch(bound.query.span)?;
        self.write(|writer| writer.query(&bound.query))
    }

    /// `fetch cursor into targets`
    pub(super) fn fetch_into(
        &mut self,
        cursor: &Name,
        into: &[tree::Variable],
    ) -> Result<(), StatementFailure> {
        let name = self.cursor_name(cursor)?;
        let sql = self.within(|scope| cursors::next(scope, &name, Some(1)))?;
        let found = self.take_row(into, &sql)?;
        self.row_count = u64::from(found);
        self.set_found(found);
        Ok(())
    }

    /// Runs `close cursor` of a variable.
    pub(super) fn close(&mut self, cursor: &Name) -> Result<(), StatementFailure> {
        let name = self.cursor_name(cursor)?;
        self.within(|scope| cursors::close(scope, &name))
    }

    fn cursor(&self, cursor: &Name) -> Result<usize, StatementFailure> {
        let found = self.variables.find(std::slice::from_ref(cursor));
        found.map(|(slot, _)| slot).ok_or_else(|| {
            StatementFailure::Engine(format!("\"{}\" is not a known variable", cursor.text))
        })
    }

    fn cursor_name(&self, cursor: &Name) -> Result<String, StatementFailure> {
        let slot = self.cursor(cursor)?;
        self.variables
            .value(slot)
            .map(str::to_owned)
            .ok_or_else(|| {
                StatementFailure::Engine(format!("cursor variable \"{}\" is NULL", cursor.text))
            })
    }
}
