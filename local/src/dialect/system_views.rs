//! What stands in for Redshift's system tables and views: files that somebody gave, views over the
//! catalog (`catalog.sql`), and tables without a row (`system_tables.txt`).
//!
//! The views are written into the query where their name stands. So opening a database makes none of
//! them, and a database that an older version made has them as they are now.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Context, quote_name, quote_text};

/// Schema of the system tables that somebody gave.
pub(crate) const SYSTEM_TABLES: &str = "redshift_system";

/// Views over the catalog, each behind a line `-- view NAME`.
const VIEWS: &str = include_str!("catalog.sql");

/// Tables that have no row on a laptop: a line each, `name: column type, column type`.
const EMPTY: &str = include_str!("system_tables.txt");

/// Schemas whose tables are the system's own, and may be named without them.
const SCHEMA: &str = "pg_catalog";

/// Whether a schema is one of those that the system has for itself.
pub(super) fn is_schema(name: &str) -> bool {
    matches!(name, SCHEMA | "information_schema")
}

/// What is read in the place of a system table.
pub(super) enum Instead {
    /// A table of the schema [`SYSTEM_TABLES`].
    Given(String),
    /// A query in the engine's dialect.
    Query(String),
}

/// What is read in the place of `schema.name`, if that is one of the system's.
pub(super) fn instead(
    schema: Option<&str>,
    name: &str,
    context: &Context<'_>,
) -> Option<Instead> {
    let full = match schema {
        None | Some(SCHEMA) => name.to_owned(),
        Some(schema @ "information_schema") => format!("{schema}.{name}"),
        Some(_) => return None,
    };
    if context.system_tables.contains(&full) {
        return Some(Instead::Given(full));
    }
    definition(&full, context).map(Instead::Query)
}

/// The query that a system view is.
pub(super) fn definition(name: &str, context: &Context<'_>) -> Option<String> {
    if let Some(view) = views().get(name) {
        let text = view
            .replace("'database'", &quote_text(context.database))
            .replace("'user'", &quote_text(USER));
        return Some(text);
    }
    empty().get(name).map(|columns| without_rows(columns))
}

/// Who a session is: the name that a new cluster gives its administrator (AWS page: `CreateCluster`).
pub(crate) const USER: &str = "awsuser";

fn views() -> &'static HashMap<&'static str, &'static str> {
    static ALL: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let sections = VIEWS.split("-- view ").skip(1);
        sections
            .filter_map(|section| section.split_once('\n'))
            .map(|(name, text)| (name.trim(), text.trim().trim_end_matches(';')))
            .collect()
    })
}

fn empty() -> &'static HashMap<&'static str, &'static str> {
    static ALL: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = EMPTY.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, columns)| (name.trim(), columns.trim()))
            .collect()
    })
}

/// A query with these columns and no row.
fn without_rows(columns: &str) -> String {
    let list: Vec<String> = columns
        .split(',')
        .filter_map(|column| column.trim().rsplit_once(' '))
        .map(|(name, kind)| format!("null::{kind} as {}", quote_name(name)))
        .collect();
    format!("select {} where false", list.join(", "))
}
