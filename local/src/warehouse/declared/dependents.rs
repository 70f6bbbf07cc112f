//! What depends on a relation: views that read it, and foreign keys that point to it.

use super::ExistingRelation;
use crate::warehouse::dialect::{KeyKind, ViewKind};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::scope::StatementScope;

/// Views that read a relation, or one of its columns. Those that are bound late depend on nothing.
pub(super) fn views(
    scope: &StatementScope<'_>,
    of: &ExistingRelation,
    column: Option<&str>,
) -> Result<Vec<ExistingRelation>, StatementFailure> {
    let mut found = super::all(scope)?;
    found.retain(|relation| {
        relation.declaration.view.as_ref().is_some_and(|view| {
            view.kind != ViewKind::Late
                && !relation.is(&of.schema, &of.name)
                && view.reads.iter().any(|read| {
                    let reads = |column: &str| {
                        read.columns
                            .iter()
                            .any(|known| known == column || known == "*")
                    };
                    of.is(&read.schema, &read.name) && column.is_none_or(reads)
                })
        })
    });
    Ok(found)
}

/// Other tables with a foreign key that points to a table.
pub(super) fn pointing(
    scope: &StatementScope<'_>,
    to: &ExistingRelation,
) -> Result<Vec<ExistingRelation>, StatementFailure> {
    let mut found = super::all(scope)?;
    found.retain(|relation| {
        !relation.is(&to.schema, &to.name)
            && relation.declaration.keys.iter().any(|key| {
                key.kind == KeyKind::Foreign
                    && key
                        .table
                        .as_ref()
                        .is_some_and(|(schema, name)| to.is(schema, name))
            })
    });
    Ok(found)
}

/// The refusal of what would leave something behind that depends on it (PostgreSQL's message, which
/// is Redshift's; AWS page: `DROP TABLE`).
pub(in crate::warehouse) fn refused(what: &str, dependents: &[String]) -> StatementFailure {
    let details: String = dependents
        .iter()
        .map(|dependent| format!("\n  Detail: {dependent}"))
        .collect();
    StatementFailure::Engine(format!(
        "cannot drop {what} because other objects depend on it{details}\n  Hint: Use DROP ... CASCADE to drop the dependent objects too."
    ))
}
