//! Arithmetic with intervals that the engine has not: products, quotients, sums and averages (AWS page: `Interval
//! data types and literals`).
//!
//! In: `interval '6' hour / 4`, `sum(pause)`. Out: `redshift.interval_by(…, cast(4 as double))`,
//! `(to_months(cast(sum(redshift.interval_months("pause")) as integer)) + to_microseconds(…))`.

use redshift_sql::tree::Operator;
use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::{call, own};
use super::fragment::TokenTree;

type Operand = (Vec<TokenTree>, Type);

/// A product or a quotient of an interval and a number; the operands, where it is neither.
pub(super) fn operated(
    left: Operand,
    operator: Operator,
    right: Operand,
) -> Result<Vec<TokenTree>, (Vec<TokenTree>, Vec<TokenTree>)> {
    let is_number = |kind: Type| kind.is_numeric() || kind == Type::Unknown;
    let (interval, number, function) = match operator {
        Operator::Multiply if left.1.is_interval() && is_number(right.1) => {
            (left.0, right.0, "interval_times")
        }
        Operator::Multiply if right.1.is_interval() && is_number(left.1) => {
            (right.0, left.0, "interval_times")
        }
        Operator::Divide if left.1.is_interval() && is_number(right.1) => {
            (left.0, right.0, "interval_by")
        }
        _ => return Err((left.0, right.0)),
    };
    Ok(own(function, vec![interval, cast(number, "double")]))
}

/// SUM or AVG of intervals. `inner`: the argument; `rest`: what stands behind the call.
pub(super) fn aggregate(name: &str, inner: &[TokenTree], rest: &[TokenTree]) -> Vec<TokenTree> {
    let part = |parts: &str, made: &str, number: &str| {
        let mut nodes = call(name, vec![own(parts, vec![inner.to_vec()])]);
        nodes.extend(rest.iter().cloned());
        call(made, vec![cast(nodes, number)])
    };
    let mut nodes = part("interval_months", "to_months", "integer");
    nodes.push(TokenTree::symbol("+"));
    nodes.extend(part("interval_microseconds", "to_microseconds", "bigint"));
    vec![TokenTree::Round(nodes)]
}
