//! The translation by itself, without an engine: what its benchmark measures.

use std::collections::BTreeSet;

use redshift_sql::names::Catalog;

use crate::warehouse::dialect::{DateStyle, Statement, TranslationContext, translate};

/// Translates one statement, with what `catalog` knows of tables. For a query, the engine's text:
/// `select nvl(a, 0) from t` gives `select coalesce(…) …`. None of a statement that is carried out in other
/// ways, as COPY is, or that has no meaning on a laptop.
///
/// # Errors
/// Why the embedded warehouse does not run it.
pub fn engine_text(statement: &str, catalog: &dyn Catalog) -> Result<Option<String>, String> {
    let context = TranslationContext {
        catalog,
        parameters: &[],
        database: "dev",
        system_tables: &BTreeSet::new(),
        fresh: 0,
        dates: DateStyle::default(),
        attributes_as_written: false,
        witness: None,
    };
    match translate(statement, &context).map(Statement::into_bare) {
        Ok(Statement::Query(sql) | Statement::Change(sql)) => Ok(Some(sql.text)),
        Ok(_) => Ok(None),
        Err(refusal) => Err(refusal.to_string()),
    }
}
