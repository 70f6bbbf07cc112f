//! EXPLAIN: the plan of a statement that is not run.

use super::classify::{Words, statement};
use super::statement::{Sql, Statement};
use super::tree::Node;
use super::{Context, Refusal};

/// Statements that can be explained (AWS page: "EXPLAIN"); a query may begin with brackets or WITH.
const EXPLAINED: &[&str] = &["select", "with", "create", "insert", "update", "delete"];

/// `explain [verbose] statement`.
pub(super) fn explain(mut nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let verbose = nodes.get(1).is_some_and(|node| node.is_word("verbose"));
    let explained = nodes.split_off(if verbose { 2 } else { 1 });
    let first = Words(&explained).get(0);
    if matches!(first, Some("analyze" | "analyse")) {
        return Err(Refusal::syntax(
            "EXPLAIN takes no ANALYZE: Redshift does not run what it explains",
        ));
    }
    let refused =
        || Refusal::syntax("EXPLAIN takes SELECT, CREATE TABLE AS, INSERT, UPDATE or DELETE");
    if !is_query_in_brackets(&explained) && !first.is_some_and(|word| EXPLAINED.contains(&word)) {
        return Err(refused());
    }
    let sql = match statement(explained, context)? {
        Statement::Query(sql) | Statement::Change(sql) => sql,
        Statement::Insert {
            table,
            columns,
            source,
            ..
        } => {
            let names: Vec<String> = columns.iter().map(|name| super::quote_name(name)).collect();
            let names = match names.as_slice() {
                [] => String::new(),
                names => format!(" ({})", names.join(", ")),
            };
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

/// Whether nodes begin with a query in brackets: to the engine, brackets may hold options, and one of
/// them runs the statement.
fn is_query_in_brackets(nodes: &[Node]) -> bool {
    let mut first = nodes.first();
    let mut brackets = false;
    while let Some(inner) = first.and_then(Node::as_round) {
        brackets = true;
        first = inner.first();
    }
    brackets && first.is_some_and(|node| matches!(node.as_word(), Some("select" | "with")))
}
