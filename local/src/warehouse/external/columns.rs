//! ALTER TABLE of an external table's columns (AWS page: `ALTER TABLE`): its rows are read again into a
//! table of the new columns.

use super::super::columns;
use super::super::declared::{self, ExistingRelation};
use super::super::failure::StatementFailure;
use super::super::outcome::RunStatement;
use super::super::scope::StatementScope;
use super::outside_of_transactions;
use crate::warehouse::dialect::{
    DeclaredChange, DefinedColumn, External, ExternalFormat, Statement, definitions, pseudocolumns,
};

/// Changes columns, the name or the owner; `name` is the table as the statement names it. `run` carries out
/// statements.
pub(in super::super) fn alter(
    scope: &StatementScope<'_>,
    table: &ExistingRelation,
    name: &str,
    inner: &Statement,
    changes: &[DeclaredChange],
    run: RunStatement,
) -> Result<(), StatementFailure> {
    let Some(external) = &table.declaration.external else {
        return Ok(());
    };
    let is_comment = |change: &DeclaredChange| {
        matches!(
            change,
            DeclaredChange::Comment { .. }
                | DeclaredChange::ColumnComment { .. }
                | DeclaredChange::Owner(_)
        )
    };
    if changes.iter().all(is_comment) {
        return declared::change(scope, name, changes, || Ok(()), run);
    }
    outside_of_transactions(scope, "ALTER EXTERNAL TABLE")?;
    let added = match inner {
        Statement::AddColumn { column, .. } => Some(column),
        _ => None,
    };
    for change in changes {
        allow(table, external, change, added)?;
    }
    let make = || match changes {
        [DeclaredChange::Rename(_)] => run(scope, inner).map(drop),
        _ => rebuild(scope, table, external, changes, added),
    };
    declared::change(scope, name, changes, make, run)?;
    let now = match changes {
        [DeclaredChange::Rename(to)] => renamed(name, to),
        _ => name.to_owned(),
    };
    let mut relation = declared::existing(scope, &now)?;
    if let Some(external) = &mut relation.declaration.external {
        external.seen = None;
    }
    relation.keep(scope)
}

/// The name of a table that has another one now.
fn renamed(name: &str, to: &str) -> String {
    let to = crate::warehouse::dialect::quote_name(to);
    match columns::parts(name).0 {
        Some(schema) => format!("{}.{to}", crate::warehouse::dialect::quote_name(&schema)),
        None => to,
    }
}

/// What the page forbids.
fn allow(
    table: &ExistingRelation,
    external: &External,
    change: &DeclaredChange,
    added: Option<&DefinedColumn>,
) -> Result<(), StatementFailure> {
    let name = format!("\"{}\".\"{}\"", table.schema, table.name);
    let refused = |why: String| {
        Err(StatementFailure::Engine(format!(
            "external table {name}: {why}"
        )))
    };
    let avro = external.format == ExternalFormat::Avro;
    let column = match change {
        DeclaredChange::AddColumn(column) => {
            if avro {
                return refused("no column is added to objects of Avro".to_owned());
            }
            if column.default.is_some()
                || column.encoding.is_some()
                || column.identity.is_some()
                || added.is_some_and(|column| column.rest.contains("not null"))
            {
                return refused(
                    "a column is added with its name and type only, without DEFAULT, ENCODE, NOT NULL \
                     and IDENTITY"
                        .to_owned(),
                );
            }
            if let Some(kind) = column.known_type() {
                crate::warehouse::dialect::external_column(&column.name, kind)?;
            }
            return Ok(());
        }
        DeclaredChange::DropColumn { name, .. } => {
            if avro {
                return refused("no column is dropped from objects of Avro".to_owned());
            }
            name
        }
        DeclaredChange::RenameColumn { from, .. } => from,
        DeclaredChange::Rename(_) => return Ok(()),
        _ => {
            return refused(
                "ALTER TABLE changes its columns by ADD, DROP and RENAME only".to_owned(),
            );
        }
    };
    if external.partitioned_by.contains(column) {
        return refused(format!(
            "column \"{column}\" is in PARTITIONED BY and stays as it is"
        ));
    }
    Ok(())
}

/// Makes the engine's table anew, without rows: a new column stands in front of those of PARTITIONED BY.
fn rebuild(
    scope: &StatementScope<'_>,
    table: &ExistingRelation,
    external: &External,
    changes: &[DeclaredChange],
    added: Option<&DefinedColumn>,
) -> Result<(), StatementFailure> {
    let existing = columns::of(scope, &table.qualified_in_schema())?;
    let mut all: Vec<DefinedColumn> = existing
        .iter()
        .map(|column| column.definition(false, false))
        .collect();
    for change in changes {
        let at = |name: &str| {
            let found = all.iter().position(|column| column.name == name);
            found.ok_or_else(|| {
                StatementFailure::Engine(format!(
                    "column \"{name}\" of relation \"{}\" does not exist",
                    table.name
                ))
            })
        };
        match change {
            DeclaredChange::AddColumn(_) => {
                let Some(column) = added else { continue };
                if all.iter().any(|known| known.name == column.name) {
                    return Err(StatementFailure::Engine(format!(
                        "column \"{}\" of relation \"{}\" already exists",
                        column.name, table.name
                    )));
                }
                let parted = external.partitioned_by.len();
                all.insert(all.len().saturating_sub(parted), column.clone());
            }
            DeclaredChange::DropColumn { name, .. } => {
                let at = at(name)?;
                all.remove(at);
            }
            DeclaredChange::RenameColumn { from, to } => {
                let at = at(from)?;
                let kind = table.declaration.columns.iter();
                let kind = kind.clone().find(|column| column.name == *from);
                if all.iter().any(|known| known.name == *to) {
                    return Err(StatementFailure::Engine(format!(
                        "column \"{to}\" of relation \"{}\" already exists",
                        table.name
                    )));
                }
                let known = kind.and_then(crate::warehouse::dialect::DeclaredColumn::known_type);
                if let (Some(column), Some(kind)) = (all.get_mut(at), known) {
                    // The checks of its length name it.
                    *column = crate::warehouse::dialect::external_column(to, kind)?.0;
                }
            }
            _ => {}
        }
    }
    if all.len() <= external.partitioned_by.len() {
        return Err(StatementFailure::Engine(format!(
            "cannot drop the only column of external table \"{}\"",
            table.name
        )));
    }
    all.extend(pseudocolumns());
    scope.run(format!("drop table {}", table.qualified()))?;
    scope.run(format!(
        "create table {} ({})",
        table.qualified(),
        definitions(&all)
    ))?;
    Ok(())
}
