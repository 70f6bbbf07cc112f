//! PREPARE, EXECUTE and DEALLOCATE (AWS pages of those names). A prepared statement is kept as its text;
//! EXECUTE puts values in the place of `$1`, `$2`: literals with casts to the types that PREPARE named.

use redshift_sql::lexer::lex;
use redshift_sql::token::Kind;
use redshift_sql::tree::{DataType, Execute, ExpressionKind, Prepare};

use super::Refusal;
use super::fragment::Node;
use super::statement::{Given, Statement};
use super::types;
use super::writer::Writer;

/// A prepared statement, kept as text until EXECUTE gives values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// The name by which EXECUTE calls it.
    pub(crate) name: String,
    /// The types of its parameters, as they were written.
    pub(crate) types: Vec<String>,
    /// The statement as it was written, with `$1`, `$2` …
    pub(crate) text: String,
}

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
    Ok(Statement::Prepare(Prepared {
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
        let mut nodes = vec![Node::word("select"), Node::Round(writer.expression(value)?)];
        nodes.extend([Node::symbol("::"), Node::word("varchar")]);
        values.push(Given {
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

impl Prepared {
    /// The statement with values in the place of its parameters; each is one, or NULL.
    ///
    /// `select $1` with the type `int` and the value `5` becomes `select (5::int)`.
    pub(crate) fn with_values(&self, values: &[String]) -> Result<String, Refusal> {
        let mut written = String::with_capacity(self.text.len());
        let mut done = 0;
        for token in lex(&self.text).tokens {
            if token.kind != Kind::Position {
                continue;
            }
            let word = token.span.of(&self.text);
            let number: usize = word.trim_start_matches('$').parse().unwrap_or(0);
            let Some(value) = number.checked_sub(1).and_then(|index| values.get(index)) else {
                return Err(Refusal::Value(format!("there is no parameter {word}")));
            };
            let value = match self.types.get(number - 1) {
                Some(kind) => format!("({value}::{kind})"),
                None => format!("({value})"),
            };
            let start = token.span.start as usize;
            written.push_str(self.text.get(done..start).unwrap_or_default());
            written.push_str(&value);
            done = start + word.len();
        }
        written.push_str(self.text.get(done..).unwrap_or_default());
        Ok(written)
    }

    /// How many parameters it has.
    pub(crate) fn parameters(&self) -> usize {
        let tokens = lex(&self.text).tokens.into_iter();
        let numbers = tokens
            .filter(|token| token.kind == Kind::Position)
            .filter_map(|token| token.span.of(&self.text).get(1..)?.parse().ok());
        numbers.max().unwrap_or(0).max(self.types.len())
    }
}

/// A text as a literal of Redshift, whose backslashes mean themselves.
///
/// `it's` becomes `'it''s'`.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
