//! What a foreign key points to (AWS page: `CREATE TABLE`, FOREIGN KEY): the columns of a primary key or of a
//! UNIQUE in the other table. The words are PostgreSQL 8.0's.

use super::{ExistingRelation, find};
use crate::warehouse::dialect::{DeclaredKey, KeyKind, quote_name};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::scope::StatementScope;

/// Checks a foreign key of a table that is made or changed, once its columns there are known.
pub(super) fn points(
    scope: &StatementScope<'_>,
    own: &ExistingRelation,
    key: &DeclaredKey,
) -> Result<(), StatementFailure> {
    // Tests make the tables that they need, some without keys.
    if key.kind != KeyKind::Foreign || scope.shared.options.absent_keys {
        return Ok(());
    }
    let Some((schema, table)) = &key.table else {
        return Ok(());
    };
    let other;
    let declaration = if own.is(schema, table) {
        &own.declaration
    } else {
        let name = if schema.is_empty() {
            quote_name(table)
        } else {
            format!("{}.{}", quote_name(schema), quote_name(table))
        };
        match find(scope, &name)? {
            Some(found) => other = found,
            None => return Ok(()),
        }
        &other.declaration
    };
    let wrong = |what: String| Err(StatementFailure::Engine(what));
    if key.references.is_empty() {
        return wrong(format!(
            "there is no primary key for referenced table \"{table}\": name the columns of a UNIQUE"
        ));
    }
    let mut references = key.references.iter();
    let missing = references.find(|name| {
        let mut columns = declaration.columns.iter();
        !columns.any(|column| column.name == **name)
    });
    if let Some(name) = missing {
        return wrong(format!(
            "column \"{name}\" referenced in foreign key constraint does not exist"
        ));
    }
    if key.references.len() != key.columns.len() {
        return wrong(
            "number of referencing and referenced columns for foreign key disagree: name as many"
                .to_owned(),
        );
    }
    let is_unique = declaration.keys.iter().any(|known| {
        known.kind != KeyKind::Foreign
            && known.columns.len() == key.references.len()
            && key
                .references
                .iter()
                .all(|name| known.columns.contains(name))
    });
    if is_unique {
        return Ok(());
    }
    wrong(format!(
        "there is no unique constraint matching given keys for referenced table \"{table}\": give the columns \
         there PRIMARY KEY or UNIQUE"
    ))
}
