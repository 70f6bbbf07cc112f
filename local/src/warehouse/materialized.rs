//! Materialized views: a table, and the query that fills it.

use super::columns::parts;
use super::define::narrowed;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::{EngineSql, quote_name};

/// Schema and name under which a view is kept.
pub(super) fn key(relation: &str) -> (String, String) {
    let (schema, name) = parts(relation);
    (schema.unwrap_or_else(|| "public".to_owned()), name)
}

pub(super) fn create(
    scope: &StatementScope<'_>,
    name: &str,
    query: &str,
) -> Result<(), StatementFailure> {
    let described = scope.describe(&EngineSql::plain(query))?;
    let list: Vec<String> = described
        .iter()
        .map(|(name, kind)| narrowed(name, kind))
        .collect();
    let query = format!("select {} from ({query}) as query", list.join(", "));
    scope.run(format!("create table {name} as {query}"))?;
    let (schema, view) = key(name);
    scope.keep(
        "insert into redshift.materialized_views values ($1, $2, $3)",
        &[&schema, &view, &query],
    )
}

pub(super) fn refresh(scope: &StatementScope<'_>, name: &str) -> Result<(), StatementFailure> {
    let query = query(scope, name)?;
    scope.run(format!("delete from {name}"))?;
    scope.run(format!("insert into {name} {query}"))?;
    Ok(())
}

pub(super) fn remove(scope: &StatementScope<'_>, name: &str) -> Result<(), StatementFailure> {
    scope.run(format!("drop table {name}"))?;
    let (schema, view) = key(name);
    scope.keep(
        "delete from redshift.materialized_views where schema_name = $1 and view_name = $2",
        &[&schema, &view],
    )
}

fn query(scope: &StatementScope<'_>, name: &str) -> Result<String, StatementFailure> {
    let (schema, view) = key(name);
    scope
        .texts::<1>(
            "select query from redshift.materialized_views
             where schema_name = $1 and view_name = $2",
            &[&schema, &view],
        )?
        .into_iter()
        .next()
        .and_then(|[query]| query)
        .ok_or_else(|| {
            StatementFailure::Engine(format!(
                "materialized view {} does not exist",
                quote_name(&view)
            ))
        })
}
