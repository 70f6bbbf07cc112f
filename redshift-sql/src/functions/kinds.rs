//! What is wrong with the types of a call's arguments.
//!
//! Source: AWS pages `Type compatibility and conversion`, `SUM function`, `AVG function`, `MAX function`,
//! `STDDEV_SAMP and STDDEV_POP functions`. Only what Redshift certainly refuses is a mistake: a scalar
//! function may convert a text, an aggregate function does not.

use super::{Function, FunctionKind, find};
use crate::mistake::{Mistake, MistakeKind};
use crate::tree::Call;
use crate::types::Type;

/// Aggregate functions that take every type but BOOLEAN.
const NO_TRUTH: &[&str] = &["max", "min"];

/// Aggregate functions of numbers, which take neither texts nor truth values.
const NUMBERS: &[&str] = &[
    "avg",
    "sum",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "var_pop",
    "var_samp",
    "variance",
];

/// Says which argument has a type that no signature of the function takes.
///
/// `sum(true)` and `abs(current_date)` are mistakes; `abs('1')` is not.
///
/// # Errors
///
/// The first argument that is refused.
pub fn check_types(call: &Call, arguments: &[Type]) -> Result<(), Mistake> {
    let [name] = call.name.parts.as_slice() else {
        return Ok(());
    };
    let Some(function) = find(&name.text) else {
        return Ok(());
    };
    let refused = of_aggregate(function, arguments).or_else(|| of_signatures(function, arguments));
    let Some((kind, argument)) =
        refused.and_then(|at| Some((arguments.get(at)?, call.arguments.get(at)?)))
    else {
        return Ok(());
    };
    let usage: Vec<String> = function
        .usage()
        .iter()
        .map(|usage| format!("`{usage}`"))
        .collect();
    let sentence = format!("`{}` does not take {}", function.name, kind.name());
    let help = if *kind == Type::Boolean && NO_TRUTH.contains(&function.name) {
        "use `bool_or` or `bool_and`, or cast it to integer".to_owned()
    } else {
        format!("it is called as {}: cast the value", usage.join(" or "))
    };
    Err(Mistake::new(MistakeKind::Types, argument.span, sentence).help(help))
}

fn of_aggregate(function: &Function, arguments: &[Type]) -> Option<usize> {
    if function.kind != FunctionKind::Aggregate {
        return None;
    }
    let number = NUMBERS.contains(&function.name);
    let value = arguments.first().copied()?;
    let column = matches!(value, Type::Char(_) | Type::VarChar(_));
    let truth = value == Type::Boolean && (number || NO_TRUTH.contains(&function.name));
    (truth || number && column).then_some(0)
}

fn of_signatures(function: &Function, arguments: &[Type]) -> Option<usize> {
    let mut first = None;
    for signature in function.signatures() {
        if signature.takes_number(arguments.len()) {
            first = Some(signature.refused(arguments)?);
        }
    }
    first
}
