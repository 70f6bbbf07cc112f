//! One translated statement on a connection.

use duckdb::params_from_iter;

use super::declared::NewRelation;
use super::failure::StatementFailure;
use super::outcome::StatementOutcome;
use super::query::query;
use super::scope::StatementScope;
use super::{
    append, configuration, copy, cursors, declared, define, external, insert, materialized, named,
    own_functions, prepared, procedure, schema, unload,
};
use crate::warehouse::dialect::{Declare, Dropped, EngineSql, Statement, quote_text};

/// Runs it, and remembers its number; transactions are the caller's.
pub(super) fn run(
    scope: &StatementScope<'_>,
    statement: &Statement,
) -> Result<StatementOutcome, StatementFailure> {
    let numbers = &scope.session.numbers;
    let outcome = carry_out(scope, statement);
    // "The ID of the last COPY that began the load process, even if the load failed" (AWS page:
    // `PG_LAST_COPY_ID`).
    if outcome.is_err() && matches!(statement.bare(), Statement::Copy(_)) {
        numbers.ran(scope.shared, statement, None);
    }
    let outcome = outcome?;
    numbers.ran(scope.shared, statement, outcome.count);
    numbers.tell(scope.connection)?;
    Ok(outcome)
}

fn carry_out(
    scope: &StatementScope<'_>,
    statement: &Statement,
) -> Result<StatementOutcome, StatementFailure> {
    external::refresh(scope, statement)?;
    match statement {
        Statement::Nothing | Statement::Begin { .. } | Statement::Commit | Statement::Rollback => {}
        Statement::Query(sql) => {
            let rows = query(scope, sql)?;
            return Ok(StatementOutcome {
                count: Some(rows.total),
                rows: Some(rows),
            });
        }
        Statement::Explain(sql) => {
            let plan = plan(scope, sql)?;
            // One row a line, in the column that Redshift has (AWS page: "EXPLAIN").
            let lines = EngineSql::plain(format!(
                "select unnest(string_split({}, chr(10))) as \"QUERY PLAN\"",
                quote_text(plan.trim_end())
            ));
            let rows = query(scope, &lines)?;
            return Ok(StatementOutcome {
                count: Some(rows.total),
                rows: Some(rows),
            });
        }
        Statement::Change(sql) => return scope.change(sql).map(counted),
        Statement::Insert {
            table,
            columns,
            source,
        } => {
            let inserted = match external::named(scope, table)? {
                Some(external) => external::insert(scope, &external, columns, source),
                None => insert::insert(scope, table, columns, source),
            };
            return inserted
                .map(counted)
                .map_err(|failure| not_into_a_view(scope, table, failure));
        }
        Statement::Define(statements) => {
            for sql in statements {
                scope.change(sql)?;
            }
        }
        Statement::Truncate { table } => {
            scope.run(format!("truncate {table}"))?;
        }
        Statement::Set { name, value, local } => {
            configuration::set(scope, name, value.as_deref(), *local)?;
        }
        Statement::Reset(name) => configuration::reset(scope, name.as_deref())?,
        Statement::ShowSettings(name) => return configuration::show(scope, name.as_deref()),
        Statement::SetConfig(all) => return configuration::set_config(scope, all),
        Statement::CreateAs { create, query } => define::create_as(scope, create, query)?,
        Statement::CreateLike {
            create,
            like,
            defaults,
            before,
            columns,
        } => {
            let (front, behind) = columns.split_at(columns.len().min(*before));
            define::create_like(scope, create, like, *defaults, [front, behind])?;
        }
        Statement::AddColumn { table, column } => define::add_column(scope, table, column)?,
        Statement::AlterType {
            table,
            column,
            kind,
            check,
        } => define::alter_type(scope, table, column, kind, check)?,
        Statement::Append {
            to,
            from,
            ignore_extra,
            fill_target,
        } => return append::append(scope, to, from, *ignore_extra, *fill_target).map(counted),
        Statement::Named(named) => named::change(scope, named)?,
        Statement::Merge { several, merge } => {
            // AWS page: `MERGE`, "Usage notes".
            if query(scope, several)?.total > 0 {
                return Err(StatementFailure::Engine(
                    "Found multiple matches to update the same tuple.".to_owned(),
                ));
            }
            return scope.change(merge).map(counted);
        }
        Statement::MergeRemoveDuplicates {
            target,
            source,
            condition,
        } => return define::merge(scope, target, source, condition).map(counted),
        Statement::CreateMaterialized { name, query } => materialized::create(scope, name, query)?,
        Statement::RefreshMaterialized { name } => materialized::refresh(scope, name)?,
        Statement::Declare { statement, declare } => {
            return self::declare(scope, statement, declare);
        }
        Statement::Drop(drop) if drop.kind == Dropped::Schema => schema::drop(scope, drop)?,
        Statement::Drop(drop) => declared::drop(scope, drop)?,
        Statement::ShowDefinition {
            kind,
            name,
            signature,
        } => {
            let shown = declared::show(scope, *kind, name, signature.as_deref())?;
            let rows = query(scope, &shown)?;
            return Ok(StatementOutcome {
                count: Some(rows.total),
                rows: Some(rows),
            });
        }
        Statement::CreateExternalAs(made) => return external::create_as(scope, made).map(counted),
        Statement::ChangeExternal { table, change } => external::change(scope, table, change)?,
        Statement::Copy(copy) => return copy::run(scope, copy).map(counted),
        Statement::Unload(unload) => return unload::run(scope, unload).map(counted),
        Statement::CreateProcedure(procedure) => procedure::create(scope, procedure)?,
        Statement::DropProcedures {
            procedures,
            if_exists,
        } => {
            for one in procedures {
                procedure::remove(scope, one, *if_exists)?;
            }
        }
        Statement::RenameProcedure { procedure, to } => {
            procedure::rename(scope, procedure, to)?;
        }
        Statement::Prepare(prepared) => prepared::prepare(scope, prepared)?,
        Statement::Execute { name, values } => {
            return run(scope, &prepared::executed(scope, name, values)?);
        }
        Statement::Deallocate(name) => prepared::deallocate(scope, name)?,
        Statement::Lock(tables) => {
            for table in tables {
                scope.run(format!("select 1 from {table} limit 0"))?;
            }
        }
        Statement::CreateFunction(function) => own_functions::create(scope, function)?,
        Statement::DropFunctions {
            functions,
            if_exists,
            cascade,
        } => {
            for one in functions {
                own_functions::remove(scope, one, *if_exists, *cascade)?;
            }
        }
        Statement::RenameFunction { function, to } => own_functions::rename(scope, function, to)?,
        Statement::DeclareCursor { name, query } => {
            cursors::open(scope, name, query)?;
        }
        Statement::Fetch { cursor, most } => {
            let rows = cursors::fetch(scope, cursor, *most)?;
            return Ok(StatementOutcome {
                count: Some(rows.total),
                rows: Some(rows),
            });
        }
        Statement::CloseCursor { name } => cursors::close(scope, name)?,
        Statement::Call { name, arguments } => return procedure::call(scope, name, arguments),
    }
    Ok(StatementOutcome::default())
}

/// The engine says of a view only that no such table is there.
fn not_into_a_view(
    scope: &StatementScope<'_>,
    table: &str,
    failure: StatementFailure,
) -> StatementFailure {
    match declared::find(scope, table) {
        Ok(Some(relation)) if relation.is_view => StatementFailure::Engine(
            "cannot insert into a view: insert into the table that it reads".to_owned(),
        ),
        _ => failure,
    }
}

/// Runs a statement, and keeps what it says of a relation.
fn declare(
    scope: &StatementScope<'_>,
    statement: &Statement,
    declare: &Declare,
) -> Result<StatementOutcome, StatementFailure> {
    match declare {
        Declare::Table {
            name,
            temporary,
            if_not_exists,
            like,
            declaration,
            attributes,
        } => {
            if *if_not_exists && declared::find(scope, name)?.is_some() {
                return Ok(StatementOutcome::default());
            }
            let made = NewRelation {
                name,
                temporary: *temporary,
                attributes,
            };
            let outcome = carry_out(scope, statement)?;
            declared::table(scope, &made, like.as_deref(), declaration)?;
            Ok(outcome)
        }
        Declare::Query {
            name,
            temporary,
            columns,
            query,
            view,
            attributes,
        } => {
            let made = NewRelation {
                name,
                temporary: *temporary,
                attributes,
            };
            let make = || carry_out(scope, statement).map(drop);
            declared::query(scope, &made, columns, query, view.as_ref(), make)?;
            Ok(StatementOutcome::default())
        }
        Declare::Change { name, changes } => {
            match external::named(scope, name)? {
                Some(table) => external::alter(scope, &table, name, statement, changes, run)?,
                None => {
                    let make = || carry_out(scope, statement).map(drop);
                    declared::change(scope, name, changes, make, run)?;
                }
            }
            Ok(StatementOutcome::default())
        }
        Declare::Nothing => carry_out(scope, statement),
    }
}

/// The engine's plan of a statement, which is not run.
fn plan(scope: &StatementScope<'_>, sql: &EngineSql) -> Result<String, StatementFailure> {
    let mut prepared = scope.connection.prepare(&format!("explain {}", sql.text))?;
    let mut rows = prepared.query(params_from_iter(scope.values(sql)?))?;
    let mut plan = String::new();
    while let Some(row) = rows.next()? {
        plan.push_str(&row.get::<_, String>(1)?);
    }
    Ok(plan)
}

fn counted(count: u64) -> StatementOutcome {
    StatementOutcome {
        count: Some(count),
        rows: None,
    }
}
