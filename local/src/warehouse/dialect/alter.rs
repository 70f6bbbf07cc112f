//! ALTER TABLE.

use redshift_sql::tree::{AlterTable, AlterTableKind, DataType, ExpressionKind};

use super::fragment::quote_name;
use super::statement::{EngineSql, Statement};
use super::writer::Writer;
use super::{Refusal, table, table_check, types};

/// Translates ALTER TABLE, which does one thing.
pub(super) fn alter(alter: &AlterTable, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let table = writer.relation(&alter.table)?;
    let [action] = alter.actions.as_slice() else {
        let kept = |kind: &AlterTableKind| is_without_meaning(kind);
        if alter.actions.iter().all(|action| kept(&action.kind)) {
            return Ok(Statement::Nothing);
        }
        return Err(Refusal::Unsupported(
            "ALTER TABLE with several changes: write a statement for each".to_owned(),
        ));
    };
    let define = |text: String| Ok(Statement::Define(vec![EngineSql::plain(text)]));
    match &action.kind {
        kind if is_without_meaning(kind) => Ok(Statement::Nothing),
        AlterTableKind::Rename(name) => define(format!(
            "alter table {table} rename to {}",
            quote_name(&name.text)
        )),
        AlterTableKind::RenameColumn { column, to } => define(format!(
            "alter table {table} rename column {} to {}",
            quote_name(&column.text),
            quote_name(&to.text)
        )),
        AlterTableKind::AddColumn(definition) => {
            table_check::column(definition)?;
            table_check::added(definition)?;
            let defined = table::column(definition, writer, 0)?;
            if defined.column.rest.contains("nextval(") {
                return Err(Refusal::syntax("a column with IDENTITY cannot be added"));
            }
            // AWS page: `ALTER TABLE`, parameters of ADD COLUMN.
            let fills = definition
                .default()
                .is_some_and(|value| !matches!(value.bare().kind, ExpressionKind::Null));
            if definition.is_not_null() && !fills {
                return Err(Refusal::Value(
                    "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default \
                     expression"
                        .to_owned(),
                ));
            }
            Ok(Statement::AddColumn {
                table,
                column: defined.column,
            })
        }
        AlterTableKind::DropColumn { column, .. } => define(format!(
            "alter table {table} drop column {}",
            quote_name(&column.text)
        )),
        AlterTableKind::ColumnType { column, data_type } => {
            // "This clause only supports altering the size of a VARCHAR data type" (AWS page: `ALTER
            // TABLE`).
            if !matches!(data_type.kind, DataType::VarChar(_)) {
                return Err(Refusal::Value(
                    "ALTER COLUMN … TYPE changes the length of a VARCHAR only: add a column of the \
                     other type, fill it with UPDATE, and drop this one"
                        .to_owned(),
                ));
            }
            let kind = types::of(&data_type.kind)?;
            let check = kind.length.map(|length| length.check(&column.text));
            Ok(Statement::AlterType {
                table,
                column: column.text.to_string(),
                check: check.unwrap_or_default(),
                kind: kind.name,
            })
        }
        AlterTableKind::RowLevelSecurity(_) | AlterTableKind::MaskingForDatashares(_) => {
            Err(Refusal::Unsupported(
                "policies of rows and masks: leave the statement out on a laptop, which hides nothing"
                    .to_owned(),
            ))
        }
        _ => Err(Refusal::Unsupported("that ALTER TABLE".to_owned())),
    }
}

/// Owners, keys that nobody enforces, distribution, order and compression.
fn is_without_meaning(kind: &AlterTableKind) -> bool {
    matches!(
        kind,
        AlterTableKind::Owner(_)
            | AlterTableKind::AddConstraint(_)
            | AlterTableKind::DropConstraint { .. }
            | AlterTableKind::ColumnEncoding { .. }
            | AlterTableKind::Distribution { .. }
            | AlterTableKind::SortKey(_)
            | AlterTableKind::EncodeAuto
            | AlterTableKind::AutoRefresh(_)
    )
}
