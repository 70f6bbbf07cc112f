//! ALTER.

use super::classify::{Words, relation};
use super::statement::{Sql, Statement};
use super::tree::{Node, quote_name};
use super::{Context, Refusal, table, types};

/// Translates ALTER.
pub(super) fn alter(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let words = Words(&nodes);
    match words.get(1) {
        Some("table") => {}
        Some("schema") if words.get(3) == Some("rename") => {
            return Err(Refusal::Unsupported("ALTER SCHEMA … RENAME".to_owned()));
        }
        Some(
            "user" | "group" | "role" | "schema" | "default" | "database" | "datashare"
            | "materialized",
        ) => {
            return Ok(Statement::Nothing);
        }
        other => {
            let other = other.unwrap_or_default().to_uppercase();
            return Err(Refusal::Unsupported(format!("ALTER {other}")));
        }
    }
    let (table, taken) = relation(nodes.get(2..).unwrap_or_default(), context)?;
    let rest = nodes.get(2 + taken..).unwrap_or_default();
    let words = Words(rest);
    let define = |text: String| Ok(Statement::Define(vec![Sql::plain(text)]));
    match (words.get(0), words.get(1)) {
        (Some("append"), Some("from")) => {
            let (from, _) = relation(rest.get(2..).unwrap_or_default(), context)?;
            Ok(Statement::Append { to: table, from })
        }
        (Some("owner"), _) => Ok(Statement::Nothing),
        (Some("rename"), Some("to")) => {
            let (name, _) = relation(rest.get(2..).unwrap_or_default(), context)?;
            define(format!("alter table {table} rename to {name}"))
        }
        (Some("rename"), _) => {
            let at = if words.get(1) == Some("column") { 2 } else { 1 };
            let (Some(from), Some(to)) = (
                rest.get(at).and_then(Node::as_name),
                rest.get(at + 2).and_then(Node::as_name),
            ) else {
                return Err(Refusal::syntax("RENAME COLUMN a TO b"));
            };
            define(format!(
                "alter table {table} rename column {} to {}",
                quote_name(from),
                quote_name(to)
            ))
        }
        (Some("add"), Some("constraint" | "primary" | "unique" | "foreign"))
        | (Some("drop"), Some("constraint")) => Ok(Statement::Nothing),
        (Some("add"), _) => {
            let at = if words.get(1) == Some("column") { 2 } else { 1 };
            let defined = table::column(rest.get(at..).unwrap_or_default(), context, 0)?;
            if defined.column.rest.contains("nextval(") {
                return Err(Refusal::syntax("a column with IDENTITY cannot be added"));
            }
            Ok(Statement::AddColumn {
                table,
                column: defined.column,
            })
        }
        (Some("drop"), _) => {
            let at = if words.get(1) == Some("column") { 2 } else { 1 };
            let name = rest
                .get(at)
                .and_then(Node::as_name)
                .ok_or_else(|| Refusal::syntax("DROP COLUMN takes its name"))?;
            define(format!(
                "alter table {table} drop column {}",
                quote_name(name)
            ))
        }
        (Some("alter"), Some("column")) => {
            let column = rest
                .get(2)
                .and_then(Node::as_name)
                .ok_or_else(|| Refusal::syntax("ALTER COLUMN takes its name"))?;
            match words.get(3) {
                Some("type") => {
                    let kind = types::read(rest.get(4..).unwrap_or_default())?
                        .ok_or_else(|| Refusal::syntax("ALTER COLUMN … TYPE takes a type"))?;
                    Ok(Statement::AlterType {
                        table,
                        column: column.to_owned(),
                        check: kind
                            .length
                            .map(|length| length.check(column))
                            .unwrap_or_default(),
                        kind: kind.name,
                    })
                }
                Some("encode") => Ok(Statement::Nothing),
                _ => Err(Refusal::Unsupported("that ALTER COLUMN".to_owned())),
            }
        }
        (Some("alter"), Some("diststyle" | "distkey" | "sortkey" | "compound" | "encode")) => {
            Ok(Statement::Nothing)
        }
        _ => Err(Refusal::Unsupported("that ALTER TABLE".to_owned())),
    }
}
