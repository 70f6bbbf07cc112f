//! External tables: before a statement that names one runs, its rows are read from the objects as they
//! are then (AWS page: `CREATE EXTERNAL TABLE`). They stay in a table of the engine until the objects
//! are others.

mod change;
mod columns;
mod read;
mod write;

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use super::columns::parts;
use super::declared::{self, ExistingRelation};
use super::failure::StatementFailure;
use super::scope::StatementScope;
use crate::warehouse::dialect::{Declare, Dropped, Statement, quote_name};

pub(super) use change::change;
pub(super) use columns::alter;
pub(super) use write::{create_as, insert};

/// Reads what a statement is about to read. Refuses to write where Redshift writes nothing either.
pub(super) fn refresh(
    scope: &StatementScope<'_>,
    statement: &Statement,
) -> Result<(), StatementFailure> {
    if let Statement::Declare { declare, .. } = statement
        && let Declare::Table { declaration, .. } = declare.as_ref()
        && declaration.external.is_some()
    {
        outside_of_transactions(scope, "CREATE EXTERNAL TABLE")?;
        scope.shared.has_external.store(true, Ordering::Relaxed);
        return Ok(());
    }
    if matches!(statement, Statement::CreateExternalAs(_)) {
        scope.shared.has_external.store(true, Ordering::Relaxed);
    }
    if !scope.shared.has_external.load(Ordering::Relaxed) {
        return Ok(());
    }
    if let Statement::Drop(drop) = statement
        && drop.kind == Dropped::Table
    {
        for name in &drop.names {
            if named(scope, name)?.is_some() {
                outside_of_transactions(scope, "DROP EXTERNAL TABLE")?;
            }
        }
        return Ok(());
    }
    let texts = texts(statement);
    let everything = matches!(statement, Statement::RefreshMaterialized { .. });
    let bodies = match statement {
        Statement::Call { name, .. } => bodies(scope, name)?,
        _ => Vec::new(),
    };
    if texts.is_empty() && bodies.is_empty() && !everything && written(statement).is_none() {
        return Ok(());
    }
    let relations = declared::all(scope)?;
    for table in relations.iter().filter(|relation| is_external(relation)) {
        refuse_to_write(table, statement)?;
        let names = readers(table, &relations);
        let in_body = |name: &&str| bodies.iter().any(|body| body.contains(*name));
        if everything || names.iter().any(in_body) || reads(scope, &texts, table, &names)? {
            read::read(scope, table)?;
        }
    }
    Ok(())
}

/// Whether a statement names a table or a view over it. A table of another schema may have the same name.
fn reads(
    scope: &StatementScope<'_>,
    texts: &[Cow<'_, str>],
    table: &ExistingRelation,
    names: &[&str],
) -> Result<bool, StatementFailure> {
    let has = |name: &str| texts.iter().any(|text| text.contains(name));
    let (own, views) = names.split_first().unwrap_or((&"", &[]));
    if has(&table.qualified_in_schema()) || views.iter().any(|view| has(&quote_name(view))) {
        return Ok(true);
    }
    if !has(&quote_name(own)) {
        return Ok(false);
    }
    let looked_in = scope.texts::<1>(
        "select '' where list_contains(current_schemas(false), $1)",
        &[&table.schema],
    )?;
    Ok(!looked_in.is_empty())
}

/// The bodies of a procedure and of those that they name, in lower case. What they make a statement of is read
/// when that runs.
fn bodies(scope: &StatementScope<'_>, called: &str) -> Result<Vec<String>, StatementFailure> {
    let found = scope.texts::<2>(
        "select procedure_name, lower(body) from redshift.procedures",
        &[],
    )?;
    let all: Vec<[String; 2]> = found
        .into_iter()
        .map(|row| row.map(Option::unwrap_or_default))
        .collect();
    let (_, name) = parts(called);
    let mut seen = vec![name];
    let mut bodies = Vec::new();
    let mut next = 0;
    while let Some(name) = seen.get(next).cloned() {
        next += 1;
        for [_, body] in all.iter().filter(|[one, _]| *one == name) {
            for [other, _] in &all {
                if body.contains(other.as_str()) && !seen.contains(other) {
                    seen.push(other.clone());
                }
            }
            bodies.push(body.clone());
        }
    }
    Ok(bodies)
}

/// The external table that a name means, where it is one.
pub(super) fn named(
    scope: &StatementScope<'_>,
    name: &str,
) -> Result<Option<ExistingRelation>, StatementFailure> {
    if !scope.shared.has_external.load(Ordering::Relaxed) {
        return Ok(None);
    }
    Ok(declared::find(scope, name)?.filter(is_external))
}

/// What the pages of these statements say: "You can't run … inside a transaction (BEGIN … END)".
fn outside_of_transactions(
    scope: &StatementScope<'_>,
    statement: &str,
) -> Result<(), StatementFailure> {
    if scope.commits.refused {
        return Err(StatementFailure::Engine(format!(
            "{statement} cannot run inside a transaction block"
        )));
    }
    Ok(())
}

fn is_external(relation: &ExistingRelation) -> bool {
    relation.declaration.external.is_some()
}

/// The names of a table and of the views that show it.
fn readers<'a>(table: &'a ExistingRelation, relations: &'a [ExistingRelation]) -> Vec<&'a str> {
    let mut names = vec![table.name.as_str()];
    let mut next = 0;
    while let Some(name) = names.get(next).copied() {
        next += 1;
        for relation in relations {
            let view = relation.declaration.view.as_ref();
            let reads = view.is_some_and(|view| view.reads.iter().any(|read| read.name == name));
            if reads && !names.contains(&relation.name.as_str()) {
                names.push(&relation.name);
            }
        }
    }
    names
}

/// What a statement says to the engine, where it may read tables.
fn texts(statement: &Statement) -> Vec<Cow<'_, str>> {
    match statement {
        Statement::Query(sql) | Statement::Change(sql) | Statement::Merge { merge: sql, .. } => {
            vec![Cow::Borrowed(&sql.text)]
        }
        Statement::Insert { source, .. } => vec![Cow::Owned(source.plain().text)],
        Statement::CreateExternalAs(made) => vec![Cow::Borrowed(&made.query.text)],
        Statement::CreateAs { query, .. } | Statement::DeclareCursor { query, .. } => {
            vec![Cow::Borrowed(&query.text)]
        }
        Statement::CreateMaterialized { query, .. } => vec![Cow::Borrowed(query)],
        Statement::Unload(unload) => vec![Cow::Borrowed(&unload.query.text)],
        Statement::MergeRemoveDuplicates {
            target,
            source,
            condition,
        } => [target, source, &condition.text]
            .map(|text| Cow::Borrowed(text.as_str()))
            .to_vec(),
        Statement::Append { to, from, .. } => vec![Cow::Borrowed(to), Cow::Borrowed(from)],
        Statement::Call { arguments, .. } => arguments
            .iter()
            .map(|sql| Cow::Borrowed(sql.text.as_str()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The table whose rows a statement changes, as the dialect writes it.
fn written(statement: &Statement) -> Option<&str> {
    match statement {
        Statement::Truncate { table } => Some(table),
        Statement::Copy(copy) => Some(&copy.table),
        Statement::Append { to, .. } => Some(to),
        Statement::MergeRemoveDuplicates { target, .. } => Some(target),
        Statement::Change(sql) | Statement::Merge { merge: sql, .. } => {
            ["update ", "delete from ", "merge into "]
                .iter()
                .find_map(|start| sql.text.strip_prefix(start))
        }
        _ => None,
    }
}

fn refuse_to_write(
    table: &ExistingRelation,
    statement: &Statement,
) -> Result<(), StatementFailure> {
    let Some(written) = written(statement) else {
        return Ok(());
    };
    let name = format!("{}.{}", quote_name(&table.schema), quote_name(&table.name));
    let is_it = written
        .strip_prefix(name.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    if is_it {
        return Err(StatementFailure::Refused(format!(
            "Redshift changes no rows of the external table \"{}\".\"{}\": INSERT the rows of a \
             query, or write objects to its location",
            table.schema, table.name
        )));
    }
    Ok(())
}
