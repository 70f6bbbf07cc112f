//! Statements that need to know what is in the catalog before they can be run.

use super::columns::{self, Existing};
use super::failure::Failure;
use super::scope::Scope;
use crate::dialect::{Column, Sql, definitions, quote_name};

/// Creates a table from a query. A sum of whole numbers is wider in the engine than in Redshift.
pub(super) fn create_as(scope: &Scope<'_>, create: &str, query: &Sql) -> Result<(), Failure> {
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
    scope.change(&Sql {
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

/// Creates a table with the columns of another.
pub(super) fn create_like(
    scope: &Scope<'_>,
    create: &str,
    like: &str,
    defaults: bool,
    own: &[Column],
) -> Result<(), Failure> {
    let mut all: Vec<Column> = columns::of(scope, like)?
        .iter()
        .map(|column| column.definition(defaults, false))
        .collect();
    all.extend(own.iter().cloned());
    scope.run(format!("{create} ({})", definitions(&all)))?;
    Ok(())
}

/// Adds a column; where it has a check or must not be NULL, the table is written anew, as the engine
/// cannot add those.
pub(super) fn add_column(scope: &Scope<'_>, table: &str, column: &Column) -> Result<(), Failure> {
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
        return Err(Failure::Engine(format!(
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
    scope: &Scope<'_>,
    table: &str,
    column: &str,
    kind: &str,
    check: &str,
) -> Result<(), Failure> {
    let existing = columns::of(scope, table)?;
    let mut all: Vec<Column> = existing.iter().map(|c| c.definition(true, true)).collect();
    let Some(changed) = all.iter_mut().find(|c| c.name == column) else {
        return Err(Failure::Engine(format!(
            "column \"{column}\" does not exist"
        )));
    };
    changed.kind = kind.to_owned();
    let kept = changed.rest.split(" CHECK").next().unwrap_or_default();
    changed.rest = format!("{kept} {check}");
    rebuild(scope, table, &all, all.len())
}

fn definitions_of(scope: &Scope<'_>, table: &str) -> Result<Vec<Column>, Failure> {
    let existing = columns::of(scope, table)?;
    Ok(existing
        .iter()
        .map(|column| column.definition(true, true))
        .collect())
}

/// Writes a table anew with these columns, of which the first `kept` are those it has.
fn rebuild(scope: &Scope<'_>, table: &str, columns: &[Column], kept: usize) -> Result<(), Failure> {
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

/// Inserts rows. Where no columns are listed and fewer values come than the table has columns, "the
/// first n columns are loaded" (AWS page: `INSERT`), and the others have their defaults.
pub(super) fn insert(
    scope: &Scope<'_>,
    table: &str,
    listed: &[String],
    source: &Sql,
    readable: bool,
) -> Result<u64, Failure> {
    let failure = match insert_into(scope, table, listed, source, readable) {
        Err(Failure::Engine(message)) if listed.is_empty() => message,
        other => return other,
    };
    let Some(values) = fewer_values(&failure) else {
        return Err(Failure::Engine(failure));
    };
    let first: Vec<String> = columns::of(scope, table)?
        .into_iter()
        .take(values)
        .map(|column| column.name)
        .collect();
    insert_into(scope, table, &first, source, readable)
}

/// How many values the engine was given, where it says that they are fewer than the columns.
fn fewer_values(message: &str) -> Option<usize> {
    let (_, numbers) = message.rsplit_once("\" has ")?;
    let (columns, values) = numbers.split_once(", and ")?;
    let values: usize = values.strip_suffix(" are given")?.parse().ok()?;
    (values < columns.parse().ok()?).then_some(values)
}

/// Inserts rows. Blanks at the end of what goes into a CHAR do not count and are not kept.
fn insert_into(
    scope: &Scope<'_>,
    table: &str,
    listed: &[String],
    source: &Sql,
    readable: bool,
) -> Result<u64, Failure> {
    let names: Vec<String> = listed.iter().map(|name| quote_name(name)).collect();
    let into = if names.is_empty() {
        format!("insert into {table}")
    } else {
        format!("insert into {table} ({})", names.join(", "))
    };
    let plain = || Sql {
        text: format!("{into} {}", source.text),
        parameters: source.parameters.clone(),
    };
    if !readable {
        return scope.change(&plain());
    }
    // Only a table with such columns needs to be looked at more closely.
    let blank_padded = scope.texts::<1>(
        "select '' from duckdb_constraints()
         where table_name = $1 and constraint_type = 'CHECK'
           and contains(constraint_text, 'rtrim(') limit 1",
        &[&columns::parts(table).1],
    )?;
    if blank_padded.is_empty() {
        return scope.change(&plain());
    }
    let existing = columns::of(scope, table)?;
    if listed.is_empty() {
        let values = scope.describe(&Sql {
            text: format!("select * from ({})", source.text),
            parameters: source.parameters.clone(),
        })?;
        if values.len() < existing.len() {
            let first = existing.iter().take(values.len());
            let first: Vec<String> = first.map(|column| column.name.clone()).collect();
            return insert_into(scope, table, &first, source, readable);
        }
    }
    scope.change(&Sql {
        text: format!("{into} {}", trimmed(&existing, listed, source)),
        parameters: source.parameters.clone(),
    })
}

/// The columns of a source as the columns of its target take them.
fn trimmed(existing: &[Existing], listed: &[String], source: &Sql) -> String {
    let targets: Vec<&Existing> = if listed.is_empty() {
        existing.iter().collect()
    } else {
        listed
            .iter()
            .filter_map(|name| existing.iter().find(|column| column.name == *name))
            .collect()
    };
    let names: Vec<String> = (0..targets.len())
        .map(|number| format!("c{number}"))
        .collect();
    let list: Vec<String> = targets
        .iter()
        .zip(&names)
        .map(|(column, name)| {
            if column.blank_padded {
                format!("rtrim({name})")
            } else {
                name.clone()
            }
        })
        .collect();
    format!(
        "select {} from ({}) as source({})",
        list.join(", "),
        source.text,
        names.join(", ")
    )
}

/// MERGE … REMOVE DUPLICATES: what matches is replaced, what does not is added, and no row of the
/// source is there twice.
pub(super) fn merge(
    scope: &Scope<'_>,
    target: &str,
    source: &str,
    condition: &Sql,
) -> Result<u64, Failure> {
    scope.change(&Sql {
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
