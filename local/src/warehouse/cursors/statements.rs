//! DECLARE, FETCH and CLOSE.

use super::Open;
use crate::warehouse::dialect::{EngineSql, quote_name};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::results::PagedRows;
use crate::warehouse::scope::StatementScope;
use crate::warehouse::{define, query};

/// The table that holds a cursor's rows.
fn table(name: &str) -> String {
    quote_name(&format!("cursor {name}"))
}

/// Opens a cursor: runs the query and keeps all rows.
pub(in crate::warehouse) fn open(
    scope: &StatementScope<'_>,
    name: &str,
    query: &EngineSql,
) -> Result<(), StatementFailure> {
    if scope.cursors.is_open(name) {
        return Err(StatementFailure::Engine(format!(
            "cursor \"{name}\" already exists"
        )));
    }
    scope.cursors.only_one(&format!("cursor \"{name}\""))?;
    let table = table(name);
    scope.run(format!("drop table if exists temp.{table}"))?;
    define::create_as(scope, &format!("create temp table {table}"), query)?;
    scope.cursors.open.borrow_mut().push(Open {
        name: name.to_owned(),
        next: 0,
    });
    Ok(())
}

/// The query of the next rows of a cursor, at most so many.
pub(in crate::warehouse) fn next(
    scope: &StatementScope<'_>,
    name: &str,
    most: Option<u64>,
) -> Result<EngineSql, StatementFailure> {
    let mut open = scope.cursors.open.borrow_mut();
    let Some(cursor) = open.iter_mut().find(|open| open.name == name) else {
        return Err(missing(name));
    };
    let first = cursor.next;
    cursor.next = match most {
        Some(most) => first.saturating_add(most.min(u64::from(u32::MAX))),
        // No table has as many rows.
        None => u64::from(u32::MAX) << 20,
    };
    let limit = most.map_or_else(String::new, |most| format!(" limit {most}"));
    // The engine reads a table in the order in which its rows came.
    Ok(EngineSql::plain(format!(
        "select * from temp.{}{limit} offset {first}",
        table(name)
    )))
}

/// Reads rows of a cursor for whoever asks.
pub(in crate::warehouse) fn fetch(
    scope: &StatementScope<'_>,
    name: &str,
    most: Option<u64>,
) -> Result<PagedRows, StatementFailure> {
    let query = next(scope, name, most)?;
    query::query(scope, &query)
}

/// Closes a cursor and drops its rows.
pub(in crate::warehouse) fn close(
    scope: &StatementScope<'_>,
    name: &str,
) -> Result<(), StatementFailure> {
    if !scope.cursors.is_open(name) {
        return Err(missing(name));
    }
    scope
        .cursors
        .open
        .borrow_mut()
        .retain(|open| open.name != name);
    scope.run(format!("drop table if exists temp.{}", table(name)))?;
    Ok(())
}

fn missing(name: &str) -> StatementFailure {
    StatementFailure::Engine(format!("cursor \"{name}\" does not exist"))
}
