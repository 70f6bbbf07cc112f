//! What completion knows of the warehouse: its tables and their columns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::Mutex;
use runtime_lambda::ports::Field;

use crate::commands::rows::ResultRows;

/// The catalog of a conversation, which is read again whenever it may have changed.
pub type SharedCatalog = Arc<Mutex<CompletionCatalog>>;

/// Tables and views by the name that a statement gives them: `orders` in the schema `public`,
/// `sales.orders` in others; with their columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompletionCatalog {
    tables: BTreeMap<String, Vec<String>>,
}

impl CompletionCatalog {
    /// Of rows of schema, table and column.
    #[must_use]
    pub fn of(rows: &ResultRows) -> Self {
        let text = |field: &Field| match field {
            Field::StringValue(text) => Some(text.clone()),
            _ => None,
        };
        let records = rows.records.iter();
        let texts: Vec<Vec<Option<String>>> = records
            .map(|record| record.iter().map(text).collect())
            .collect();
        Self::of_texts(&texts)
    }

    /// As [`Self::of`], of values as text.
    #[must_use]
    pub fn of_texts(rows: &[Vec<Option<String>>]) -> Self {
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for record in rows {
            if let [Some(schema), Some(table), Some(column)] = record.as_slice() {
                let name = if schema == "public" {
                    table.clone()
                } else {
                    format!("{schema}.{table}")
                };
                tables.entry(name).or_default().push(column.clone());
            }
        }
        Self { tables }
    }

    /// Names of the tables, in order.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Columns of a table.
    #[must_use]
    pub fn columns(&self, table: &str) -> Option<&[String]> {
        let table = table.strip_prefix("public.").unwrap_or(table);
        self.tables.get(table).map(Vec::as_slice)
    }

    /// All columns, each once, in order.
    #[must_use]
    pub fn all_columns(&self) -> BTreeSet<&str> {
        self.tables.values().flatten().map(String::as_str).collect()
    }
}
