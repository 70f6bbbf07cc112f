//! ALTER TABLE … APPEND: all rows of one table move to another, by the names of the columns (AWS page:
//! `ALTER TABLE APPEND`).

use super::columns::{self, Existing, parts};
use super::declared;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::quote_name;

/// Moves the rows; how many there were.
pub(super) fn append(
    scope: &StatementScope<'_>,
    to: &str,
    from: &str,
    ignore_extra: bool,
    fill_target: bool,
) -> Result<u64, StatementFailure> {
    for relation in [to, from] {
        let found = declared::existing(scope, relation)?;
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
    let (target, source) = (columns::of(scope, to)?, columns::of(scope, from)?);
    let (to_name, from_name) = (parts(to).1, parts(from).1);
    let in_source = |column: &Existing| source.iter().find(|one| one.name == column.name);
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
            Some(_) => moved.push(quote_name(&column.name)),
            None if fill_target || column.is_identity() => {}
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
