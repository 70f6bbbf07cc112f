//! INSERT: what the engine would do otherwise with a value on its way into a column.
//!
//! - Where no columns are listed and fewer values come than the table has columns, "the first n
//!   columns are loaded" (AWS page: `INSERT`). The others have their defaults.
//! - Blanks at the end of what goes into a CHAR do not count and are not kept. Those that go beyond the length
//!   of a VARCHAR are cut off (AWS page: `Character types`, "Storage and ranges").
//! - A text that stands for a date may have any form that Redshift reads.
//! - A column that the warehouse numbers takes no value, unless it is numbered by default only (AWS page:
//!   `CREATE TABLE`, `IDENTITY`).

use super::columns::{self, Existing};
use super::declared;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::{DateOrder, EngineSql, Inserted, quote_name};

/// Inserts rows into the columns that are listed.
pub(super) fn insert(
    scope: &StatementScope<'_>,
    table: &str,
    listed: &[String],
    source: &Inserted,
) -> Result<u64, StatementFailure> {
    // Only a table with such columns needs to be looked at more closely. The engine lists columns by
    // binding every view that there is, so whether anything is numbered tells enough.
    let special = scope.texts::<1>(
        "select '' from duckdb_constraints()
         where table_name = $1 and constraint_type = 'CHECK' and contains(constraint_text, 'strlen(')
         union all
         select '' from duckdb_sequences()
         where schema_name = 'redshift' and starts_with(sequence_name, 'identity_')
         limit 1",
        &[&columns::parts(table).1],
    )?;
    let moments = match source {
        Inserted::Defaults => return plain(scope, table, listed, source),
        Inserted::Values { rows, .. } => rows.iter().flatten().any(|value| value.may_be_moment),
        Inserted::Query { texts, .. } => texts.as_ref().is_none_or(|texts| texts.contains(&true)),
    };
    if special.is_empty() && !moments {
        return plain(scope, table, listed, source);
    }
    let texts = match source {
        Inserted::Query { query, texts: None } => {
            let columns = scope.describe(query)?.into_iter();
            columns.map(|(_, kind)| kind == "VARCHAR").collect()
        }
        Inserted::Query {
            texts: Some(texts), ..
        } => texts.clone(),
        Inserted::Values { rows, .. } => vec![false; rows.first().map_or(0, Vec::len)],
        Inserted::Defaults => Vec::new(),
    };
    let width = texts.len();
    let existing = columns::of(scope, table)?;
    let targets: Option<Vec<&Existing>> = if listed.is_empty() {
        existing.get(..width).map(|first| first.iter().collect())
    } else {
        let found = listed
            .iter()
            .map(|name| existing.iter().find(|column| column.name == *name));
        found
            .collect::<Option<Vec<_>>>()
            .filter(|all| all.len() == width)
    };
    // What does not fit the table is told by the engine.
    let Some(targets) = targets.filter(|all| !all.is_empty()) else {
        return plain(scope, table, listed, source);
    };
    let is_given = |at: usize| match source {
        Inserted::Values { rows, .. } => {
            let mut values = rows.iter().filter_map(|row| row.get(at));
            values.any(|value| !value.is_default)
        }
        _ => true,
    };
    let given = targets.iter().enumerate().filter(|(at, _)| is_given(*at));
    check_identities(scope, table, given.map(|(_, column)| *column))?;
    let names: Vec<String> = targets.iter().map(|column| column.name.clone()).collect();
    let fit = |at: usize, value: &str| targets.get(at).and_then(|column| fitted(column, value));
    let order = scope.session.configuration.date_style().order;
    let rows = match source {
        Inserted::Query { query, .. } => selected(query, &targets, &texts, order),
        values => values.sql(|at, value| {
            let column = targets.get(at).filter(|_| value.may_be_moment);
            if let Some(moment) = column.and_then(|column| moment(column, &value.text, order)) {
                return moment;
            }
            let fitted = value.may_end_blank.then(|| fit(at, &value.text)).flatten();
            fitted.unwrap_or_else(|| value.text.clone())
        }),
    };
    scope.change(&EngineSql {
        text: format!("{} {}", into(table, &names), rows.text),
        parameters: rows.parameters,
    })
}

/// The columns of a query as their targets take them.
fn selected(
    query: &EngineSql,
    targets: &[&Existing],
    texts: &[bool],
    order: DateOrder,
) -> EngineSql {
    let names: Vec<String> = (0..targets.len()).map(|at| format!("c{at}")).collect();
    let mut changes = false;
    let list: Vec<String> = targets
        .iter()
        .zip(&names)
        .zip(texts)
        .map(|((column, name), is_text)| {
            let moment = is_text.then(|| moment(column, name, order)).flatten();
            let fitted = moment.or_else(|| fitted_column(column, name));
            changes |= fitted.is_some();
            fitted.unwrap_or_else(|| name.clone())
        })
        .collect();
    if !changes {
        return query.clone();
    }
    EngineSql {
        text: format!(
            "select {} from ({}) as source({})",
            list.join(", "),
            query.text,
            names.join(", ")
        ),
        parameters: query.parameters.clone(),
    }
}

/// A text in the form in which a column of dates, timestamps or intervals takes it (AWS page:
/// `Date, time, and timestamp literals`). Nothing where the column holds something else.
fn moment(column: &Existing, value: &str, order: DateOrder) -> Option<String> {
    let function = match column.kind.as_str() {
        "DATE" => "redshift_day_form",
        "TIMESTAMP" => "redshift_moment_form",
        "TIMESTAMP WITH TIME ZONE" => "redshift_instant_form",
        "TIME" => return Some(format!("redshift_clock_local(({value})::varchar)")),
        "TIME WITH TIME ZONE" => {
            return Some(format!("redshift.text_timetz(({value})::varchar)"));
        }
        "INTERVAL" => {
            return Some(format!(
                "redshift_interval_form(({value})::varchar, 'column')"
            ));
        }
        _ => return None,
    };
    Some(format!(
        "{function}(({value})::varchar, {})",
        order.number()
    ))
}

/// The same for a column of a query, which may be named often. Few texts have blanks at their end,
/// which is seen much faster than they are cut.
fn fitted_column(column: &Existing, name: &str) -> Option<String> {
    let fitted = fitted(column, name)?;
    Some(if column.blank_padded {
        format!("case when ends_with({name}::varchar, ' ') then {fitted} else {name}::varchar end")
    } else {
        fitted
    })
}

/// A value as a column takes it; nothing where the engine gives it to the column as Redshift does.
fn fitted(column: &Existing, value: &str) -> Option<String> {
    if column.blank_padded {
        return Some(format!("rtrim(({value})::varchar, ' ')"));
    }
    let limit = column.limit?;
    Some(format!(
        "redshift.without_excess(({value})::varchar, {limit})"
    ))
}

/// Refuses values for columns that the warehouse numbers, unless it does so by default only.
pub(super) fn check_identities<'a>(
    scope: &StatementScope<'_>,
    table: &str,
    given: impl Iterator<Item = &'a Existing>,
) -> Result<(), StatementFailure> {
    let mut numbered = given.filter(|column| column.is_identity()).peekable();
    if numbered.peek().is_none() {
        return Ok(());
    }
    let relation = declared::find(scope, table)?;
    let by_default = |name: &str| {
        let declared = relation
            .iter()
            .flat_map(|relation| &relation.declaration.columns);
        declared
            .into_iter()
            .any(|column| column.name == name && column.by_default)
    };
    if numbered.all(|column| by_default(&column.name)) {
        return Ok(());
    }
    Err(StatementFailure::Engine(
        "cannot set an identity column to a value".to_owned(),
    ))
}

/// Inserts rows as they are.
fn plain(
    scope: &StatementScope<'_>,
    table: &str,
    listed: &[String],
    source: &Inserted,
) -> Result<u64, StatementFailure> {
    let source = source.plain();
    let insert = |names: &[String]| {
        scope.change(&EngineSql {
            text: format!("{} {}", into(table, names), source.text),
            parameters: source.parameters.clone(),
        })
    };
    let failure = match insert(listed) {
        Err(StatementFailure::Engine(message)) if listed.is_empty() => message,
        other => return other,
    };
    let Some(values) = fewer_values(&failure) else {
        return Err(StatementFailure::Engine(failure));
    };
    let first: Vec<String> = columns::of(scope, table)?
        .into_iter()
        .take(values)
        .map(|column| column.name)
        .collect();
    insert(&first)
}

/// `insert into table (columns)`
fn into(table: &str, columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|name| quote_name(name)).collect();
    match names.as_slice() {
        [] => format!("insert into {table}"),
        names => format!("insert into {table} ({})", names.join(", ")),
    }
}

/// How many values the engine was given, where it says that they are fewer than the columns.
fn fewer_values(message: &str) -> Option<usize> {
    let (_, numbers) = message.rsplit_once("\" has ")?;
    let (columns, values) = numbers.split_once(", and ")?;
    let values: usize = values.strip_suffix(" are given")?.parse().ok()?;
    (values < columns.parse().ok()?).then_some(values)
}
