//! What stands in for Redshift's system tables and views. It is files that somebody gave, views
//! over the catalog and over loads (`catalog.sql` and two others), and tables without a row
//! (`system_tables.txt`).
//!
//! The views are written into the query where their name stands. So opening a database makes none of
//! them, and a database that an older version made has them as they are now.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{TranslationContext, quote_name, quote_text};

/// Schema of the system tables that somebody gave.
pub(crate) const SYSTEM_TABLES: &str = "redshift_system";

/// Views over the catalog, each behind a line `-- view NAME`.
const VIEWS: &str = concat!(
    include_str!("catalog.sql"),
    "\n",
    include_str!("load_views.sql"),
    "\n",
    include_str!("external_views.sql")
);

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
    context: &TranslationContext<'_>,
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
pub(super) fn definition(name: &str, context: &TranslationContext<'_>) -> Option<String> {
    query_of(name, context.database)
}

/// The query that a system view is in a database, by its name: without `pg_catalog`, with
/// `information_schema`.
pub(crate) fn query_of(name: &str, database: &str) -> Option<String> {
    if let Some(view) = sections().get(&("view", name)) {
        return Some(with_parts(view, database));
    }
    empty().get(name).map(|columns| without_rows(columns))
}

/// A query over the parts of the catalog that it names, with those parts before it.
pub(super) fn over_parts(query: &str, context: &TranslationContext<'_>) -> String {
    with_parts(query, context.database)
}

fn with_parts(query: &str, database: &str) -> String {
    // A part names those before it.
    let mut needed: Vec<&str> = Vec::new();
    for part in PARTS.iter().rev() {
        let named = |text: &str| text.contains(part);
        let within = |needed: &&str| {
            sections()
                .get(&("part", *needed))
                .is_some_and(|text| named(text))
        };
        if named(query) || needed.iter().any(within) {
            needed.push(part);
        }
    }
    let with: Vec<String> = needed
        .iter()
        .rev()
        .filter_map(|part| {
            let text = sections().get(&("part", *part))?;
            Some(format!("{part} as ({text})"))
        })
        .collect();
    let text = if with.is_empty() {
        query.to_owned()
    } else {
        format!("with {} {query}", with.join(", "))
    };
    text.replace("'database'", &quote_text(database))
        .replace("'user'", &quote_text(USER))
}

/// The parts of the catalog, each behind those that it names.
const PARTS: &[&str] = &[
    "catalog_relations",
    "catalog_columns",
    "catalog_keys",
    "catalog_reads",
    "catalog_schemas",
    "catalog_databases",
    "catalog_procedures",
    "catalog_routines",
];

/// Who a session is: the name that a new cluster gives its administrator (AWS page: `CreateCluster`).
pub(crate) const USER: &str = "awsuser";

/// What `catalog.sql` holds, by kind and name, without its comments.
fn sections() -> &'static HashMap<(&'static str, &'static str), String> {
    static ALL: OnceLock<HashMap<(&'static str, &'static str), String>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = HashMap::new();
        let mut section = None;
        for line in VIEWS.lines() {
            if let Some(comment) = line.strip_prefix("-- ") {
                section = comment
                    .split_once(' ')
                    .filter(|(kind, name)| matches!(*kind, "view" | "part") && !name.contains(' '));
            } else if let Some(section) = section {
                let text: &mut String = all.entry(section).or_default();
                text.push_str(line.trim());
                text.push(' ');
            }
        }
        all
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
        .split(", ")
        .filter_map(|column| column.rsplit_once(' '))
        .map(|(name, kind)| format!("null::{kind} as {}", quote_name(name)))
        .collect();
    format!("select {} where false", list.join(", "))
}
