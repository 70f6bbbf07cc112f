//! Names of tables and columns in checks, held against what is known of the tables.

use redshift_sql::names::DeclaredTables;

use super::write::quoted;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::resolver::Resolver;
use crate::source::Span;

/// A table that checks are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CheckedTable {
    /// Its name, as people write it.
    pub name: String,
    /// Its name in SQL, quoted.
    pub sql: String,
    /// Its name as the catalog keeps it.
    pub key: String,
}

/// Most parts of a table's name: database, schema and table.
const MOST_PARTS: usize = 3;

/// Longest name, in bytes (AWS page: `Names and identifiers`).
const LONGEST_NAME: usize = 127;

impl CheckedTable {
    /// The table of a name such as `orders` or `sales.orders`; none if it is no name.
    pub fn of(name: &str) -> Option<Self> {
        let parts: Vec<&str> = name.split('.').map(str::trim).collect();
        let is_name = |part: &&str| {
            !part.is_empty()
                && part.len() <= LONGEST_NAME
                && !part.contains(['"', '{', '}', '\'', ';', ' ', '\n', '\t'])
        };
        if parts.len() > MOST_PARTS || !parts.iter().all(is_name) {
            return None;
        }
        let sql: Vec<String> = parts.iter().map(|part| quoted(part)).collect();
        let mut last = parts.iter().rev();
        let table = last.next()?.to_lowercase();
        let key = match last.next().map(|schema| schema.to_lowercase()) {
            Some(schema) if schema != "public" => format!("{schema}.{table}"),
            _ => table,
        };
        Some(Self {
            name: parts.join("."),
            sql: sql.join("."),
            key,
        })
    }

    /// The table and the column of a name such as `customers.id`.
    pub fn with_column(name: &str) -> Option<(Self, String)> {
        let (table, column) = name.rsplit_once('.')?;
        let column = column.trim();
        Self::of(column)?;
        Some((Self::of(table)?, column.to_owned()))
    }
}

/// Reports a name that is none.
pub(super) fn no_name(resolver: &mut Resolver<'_>, span: Span, name: &str, example: &str) {
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(
            Code::CheckTable,
            format!("`{name}` is not the name of {example}"),
        )
        .at(&document.file, span, "")
        .help("write names without quotes and without `{{…}}`; a check of anything else is a query under `no_rows`"),
    );
}

/// Reports a column that its table does not have, and a table that is nearly one that somebody makes.
/// Whether the column is there, as far as anybody knows.
pub(super) fn column(
    resolver: &mut Resolver<'_>,
    tables: &DeclaredTables,
    span: Span,
    table: &CheckedTable,
    column: &str,
) -> bool {
    let Some(known) = tables.get(&table.key) else {
        return true;
    };
    let has = |wanted: &str| {
        let mut columns = known.columns.iter();
        columns.any(|known| known.name.eq_ignore_ascii_case(wanted))
    };
    if known.open || has(column) {
        return true;
    }
    let names = known.columns.iter().map(|column| column.name.as_str());
    let help = resolver
        .nearest
        .suggest(column, names.clone())
        .unwrap_or_else(|| {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            format!("its columns are {}", names.join(", "))
        });
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(
            Code::CheckColumn,
            format!("the table `{}` has no column `{column}`", table.name),
        )
        .at(&document.file, span, "")
        .help(help),
    );
    false
}

/// Reports a table that is not known, where one with nearly its name is.
pub(super) fn known(
    resolver: &mut Resolver<'_>,
    tables: &DeclaredTables,
    span: Span,
    table: &CheckedTable,
) {
    if tables.get(&table.key).is_some() {
        return;
    }
    let names = tables.tables().map(|table| table.name.as_str());
    let Some(help) = resolver.nearest.suggest(&table.key, names) else {
        return;
    };
    let document = resolver.document;
    resolver.push(
        Diagnostic::warning(
            Code::SqlTable,
            format!("no step makes a table `{}`", table.name),
        )
        .at(&document.file, span, "")
        .help(help),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_part_by_part_and_known_as_the_catalog_keeps_them() {
        let table = CheckedTable::of("Public.Orders").unwrap();
        assert_eq!(
            (table.sql.as_str(), table.key.as_str()),
            ("\"Public\".\"Orders\"", "orders")
        );
        let (table, column) = CheckedTable::with_column("sales.customers.id").unwrap();
        assert_eq!(
            (table.key.as_str(), column.as_str()),
            ("sales.customers", "id")
        );
        for bad in ["", "a.", "a.b.c.d", "a b", "{{schema}}.a", "\"a\""] {
            assert_eq!(CheckedTable::of(bad), None, "{bad}");
        }
        assert!(CheckedTable::with_column("id").is_none());
    }
}
