//! What is in the database: schemas, tables and their columns, by the engine's own catalog. What the
//! warehouse made for itself is not shown.

use std::cell::RefCell;

use super::columns;
use super::cursors::Cursors;
use super::detail::{ColumnDetail, numbers};
use super::failure::Failure;
use super::registry::lock;
use super::scope::{Commits, Scope};
use super::settings::{self, DATABASE};
use super::{EmbeddedWarehouse, Shared};
use crate::dialect::quote_name;

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// A table.
    Table,
    /// A view.
    View,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
}

/// Schemas that every database of Redshift has, beside those that people make.
const SYSTEM: [&str; 2] = ["information_schema", "pg_catalog"];

/// Schemas that hold what the warehouse made for itself.
const OWN: &str = "'main', 'redshift', 'redshift_system', 'information_schema', 'pg_catalog'";

impl EmbeddedWarehouse {
    /// Names of the schemas, in their order. Blocks.
    ///
    /// # Errors
    ///
    /// The engine's message.
    pub fn schemas(&self) -> Result<Vec<String>, String> {
        look(&self.shared, |scope| {
            let mut names: Vec<String> = SYSTEM.map(str::to_owned).into();
            names.extend(
                scope
                    .texts::<1>(
                        &format!(
                            "select schema_name from duckdb_schemas()
                             where database_name = $1 and schema_name not in ({OWN})"
                        ),
                        &[DATABASE],
                    )?
                    .into_iter()
                    .filter_map(|[name]| name),
            );
            names.sort();
            Ok(names)
        })
    }

    /// Tables and views that people made, by schema and name. Blocks.
    ///
    /// # Errors
    ///
    /// The engine's message.
    pub fn relations(&self) -> Result<Vec<Relation>, String> {
        look(&self.shared, |scope| {
            let found = scope.texts::<3>(
                &format!(
                    "select schema_name, table_name, 'table' from duckdb_tables()
                     where database_name = $1 and not temporary and schema_name not in ({OWN})
                     union all
                     select schema_name, view_name, 'view' from duckdb_views()
                     where database_name = $1 and not temporary and schema_name not in ({OWN})
                     order by 1, 2"
                ),
                &[DATABASE],
            )?;
            let relations = found.into_iter().map(|[schema, name, kind]| Relation {
                schema: schema.unwrap_or_default(),
                name: name.unwrap_or_default(),
                kind: if kind.as_deref() == Some("view") {
                    RelationKind::View
                } else {
                    RelationKind::Table
                },
            });
            Ok(relations.collect())
        })
    }

    /// Columns of a table or view. Blocks.
    ///
    /// # Errors
    ///
    /// The engine's message.
    pub fn columns_of(&self, relation: &Relation) -> Result<Vec<ColumnDetail>, String> {
        look(&self.shared, |scope| {
            let rows = scope.texts::<3>(
                "select column_name, data_type, is_nullable::varchar from duckdb_columns()
                 where database_name = $1 and schema_name = $2 and table_name = $3
                 order by column_index",
                &[DATABASE, &relation.schema, &relation.name],
            )?;
            let known = match relation.kind {
                RelationKind::View => Vec::new(),
                RelationKind::Table => columns::of(
                    scope,
                    &format!(
                        "{}.{}",
                        quote_name(&relation.schema),
                        quote_name(&relation.name)
                    ),
                )?,
            };
            let details = rows.into_iter().map(|[name, kind, nullable]| {
                let name = name.unwrap_or_default();
                let known = known.iter().find(|column| column.name == name);
                let blank_padded = known.is_some_and(|column| column.blank_padded);
                let limit = known.and_then(|column| column.limit);
                let (type_name, precision, scale) =
                    described(&kind.unwrap_or_default(), blank_padded, limit);
                ColumnDetail {
                    name,
                    type_name: type_name.to_owned(),
                    precision,
                    scale,
                    nullable: nullable.as_deref() != Some("false"),
                    length: precision,
                    default: known
                        .filter(|column| !column.is_identity())
                        .and_then(|column| column.default.clone()),
                    schema: relation.schema.clone(),
                    table: relation.name.clone(),
                }
            });
            Ok(details.collect())
        })
    }
}

/// Looks at the catalog on a connection of its own.
fn look<T>(
    shared: &Shared,
    look: impl FnOnce(&Scope<'_>) -> Result<T, Failure>,
) -> Result<T, String> {
    let connection =
        settings::session(&lock(&shared.root)).map_err(|error| Failure::from(error).to_string())?;
    let scope = Scope {
        shared,
        connection: &connection,
        parameters: &[],
        calls: 0,
        commits: &Commits::default(),
        atomic: false,
        cursors: &Cursors::default(),
        messages: &RefCell::default(),
        statement: None,
        limits: None,
    };
    look(&scope).map_err(|failure| failure.to_string())
}

/// Redshift's name of an engine's type, its precision and its scale.
fn described(kind: &str, blank_padded: bool, limit: Option<u32>) -> (&'static str, u32, u32) {
    if let Some(inside) = kind
        .strip_prefix("DECIMAL(")
        .and_then(|rest| rest.strip_suffix(')'))
        && let Some((precision, scale)) = inside.split_once(',')
    {
        return (
            "numeric",
            precision.trim().parse().unwrap_or(38),
            scale.trim().parse().unwrap_or(0),
        );
    }
    let name = match kind {
        "BOOLEAN" => "bool",
        "TINYINT" | "SMALLINT" => "int2",
        "INTEGER" => "int4",
        "BIGINT" | "HUGEINT" => "int8",
        "FLOAT" => "float4",
        "DOUBLE" => "float8",
        "DATE" => "date",
        "TIME" => "time",
        "TIMESTAMP" => "timestamp",
        "TIMESTAMP WITH TIME ZONE" => "timestamptz",
        "BLOB" => "varbyte",
        "VARCHAR" if blank_padded => "bpchar",
        "VARCHAR" => "varchar",
        _ => "super",
    };
    let (precision, scale) = numbers(name);
    match limit {
        Some(limit) if matches!(name, "varchar" | "bpchar") => (name, limit, 0),
        _ => (name, precision, scale),
    }
}
