//! Views that are bound late: their tables need not be there (AWS page: `CREATE VIEW`, WITH NO SCHEMA
//! BINDING).

use std::collections::BTreeSet;

use crate::warehouse::dialect::{DeclaredRead, quote_name};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::scope::StatementScope;

/// Makes a view whose relations are missing. The engine looks at them once, when the view is made,
/// and again by their names whenever it is read. So for the moment others take their places.
pub(super) fn make(
    scope: &StatementScope<'_>,
    missing: &[DeclaredRead],
    make: impl FnOnce() -> Result<(), StatementFailure>,
) -> Result<(), StatementFailure> {
    let schemas = absent(scope, missing)?;
    for schema in &schemas {
        scope.run(format!("create schema {}", quote_name(schema)))?;
    }
    for read in missing {
        scope.run(format!(
            "create view {} as select {}",
            name(read),
            columns(read)
        ))?;
    }
    make()?;
    for read in missing {
        scope.run(format!("drop view {}", name(read)))?;
    }
    for schema in &schemas {
        scope.run(format!("drop schema {}", quote_name(schema)))?;
    }
    Ok(())
}

/// Schemas of missing relations that are missing too.
fn absent(
    scope: &StatementScope<'_>,
    missing: &[DeclaredRead],
) -> Result<BTreeSet<String>, StatementFailure> {
    let mut schemas = BTreeSet::new();
    for read in missing {
        let found = scope.texts::<1>(
            "select schema_name from duckdb_schemas()
             where database_name = 'sfc_database' and schema_name = $1",
            &[&read.schema],
        )?;
        if found.is_empty() && !read.schema.is_empty() {
            schemas.insert(read.schema.clone());
        }
    }
    Ok(schemas)
}

fn name(read: &DeclaredRead) -> String {
    let name = quote_name(&read.name);
    if read.schema.is_empty() {
        name
    } else {
        format!("{}.{name}", quote_name(&read.schema))
    }
}

/// Values of no type, which every operator and function takes.
fn columns(read: &DeclaredRead) -> String {
    let columns: Vec<String> = read
        .columns
        .iter()
        .map(|column| format!("null as {}", quote_name(column)))
        .collect();
    if columns.is_empty() {
        "null as \"?column?\"".to_owned()
    } else {
        columns.join(", ")
    }
}
