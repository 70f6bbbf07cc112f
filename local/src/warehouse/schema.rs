//! DROP SCHEMA: with CASCADE, what is in a schema goes with it.

use super::columns::parts;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use super::{declared, own_functions};
use crate::warehouse::dialect::Drop;

/// Drops schemas. Fails where one is missing without IF EXISTS, or is not empty without CASCADE.
pub(super) fn drop(scope: &StatementScope<'_>, drop: &Drop) -> Result<(), StatementFailure> {
    for name in &drop.names {
        one(scope, name, drop)?;
    }
    Ok(())
}

fn one(scope: &StatementScope<'_>, name: &str, drop: &Drop) -> Result<(), StatementFailure> {
    let plain = parts(name).1;
    if plain.starts_with("pg_") || plain == "information_schema" {
        return Err(StatementFailure::Engine(format!(
            "cannot drop schema {plain} because it is required by the database system"
        )));
    }
    let found = scope.texts::<1>(
        "select schema_name from duckdb_schemas()
         where database_name = 'sfc_database' and schema_name = $1
           and schema_name not in ('main', 'redshift', 'redshift_system')",
        &[&plain],
    )?;
    if found.is_empty() {
        return if drop.if_exists {
            Ok(())
        } else {
            Err(StatementFailure::Engine(format!(
                "schema \"{plain}\" does not exist"
            )))
        };
    }
    let mut within = scope
        .texts::<1>(
            "select table_name from duckdb_tables()
             where database_name = 'sfc_database' and schema_name = $1
             union all
             select view_name from duckdb_views()
             where not internal and database_name = 'sfc_database' and schema_name = $1",
            &[&plain],
        )?
        .into_iter()
        .filter_map(|[name]| name)
        .collect::<Vec<_>>();
    within.extend(
        scope
            .texts::<1>(
                "select procedure_name from redshift.procedures where schema_name = $1",
                &[&plain],
            )?
            .into_iter()
            .filter_map(|[name]| name),
    );
    within.extend(own_functions::of_schema(scope, &plain)?);
    if !within.is_empty() && !drop.cascade {
        let details: Vec<String> = within
            .iter()
            .map(|name| format!("{plain}.{name} depends on schema {plain}"))
            .collect();
        return Err(declared::refused(&format!("schema {plain}"), &details));
    }
    for relation in declared::all(scope)? {
        if relation.schema == plain {
            declared::remove(scope, &relation)?;
        }
    }
    own_functions::remove_schema(scope, &plain)?;
    scope.keep(
        "delete from redshift.procedures where schema_name = $1",
        &[&plain],
    )?;
    scope.run(format!("drop schema {name} cascade"))?;
    Ok(())
}
