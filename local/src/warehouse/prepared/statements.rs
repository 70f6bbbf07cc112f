//! PREPARE, EXECUTE and DEALLOCATE.

use crate::warehouse::dialect::{
    self, EngineSql, ExecuteValue, PreparedStatement, Statement, text_literal,
};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::known::KnownTables;
use crate::warehouse::scope::StatementScope;

/// PREPARE. What cannot be run is refused here.
pub(in crate::warehouse) fn prepare(
    scope: &StatementScope<'_>,
    prepared: &PreparedStatement,
) -> Result<(), StatementFailure> {
    let all = &scope.session.prepared.all;
    if all.borrow().contains_key(&prepared.name) {
        return Err(StatementFailure::Engine(format!(
            "prepared statement \"{}\" already exists",
            prepared.name
        )));
    }
    let nothing = vec!["null".to_owned(); prepared.parameters()];
    match translated(scope, prepared, &nothing)? {
        Statement::Query(sql) | Statement::Change(sql) => check(scope, &sql)?,
        Statement::Insert { table, source, .. } => {
            check(
                scope,
                &EngineSql::plain(format!("select 1 from {table} limit 0")),
            )?;
            check(scope, &source.plain())?;
        }
        _ => {}
    }
    all.borrow_mut()
        .insert(prepared.name.clone(), prepared.clone());
    Ok(())
}

/// Fails as running it would, where a name of it is not there.
fn check(scope: &StatementScope<'_>, sql: &EngineSql) -> Result<(), StatementFailure> {
    scope.connection.prepare(&sql.text)?;
    Ok(())
}

fn translated(
    scope: &StatementScope<'_>,
    prepared: &PreparedStatement,
    values: &[String],
) -> Result<Statement, StatementFailure> {
    let text = prepared.with_values(values)?;
    let tables = KnownTables::of(scope.connection);
    let dates = scope.session.configuration.date_style();
    let context = scope.shared.context(&tables, &[], dates);
    Ok(dialect::translate(&text, &context)?)
}

/// A prepared statement with these values, as EXECUTE runs it.
pub(in crate::warehouse) fn executed(
    scope: &StatementScope<'_>,
    name: &str,
    values: &[ExecuteValue],
) -> Result<Statement, StatementFailure> {
    let prepared = scope.session.prepared.all.borrow().get(name).cloned();
    let Some(prepared) = prepared else {
        return Err(missing(name));
    };
    let expected = prepared.parameters();
    if expected != values.len() {
        return Err(StatementFailure::Engine(format!(
            "wrong number of parameters for prepared statement \"{name}\"\n  Detail: Expected \
             {expected} parameters but got {}.",
            values.len()
        )));
    }
    let mut literals = Vec::with_capacity(values.len());
    for value in values {
        let rows = scope
            .connection
            .prepare(&value.value.text)
            .and_then(|mut prepared| prepared.query_row([], |row| row.get::<_, Option<String>>(0)));
        literals.push(match (rows?, value.kind) {
            (None, _) => "null".to_owned(),
            (Some(text), Some(kind)) => format!("{}::{kind}", text_literal(&text)),
            (Some(text), _) => text_literal(&text),
        });
    }
    translated(scope, &prepared, &literals)
}

/// Forgets a prepared statement of the session.
pub(in crate::warehouse) fn deallocate(
    scope: &StatementScope<'_>,
    name: &str,
) -> Result<(), StatementFailure> {
    match scope.session.prepared.all.borrow_mut().remove(name) {
        Some(_) => Ok(()),
        None => Err(missing(name)),
    }
}

fn missing(name: &str) -> StatementFailure {
    StatementFailure::Engine(format!("prepared statement \"{name}\" does not exist"))
}
