//! DROP: what depends on a relation keeps it, or goes with it.

use super::{ExistingRelation, dependents, find};
use crate::warehouse::columns::parts;
use crate::warehouse::dialect::{Drop, Dropped, KeyKind, quote_name};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::materialized;
use crate::warehouse::scope::StatementScope;

/// Drops relations. Fails where one is missing without IF EXISTS, of another kind, or needed by another one that stays.
pub(in crate::warehouse) fn drop(
    scope: &StatementScope<'_>,
    drop: &Drop,
) -> Result<(), StatementFailure> {
    let mut relations = Vec::new();
    for name in &drop.names {
        match find(scope, name)? {
            Some(relation) => relations.push(of_kind(relation, drop.kind)?),
            None if drop.if_exists => {}
            None => return Err(missing(drop.kind, &parts(name).1)),
        }
    }
    if !drop.cascade {
        for relation in &relations {
            free(scope, relation, &relations)?;
        }
    }
    for relation in &relations {
        remove(scope, relation)?;
    }
    Ok(())
}

fn word(kind: Dropped) -> &'static str {
    match kind {
        Dropped::Table | Dropped::ExternalTable { .. } => "table",
        Dropped::View => "view",
        Dropped::MaterializedView => "materialized view",
        Dropped::Schema => "schema",
        Dropped::Procedure => "procedure",
    }
}

fn missing(kind: Dropped, name: &str) -> StatementFailure {
    match kind {
        Dropped::Table | Dropped::ExternalTable { .. } => {
            StatementFailure::Engine(format!("Table \"{name}\" does not exist"))
        }
        Dropped::View => StatementFailure::Engine(format!("View \"{name}\" does not exist")),
        _ => StatementFailure::Engine(format!("{} \"{name}\" does not exist", word(kind))),
    }
}

/// The relation, if it is of the kind that is dropped.
fn of_kind(
    relation: ExistingRelation,
    kind: Dropped,
) -> Result<ExistingRelation, StatementFailure> {
    let actual = actual(&relation);
    if actual == kind {
        return Ok(relation);
    }
    Err(StatementFailure::Engine(format!(
        "\"{}\" is not a {}\n  Hint: Use DROP {} to remove a {}.",
        relation.name,
        word(kind),
        word(actual).to_uppercase(),
        word(actual)
    )))
}

fn actual(relation: &ExistingRelation) -> Dropped {
    match (relation.is_view, relation.is_materialized()) {
        (_, true) => Dropped::MaterializedView,
        (true, false) => Dropped::View,
        (false, false) => Dropped::Table,
    }
}

/// Refuses to drop a relation on which another depends that stays.
fn free(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
    dropped: &[ExistingRelation],
) -> Result<(), StatementFailure> {
    let stays = |other: &ExistingRelation| {
        !dropped
            .iter()
            .any(|dropped| dropped.is(&other.schema, &other.name))
    };
    let what = format!("{} {}", word(actual(relation)), relation.name);
    let mut details: Vec<String> = dependents::views(scope, relation, None)?
        .iter()
        .filter(|view| stays(view))
        .map(|view| format!("{} {} depends on {what}", word(actual(view)), view.name))
        .collect();
    for other in dependents::pointing(scope, relation)? {
        if stays(&other) {
            details.push(format!("a key of table {} depends on {what}", other.name));
        }
    }
    if details.is_empty() {
        Ok(())
    } else {
        Err(dependents::refused(&what, &details))
    }
}

/// Drops a relation, the views that read it, and the keys that point to it.
pub(in crate::warehouse) fn remove(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
) -> Result<(), StatementFailure> {
    // It may have gone with another one.
    let name = quoted(relation);
    if find(scope, &name)?.is_none() {
        return Ok(());
    }
    for view in dependents::views(scope, relation, None)? {
        remove(scope, &view)?;
    }
    for mut other in dependents::pointing(scope, relation)? {
        other.declaration.keys.retain(|key| {
            key.kind != KeyKind::Foreign
                || key
                    .table
                    .as_ref()
                    .is_none_or(|(schema, name)| !relation.is(schema, name))
        });
        other.keep(scope)?;
    }
    if relation.is_materialized() {
        return materialized::remove(scope, &name);
    }
    let kind = if relation.is_view { "view" } else { "table" };
    scope.run(format!("drop {kind} {}", relation.qualified()))?;
    Ok(())
}

/// Schema and name, quoted.
fn quoted(relation: &ExistingRelation) -> String {
    let name = quote_name(&relation.name);
    if relation.schema.is_empty() {
        name
    } else {
        format!("{}.{name}", quote_name(&relation.schema))
    }
}
