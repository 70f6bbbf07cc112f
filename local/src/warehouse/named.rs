//! Names of the catalog that nothing is kept under: databases other than the session's. And what ALTER
//! SCHEMA does to a schema.

use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::{NameChange, quote_name};

/// Carries out a change of a database or a schema as such.
pub(super) fn change(
    scope: &StatementScope<'_>,
    named: &NameChange,
) -> Result<(), StatementFailure> {
    match named {
        NameChange::CreateDatabase { name, kind } => {
            if is_database(scope, name)? {
                return Err(already("database", name));
            }
            scope.keep(
                "insert into redshift.databases values ($1, $2)",
                &[name, kind],
            )
        }
        NameChange::DropDatabase { name, if_exists } => {
            if *name == scope.shared.options.database {
                return Err(StatementFailure::Engine(
                    "cannot drop the currently open database".to_owned(),
                ));
            }
            if !is_database(scope, name)? {
                return if *if_exists {
                    Ok(())
                } else {
                    Err(missing("database", name))
                };
            }
            scope.keep(
                "delete from redshift.databases where database_name = $1",
                &[name],
            )
        }
        NameChange::RenameDatabase { name, to } => {
            if *name == scope.shared.options.database {
                return Err(StatementFailure::Engine(
                    "current database may not be renamed".to_owned(),
                ));
            }
            if !is_database(scope, name)? {
                return Err(missing("database", name));
            }
            if is_database(scope, to)? {
                return Err(already("database", to));
            }
            scope.keep(
                "update redshift.databases set database_name = $2 where database_name = $1",
                &[name, to],
            )
        }
        NameChange::AlterDatabase { name } => {
            if is_database(scope, name)? {
                Ok(())
            } else {
                Err(missing("database", name))
            }
        }
        NameChange::RenameSchema { name, to } => rename_schema(scope, name, to),
        NameChange::AlterSchema { name } => {
            if is_schema(scope, name)? {
                Ok(())
            } else {
                Err(missing("schema", name))
            }
        }
    }
}

fn missing(what: &str, name: &str) -> StatementFailure {
    StatementFailure::Engine(format!("{what} \"{name}\" does not exist"))
}

fn already(what: &str, name: &str) -> StatementFailure {
    StatementFailure::Engine(format!("{what} \"{name}\" already exists"))
}

fn is_database(scope: &StatementScope<'_>, name: &str) -> Result<bool, StatementFailure> {
    if name == scope.shared.options.database {
        return Ok(true);
    }
    let found = scope.texts::<1>(
        "select database_name from redshift.databases where database_name = $1",
        &[name],
    )?;
    Ok(!found.is_empty())
}

fn is_schema(scope: &StatementScope<'_>, name: &str) -> Result<bool, StatementFailure> {
    let found = scope.texts::<1>(
        "select schema_name from duckdb_schemas()
         where database_name = 'sfc_database' and schema_name = $1
           and schema_name not in ('main', 'redshift', 'redshift_system')",
        &[name],
    )?;
    Ok(!found.is_empty())
}

/// The engine gives a schema no other name. One without tables and views is made anew; its procedures
/// and functions go with it.
fn rename_schema(scope: &StatementScope<'_>, name: &str, to: &str) -> Result<(), StatementFailure> {
    if !is_schema(scope, name)? {
        return Err(missing("schema", name));
    }
    if is_schema(scope, to)? {
        return Err(already("schema", to));
    }
    let relations = scope.texts::<1>(
        "select table_name from duckdb_tables()
         where database_name = 'sfc_database' and schema_name = $1
         union all
         select view_name from duckdb_views()
         where not internal and database_name = 'sfc_database' and schema_name = $1
         order by 1 limit 1",
        &[name],
    )?;
    if let Some([Some(relation)]) = relations.into_iter().next() {
        return Err(StatementFailure::Refused(format!(
            "the embedded warehouse does not rename the schema {name} while {relation} is in it: \
             create the schema {to}, and its tables with CREATE TABLE AS"
        )));
    }
    scope.run(format!("create schema {}", quote_name(to)))?;
    for table in ["procedures", "functions"] {
        scope.keep(
            &format!("update redshift.{table} set schema_name = $2 where schema_name = $1"),
            &[name, to],
        )?;
    }
    scope.run(format!("drop schema {}", quote_name(name)))?;
    Ok(())
}
