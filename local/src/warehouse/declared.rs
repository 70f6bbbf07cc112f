//! Relations as they were declared: found by name, and kept.
//!
//! A declaration lies as JSON in the engine's comment on its relation. So it is renamed, dropped and
//! rolled back with it, and a temporary table's ends with its session.

mod bind;
mod change;
mod dependents;
mod dropped;
mod foreign;
mod late;
mod made;
mod renamed;
mod shown;

pub(super) use change::change;
pub(super) use dependents::refused;
pub(super) use dropped::{drop, remove};
pub(super) use made::{NewRelation, query, table, types_of};
pub(super) use shown::show;

use super::columns::parts;
use super::failure::StatementFailure;
use super::scope::StatementScope;
use super::settings::DATABASE;
use crate::warehouse::dialect::{
    DeclaredColumn, DeclaredRelation, PSEUDOCOLUMNS, ViewKind, quote_name, quote_text,
};
use redshift_sql::types::Type;

/// A relation that is there.
#[derive(Debug, Clone)]
pub(super) struct ExistingRelation {
    /// Empty: it is temporary.
    pub(super) schema: String,
    pub(super) name: String,
    /// Whether it is a view to the engine.
    pub(super) is_view: bool,
    pub(super) declaration: DeclaredRelation,
}

impl ExistingRelation {
    /// Its name in the engine's dialect.
    pub(super) fn qualified(&self) -> String {
        let name = quote_name(&self.name);
        if self.schema.is_empty() {
            format!("temp.main.{name}")
        } else {
            format!("{DATABASE}.{}.{name}", quote_name(&self.schema))
        }
    }

    /// Its schema and name as the dialect writes them.
    pub(super) fn qualified_in_schema(&self) -> String {
        format!("{}.{}", quote_name(&self.schema), quote_name(&self.name))
    }

    /// Whether it is this one.
    pub(super) fn is(&self, schema: &str, name: &str) -> bool {
        self.schema == schema && self.name == name
    }

    /// Whether it is a materialized view.
    pub(super) fn is_materialized(&self) -> bool {
        self.declaration
            .view
            .as_ref()
            .is_some_and(|view| view.kind == ViewKind::Materialized)
    }

    /// Keeps the declaration as a comment on the relation, as JSON.
    pub(super) fn keep(&self, scope: &StatementScope<'_>) -> Result<(), StatementFailure> {
        let json = serde_json::to_string(&self.declaration)
            .map_err(|error| StatementFailure::Refused(error.to_string()))?;
        let kind = if self.is_view { "view" } else { "table" };
        scope.run(format!(
            "comment on {kind} {} is {}",
            self.qualified(),
            quote_text(&json)
        ))?;
        Ok(())
    }
}

/// Tables and views of the engine with their comments.
const RELATIONS: &str = "
    select case when temporary then '' else schema_name end as schema_name, table_name as name,
           'table' as kind, comment
    from duckdb_tables() where temporary or database_name = 'sfc_database'
    union all
    select schema_name, view_name, 'view', comment
    from duckdb_views() where not internal and not temporary and database_name = 'sfc_database'";

/// The relation that a name means in this session.
pub(super) fn find(
    scope: &StatementScope<'_>,
    relation: &str,
) -> Result<Option<ExistingRelation>, StatementFailure> {
    let (schema, name) = parts(relation);
    let found = scope.texts::<4>(
        &format!(
            "select schema_name, name, kind, comment from ({RELATIONS})
             where name = $1
               and case when $2 = '' then schema_name = '' or list_contains(current_schemas(false), schema_name)
                        else schema_name = $2 end
               and schema_name not in ('main', 'redshift', 'redshift_system')
             order by schema_name = '' desc, list_position(current_schemas(false), schema_name) limit 1"
        ),
        &[&name, schema.as_deref().unwrap_or_default()],
    )?;
    let Some(row) = found.into_iter().next() else {
        return Ok(None);
    };
    let mut relation = relation_of(row);
    complete(scope, &mut relation)?;
    Ok(Some(relation))
}

/// The relation that a name means, which must be there.
pub(super) fn existing(
    scope: &StatementScope<'_>,
    relation: &str,
) -> Result<ExistingRelation, StatementFailure> {
    find(scope, relation)?.ok_or_else(|| {
        StatementFailure::Engine(format!("relation \"{}\" does not exist", parts(relation).1))
    })
}

/// All relations of which something was declared; their columns may be incomplete.
pub(super) fn all(scope: &StatementScope<'_>) -> Result<Vec<ExistingRelation>, StatementFailure> {
    let rows = scope.texts::<4>(
        &format!(
            "select schema_name, name, kind, comment from ({RELATIONS})
             where comment is not null or kind = 'view'"
        ),
        &[],
    )?;
    Ok(rows.into_iter().map(relation_of).collect())
}

fn relation_of([schema, name, kind, comment]: [Option<String>; 4]) -> ExistingRelation {
    ExistingRelation {
        schema: schema.unwrap_or_default(),
        name: name.unwrap_or_default(),
        is_view: kind.as_deref() == Some("view"),
        // A database that something else wrote may have other comments.
        declaration: comment
            .and_then(|comment| serde_json::from_str(&comment).ok())
            .unwrap_or_default(),
    }
}

/// Puts the columns into the engine's order, with those of which nothing was declared.
pub(super) fn complete(
    scope: &StatementScope<'_>,
    relation: &mut ExistingRelation,
) -> Result<(), StatementFailure> {
    let rows = if relation.is_view {
        // Its tables may be gone: then the engine knows what its columns were.
        scope.texts::<2>(
            "select column_name, data_type from duckdb_columns()
             where database_name = 'sfc_database' and schema_name = $1 and table_name = $2
             order by column_index",
            &[&relation.schema, &relation.name],
        )?
    } else {
        scope.texts::<2>(
            "select name, type from pragma_table_info($1) order by cid",
            &[&relation.qualified()],
        )?
    };
    let mut columns = Vec::with_capacity(rows.len());
    let is_external = relation.declaration.external.is_some();
    for [name, kind] in rows {
        let name = name.unwrap_or_default();
        if is_external && PSEUDOCOLUMNS.contains(&name.as_str()) {
            continue;
        }
        let mut column = match relation.declaration.column(&name) {
            Some(known) => std::mem::take(known),
            None => DeclaredColumn::default(),
        };
        column.name = name;
        if column.known_type().is_none() {
            column.kind = engine_type(&kind.unwrap_or_default()).to_string();
        }
        columns.push(column);
    }
    relation.declaration.columns = columns;
    Ok(())
}

/// The type of Redshift that one of the engine's stands for, where nothing was declared.
pub(super) fn engine_type(kind: &str) -> Type {
    match crate::warehouse::dialect::type_of_engine(kind) {
        Type::Unknown if kind == "INTERVAL" => Type::IntervalSeconds,
        Type::Unknown => Type::Super,
        Type::VarByte(_) => Type::VarByte(redshift_sql::types::DEFAULT_VARBYTE),
        known => known,
    }
}
