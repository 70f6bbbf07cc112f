//! DECLARE: each variable begins with its default, every time its block is entered (AWS page:
//! `Structure of PL/pgSQL`, "Variable declaration").

use std::rc::Rc;

use redshift_sql::tree::{
    AliasTarget, DataType, Declaration, DeclarationKind, Name, ObjectName, Parts,
};

use super::super::columns::{self, Existing};
use super::super::failure::StatementFailure;
use super::frame::CallFrame;
use super::variables::{BoundQuery, CallVariable, RecordField, VariableContent};
use crate::warehouse::dialect::VariableType;

impl CallFrame<'_> {
    /// Adds what is declared to the innermost block.
    pub(super) fn declare(&mut self, declaration: &Declaration) -> Result<(), StatementFailure> {
        let name = declaration.name.text.as_str();
        match &declaration.kind {
            DeclarationKind::Variable {
                constant,
                data_type,
                not_null,
                default,
            } => {
                let content = self.content(&data_type.kind)?;
                let content = match (content, default) {
                    (VariableContent::Scalar { kind, .. }, Some(default)) => {
                        let value = self.value(default, Some(&kind))?;
                        let value = value.map(|value| kind.fitted(value)).transpose()?;
                        VariableContent::Scalar { kind, value }
                    }
                    (content, _) => content,
                };
                if *not_null && matches!(content, VariableContent::Scalar { value: None, .. }) {
                    return Err(StatementFailure::Engine(format!(
                        "variable \"{name}\" declared NOT NULL cannot default to NULL"
                    )));
                }
                let variable = CallVariable {
                    constant: *constant,
                    not_null: *not_null,
                    ..CallVariable::of(content)
                };
                self.variables.add(name, variable);
            }
            DeclarationKind::Alias(target) => {
                let slot = match target {
                    AliasTarget::Position(number) => self.variables.position(*number),
                    AliasTarget::Name(target) => {
                        let parts = std::slice::from_ref(target);
                        self.variables.find(parts).map(|(slot, _)| slot)
                    }
                };
                let slot = slot.ok_or_else(|| {
                    StatementFailure::Engine(format!(
                        "\"{name}\" is an alias of nothing that there is"
                    ))
                })?;
                self.variables.alias(name, slot);
            }
            DeclarationKind::Cursor { arguments, query } => {
                // A cursor is called as its variable is, until somebody gives it another name.
                let variable = CallVariable {
                    cursor: Some(Rc::new(BoundQuery {
                        arguments: arguments.clone(),
                        query: (**query).clone(),
                    })),
                    ..CallVariable::scalar(VariableType::text(), Some(name.to_owned()))
                };
                self.variables.add(name, variable);
            }
        }
        Ok(())
    }

    /// What a variable of a type holds before it gets a value.
    fn content(&self, kind: &DataType) -> Result<VariableContent, StatementFailure> {
        let kind = match kind {
            DataType::Record => return Ok(VariableContent::Record(None)),
            DataType::RowOf(table) => {
                let columns = self.columns(&table.parts)?;
                return Ok(VariableContent::Row(columns.iter().map(field).collect()));
            }
            DataType::OfColumn(name) => {
                // `variable%type`, or `table.column%type`.
                if let Some((slot, _)) = self.variables.find(&name.parts)
                    && let Some(variable) = self.variables.get(slot)
                    && let VariableContent::Scalar { kind, .. } = &variable.content
                {
                    kind.clone()
                } else {
                    self.column_kind(name)?
                }
            }
            kind => VariableType::of(kind)?,
        };
        Ok(VariableContent::Scalar { kind, value: None })
    }

    fn columns(&self, table: &[Name]) -> Result<Vec<Existing>, StatementFailure> {
        let name = ObjectName {
            span: table.first().map(|name| name.span).unwrap_or_default(),
            parts: Parts::from(table.to_vec()),
        };
        let table = self.write(|writer| writer.relation(&name))?;
        columns::of(&self.scope, &table)
    }

    fn column_kind(&self, name: &ObjectName) -> Result<VariableType, StatementFailure> {
        let missing =
            || StatementFailure::Engine(format!("there is no column \"{}\"", name.text()));
        let [table @ .., column] = name.parts.as_slice() else {
            return Err(missing());
        };
        if table.is_empty() {
            return Err(missing());
        }
        let columns = self.columns(table)?;
        let found = columns.iter().find(|known| column.is(&known.name));
        found.map(|known| field(known).kind).ok_or_else(missing)
    }
}

fn field(column: &Existing) -> RecordField {
    RecordField {
        name: column.name.clone(),
        kind: VariableType::of_column(&column.kind, column.limit, column.blank_padded),
        value: None,
    }
}
