//! PREPARE, EXECUTE and DEALLOCATE (AWS pages of those names). A prepared statement is kept as its text.
//! EXECUTE puts values in the place of `$1`, `$2`: literals with casts to the types that PREPARE named.

use redshift_sql::tree::{DataType, Execute, ExpressionKind, Prepare};

use super::Refusal;
use super::fragment::TokenTree;
use super::statement::{ExecuteValue, PreparedStatement, Statement};
use super::types;
use super::writer::Writer;

/// `prepare name (types) as statement`
pub(super) fn prepare(prepare: &Prepare, text: &str) -> Result<Statement, Refusal> {
    let mut kinds = Vec::with_capacity(prepare.types.len());
    for kind in &prepare.types {
        types::of(&kind.kind)?;
        kinds.push(match kind.kind {
            // A text is not cut.
            DataType::VarChar(_) | DataType::Char(_) | DataType::BpChar => "text".to_owned(),
            _ => kind.span.of(text).to_owned(),
        });
    }
    Ok(Statement::Prepare(PreparedStatement {
        name: prepare.name.text.to_string(),
        types: kinds,
        text: prepare.statement.span.of(text).to_owned(),
    }))
}

/// Translates `execute name (values)`: each value becomes a query of one row.
pub(super) fn execute(execute: &Execute, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut values = Vec::with_capacity(execute.values.len());
    for value in &execute.values {
        let literal = matches!(
            value.bare().kind,
            ExpressionKind::Text(_) | ExpressionKind::Null
        );
        let mut nodes = vec![
            TokenTree::word("select"),
            TokenTree::Round(writer.expression(value)?),
        ];
        nodes.extend([TokenTree::symbol("::"), TokenTree::word("varchar")]);
        values.push(ExecuteValue {
            value: writer.sql(&nodes)?,
            kind: (!literal)
                .then(|| writer.type_of(value))
                .filter(|kind| !kind.is_open()),
        });
    }
    Ok(Statement::Execute {
        name: execute.name.text.to_string(),
        values,
    })
}

/// A text as a literal of Redshift, whose backslashes mean themselves.
///
/// `it's` becomes `'it''s'`.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
