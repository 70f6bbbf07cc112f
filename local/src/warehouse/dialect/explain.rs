//! EXPLAIN: the plan of a statement that is not run.

use redshift_sql::tree::{Explain, StatementKind};

use super::Refusal;
use super::statement::{EngineSql, Statement};

/// Refuses what `explain [verbose] statement` does not take (AWS page: "EXPLAIN").
pub(super) fn check(explain: &Explain) -> Result<(), Refusal> {
    if matches!(
        explain.statement.kind,
        StatementKind::Query(_)
            | StatementKind::CreateTableAs(_)
            | StatementKind::Insert(_)
            | StatementKind::Update(_)
            | StatementKind::Delete(_)
    ) {
        Ok(())
    } else {
        Err(refused())
    }
}

fn refused() -> Refusal {
    Refusal::syntax("EXPLAIN takes SELECT, CREATE TABLE AS, INSERT, UPDATE or DELETE")
}

/// The statement whose plan is asked for, as the engine explains it.
pub(super) fn explained(statement: Statement) -> Result<Statement, Refusal> {
    let sql = match statement.into_bare() {
        Statement::Query(sql) | Statement::Change(sql) => sql,
        Statement::Insert {
            table,
            columns,
            source,
        } => {
            let names: Vec<String> = columns.iter().map(|name| super::quote_name(name)).collect();
            let names = match names.as_slice() {
                [] => String::new(),
                names => format!(" ({})", names.join(", ")),
            };
            let source = source.plain();
            EngineSql {
                text: format!("insert into {table}{names} {}", source.text),
                parameters: source.parameters,
            }
        }
        Statement::CreateAs { create, query } => EngineSql {
            text: format!("{create} as {}", query.text),
            parameters: query.parameters,
        },
        _ => return Err(refused()),
    };
    Ok(Statement::Explain(sql))
}
