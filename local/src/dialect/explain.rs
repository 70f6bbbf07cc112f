//! EXPLAIN: the plan of a statement that is not run.

use redshift_sql::tree::{Explain, StatementKind};

use super::Refusal;
use super::classify::statement;
use super::statement::{Sql, Statement};
use super::writer::Writer;

/// `explain [verbose] statement` (AWS page: "EXPLAIN").
pub(super) fn explain(
    explain: &Explain,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let refused =
        || Refusal::syntax("EXPLAIN takes SELECT, CREATE TABLE AS, INSERT, UPDATE or DELETE");
    if !matches!(
        explain.statement.kind,
        StatementKind::Query(_)
            | StatementKind::CreateTableAs(_)
            | StatementKind::Insert(_)
            | StatementKind::Update(_)
            | StatementKind::Delete(_)
    ) {
        return Err(refused());
    }
    let sql = match statement(&explain.statement, text, writer)?.into_bare() {
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
            Sql {
                text: format!("insert into {table}{names} {}", source.text),
                parameters: source.parameters,
            }
        }
        Statement::CreateAs { create, query } => Sql {
            text: format!("{create} as {}", query.text),
            parameters: query.parameters,
        },
        _ => return Err(refused()),
    };
    Ok(Statement::Explain(sql))
}
