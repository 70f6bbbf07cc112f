//! What stands beside a comparison, by its types.
//!
//! - Blanks at the end of a text do not count (AWS page: `Character types`, "Significance of trailing
//!   blanks"): `name = 'abc'` becomes `rtrim("name", ' ') = 'abc'`.
//! - A literal beside a date is one, in every form that Redshift reads: `day = '12-31-2008'`.

use redshift_sql::tree::{DataType, Expression, ExpressionKind};
use redshift_sql::types::Type;

use super::blanks::{is_column, without_blanks};
use super::calls::call;
use super::clock;
use super::date_style::DateOrder;
use super::fragment::TokenTree;
use super::moment::{self, MomentLiteral, Reading};
use super::writer::Writer;

/// How an operand of a comparison is written, by the types on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Nothing is known that matters.
    Any,
    /// A text, beside a text.
    Text,
    /// A value that is compared with a date.
    Date,
    /// A value that is compared with a timestamp.
    Timestamp,
    /// Beside a timestamp with a time zone.
    TimestampTz,
    /// A value that is compared with a time of day.
    Time,
    /// Beside a time of day with a time zone.
    TimeTz,
}

impl Beside {
    /// By the types of all operands.
    pub(super) fn of(kinds: &[Type]) -> Self {
        let is = |kind: &Type| matches!(kind, Type::Char(_) | Type::VarChar(_) | Type::Literal);
        let typed = |kind: &Type| matches!(kind, Type::Char(_) | Type::VarChar(_));
        // DECODE finds NULL beside texts.
        let mut said = kinds.iter().filter(|kind| **kind != Type::Null);
        if said.all(is) && kinds.iter().any(typed) {
            Self::Text
        } else if kinds.contains(&Type::TimestampTz) {
            Self::TimestampTz
        } else if kinds.contains(&Type::Timestamp) {
            Self::Timestamp
        } else if kinds.contains(&Type::Date) {
            Self::Date
        } else if kinds.contains(&Type::TimeTz) {
            Self::TimeTz
        } else if kinds.contains(&Type::Time) {
            Self::Time
        } else {
            Self::Any
        }
    }
}

impl Writer<'_> {
    /// An operand of a comparison; `nodes` are what is written for it otherwise.
    pub(super) fn compared(
        self,
        one: &Expression,
        nodes: Vec<TokenTree>,
        beside: Beside,
    ) -> Vec<TokenTree> {
        operand(one, nodes, beside, self.context.dates.order)
    }
}

fn operand(
    operand: &Expression,
    nodes: Vec<TokenTree>,
    beside: Beside,
    order: DateOrder,
) -> Vec<TokenTree> {
    let read = |text: &str, reading| literal(text, reading, order);
    match (&operand.bare().kind, beside) {
        (_, Beside::Any) => nodes,
        (ExpressionKind::Text(text), Beside::Text) => {
            vec![TokenTree::text(text.trim_end_matches(' '))]
        }
        (_, Beside::Text) => without_blanks(nodes),
        (ExpressionKind::Text(text), Beside::Date) => read(text, Reading::Date).unwrap_or(nodes),
        (ExpressionKind::Text(text), Beside::Timestamp) => {
            read(text, Reading::Timestamp).unwrap_or(nodes)
        }
        (ExpressionKind::Text(text), Beside::TimestampTz) => {
            read(text, Reading::TimestampTz).unwrap_or(nodes)
        }
        (ExpressionKind::Text(text), Beside::Time) => {
            clock::literal(text, &DataType::Time).unwrap_or(nodes)
        }
        (ExpressionKind::Text(text), Beside::TimeTz) => {
            clock::literal(text, &DataType::TimeTz).unwrap_or(nodes)
        }
        _ => nodes,
    }
}

/// A literal that is read as a type, if that is a date's and the engine would not read it so.
pub(super) fn of_type(text: &str, kind: &DataType, order: DateOrder) -> Option<Vec<TokenTree>> {
    let reading = match kind {
        DataType::Date => Reading::Date,
        DataType::Timestamp => Reading::Timestamp,
        DataType::TimestampTz => Reading::TimestampTz,
        _ => return None,
    };
    literal(text, reading, order)
}

/// A text that is cast to a date or a moment, in a form that the engine reads. Most texts are in such a form,
/// which is seen faster than it is made.
pub(super) fn moment_of(
    nodes: Vec<TokenTree>,
    reading: Reading,
    order: DateOrder,
) -> Vec<TokenTree> {
    let (function, plain) = match reading {
        Reading::Date => ("redshift_day_form", "____-__-__"),
        Reading::Timestamp => ("redshift_moment_form", "____-__-__ __:__:__"),
        Reading::TimestampTz => ("redshift_instant_form", "____-__-__ __:__:__"),
    };
    let form = call(
        function,
        vec![
            super::arithmetic::cast(nodes.clone(), "varchar"),
            vec![TokenTree::number(order.number())],
        ],
    );
    if !is_column(&nodes) {
        return form;
    }
    let mut inner = vec![TokenTree::word("case"), TokenTree::word("when")];
    inner.extend(nodes.clone());
    inner.extend([
        TokenTree::word("like"),
        TokenTree::text(plain),
        // The engine has a year zero.
        TokenTree::word("and"),
        TokenTree::word("not"),
    ]);
    inner.extend(call(
        "starts_with",
        vec![nodes.clone(), vec![TokenTree::text("0000")]],
    ));
    inner.push(TokenTree::word("then"));
    inner.extend(nodes);
    inner.push(TokenTree::word("else"));
    inner.extend(form);
    inner.push(TokenTree::word("end"));
    vec![TokenTree::Round(inner)]
}

/// A literal that stands for a date or a moment, if the engine would not read it so.
pub(super) fn literal(text: &str, reading: Reading, order: DateOrder) -> Option<Vec<TokenTree>> {
    let is_date = reading == Reading::Date;
    // It fails where it is read, not where it only stands.
    if let Some(reason) = moment::refused(text) {
        return Some(call("error", vec![vec![TokenTree::text(reason)]]));
    }
    Some(match moment::read(text, order)? {
        MomentLiteral::Now if !is_date => vec![TokenTree::Ready(
            "(cast(redshift.now() as timestamp))".to_owned(),
        )],
        MomentLiteral::Now => vec![TokenTree::Ready("redshift.today()".to_owned())],
        MomentLiteral::Today(days) => vec![TokenTree::Ready(format!(
            "cast(redshift.today() + {days} as date)"
        ))],
        MomentLiteral::At(date, time, zone) => {
            let written = MomentLiteral::written(date, time, zone.as_deref(), reading);
            vec![TokenTree::text(&written)]
        }
    })
}
