//! ALTER TABLE … APPEND: all rows of one table move to another, by the names of the columns (AWS page:
//! `ALTER TABLE APPEND`).

use super::columns::{self, Existing, parts};
use super::declared;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::{DeclaredColumn, DeclaredRelation, quote_name};

/// Moves the rows; how many there were.
pub(super) fn append(
    scope: &StatementScope<'_>,
    to: &str,
    from: &str,
    ignore_extra: bool,
    fill_target: bool,
) -> Result<u64, StatementFailure> {
    let found = [
        declared::existing(scope, to)?,
        declared::existing(scope, from)?,
    ];
    for found in &found {
        let what = match (found.is_view, found.schema.is_empty()) {
            (true, _) => "a view",
            (_, true) => "a temporary table",
            _ => continue,
        };
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND takes permanent tables: {} is {what}",
            found.name
        )));
    }
    let [into, out_of] = &found;
    if into.is(&out_of.schema, &out_of.name) {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND moves rows from one table to another: {} is both",
            into.name
        )));
    }
    if let Some(what) = differs(&into.declaration, &out_of.declaration) {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND: {} and {} differ in {what}, and must not",
            into.name, out_of.name
        )));
    }
    let (target, source) = (columns::of(scope, to)?, columns::of(scope, from)?);
    let (to_name, from_name) = (parts(to).1, parts(from).1);
    let in_source = |column: &Existing| source.iter().find(|one| one.name == column.name);
    let [into_declared, out_of_declared] = [into, out_of].map(|found| &found.declaration);
    if let Some(name) = identities(into_declared, out_of_declared) {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND: column {name} has IDENTITY, and such a column is not appended: move the \
             rows with INSERT INTO … SELECT of the other columns"
        )));
    }
    if let Some(name) = packed_otherwise(into_declared, out_of_declared) {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND: column {name} has not the same ENCODE in {to_name} and {from_name}"
        )));
    }
    if let Some(extra) = source
        .iter()
        .find(|one| !target.iter().any(|column| column.name == one.name))
        && !ignore_extra
    {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND: table {to_name} has no column {} of table {from_name}\n  Hint: add \
             IGNOREEXTRA to drop such columns.",
            extra.name
        )));
    }
    let mut moved = Vec::new();
    for column in &target {
        match in_source(column) {
            Some(same) if same.kind != column.kind || same.limit != column.limit => {
                return Err(StatementFailure::Engine(format!(
                    "ALTER TABLE APPEND: column {} has not the same type in {to_name} and {from_name}",
                    column.name
                )));
            }
            // A numbered column is NOT NULL by itself, but not in a warehouse of an older version.
            Some(same)
                if same.nullable != column.nullable
                    && !same.is_identity()
                    && !column.is_identity() =>
            {
                return Err(StatementFailure::Engine(format!(
                    "ALTER TABLE APPEND: column {} is NOT NULL in one of {to_name} and {from_name} only",
                    column.name
                )));
            }
            Some(_) => moved.push(quote_name(&column.name)),
            None if fill_target => {}
            None => {
                return Err(StatementFailure::Engine(format!(
                    "ALTER TABLE APPEND: table {from_name} has no column {} of table {to_name}\n  \
                     Hint: add FILLTARGET to fill such columns with their defaults.",
                    column.name
                )));
            }
        }
    }
    if moved.is_empty() {
        return Err(StatementFailure::Engine(format!(
            "ALTER TABLE APPEND: {to_name} and {from_name} have no column in common"
        )));
    }
    let list = moved.join(", ");
    let count = scope.run(format!(
        "insert into {to} ({list}) select {list} from {from}"
    ))?;
    scope.run(format!("delete from {from}"))?;
    Ok(count)
}

/// In what the layouts of two tables differ. Rule: "both tables must use the same distribution
/// style and distribution key", and "the same sort style and define the same columns as sort keys".
fn differs(target: &DeclaredRelation, source: &DeclaredRelation) -> Option<&'static str> {
    let style = |table: &DeclaredRelation| match table.distkey {
        Some(_) => "key".to_owned(),
        None => table.distribution.as_deref().unwrap_or("auto").to_owned(),
    };
    if style(target) != style(source) {
        return Some("their DISTSTYLE");
    }
    if target.distkey != source.distkey {
        return Some("their DISTKEY");
    }
    if target.sortkey != source.sortkey || target.interleaved != source.interleaved {
        return Some("their SORTKEY");
    }
    None
}

/// The identity column that a column of the same name meets. "You can't append an identity column", but "you can
/// append a GENERATED BY DEFAULT AS IDENTITY column".
fn identities<'a>(target: &'a DeclaredRelation, source: &DeclaredRelation) -> Option<&'a str> {
    let number = |column: &DeclaredColumn| column.identity.map(|_| column.by_default);
    target.columns.iter().find_map(|column| {
        let other = source.columns.iter().find(|one| one.name == column.name)?;
        match (number(column), number(other)) {
            (None, None) | (Some(true), Some(true)) => None,
            _ => Some(column.name.as_str()),
        }
    })
}

/// The column whose compression differs. Where Redshift chooses it in both tables, nobody knows.
fn packed_otherwise<'a>(
    target: &'a DeclaredRelation,
    source: &DeclaredRelation,
) -> Option<&'a str> {
    if !target.encoded && !source.encoded {
        return None;
    }
    target.columns.iter().find_map(|column| {
        let other = source.columns.iter().find(|one| one.name == column.name)?;
        match (&column.encoding, &other.encoding) {
            (Some(one), Some(other)) if one != other => Some(column.name.as_str()),
            _ => None,
        }
    })
}
