//! Values for variables: `:=`, INTO, and what a handler or a loop gives.

use redshift_sql::tree::{self, Expression};

use super::super::failure::StatementFailure;
use super::frame::{CallFrame, Fetched};
use super::variables::{RecordField, Slot, VariableContent};
use crate::warehouse::dialect::{EngineSql, VariableType};

/// What gets a row.
pub(super) enum Targets {
    /// One variable that is a record.
    Record(usize),
    /// Variables and fields, with their types.
    Each(Vec<Slot>, Vec<VariableType>),
}

impl CallFrame<'_> {
    /// Runs `target := value`, cast to the variable's type.
    pub(super) fn assign(
        &mut self,
        target: &tree::Variable,
        value: &Expression,
    ) -> Result<(), StatementFailure> {
        let slot = self.slot(target)?;
        if slot.field.is_none() && self.is_record(slot.variable) {
            return self.copy_record(slot.variable, value);
        }
        let kind = self.kind_at(slot)?;
        let value = self.value(value, Some(&kind))?;
        self.set(slot, value)
    }

    /// `r := s`, both records.
    fn copy_record(&mut self, to: usize, value: &Expression) -> Result<(), StatementFailure> {
        let from = match &value.bare().kind {
            tree::ExpressionKind::Column(name) => self.variables.find(&name.parts),
            _ => None,
        };
        let fields = from.and_then(|(from, _)| self.variables.get(from));
        let fields = match fields.map(|variable| &variable.content) {
            Some(VariableContent::Record(Some(fields)) | VariableContent::Row(fields)) => {
                fields.clone()
            }
            _ => {
                return Err(StatementFailure::Engine(
                    "a record gets its value from another record, from INTO or from a loop"
                        .to_owned(),
                ));
            }
        };
        self.set_record(to, fields)
    }

    pub(super) fn slot(&self, target: &tree::Variable) -> Result<Slot, StatementFailure> {
        self.variables
            .target(target)
            .map_err(StatementFailure::Engine)
    }

    fn is_record(&self, slot: usize) -> bool {
        let variable = self.variables.get(slot);
        matches!(
            variable.map(|variable| &variable.content),
            Some(VariableContent::Record(_) | VariableContent::Row(_))
        )
    }

    pub(super) fn kind_at(&self, slot: Slot) -> Result<VariableType, StatementFailure> {
        let content = self.variables.get(slot.variable);
        match (content.map(|variable| &variable.content), slot.field) {
            (Some(VariableContent::Scalar { kind, .. }), None) => Ok(kind.clone()),
            (
                Some(VariableContent::Record(Some(fields)) | VariableContent::Row(fields)),
                Some(field),
            ) => fields
                .get(field)
                .map(|field| field.kind.clone())
                .ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    /// Gives a variable or a field a value of its type.
    pub(super) fn set(
        &mut self,
        slot: Slot,
        value: Option<String>,
    ) -> Result<(), StatementFailure> {
        let variable = self.variables.get_mut(slot.variable).ok_or_else(unknown)?;
        if variable.constant {
            return Err(StatementFailure::Engine(
                "a variable that is CONSTANT gets no other value".to_owned(),
            ));
        }
        if variable.not_null && value.is_none() {
            return Err(StatementFailure::Engine(
                "null value cannot be assigned to a variable declared NOT NULL".to_owned(),
            ));
        }
        let (kind, place) = match (&mut variable.content, slot.field) {
            (VariableContent::Scalar { kind, value }, None) => (&*kind, value),
            (VariableContent::Record(Some(fields)) | VariableContent::Row(fields), Some(field)) => {
                let field = fields.get_mut(field).ok_or_else(unknown)?;
                (&field.kind, &mut field.value)
            }
            _ => return Err(unknown()),
        };
        *place = value.map(|value| kind.fitted(value)).transpose()?;
        Ok(())
    }

    fn set_record(
        &mut self,
        slot: usize,
        fields: Vec<RecordField>,
    ) -> Result<(), StatementFailure> {
        let variable = self.variables.get_mut(slot).ok_or_else(unknown)?;
        match &mut variable.content {
            VariableContent::Record(record) => *record = Some(fields),
            VariableContent::Row(own) => {
                for (position, own) in own.iter_mut().enumerate() {
                    let value = fields.get(position).and_then(|field| field.value.clone());
                    own.value = value.map(|value| own.kind.fitted(value)).transpose()?;
                }
            }
            VariableContent::Scalar { .. } => return Err(unknown()),
        }
        Ok(())
    }

    /// What stands behind INTO or FOR.
    pub(super) fn targets(&self, targets: &[tree::Variable]) -> Result<Targets, StatementFailure> {
        if let [one] = targets {
            let slot = self.slot(one)?;
            if slot.field.is_none() && self.is_record(slot.variable) {
                return Ok(Targets::Record(slot.variable));
            }
        }
        let mut slots = Vec::with_capacity(targets.len());
        let mut kinds = Vec::with_capacity(targets.len());
        for target in targets {
            let slot = self.slot(target)?;
            kinds.push(self.kind_at(slot)?);
            slots.push(slot);
        }
        Ok(Targets::Each(slots, kinds))
    }

    /// The rows of a query for targets, at most so many.
    pub(super) fn rows_for(
        &self,
        targets: &Targets,
        query: &EngineSql,
        most: Option<u64>,
    ) -> Result<Fetched, StatementFailure> {
        match targets {
            Targets::Each(_, kinds) => self.fetch(query, Some(kinds), most),
            Targets::Record(slot) => {
                let kinds = match self.variables.get(*slot).map(|variable| &variable.content) {
                    Some(VariableContent::Row(fields)) => {
                        Some(fields.iter().map(|field| field.kind.clone()).collect())
                    }
                    _ => None::<Vec<VariableType>>,
                };
                self.fetch(query, kinds.as_deref(), most)
            }
        }
    }

    /// Gives targets the values of a row; NULL where there is no row.
    pub(super) fn give(
        &mut self,
        targets: &Targets,
        fetched: &Fetched,
        row: Option<&[Option<String>]>,
    ) -> Result<(), StatementFailure> {
        match targets {
            Targets::Record(slot) => self.set_record(*slot, fetched.record(row)),
            Targets::Each(slots, _) => {
                for (number, slot) in slots.iter().enumerate() {
                    let value = row.and_then(|row| row.get(number)).cloned().flatten();
                    self.set(*slot, value)?;
                }
                Ok(())
            }
        }
    }

    /// Gives targets the first row of a query; whether there was one.
    pub(super) fn take_row(
        &mut self,
        targets: &[tree::Variable],
        query: &EngineSql,
    ) -> Result<bool, StatementFailure> {
        let targets = self.targets(targets)?;
        let fetched = self.rows_for(&targets, query, Some(1))?;
        let row = fetched.rows.first().map(Vec::as_slice);
        self.give(&targets, &fetched, row)?;
        Ok(row.is_some())
    }
}

fn unknown() -> StatementFailure {
    StatementFailure::Engine("a target is a variable or a field of a record".to_owned())
}
