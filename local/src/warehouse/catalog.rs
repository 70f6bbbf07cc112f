//! What is in the database: schemas, tables and their columns, by the engine's own catalog. What the
//! warehouse made for itself is not shown.

use std::cell::RefCell;

use super::declared;
use super::detail::{ColumnDetail, numbers};
use super::failure::StatementFailure;
use super::remembered::Remembered;
use super::scope::{Commits, StatementScope};
use super::settings::{self, DATABASE};
use super::{EmbeddedWarehouse, Shared};
use crate::warehouse::dialect::quote_name;
use redshift_sql::types::Type;

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogRelationKind {
    /// A table, external ones among them.
    Table,
    /// A view, also one whose rows are stored.
    View,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogRelation {
    /// Schema that it lies in.
    pub schema: String,
    /// Name within the schema, without quotes.
    pub name: String,
    /// Whether it is a table or a view.
    pub kind: CatalogRelationKind,
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
    pub fn relations(&self) -> Result<Vec<CatalogRelation>, String> {
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
            let relations = found
                .into_iter()
                .map(|[schema, name, kind]| CatalogRelation {
                    schema: schema.unwrap_or_default(),
                    name: name.unwrap_or_default(),
                    kind: if kind.as_deref() == Some("view") {
                        CatalogRelationKind::View
                    } else {
                        CatalogRelationKind::Table
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
    pub fn columns_of(&self, relation: &CatalogRelation) -> Result<Vec<ColumnDetail>, String> {
        look(&self.shared, |scope| {
            let quoted = format!(
                "{}.{}",
                quote_name(&relation.schema),
                quote_name(&relation.name)
            );
            let Some(found) = declared::find(scope, &quoted)? else {
                return Ok(Vec::new());
            };
            let filled = scope.texts::<1>(
                "select column_name from duckdb_columns()
                 where database_name = $1 and schema_name = $2 and table_name = $3 and not is_nullable",
                &[DATABASE, &relation.schema, &relation.name],
            )?;
            let columns = found.declaration.columns.into_iter().map(|column| {
                let kind = column.known_type().unwrap_or(Type::Unknown);
                let (type_name, precision, scale) = described(kind);
                let is_filled = filled
                    .iter()
                    .any(|[name]| *name == Some(column.name.clone()));
                ColumnDetail {
                    type_name: type_name.to_owned(),
                    precision,
                    scale,
                    nullable: !is_filled && column.identity.is_none(),
                    length: precision,
                    default: column.default,
                    name: column.name,
                    schema: relation.schema.clone(),
                    table: relation.name.clone(),
                }
            });
            Ok(columns.collect())
        })
    }
}

/// Looks at the catalog on a connection of its own.
fn look<T>(
    shared: &Shared,
    look: impl FnOnce(&StatementScope<'_>) -> Result<T, StatementFailure>,
) -> Result<T, String> {
    let connection = settings::session(&shared.root.lock())
        .map_err(|error| StatementFailure::from(error).to_string())?;
    let remembered = Remembered::default();
    let scope = StatementScope {
        shared,
        connection: &connection,
        parameters: &[],
        calls: 0,
        commits: &Commits::default(),
        atomic: false,
        cursors: &remembered.cursors,
        session: &remembered,
        messages: &RefCell::default(),
        statement: None,
        limits: None,
    };
    look(&scope).map_err(|failure| failure.to_string())
}

/// The name that the driver has for a type, its precision and its scale.
fn described(kind: Type) -> (&'static str, u32, u32) {
    let name = match kind {
        Type::Decimal(precision, scale) => {
            return ("numeric", u32::from(precision), u32::from(scale));
        }
        Type::Char(length) => return ("bpchar", length, 0),
        Type::VarChar(length) => return ("varchar", length, 0),
        Type::VarByte(length) => return ("varbyte", length, 0),
        Type::SmallInt => "int2",
        Type::Integer => "int4",
        Type::BigInt => "int8",
        Type::Real => "float4",
        Type::Double => "float8",
        Type::Boolean => "bool",
        Type::Date => "date",
        Type::Time => "time",
        Type::TimeTz => "timetz",
        Type::Timestamp => "timestamp",
        Type::TimestampTz => "timestamptz",
        Type::IntervalMonths => "intervaly2m",
        Type::IntervalSeconds => "intervald2s",
        Type::Geometry => "geometry",
        Type::Geography => "geography",
        Type::HllSketch => "hllsketch",
        Type::Unknown | Type::Null | Type::Literal | Type::Super => "super",
    };
    let (precision, scale) = numbers(name);
    (name, precision, scale)
}
