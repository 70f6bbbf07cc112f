//! Statements that need to know what is in the catalog before they can be run.

use super::columns;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::{DefinedColumn, EngineSql, definitions, quote_name};

/// Creates a table from a query. A sum of whole numbers is wider in the engine than in Redshift.
pub(super) fn create_as(
    scope: &StatementScope<'_>,
    create: &str,
    query: &EngineSql,
) -> Result<(), StatementFailure> {
    let described = scope.describe(query)?;
    let mut text = format!("{create} as {}", query.text);
    if described.iter().any(|(_, kind)| kind == "HUGEINT") {
        let list: Vec<String> = described
            .iter()
            .map(|(name, kind)| narrowed(name, kind))
            .collect();
        text = format!(
            "{create} as select {} from ({}) as query",
            list.join(", "),
            query.text
        );
    }
    scope.change(&EngineSql {
        text,
        parameters: query.parameters.clone(),
    })?;
    Ok(())
}

/// A column of a query in a type that Redshift has.
pub(super) fn narrowed(name: &str, kind: &str) -> String {
    let name = quote_name(name);
    match kind {
        "HUGEINT" => format!("{name}::bigint as {name}"),
        _ => name,
    }
}

/// Creates a table with the columns of another, between its own ones.
pub(super) fn create_like(
    scope: &StatementScope<'_>,
    create: &str,
    like: &str,
    defaults: bool,
    [front, behind]: [&[DefinedColumn]; 2],
) -> Result<(), StatementFailure> {
    let mut all = front.to_vec();
    let inherited = columns::of(scope, like)?;
    all.extend(
        inherited
            .iter()
            .map(|column| column.definition(defaults, false)),
    );
    all.extend(behind.iter().cloned());
    scope.run(format!("{create} ({})", definitions(&all)))?;
    Ok(())
}

/// Adds a column; where it has a check or must not be NULL, the table is written anew, as the engine
/// cannot add those.
pub(super) fn add_column(
    scope: &StatementScope<'_>,
    table: &str,
    column: &DefinedColumn,
) -> Result<(), StatementFailure> {
    // With a default, the engine's own way changes a setting, and all settings are locked.
    if column.rest.is_empty() {
        scope.run(format!(
            "alter table {table} add column {}",
            definitions(std::slice::from_ref(column))
        ))?;
        return Ok(());
    }
    let mut all = definitions_of(scope, table)?;
    if all.iter().any(|known| known.name == column.name) {
        return Err(StatementFailure::Engine(format!(
            "column \"{}\" of relation \"{}\" already exists",
            column.name,
            columns::parts(table).1
        )));
    }
    let kept = all.len();
    all.push(column.clone());
    rebuild(scope, table, &all, kept)
}

/// Gives a column another type.
pub(super) fn alter_type(
    scope: &StatementScope<'_>,
    table: &str,
    column: &str,
    kind: &str,
    check: &str,
) -> Result<(), StatementFailure> {
    let existing = columns::of(scope, table)?;
    let mut all: Vec<DefinedColumn> = existing.iter().map(|c| c.definition(true, true)).collect();
    let Some(changed) = all.iter_mut().find(|c| c.name == column) else {
        return Err(StatementFailure::Engine(format!(
            "column \"{column}\" does not exist"
        )));
    };
    changed.kind = kind.to_owned();
    let kept = changed.rest.split(" CHECK").next().unwrap_or_default();
    changed.rest = format!("{kept} {check}");
    rebuild(scope, table, &all, all.len())
}

fn definitions_of(
    scope: &StatementScope<'_>,
    table: &str,
) -> Result<Vec<DefinedColumn>, StatementFailure> {
    let existing = columns::of(scope, table)?;
    Ok(existing
        .iter()
        .map(|column| column.definition(true, true))
        .collect())
}

/// Writes a table anew with these columns, of which the first `kept` are those it has.
fn rebuild(
    scope: &StatementScope<'_>,
    table: &str,
    columns: &[DefinedColumn],
    kept: usize,
) -> Result<(), StatementFailure> {
    let (_, name) = columns::parts(table);
    let schema = columns::table(scope, table)?.schema;
    let new = quote_name(&format!("{name} rebuilt"));
    // Where the table is, which need not be where a new one would be made.
    let (create, qualified) = if schema.is_empty() {
        ("create temp table", new)
    } else {
        ("create table", format!("{}.{new}", quote_name(&schema)))
    };
    scope.run(format!("{create} {qualified} ({})", definitions(columns)))?;
    let names: Vec<String> = columns
        .iter()
        .take(kept)
        .map(|column| quote_name(&column.name))
        .collect();
    let names = names.join(", ");
    scope.run(format!(
        "insert into {qualified} ({names}) select {names} from {table}"
    ))?;
    scope.run(format!("drop table {table}"))?;
    scope.run(format!(
        "alter table {qualified} rename to {}",
        quote_name(&name)
    ))?;
    Ok(())
}

/// MERGE … REMOVE DUPLICATES: what matches is replaced, what does not is added, and no row of the
/// source is there twice.
pub(super) fn merge(
    scope: &StatementScope<'_>,
    target: &str,
    source: &str,
    condition: &EngineSql,
) -> Result<u64, StatementFailure> {
    scope.change(&EngineSql {
        text: format!(
            "delete from {target} using {source} where {}",
            condition.text
        ),
        parameters: condition.parameters.clone(),
    })?;
    scope.run(format!(
        "insert into {target} select distinct * from {source}"
    ))
}
