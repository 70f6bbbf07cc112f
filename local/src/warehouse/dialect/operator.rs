//! Operators between operands, and how tightly they bind (AWS pages: `Expressions`, `Computations with
//! numeric values`).

use redshift_sql::tree::{Expression, ExpressionKind, Operator, OperatorLink, UnaryOperator};
use redshift_sql::types::{self, Type};

use super::comparison::Beside;
use super::fragment::TokenTree;
use super::sign::sign;
use super::writer::Writer;
use super::{
    Refusal, arithmetic, calls, days, interval_arithmetic, number, pattern, semistructured, varbyte,
};

/// How tightly the engine binds, from loosely to tightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    Or,
    And,
    Not,
    Is,
    Comparison,
    Like,
    Other,
    Sum,
    Product,
    Power,
    Zone,
    Collate,
    Sign,
    Cast,
    /// A name, a literal, a call, or something in brackets.
    Atom,
}

impl Writer<'_> {
    /// An operand of arithmetic. A parameter is a text whose type the engine finds by what it stands
    /// beside; beside such an operator it does not find one.
    pub(super) fn numeric(
        self,
        operand: &Expression,
        beside: Precedence,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = self.operand(operand, beside)?;
        if let ExpressionKind::Parameter(name) = &operand.kind
            && let Some(kind) = self.context.number_type(name)
        {
            nodes.extend([TokenTree::symbol("::"), TokenTree::Ready(kind.to_owned())]);
        }
        Ok(nodes)
    }

    /// Operands with operators of one or more levels between them.
    pub(super) fn chain(
        self,
        first: &Expression,
        rest: &[OperatorLink],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let Some(beside) = rest.first().map(|link| level_of(link.operator)) else {
            return self.expression(first);
        };
        if beside == Precedence::Comparison && rest.len() > 1 {
            return Err(Refusal::unsupported(
                "comparisons in a row, as in a = b = c: write brackets",
            ));
        }
        if let [link] = rest
            && beside == Precedence::Comparison
            && (self.is_super(first) || self.is_super(&link.operand))
        {
            return self.compared_as_super(first, link.operator, &link.operand);
        }
        let logical = matches!(beside, Precedence::And | Precedence::Or);
        let arithmetic = rest.iter().all(|link| is_arithmetic(link.operator));
        let mut kinds = std::iter::once(first).chain(rest.iter().map(|link| &link.operand));
        let compared = if beside == Precedence::Comparison {
            let kinds: Vec<Type> = kinds
                .by_ref()
                .map(|operand| self.type_of(operand))
                .collect();
            Beside::of(&kinds)
        } else {
            Beside::Any
        };
        let operand = |operand: &Expression| {
            if arithmetic {
                self.numeric(operand, beside)
            } else if logical && self.is_super(operand) {
                self.condition(operand)
            } else {
                let nodes = self.operand(operand, beside)?;
                let nodes = self.compared(operand, nodes, compared);
                match rest.first().map(|link| link.operator) {
                    Some(Operator::Concatenate) => self.shown(operand, nodes),
                    _ => Ok(nodes),
                }
            }
        };
        let mut nodes = operand(first)?;
        let mut kind = self.type_of(first);
        let mut before = beside;
        for link in rest {
            let level = level_of(link.operator);
            if level != before {
                nodes = vec![TokenTree::Round(nodes)];
                before = level;
            }
            let mut behind = operand(&link.operand)?;
            let mut behind_kind = self.type_of(&link.operand);
            if matches!(link.operator, Operator::Divide | Operator::Modulo) {
                // A literal is read as what stands beside it; the engine's quotients are of any type.
                if let Some(read) = read_as(&link.operand, &behind, kind) {
                    behind = read;
                    behind_kind = kind;
                } else if rest.len() == 1
                    && let Some(read) = read_as(first, &nodes, behind_kind)
                {
                    nodes = read;
                    kind = behind_kind;
                }
            }
            if !logical && (kind == Type::Super || behind_kind == Type::Super) {
                nodes =
                    semistructured::operated((nodes, kind), link.operator, (behind, behind_kind))?;
                kind = match link.operator {
                    Operator::Posix { .. } | Operator::LikeOperator { .. } => Type::Boolean,
                    _ => Type::Super,
                };
                continue;
            }
            match varbyte::operated((nodes, kind), link.operator, (behind, behind_kind)) {
                Ok(binary) => {
                    nodes = binary;
                    kind = types::common_type(kind, behind_kind).unwrap_or(Type::Unknown);
                    continue;
                }
                Err((left, right)) => (nodes, behind) = (left, right),
            }
            match interval_arithmetic::operated((nodes, kind), link.operator, (behind, behind_kind))
            {
                Ok(interval) => {
                    nodes = interval;
                    kind = if kind.is_interval() {
                        kind
                    } else {
                        behind_kind
                    };
                    continue;
                }
                Err((left, right)) => (nodes, behind) = (left, right),
            }
            let sum = types::arithmetic(link.operator, kind, behind_kind).unwrap_or(Type::Unknown);
            // The engine keeps to REAL (AWS page: `Computations with numeric values`).
            if is_arithmetic(link.operator) && sum == Type::Double {
                let widens = |one: Type, other: Type| one == Type::Real && other.is_numeric();
                if widens(kind, behind_kind) {
                    nodes = arithmetic::cast(nodes, "double");
                } else if widens(behind_kind, kind) {
                    behind = arithmetic::cast(behind, "double");
                }
            }
            if let Some(moved) = shifted(
                link.operator,
                (nodes.as_slice(), kind),
                (behind.as_slice(), behind_kind),
            ) {
                nodes = moved;
                continue;
            }
            if link.operator == Operator::Subtract
                && (kind, behind_kind) == (Type::Time, Type::Time)
            {
                nodes = calls::own("times_apart", vec![nodes, behind]);
                kind = Type::IntervalSeconds;
                continue;
            }
            match link.operator {
                Operator::Posix {
                    negated,
                    ignores_case,
                } => nodes.extend(pattern::posix(negated, ignores_case, &behind)),
                Operator::BitXor => nodes = calls::call("xor", vec![nodes, behind]),
                Operator::Power if sum == Type::Double => {
                    nodes = calls::own("power", vec![nodes, behind]);
                }
                Operator::Divide => {
                    match arithmetic::quotient((nodes, kind), (behind, behind_kind)) {
                        Ok(quotient) => nodes = quotient,
                        Err((left, right)) => {
                            nodes = left;
                            nodes.push(TokenTree::symbol("/"));
                            nodes.extend(right);
                        }
                    }
                }
                Operator::Add if kind.is_text() && behind_kind.is_text() => {
                    nodes = vec![TokenTree::Round(vec![
                        TokenTree::Round(nodes),
                        TokenTree::symbol("||"),
                        TokenTree::Round(behind),
                    ])];
                }
                operator => {
                    (nodes, behind) = days::beside(operator, (nodes, kind), (behind, behind_kind));
                    nodes.push(sign(operator)?);
                    nodes.extend(behind);
                }
            }
            kind = if are_texts(kind, behind_kind) {
                Type::VarChar(types::MAX_VARCHAR)
            } else {
                sum
            };
        }
        Ok(nodes)
    }
}

/// A literal as a number of the type that stands beside it; nothing for what is no literal.
fn read_as(operand: &Expression, nodes: &[TokenTree], beside: Type) -> Option<Vec<TokenTree>> {
    let ExpressionKind::Text(_) = &operand.bare().kind else {
        return None;
    };
    number::read(nodes.to_vec(), beside)
}

/// A whole number whose bits are moved; nothing for other types.
fn shifted(
    operator: Operator,
    (nodes, kind): (&[TokenTree], Type),
    (by, by_kind): (&[TokenTree], Type),
) -> Option<Vec<TokenTree>> {
    let function = match operator {
        Operator::ShiftLeft => "redshift_shift_left",
        Operator::ShiftRight => "redshift_shift_right",
        _ => return None,
    };
    let (name, bits) = (number::engine_name(kind)?, number::bits(kind)?);
    if !by_kind.is_integer() && !matches!(by_kind, Type::Literal | Type::Null) {
        return None;
    }
    let arguments = vec![
        arithmetic::cast(nodes.to_vec(), "bigint"),
        arithmetic::cast(by.to_vec(), "integer"),
        vec![TokenTree::number(&bits.to_string())],
    ];
    Some(arithmetic::cast(calls::call(function, arguments), name))
}

/// Whether two values are texts, one of them at least by its type: `+` joins them (AWS page: `VARBYTE
/// operators`).
fn are_texts(one: Type, other: Type) -> bool {
    Beside::of(&[one, other]) == Beside::Text
}

/// How tightly an expression binds once it is written.
pub(super) fn level(expression: &Expression) -> Precedence {
    match &expression.kind {
        ExpressionKind::Chain { rest, .. } => rest
            .iter()
            .map(|link| level_of(link.operator))
            .min()
            .unwrap_or(Precedence::Atom),
        ExpressionKind::Unary { operator, .. } => match operator {
            UnaryOperator::Not => Precedence::Not,
            UnaryOperator::Absolute | UnaryOperator::SquareRoot | UnaryOperator::CubeRoot => {
                Precedence::Atom
            }
            _ => Precedence::Sign,
        },
        ExpressionKind::Is { .. } => Precedence::Is,
        ExpressionKind::Quantified { .. } | ExpressionKind::QuantifiedArray { .. } => {
            Precedence::Comparison
        }
        ExpressionKind::Like { .. }
        | ExpressionKind::Between { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::InQuery { .. } => Precedence::Like,
        ExpressionKind::AtTimeZone { .. } => Precedence::Zone,
        ExpressionKind::Collate { .. } => Precedence::Collate,
        ExpressionKind::Cast { .. } | ExpressionKind::Call(_) => Precedence::Cast,
        ExpressionKind::Typed { .. } => Precedence::Cast,
        _ => Precedence::Atom,
    }
}

fn level_of(operator: Operator) -> Precedence {
    match operator {
        Operator::Or => Precedence::Or,
        Operator::And => Precedence::And,
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessEqual
        | Operator::Greater
        | Operator::GreaterEqual => Precedence::Comparison,
        Operator::Overlaps => Precedence::Like,
        Operator::Add | Operator::Subtract => Precedence::Sum,
        Operator::Multiply | Operator::Divide | Operator::Modulo => Precedence::Product,
        Operator::Power => Precedence::Power,
        _ => Precedence::Other,
    }
}

fn is_arithmetic(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Modulo
    )
}
