//! Whole numbers beside dates and moments are days (AWS page: `Datetime types`).
//!
//! In: `sold_at + 1`, `day - pieces`. Out: `sold_at + to_days(1)`, `day - cast(pieces as integer)`.

use redshift_sql::tree::Operator;
use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::call;
use super::fragment::TokenTree;

/// An operand and its type.
type Operand = (Vec<TokenTree>, Type);

/// The operands of `+` and `-` as the engine takes them.
pub(super) fn beside(
    operator: Operator,
    left: Operand,
    right: Operand,
) -> (Vec<TokenTree>, Vec<TokenTree>) {
    let kinds = (left.1, right.1);
    match operator {
        Operator::Add if left.1.is_integer() => (days(left, kinds.1), right.0),
        Operator::Add | Operator::Subtract if right.1.is_integer() => {
            (left.0, days(right, kinds.0))
        }
        _ => (left.0, right.0),
    }
}

/// A whole number beside a value of a type.
fn days((nodes, kind): Operand, beside: Type) -> Vec<TokenTree> {
    match beside {
        Type::Timestamp | Type::TimestampTz => call("to_days", vec![cast(nodes, "integer")]),
        Type::Date if kind != Type::Integer => cast(nodes, "integer"),
        _ => nodes,
    }
}
