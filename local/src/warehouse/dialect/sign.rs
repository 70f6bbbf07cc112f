//! The signs of operators in the engine's dialect.

use redshift_sql::tree::Operator;

use super::Refusal;
use super::fragment::Node;

/// An operator in the engine's dialect.
pub(super) fn sign(operator: Operator) -> Result<Node, Refusal> {
    Ok(match operator {
        Operator::Or => Node::word("or"),
        Operator::And => Node::word("and"),
        Operator::Overlaps => return Err(Refusal::unsupported("OVERLAPS")),
        Operator::Equal => Node::symbol("="),
        Operator::NotEqual => Node::symbol("<>"),
        Operator::Less => Node::symbol("<"),
        Operator::LessEqual => Node::symbol("<="),
        Operator::Greater => Node::symbol(">"),
        Operator::GreaterEqual => Node::symbol(">="),
        Operator::Concatenate => Node::symbol("||"),
        Operator::LikeOperator {
            negated,
            ignores_case,
        } => Node::symbol(match (negated, ignores_case) {
            (false, false) => "~~",
            (true, false) => "!~~",
            (false, true) => "~~*",
            (true, true) => "!~~*",
        }),
        Operator::BitAnd => Node::symbol("&"),
        Operator::BitOr => Node::symbol("|"),
        Operator::ShiftLeft => Node::symbol("<<"),
        Operator::ShiftRight => Node::symbol(">>"),
        Operator::Add => Node::symbol("+"),
        Operator::Subtract => Node::symbol("-"),
        Operator::Multiply => Node::symbol("*"),
        Operator::Divide => Node::symbol("/"),
        Operator::Modulo => Node::symbol("%"),
        Operator::Power => Node::symbol("^"),
        Operator::Posix { .. } | Operator::BitXor => {
            return Err(Refusal::unsupported("that operator here"));
        }
    })
}
