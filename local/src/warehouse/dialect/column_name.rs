//! The name of a column that was given none, where the engine would choose another. PostgreSQL 8
//! chose them, and Redshift keeps them.

use redshift_sql::tree::{Call, Expression, ExpressionKind};

use super::{session, types};

pub(super) fn is_star(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Star(_))
}

/// The name. `outermost`: somebody reads it; elsewhere an expression needs none.
pub(super) fn of(expression: &Expression, outermost: bool) -> Option<String> {
    let bare = expression.bare();
    match &bare.kind {
        ExpressionKind::Column(name) => {
            let quoted = !std::ptr::eq(bare, expression);
            quoted.then(|| name.name().map(|name| name.text.to_string()))?
        }
        ExpressionKind::Bare(function) => session::column_name(*function).map(str::to_owned),
        ExpressionKind::Star(_) => None,
        ExpressionKind::Field { field, .. } => Some(field.text.to_string()),
        // The name of what it is an element of.
        ExpressionKind::Element { of: array, .. } => match &array.bare().kind {
            ExpressionKind::Column(name) => name.name().map(|name| name.text.to_string()),
            _ => of(array, outermost),
        },
        ExpressionKind::Case { .. } => Some("case".to_owned()),
        ExpressionKind::Call(call) => Some(of_call(call)),
        ExpressionKind::Cast {
            value, data_type, ..
        } => {
            let short = types::of(&data_type.kind).ok()?.short;
            match &value.bare().kind {
                ExpressionKind::Column(name) => name.name().map(|name| name.text.to_string()),
                ExpressionKind::Call(call) => Some(of_call(call)),
                ExpressionKind::Cast { .. } => of(value, outermost),
                _ => outermost.then_some(short),
            }
        }
        ExpressionKind::Typed { data_type, .. } if outermost => {
            types::of(&data_type.kind).ok().map(|kind| kind.short)
        }
        ExpressionKind::Boolean(_) if outermost => Some("bool".to_owned()),
        _ => outermost.then(|| "?column?".to_owned()),
    }
}

fn of_call(call: &Call) -> String {
    let name = call.name.name().map(|name| name.text.as_str());
    match name.unwrap_or_default() {
        "nvl" => "coalesce".to_owned(),
        "decode" | "nvl2" => "case".to_owned(),
        // AWS page: `DATE_PART function`.
        "date_part" => "pgdate_part".to_owned(),
        "extract" => "date_part".to_owned(),
        other => other.to_owned(),
    }
}
