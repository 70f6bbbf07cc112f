//! The parts of an expression, those within queries left out.

use redshift_sql::tree::{Expression, ExpressionKind};

/// Shows an expression and all that it is made of, from the outside in.
pub(super) fn each<'e>(expression: &'e Expression, see: &mut dyn FnMut(&'e Expression)) {
    see(expression);
    let mut all = |parts: &mut dyn Iterator<Item = &'e Expression>| {
        for part in parts {
            each(part, see);
        }
    };
    match &expression.kind {
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_)
        | ExpressionKind::Typed { .. }
        | ExpressionKind::Interval(_)
        | ExpressionKind::Parameter(_)
        | ExpressionKind::Position(_)
        | ExpressionKind::Insertion(_)
        | ExpressionKind::Column(_)
        | ExpressionKind::Star(_)
        | ExpressionKind::Exists(_)
        | ExpressionKind::Subquery(_)
        | ExpressionKind::Bare(_)
        | ExpressionKind::DatePart(_)
        | ExpressionKind::Default
        | ExpressionKind::CurrentOf(_) => {}
        ExpressionKind::Field { of, .. }
        | ExpressionKind::Unary { operand: of, .. }
        | ExpressionKind::InQuery { value: of, .. }
        | ExpressionKind::Quantified { value: of, .. }
        | ExpressionKind::Is { value: of, .. }
        | ExpressionKind::Collate { value: of, .. }
        | ExpressionKind::Cast { value: of, .. }
        | ExpressionKind::Prior(of)
        | ExpressionKind::OuterMark(of)
        | ExpressionKind::Parenthesized(of) => all(&mut std::iter::once(&**of)),
        ExpressionKind::QuantifiedArray { value, array, .. } => {
            all(&mut [&**value, &**array].into_iter());
        }
        ExpressionKind::Element { of, index } => all(&mut [&**of, &**index].into_iter()),
        ExpressionKind::AtTimeZone { value, zone } => all(&mut [&**value, &**zone].into_iter()),
        ExpressionKind::Chain { first, rest } => {
            let operands = rest.iter().map(|link| &link.operand);
            all(&mut std::iter::once(&**first).chain(operands));
        }
        ExpressionKind::Like {
            value,
            pattern,
            escape,
            ..
        } => {
            let escape = escape.iter().map(|escape| &**escape);
            all(&mut [&**value, &**pattern].into_iter().chain(escape));
        }
        ExpressionKind::Between {
            value, low, high, ..
        } => all(&mut [&**value, &**low, &**high].into_iter()),
        ExpressionKind::InList { value, list, .. } => {
            all(&mut std::iter::once(&**value).chain(list));
        }
        ExpressionKind::Case {
            operand,
            branches,
            otherwise,
        } => {
            let ends = operand.iter().chain(otherwise).map(|end| &**end);
            let branches = branches.iter().flat_map(|(one, other)| [one, other]);
            all(&mut ends.chain(branches));
        }
        ExpressionKind::Call(call) => all(&mut call.arguments.iter()),
        ExpressionKind::Row(values) | ExpressionKind::Array(values) => all(&mut values.iter()),
    }
}
