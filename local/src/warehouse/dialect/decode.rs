//! DECODE: its operand is evaluated once, and translated once however deep calls are nested in it.
//!
//! The engine has no DECODE, and its CASE with an operand copies the operand into each comparison. A
//! lambda over a list of one element is the one way in which it gives a value a name:
//!
//! | operand | becomes |
//! |---|---|
//! | a name, a literal, or compared once | `case when operand = a then … end` |
//! | anything else | `list_transform([operand], lambda v: case when v = a then … end)[1]` |
//! | the same, with a subquery among values and results | the subquery's value goes into the list as well: a lambda may hold none |
//! | where the engine takes no lambda | the first form, up to [`MOST_COPIED`] |

use super::Refusal;
use super::calls::{arguments, call, case, wrong};
use super::fragment::{TokenTree, nodes_in};

/// Most nodes that copies of an operand may add up to, where it has to be copied.
const MOST_COPIED: usize = 20_000;
/// The operand inside of a lambda: no column is called so.
const VALUE: &str = "sfc decoded";

/// Translates a call. `lambda`: whether the engine takes a lambda where it stands.
pub(super) fn decode(inner: &[TokenTree], lambda: bool) -> Result<Vec<TokenTree>, Refusal> {
    let mut all = arguments(inner).into_iter();
    let tested = all.next().unwrap_or_default();
    let rest: Vec<Vec<TokenTree>> = all.collect();
    if rest.len() < 2 {
        return Err(wrong(
            "DECODE",
            "an expression, a value and a result at least",
        ));
    }
    let comparisons = rest.len() / 2;
    if comparisons == 1 || is_plain(&tested) {
        return Ok(searched(&[TokenTree::Round(tested)], rest));
    }
    if lambda {
        let mut values = Vec::new();
        let rest: Option<Vec<Vec<TokenTree>>> = rest
            .iter()
            .map(|part| without_subqueries(part, &mut values))
            .collect();
        if let Some(rest) = rest {
            return Ok(once(tested, values, rest));
        }
    }
    if nodes_in(&tested).saturating_mul(comparisons) > MOST_COPIED {
        return Err(Refusal::Unsupported(
            "DECODE calls nested this deep inside of a subquery or a DEFAULT".to_owned(),
        ));
    }
    Ok(searched(&[TokenTree::Round(tested)], rest))
}

/// `case when tested = value then result … else …`. NULL is found by DECODE, unlike by `=`.
fn searched(tested: &[TokenTree], rest: Vec<Vec<TokenTree>>) -> Vec<TokenTree> {
    let mut parts = Vec::new();
    let mut all = rest.into_iter();
    while let Some(value) = all.next() {
        let Some(result) = all.next() else {
            parts.push(vec![TokenTree::word("else")]);
            parts.push(value);
            break;
        };
        let literal = matches!(value.as_slice(), [one] if one.as_text().is_some() || one.as_number().is_some());
        let mut condition = vec![TokenTree::word("when")];
        condition.extend_from_slice(tested);
        if literal {
            condition.push(TokenTree::symbol("="));
        } else {
            condition.extend(["is", "not", "distinct", "from"].map(TokenTree::word));
        }
        condition.push(TokenTree::Round(value));
        condition.push(TokenTree::word("then"));
        parts.push(condition);
        parts.push(result);
    }
    case(parts)
}

/// The form with a lambda. `values` are the subqueries that were taken out of `rest`.
fn once(
    tested: Vec<TokenTree>,
    values: Vec<Vec<TokenTree>>,
    rest: Vec<Vec<TokenTree>>,
) -> Vec<TokenTree> {
    let (element, value) = if values.is_empty() {
        (tested, vec![TokenTree::quoted(VALUE)])
    } else {
        let fields = std::iter::once(tested).chain(values).enumerate();
        let fields = fields.map(|(number, value)| {
            let mut field = vec![TokenTree::quoted(&field(number)), TokenTree::symbol(":=")];
            field.push(TokenTree::Round(value));
            field
        });
        (call("struct_pack", fields.collect()), element_field(0))
    };
    let mut lambda = vec![
        TokenTree::word("lambda"),
        TokenTree::quoted(VALUE),
        TokenTree::symbol(":"),
    ];
    lambda.extend(searched(&value, rest));
    let mut nodes = call(
        "list_transform",
        vec![vec![TokenTree::Square(element)], lambda],
    );
    nodes.push(TokenTree::Square(vec![TokenTree::Ready("1".to_owned())]));
    vec![TokenTree::Round(nodes)]
}

fn field(number: usize) -> String {
    format!("v{number}")
}

fn element_field(number: usize) -> Vec<TokenTree> {
    vec![
        TokenTree::quoted(VALUE),
        TokenTree::symbol("."),
        TokenTree::quoted(&field(number)),
    ]
}

/// Whether copying it costs nothing: a name, a literal or a parameter.
fn is_plain(operand: &[TokenTree]) -> bool {
    match operand {
        [TokenTree::Round(inner)] => is_plain(inner),
        [TokenTree::Token(_)] => true,
        [first, rest @ ..] => {
            first.as_name().is_some()
                && rest.chunks(2).all(|pair| {
                    matches!(pair, [dot, name] if dot.is_symbol(".") && name.as_name().is_some())
                })
        }
        [] => true,
    }
}

/// The nodes with each subquery replaced by the field of the list's element that holds its value.
/// `None`: one compares with all rows of a subquery, which is no value.
fn without_subqueries(
    nodes: &[TokenTree],
    values: &mut Vec<Vec<TokenTree>>,
) -> Option<Vec<TokenTree>> {
    let mut out: Vec<TokenTree> = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            TokenTree::Round(inner) if is_query(inner) => {
                let mut value = vec![node.clone()];
                match out.last().and_then(TokenTree::as_word) {
                    Some("in" | "any" | "all" | "some" | "array") => return None,
                    Some("exists") => value.splice(..0, out.pop()).for_each(drop),
                    _ => {}
                }
                values.push(value);
                out.extend(element_field(values.len()));
            }
            TokenTree::Round(inner) => {
                out.push(TokenTree::Round(without_subqueries(inner, values)?))
            }
            TokenTree::Square(inner) => {
                out.push(TokenTree::Square(without_subqueries(inner, values)?))
            }
            other => out.push(other.clone()),
        }
    }
    Some(out)
}

fn is_query(nodes: &[TokenTree]) -> bool {
    match nodes {
        [TokenTree::Round(inner)] => is_query(inner),
        [first, ..] => first.is_word("select") || first.is_word("with"),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::warehouse::dialect::{ALONE, Statement, translate};

    fn translated(operand: &str, depth: usize) -> Result<usize, String> {
        let nested = (0..depth).fold(operand.to_owned(), |inner, _| {
            format!("decode({inner},1,2,3,4)")
        });
        match translate(&format!("select {nested}"), &ALONE) {
            Ok(Statement::Query(sql)) => Ok(sql.text.len()),
            Ok(other) => Err(format!("{other:?}")),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    #[test]
    fn a_level_adds_the_same_however_deep_it_is() {
        let length = |depth| translated("a", depth).unwrap();
        assert_eq!(length(60) - length(59), length(3) - length(2));
    }

    #[test]
    fn where_it_must_be_copied_there_is_a_limit() {
        assert!(translated("(select max(decode(upper(a),1,2,3,4)) from t)", 3).is_ok());
        let deep = (0..40).fold("upper(a)".to_owned(), |inner, _| {
            format!("decode({inner},1,2,3,4)")
        });
        let refused = translated(&format!("(select {deep} from t)"), 1).unwrap_err();
        assert!(refused.contains("nested this deep"), "{refused}");
    }
}
