//! A text literal beside UNION and the like has the type of the column that it stands in (PostgreSQL 8.0's manual,
//! `UNION, CASE, and ARRAY Constructs`; AWS page: `UNION, INTERSECT, and EXCEPT`).
//!
//! In: `select day from days union select '1/2/2008'`. Out: the second query as
//! `select cast("c1" as date) … from (…) as source("c1")`. The engine would make texts of all.

use redshift_sql::names::OutputColumn;
use redshift_sql::tree::{Body, ExpressionKind};
use redshift_sql::types::Type;

use super::Refusal;
use super::arithmetic::cast;
use super::comparison::moment_of;
use super::fragment::TokenTree;
use super::moment::Reading;
use super::rows::each_column;
use super::writer::Writer;

/// How a literal becomes a value of a type.
#[derive(Clone, Copy)]
enum To {
    Kind(&'static str),
    Moment(Reading, &'static str),
}

fn to(kind: Type) -> Option<To> {
    Some(match kind {
        Type::SmallInt => To::Kind("smallint"),
        Type::Integer => To::Kind("integer"),
        Type::BigInt => To::Kind("bigint"),
        Type::Real => To::Kind("real"),
        Type::Double => To::Kind("double"),
        Type::Boolean => To::Kind("boolean"),
        Type::Date => To::Moment(Reading::Date, "date"),
        Type::Timestamp => To::Moment(Reading::Timestamp, "timestamp"),
        Type::TimestampTz => To::Moment(Reading::TimestampTz, "timestamptz"),
        _ => return None,
    })
}

impl Writer<'_> {
    /// The rows of a query beside UNION, whose literals have these types.
    pub(super) fn literals_as(
        self,
        query: Vec<TokenTree>,
        body: &Body,
        targets: &[Type],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let Some(columns) = self.columns_of(body) else {
            return Ok(query);
        };
        let target = |at: usize, column: &OutputColumn| {
            let literal = column.kind == Type::Literal;
            targets
                .get(at)
                .filter(|_| literal)
                .and_then(|kind| to(*kind))
        };
        let mut all = columns.iter().enumerate();
        if !all.any(|(at, column)| target(at, column).is_some()) {
            return Ok(query);
        }
        each_column(query, columns, |at, column, nodes| {
            match target(at, column) {
                Some(To::Kind(kind)) => {
                    check_whole(body, at, kind)?;
                    Ok(cast(nodes, kind))
                }
                Some(To::Moment(reading, kind)) => Ok(cast(
                    moment_of(nodes, reading, self.context.dates.order),
                    kind,
                )),
                None => Ok(nodes),
            }
        })
    }
}

/// A text literal that is no whole number is none in Redshift; the engine would round it.
fn check_whole(body: &Body, at: usize, kind: &str) -> Result<(), Refusal> {
    let item = match body {
        Body::Select(select) => select.items.get(at),
        _ => None,
    };
    match item.map(|item| &item.expression.bare().kind) {
        Some(ExpressionKind::Text(text)) if kind.ends_with("int") || kind == "integer" => {
            if text.contains(['.', 'e', 'E']) {
                return Err(Refusal::Value(format!(
                    "invalid input syntax for integer: \"{text}\""
                )));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
