//! Calls of functions.

use super::Binder;
use super::found::Typed;
use super::scope::Scope;
use crate::Span;
use crate::tree::{Bound, Call, ExpressionKind};
use crate::types::{Type, aggregate_average, aggregate_sum, common};

impl Binder<'_> {
    /// Binds a call; the type of its result.
    pub(super) fn call(&mut self, call: &Call, span: Span, scope: &Scope<'_>) -> Typed {
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            if !matches!(argument.kind, ExpressionKind::DatePart(_)) {
                arguments.push(self.expression(argument, scope));
            }
        }
        for item in call.order_by.iter().chain(&call.within_group) {
            arguments.push(self.expression(&item.expression, scope));
        }
        if let Some(window) = &call.over {
            self.expressions(&window.partition_by, scope);
            for item in &window.order_by {
                self.expression(&item.expression, scope);
            }
            if let Some(frame) = &window.frame {
                for bound in std::iter::once(&frame.start).chain(&frame.end) {
                    if let Bound::Preceding(offset) | Bound::Following(offset) = bound {
                        self.expression(offset, scope);
                    }
                }
            }
        }
        let _ = span;
        let kind = result_type(call, &arguments);
        Typed::from(kind, &arguments)
    }
}

/// The type of a function's result, where it follows from those of the arguments.
fn result_type(call: &Call, arguments: &[Typed]) -> Type {
    let [name] = call.name.parts.as_slice() else {
        return Type::Unknown;
    };
    let first = arguments.first().map_or(Type::Unknown, |typed| typed.kind);
    match name.text.as_str() {
        "count" => Type::BigInt,
        "sum" => aggregate_sum(first),
        "avg" => aggregate_average(first),
        "min" | "max" | "any_value" | "lag" | "lead" | "first_value" | "last_value"
        | "nth_value" | "abs" => first,
        "coalesce" | "nvl" | "greatest" | "least" | "nullif" => arguments
            .iter()
            .map(|typed| typed.kind)
            .reduce(|one, other| common(one, other).unwrap_or(Type::Unknown))
            .unwrap_or(Type::Unknown),
        "row_number" | "rank" | "dense_rank" | "ntile" => Type::BigInt,
        "lower" | "upper" | "trim" | "ltrim" | "rtrim" | "btrim" | "initcap" => match first {
            Type::Char(length) | Type::VarChar(length) => Type::VarChar(length),
            _ => Type::Unknown,
        },
        "len" | "length" | "char_length" | "datediff" | "strpos" | "charindex" => Type::BigInt,
        "getdate" => Type::Timestamp,
        "to_date" | "last_day" | "next_day" => Type::Date,
        "date_trunc" => match first {
            Type::TimestampTz => Type::TimestampTz,
            _ => Type::Timestamp,
        },
        _ => Type::Unknown,
    }
}
