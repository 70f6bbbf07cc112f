//! Whether two expressions say the same: `upper(a.name)` and `UPPER( name )`. Places do not count, and a
//! column is the same with and without its table.

use redshift_sql::tree::{Call, Expression, ExpressionKind, ObjectName};

/// Whether both say the same. A kind that is not listed is like none.
pub(super) fn alike(one: &Expression, other: &Expression) -> bool {
    use ExpressionKind as Kind;
    match (&one.bare().kind, &other.bare().kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Boolean(one), Kind::Boolean(other)) => one == other,
        (Kind::Number(one), Kind::Number(other))
        | (Kind::Parameter(one), Kind::Parameter(other)) => one == other,
        (Kind::Position(one), Kind::Position(other)) => one == other,
        (Kind::Text(one), Kind::Text(other)) => one == other,
        (Kind::Bare(one), Kind::Bare(other)) => one == other,
        (Kind::DatePart(one), Kind::DatePart(other)) => one.text == other.text,
        (Kind::Column(one), Kind::Column(other)) => are_one_column(one, other),
        (
            Kind::Unary {
                operator: one,
                operand: of_one,
                ..
            },
            Kind::Unary {
                operator: other,
                operand: of_other,
                ..
            },
        ) => one == other && alike(of_one, of_other),
        (
            Kind::Chain {
                first: one,
                rest: rest_of_one,
            },
            Kind::Chain {
                first: other,
                rest: rest_of_other,
            },
        ) => {
            rest_of_one.len() == rest_of_other.len()
                && alike(one, other)
                && rest_of_one.iter().zip(rest_of_other).all(|(one, other)| {
                    one.operator == other.operator && alike(&one.operand, &other.operand)
                })
        }
        (
            Kind::Cast {
                value: one,
                data_type: type_of_one,
                ..
            },
            Kind::Cast {
                value: other,
                data_type: type_of_other,
                ..
            },
        ) => type_of_one.kind == type_of_other.kind && alike(one, other),
        (
            Kind::Case {
                operand: one,
                branches: of_one,
                otherwise: else_of_one,
            },
            Kind::Case {
                operand: other,
                branches: of_other,
                otherwise: else_of_other,
            },
        ) => {
            both(one.as_deref(), other.as_deref())
                && both(else_of_one.as_deref(), else_of_other.as_deref())
                && of_one.len() == of_other.len()
                && of_one
                    .iter()
                    .zip(of_other)
                    .all(|(one, other)| alike(&one.0, &other.0) && alike(&one.1, &other.1))
        }
        (
            Kind::Is {
                value: one,
                negated: not_one,
                test: test_of_one,
            },
            Kind::Is {
                value: other,
                negated: not_other,
                test: test_of_other,
            },
        ) => not_one == not_other && test_of_one == test_of_other && alike(one, other),
        (
            Kind::Like {
                value: one,
                kind: kind_of_one,
                negated: not_one,
                pattern: pattern_of_one,
                escape: None,
            },
            Kind::Like {
                value: other,
                kind: kind_of_other,
                negated: not_other,
                pattern: pattern_of_other,
                escape: None,
            },
        ) => {
            kind_of_one == kind_of_other
                && not_one == not_other
                && alike(one, other)
                && alike(pattern_of_one, pattern_of_other)
        }
        (
            Kind::InList {
                value: one,
                negated: not_one,
                list: list_of_one,
            },
            Kind::InList {
                value: other,
                negated: not_other,
                list: list_of_other,
            },
        ) => not_one == not_other && alike(one, other) && all(list_of_one, list_of_other),
        (Kind::Call(one), Kind::Call(other)) => calls(one, other),
        (
            Kind::Field {
                of: one,
                field: field_of_one,
            },
            Kind::Field {
                of: other,
                field: field_of_other,
            },
        ) => field_of_one.text == field_of_other.text && alike(one, other),
        (
            Kind::Element {
                of: one,
                index: index_of_one,
            },
            Kind::Element {
                of: other,
                index: index_of_other,
            },
        ) => alike(index_of_one, index_of_other) && alike(one, other),
        _ => false,
    }
}

fn both(one: Option<&Expression>, other: Option<&Expression>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => alike(one, other),
        _ => false,
    }
}

fn all(one: &[Expression], other: &[Expression]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
}

fn calls(one: &Call, other: &Call) -> bool {
    let plain = |call: &Call| {
        call.over.is_none() && call.within_group.is_empty() && call.order_by.is_empty()
    };
    plain(one)
        && plain(other)
        && one.name.text() == other.name.text()
        && one.form == other.form
        && one.distinct == other.distinct
        && all(&one.arguments, &other.arguments)
}

/// Whether two names mean one column: parts that both have are the same.
fn are_one_column(one: &ObjectName, other: &ObjectName) -> bool {
    let pairs = one.parts.iter().rev().zip(other.parts.iter().rev());
    pairs.clone().count() > 0 && pairs.into_iter().all(|(one, other)| one.text == other.text)
}
