//! The signs of operators in the engine's dialect.

use redshift_sql::tree::Operator;

use super::Refusal;
use super::fragment::TokenTree;

/// An operator in the engine's dialect.
pub(super) fn sign(operator: Operator) -> Result<TokenTree, Refusal> {
    Ok(match operator {
        Operator::Or => TokenTree::word("or"),
        Operator::And => TokenTree::word("and"),
        Operator::Overlaps => return Err(Refusal::unsupported("OVERLAPS")),
        Operator::Equal => TokenTree::symbol("="),
        Operator::NotEqual => TokenTree::symbol("<>"),
        Operator::Less => TokenTree::symbol("<"),
        Operator::LessEqual => TokenTree::symbol("<="),
        Operator::Greater => TokenTree::symbol(">"),
        Operator::GreaterEqual => TokenTree::symbol(">="),
        Operator::Concatenate => TokenTree::symbol("||"),
        Operator::LikeOperator {
            negated,
            ignores_case,
        } => TokenTree::symbol(match (negated, ignores_case) {
            (false, false) => "~~",
            (true, false) => "!~~",
            (false, true) => "~~*",
            (true, true) => "!~~*",
        }),
        Operator::BitAnd => TokenTree::symbol("&"),
        Operator::BitOr => TokenTree::symbol("|"),
        Operator::ShiftLeft => TokenTree::symbol("<<"),
        Operator::ShiftRight => TokenTree::symbol(">>"),
        Operator::Add => TokenTree::symbol("+"),
        Operator::Subtract => TokenTree::symbol("-"),
        Operator::Multiply => TokenTree::symbol("*"),
        Operator::Divide => TokenTree::symbol("/"),
        Operator::Modulo => TokenTree::symbol("%"),
        Operator::Power => TokenTree::symbol("^"),
        Operator::Posix { .. } | Operator::BitXor => {
            return Err(Refusal::unsupported("that operator here"));
        }
    })
}
