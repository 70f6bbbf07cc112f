//! Values that UPDATE and MERGE put into columns: what the engine would do otherwise with them.
//!
//! - A text that stands for a date may have any form that Redshift reads.
//! - Blanks at the end of what goes into a CHAR do not count and are not kept. Those that go beyond the length of a
//!   VARCHAR are cut off (AWS page: `Character types`, "Storage and ranges").
//!
//! In: `set day = '12/31/2008', name = 'ann   '`. Out: `set "day" = '2008-12-31', "name" = 'ann'`.

use redshift_sql::tree::{Expression, ExpressionKind};
use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::{call, own};
use super::comparison::{literal, moment_of};
use super::fragment::TokenTree;
use super::interval;
use super::moment::Reading;
use super::writer::Writer;

impl Writer<'_> {
    /// A value that is written as `nodes`, as a column takes it.
    pub(super) fn stored(
        self,
        value: &Expression,
        nodes: Vec<TokenTree>,
        column: Type,
    ) -> Vec<TokenTree> {
        let kind = self.type_of(value);
        if !kind.is_text() {
            return nodes;
        }
        let order = self.context.dates.order;
        let reading = match column {
            Type::Date => Reading::Date,
            Type::Timestamp => Reading::Timestamp,
            Type::TimestampTz => Reading::TimestampTz,
            Type::IntervalMonths | Type::IntervalSeconds => {
                return interval::of_text(nodes, interval::IntervalOf::Column);
            }
            Type::Char(_) | Type::VarChar(_) => return fitted(value, nodes, kind, column),
            _ => return nodes,
        };
        match &value.bare().kind {
            ExpressionKind::Text(text) => literal(text, reading, order).unwrap_or(nodes),
            _ => moment_of(nodes, reading, order),
        }
    }
}

/// A text without the blanks that a column has no room for.
fn fitted(value: &Expression, nodes: Vec<TokenTree>, kind: Type, column: Type) -> Vec<TokenTree> {
    match (&value.bare().kind, column) {
        (ExpressionKind::Text(text), Type::Char(_)) => {
            vec![TokenTree::text(text.trim_end_matches(' '))]
        }
        (ExpressionKind::Text(text), Type::VarChar(limit)) => {
            vec![TokenTree::text(without_excess(text, limit))]
        }
        (_, Type::Char(_)) if !matches!(kind, Type::Char(_)) => call(
            "rtrim",
            vec![cast(nodes, "varchar"), vec![TokenTree::text(" ")]],
        ),
        (_, Type::VarChar(limit)) if longest(kind).is_none_or(|longest| longest > limit) => own(
            "without_excess",
            vec![
                cast(nodes, "varchar"),
                vec![TokenTree::number(&limit.to_string())],
            ],
        ),
        _ => nodes,
    }
}

/// The most bytes that a value of a type has.
fn longest(kind: Type) -> Option<u32> {
    match kind {
        Type::Char(limit) | Type::VarChar(limit) => Some(limit),
        _ => None,
    }
}

/// The text, without blanks at its end behind so many bytes. One that does not fit stays too long.
fn without_excess(text: &str, limit: u32) -> &str {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    match text.split_at_checked(limit) {
        Some((kept, rest)) if rest.bytes().all(|byte| byte == b' ') => kept,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::without_excess;

    #[test]
    fn only_blanks_are_cut() {
        assert_eq!(without_excess("ab   ", 3), "ab ");
        assert_eq!(without_excess("abc", 3), "abc");
        assert_eq!(without_excess("abcd  ", 3), "abcd  ");
        assert_eq!(without_excess("aß  ", 2), "aß  ");
        assert_eq!(without_excess("aß  ", 3), "aß");
    }
}
