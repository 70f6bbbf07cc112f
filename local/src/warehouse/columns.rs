//! What the catalog knows about a table's columns.

use super::failure::StatementFailure;
use super::scope::StatementScope;
use super::settings::DATABASE;
use crate::warehouse::dialect::{DefinedColumn, PSEUDOCOLUMNS, quote_name, quote_text};

/// A column of a table that exists.
#[derive(Debug, Clone)]
pub(super) struct Existing {
    pub(super) name: String,
    /// Type in the engine's words, such as `DECIMAL(8,2)`.
    pub(super) kind: String,
    pub(super) default: Option<String>,
    pub(super) nullable: bool,
    /// Most bytes of a text.
    pub(super) limit: Option<u32>,
    /// CHAR: blanks at the end do not count.
    pub(super) blank_padded: bool,
    /// The checks on it, as the engine writes them.
    checks: Vec<String>,
}

impl Existing {
    /// Whether the warehouse numbers it.
    pub(super) fn is_identity(&self) -> bool {
        self.default
            .as_deref()
            .is_some_and(|default| default.contains("redshift.identity_"))
    }

    /// Its definition for another table.
    pub(super) fn definition(&self, defaults: bool, identity: bool) -> DefinedColumn {
        let mut rest = String::new();
        if let Some(default) = &self.default
            && (if self.is_identity() {
                identity
            } else {
                defaults
            })
        {
            rest.push_str(&format!(" default ({default})"));
        }
        if !self.nullable {
            rest.push_str(" not null");
        }
        for check in &self.checks {
            rest.push(' ');
            rest.push_str(check);
        }
        DefinedColumn {
            name: self.name.clone(),
            kind: self.kind.clone(),
            rest,
        }
    }
}

/// Schema and name of a relation as the dialect writes it.
pub(super) fn parts(relation: &str) -> (Option<String>, String) {
    let unquote = |part: &str| part.trim_matches('"').replace("\"\"", "\"");
    match relation.split_once("\".\"") {
        Some((schema, name)) => (Some(unquote(schema)), unquote(name)),
        None => (None, unquote(relation)),
    }
}

/// A table that exists.
#[derive(Debug, Clone)]
pub(super) struct ExistingTable {
    /// The engine's number for it.
    identity: String,
    is_external: bool,
    /// The schema it is in; empty: it is temporary.
    pub(super) schema: String,
}

/// The table that a relation's name means.
pub(super) fn table(
    scope: &StatementScope<'_>,
    relation: &str,
) -> Result<ExistingTable, StatementFailure> {
    let (schema, name) = parts(relation);
    let found = scope.texts::<3>(
        "select table_oid::varchar || ':' || database_oid::varchar,
                case when temporary then '' else schema_name end,
                (((case when json_valid(comment) then comment end::json)->'$.external') is not null)::varchar
         from duckdb_tables()
         where table_name = $1 and ($2 = '' or schema_name = $2 or temporary)
           and (temporary or list_contains(current_schemas(false), schema_name) or $2 <> '')
         order by temporary desc, list_position(current_schemas(false), schema_name) limit 1",
        &[&name, schema.as_deref().unwrap_or_default()],
    )?;
    match found.into_iter().next() {
        Some([Some(identity), Some(schema), external]) => Ok(ExistingTable {
            identity,
            is_external: external.as_deref() == Some("true"),
            schema,
        }),
        _ => Err(StatementFailure::Engine(format!(
            "relation \"{name}\" does not exist"
        ))),
    }
}

/// The columns of a table, in its order, without pseudocolumns.
pub(super) fn of(
    scope: &StatementScope<'_>,
    relation: &str,
) -> Result<Vec<Existing>, StatementFailure> {
    let table = table(scope, relation)?;
    let (_, own) = parts(relation);
    let full = if table.schema.is_empty() {
        format!("temp.main.{}", quote_name(&own))
    } else {
        format!(
            "{DATABASE}.{}.{}",
            quote_name(&table.schema),
            quote_name(&own)
        )
    };
    let oid = table.identity;
    // Not of `duckdb_columns`, which binds every view that there is.
    let rows = scope.texts::<4>(
        &format!(
            "select name, type, dflt_value, (not \"notnull\")::varchar
             from pragma_table_info({}) order by cid",
            quote_text(&full)
        ),
        &[],
    )?;
    let checks = scope.texts::<2>(
        "select constraint_column_names[1], constraint_text from duckdb_constraints()
         where table_oid::varchar || ':' || database_oid::varchar = $1
           and constraint_type = 'CHECK'",
        &[&oid],
    )?;
    let is_own = |[name, ..]: &[Option<String>; 4]| {
        let name = name.as_deref().unwrap_or_default();
        !(table.is_external && PSEUDOCOLUMNS.contains(&name))
    };
    let rows = rows.into_iter().filter(is_own);
    let columns = rows.map(|[name, kind, default, nullable]| {
        let name = name.unwrap_or_default();
        let checks: Vec<String> = checks
            .iter()
            .filter(|[column, _]| column.as_deref() == Some(name.as_str()))
            .filter_map(|[_, text]| text.clone())
            .collect();
        let limit = checks.iter().find_map(|check| {
            let (_, rest) = check.split_once("<= ")?;
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            rest.get(..end)?.parse().ok()
        });
        Existing {
            kind: kind.unwrap_or_default(),
            default: default.filter(|default| !default.eq_ignore_ascii_case("null")),
            nullable: nullable.as_deref() != Some("false"),
            limit,
            blank_padded: checks.iter().any(|check| check.contains("rtrim(")),
            checks,
            name,
        }
    });
    Ok(columns.collect())
}
