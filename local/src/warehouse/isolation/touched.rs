//! The tables that a statement looks at, and the error of one that closes a circle.

use std::collections::BTreeSet;

use redshift_sql::names::{Binder, Findings};
use redshift_sql::tree::{ObjectName, Statement, StatementKind};
use redshift_sql::{names, parse};

use super::{Circle, Isolation, Tables};
use crate::warehouse::declared;
use crate::warehouse::dialect::quote_name;
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::known::KnownTables;
use crate::warehouse::remembered::Remembered;
use crate::warehouse::scope::StatementScope;

/// A statement is about to run in the transaction of the session.
///
/// # Errors
/// It closes a circle.
pub(in crate::warehouse) fn touch(
    scope: &StatementScope<'_>,
    text: &str,
) -> Result<(), StatementFailure> {
    if scope.shared.options.isolation != Isolation::Redshift {
        return Ok(());
    }
    let catalog = KnownTables::of(scope.connection);
    let parameters = std::collections::HashMap::new();
    let mut tables = Tables::default();
    for statement in &parse(text).statements {
        let found = Binder::new(&catalog, &parameters).statement(statement);
        look(scope, statement, &found, &mut tables)?;
    }
    if tables.reads.is_empty() && tables.writes.is_empty() {
        return Ok(());
    }
    let number = scope.session.transaction.get();
    match scope.shared.transactions.touch(number, &tables) {
        None => Ok(()),
        Some(circle) => Err(violation(scope, &circle)),
    }
}

/// The error 1023 in Redshift's words, with the table's number.
fn violation(scope: &StatementScope<'_>, circle: &Circle) -> StatementFailure {
    let (schema, name) = circle.table.split_once('.').unwrap_or_default();
    let oid = scope.texts::<1>(
        "select (100000 + table_oid)::varchar from duckdb_tables()
         where database_name = 'sfc_database' and schema_name = $1 and table_name = $2",
        &[schema, name],
    );
    let oid = oid.ok().and_then(|found| found.into_iter().next());
    let members: Vec<String> = circle.members.iter().map(u64::to_string).collect();
    StatementFailure::Serialization(format!(
        "1023\n  DETAIL: Serializable isolation violation on table - {}, transactions forming the cycle \
         are: {} (pid:{})",
        oid.and_then(|[oid]| oid).unwrap_or_else(|| "0".to_owned()),
        members.join(", "),
        circle.process
    ))
}

/// The words for a conflict that the engine found, which does not say whose rows they were.
pub(in crate::warehouse) fn conflict(session: &Remembered) -> StatementFailure {
    let number = session.transaction.get();
    StatementFailure::Serialization(format!(
        "1023\n  DETAIL: Serializable isolation violation on table - 0, transactions forming the cycle \
         are: {number}, {} (pid:{})",
        number.saturating_sub(1),
        session.numbers.process()
    ))
}

/// Adds the tables of a statement.
fn look(
    scope: &StatementScope<'_>,
    statement: &Statement,
    found: &Findings,
    tables: &mut Tables,
) -> Result<(), StatementFailure> {
    let (writes, reads): (Vec<&ObjectName>, bool) = match &statement.kind {
        StatementKind::Insert(insert) => (vec![&insert.table], false),
        StatementKind::Copy(copy) => (vec![&copy.table], false),
        StatementKind::Update(update) => (vec![&update.table], true),
        StatementKind::Delete(delete) => (vec![&delete.table], true),
        StatementKind::Merge(merge) => (vec![&merge.target], true),
        StatementKind::Truncate(truncate) => (vec![&truncate.table], false),
        StatementKind::AlterTable(alter) => (vec![&alter.table], false),
        StatementKind::AlterTableAppend(append) => (vec![&append.target, &append.source], true),
        StatementKind::RefreshMaterializedView(refresh) => (vec![&refresh.name], false),
        StatementKind::Drop(drop) => (drop.names.iter().collect(), false),
        _ => (Vec::new(), false),
    };
    for name in &writes {
        for table in resolved(scope, &name.key(), false)? {
            if reads {
                tables.reads.insert(table.clone());
            }
            tables.writes.insert(table);
        }
    }
    let bare = writes.iter().filter(|_| !reads).map(|name| name.key());
    let bare: BTreeSet<_> = bare.collect();
    for read in found.reads.iter().filter(|read| !bare.contains(&read.name)) {
        tables.reads.extend(resolved(scope, &read.name, true)?);
    }
    Ok(())
}

/// The tables that a name stands for: of a view, those that it reads. Temporary tables are nobody
/// else's, and those of the system are not looked at.
fn resolved(
    scope: &StatementScope<'_>,
    key: &str,
    views: bool,
) -> Result<Vec<String>, StatementFailure> {
    if names::is_system(key) {
        return Ok(Vec::new());
    }
    let quoted: Vec<String> = key.split('.').map(quote_name).collect();
    let Some(relation) = declared::find(scope, &quoted.join("."))? else {
        return Ok(Vec::new());
    };
    if relation.schema.is_empty() {
        return Ok(Vec::new());
    }
    if !relation.is_view || !views {
        return Ok(vec![format!("{}.{}", relation.schema, relation.name)]);
    }
    let mut all = Vec::new();
    for read in relation
        .declaration
        .view
        .iter()
        .flat_map(|view| &view.reads)
    {
        let key = format!("{}.{}", read.schema, read.name);
        // A view reads what was there before it.
        all.extend(resolved(scope, &key, true)?);
    }
    Ok(all)
}
