//! Arithmetic by the types of its operands (AWS page: `Computations with numeric values`).
//!
//! In: `price / pieces`, where they are `decimal(8,2)` and `integer`. Out:
//! `cast(redshift_quotient(…, …, 21, 13) as decimal(21,13))`: the engine's own quotient is a double.

use redshift_sql::tree::Operator;
use redshift_sql::types::Type;

use super::calls::call;
use super::fragment::TokenTree;

/// The quotient of two values, where one of them is a decimal and the other a decimal or a whole number.
pub(super) fn quotient(
    left: (Vec<TokenTree>, Type),
    right: (Vec<TokenTree>, Type),
) -> Result<Vec<TokenTree>, (Vec<TokenTree>, Vec<TokenTree>)> {
    let exact = matches!(left.1, Type::Decimal(..)) || matches!(right.1, Type::Decimal(..));
    let kind = redshift_sql::types::arithmetic(Operator::Divide, left.1, right.1);
    match (kind, left.1.as_decimal(), right.1.as_decimal()) {
        (Some(Type::Decimal(precision, scale)), Some((_, one)), Some((_, other))) if exact => {
            Ok(divided((left.0, one), (right.0, other), precision, scale))
        }
        _ => Err((left.0, right.0)),
    }
}

/// The quotient of two decimals with these scales.
pub(super) fn divided(
    left: (Vec<TokenTree>, u8),
    right: (Vec<TokenTree>, u8),
    precision: u8,
    scale: u8,
) -> Vec<TokenTree> {
    let digits = |(nodes, scale): (Vec<TokenTree>, u8)| {
        cast(cast(nodes, &format!("decimal(38,{scale})")), "varchar")
    };
    let quotient = call(
        "redshift_quotient",
        vec![
            digits(left),
            digits(right),
            vec![TokenTree::Ready(precision.to_string())],
            vec![TokenTree::Ready(scale.to_string())],
        ],
    );
    cast(quotient, &format!("decimal({precision},{scale})"))
}

/// Gives `cast(… as …)` around an expression, with `kind` in the engine's words.
pub(super) fn cast(nodes: Vec<TokenTree>, kind: &str) -> Vec<TokenTree> {
    let mut inner = nodes;
    inner.extend([TokenTree::word("as"), TokenTree::Ready(kind.to_owned())]);
    call("cast", vec![inner])
}
